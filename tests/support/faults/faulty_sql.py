"""Faults of a SQLite database, injected between the connection pool and the driver.

A statement raises an error with SQLite's own code, hangs, or returns changed rows. Changed values stay
numbers, texts, bytes and nulls, as SQLite returns them. Everything else is the real adapter.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiosqlite
import msgspec
from sqlalchemy import URL

from gateway.contract.batch import Fetch
from gateway.sources.sql.place import SqlSettings, database_url
from gateway.sources.sql.pool import ResultRows, Sqlite
from gateway.sources.sql.source import Database, SqlSource
from gateway_demo.faults.model import Fault, FaultSchedule
from gateway_demo.faults.mutations import keys_in, neighboring_keys

Records = list[tuple[Any, ...]]
ODD = b"\xff\xfe"
# SQLite's error for each kind of fault, or for its form.
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


def with_faulty_driver(name: str, settings: SqlSettings, faults: FaultSchedule) -> tuple[Database, Fetch]:
    """A second adapter of the source with a faulty driver; the caller closes the database."""
    url = database_url(settings.url)
    database = Database(name, settings, url, FaultySqlite(url, name, faults))
    return database, SqlSource(name, database, settings).fetch


class FaultySqlite(Sqlite):
    """The SQLite driver; each statement counts as one call to the system."""

    def __init__(self, url: URL, system: str, faults: FaultSchedule) -> None:
        super().__init__(url)
        self._system, self._faults = system, faults

    async def fetch(self, connection: aiosqlite.Connection, statement: str, values: Sequence[Any]) -> ResultRows:
        """The rows of the statement, after its faults."""
        hits = self._faults.hits(self._system)
        for fault in hits:
            await _apply(fault)
        rows: Records = [tuple(row) for row in await super().fetch(connection, statement, values)]
        for fault in hits:
            mutate = MUTATIONS.get(fault.form or "") or MUTATIONS.get(fault.kind)
            rows = mutate(rows, keys_of(values)) if mutate else rows
        return rows


async def _apply(fault: Fault) -> None:
    if fault.kind in ENDLESS:
        await asyncio.Event().wait()  # until the caller's timeout
    error_of = FAILS.get(fault.form or "") or FAILS.get(fault.kind)
    if error_of is None:
        return
    code, words = error_of
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_FAULT"
    raise error


def keys_of(values: Sequence[Any]) -> frozenset[str]:
    """The keys among the bound values: a single value, or a JSON list."""
    words: list[str] = []
    for value in values:
        listed = msgspec.json.decode(value) if isinstance(value, str) and value.startswith("[") else [value]
        words += [str(each) for each in listed]
    return keys_in(words)


def _bare(rows: Records, _keys: frozenset[str]) -> Records:
    return [(None,) * len(row) for row in rows]


def _odd_but_keys(rows: Records, keys: frozenset[str]) -> Records:
    return [tuple(value if str(value) in keys else _odd(value) for value in row) for row in rows]


def _all_odd(rows: Records, _keys: frozenset[str]) -> Records:
    return [tuple(_odd(value) for value in row) for row in rows]


def _odd(value: Any) -> Any:
    match value:
        case int() | float():
            return f"about {value}"
        case str():
            return ODD + value.encode()
        case _:
            return value


def _others(rows: Records, keys: frozenset[str]) -> Records:
    replacements = neighboring_keys(keys)
    return [tuple(_other(value, replacements) for value in row) for row in rows]


def _other(value: Any, replacements: Mapping[str, str]) -> Any:
    replacement = replacements.get(str(value))
    return value if replacement is None or isinstance(value, bool) else type(value)(replacement)


def _twice(rows: Records, _keys: frozenset[str]) -> Records:
    return [row for row in rows for _ in range(2)]


MUTATIONS: Mapping[str, Callable[[Records, frozenset[str]], Records]] = {
    "bare": _bare,
    "values": _odd_but_keys,
    "all": _all_odd,
    "others": _others,
    "duplicates": _twice,
}
