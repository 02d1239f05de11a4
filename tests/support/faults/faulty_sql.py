"""A database on its bad days. Real: the file, its statements, the adapter, its pool and all its checks.

What stands in is between pool and driver, where a bad day of a database is seen: an error of SQLite's own
kind and code is raised, or nothing comes, or the rows that came are changed before the adapter sees them.
A row of SQLite is a tuple of numbers, texts, bytes and nulls, and stays one: only such values are made up.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiosqlite
import msgspec
from sqlalchemy import URL

from gateway.contract.batch import Fetch
from gateway.sources.sql.database import Database
from gateway.sources.sql.drivers import Record, Sqlite
from gateway.sources.sql.place import SqlSettings, database_url
from gateway.sources.sql.source import SqlSource
from gateway_demo.faults.model import Fault, FaultSchedule
from gateway_demo.faults.mutations import keys_in, neighboring_keys

Records = list[tuple[Any, ...]]
ODD = b"\xff\xfe"
# What SQLite says of a file, by the fault that does the same to a system that is called over HTTP.
FAILS: Mapping[str, tuple[int, str]] = {
    "reset": (sqlite3.SQLITE_IOERR, "disk I/O error"),
    "error": (sqlite3.SQLITE_CORRUPT, "database disk image is malformed"),
    "busy": (sqlite3.SQLITE_BUSY, "database is locked"),
    "html": (sqlite3.SQLITE_NOTADB, "file is not a database"),
    "huge": (sqlite3.SQLITE_TOOBIG, "string or blob too big"),
    "cut": (sqlite3.SQLITE_IOERR_SHORT_READ, "disk I/O error"),
    "renamed": (sqlite3.SQLITE_ERROR, "no such column: INSIDE_SECRET_COLUMN"),
    "list": (sqlite3.SQLITE_ERROR, "no such table: INSIDE_SECRET_TABLE"),
}
ENDLESS = ("latency", "silence", "drip")


def surrounded(name: str, settings: SqlSettings, faults: FaultSchedule) -> tuple[Database, Fetch]:
    """The same source anew, its driver faulty; the database is to be closed by whoever asked for it."""
    url = database_url(settings.url)
    database = Database(name, settings, url, FaultySqlite(url, name, faults))
    return database, SqlSource(name, database, settings).fetch


class FaultySqlite(Sqlite):
    """The driver, whose every statement counts as one call to the system."""

    def __init__(self, url: URL, system: str, faults: FaultSchedule) -> None:
        super().__init__(url)
        self._system, self._faults = system, faults

    async def fetch(
        self, connection: aiosqlite.Connection, statement: str, values: Sequence[Any]
    ) -> Sequence[Record]:
        """What the statement says, or what befalls it."""
        struck = self._faults.hits(self._system)
        for fault in struck:
            await _befallen(fault)
        rows: Records = [tuple(row) for row in await super().fetch(connection, statement, values)]
        for fault in struck:
            change = CHANGES.get(fault.form or "") or CHANGES.get(fault.kind)
            rows = change(rows, asked_in(values)) if change else rows
        return rows


async def _befallen(fault: Fault) -> None:
    if fault.kind in ENDLESS:
        await asyncio.Event().wait()  # until the caller has no more patience
    said = FAILS.get(fault.form or "") or FAILS.get(fault.kind)
    if said is None:
        return
    code, words = said
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_FAULT"
    raise error


def asked_in(values: Sequence[Any]) -> frozenset[str]:
    """The keys among what was bound to a statement: one, or a list of them in JSON."""
    words: list[str] = []
    for value in values:
        listed = msgspec.json.decode(value) if isinstance(value, str) and value.startswith("[") else [value]
        words += [str(each) for each in listed]
    return keys_in(words)


def _bare(rows: Records, _asked: frozenset[str]) -> Records:
    return [(None,) * len(row) for row in rows]


def _odd_but_keys(rows: Records, asked: frozenset[str]) -> Records:
    return [tuple(value if str(value) in asked else _odd(value) for value in row) for row in rows]


def _all_odd(rows: Records, _asked: frozenset[str]) -> Records:
    return [tuple(_odd(value) for value in row) for row in rows]


def _odd(value: Any) -> Any:
    match value:
        case int() | float():
            return f"about {value}"
        case str():
            return ODD + value.encode()
        case _:
            return value


def _others(rows: Records, asked: frozenset[str]) -> Records:
    swapped = neighboring_keys(asked)
    return [tuple(_other(value, swapped) for value in row) for row in rows]


def _other(value: Any, swapped: Mapping[str, str]) -> Any:
    found = swapped.get(str(value))
    return value if found is None or isinstance(value, bool) else type(value)(found)


def _twice(rows: Records, _asked: frozenset[str]) -> Records:
    return [row for row in rows for _ in range(2)]


CHANGES: Mapping[str, Callable[[Records, frozenset[str]], Records]] = {
    "bare": _bare,
    "values": _odd_but_keys,
    "all": _all_odd,
    "others": _others,
    "duplicates": _twice,
}
