"""Drivers of the store. Unlike those of sources, they write."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

import aiosqlite
from sqlalchemy import URL

from gateway.sources.sql.place import SqlSettings, database_url
from gateway.sources.sql.pool import DatabaseDriver, Postgres, ResultRows, Sqlite

BUSY_SECONDS = 5  # that a statement of SQLite waits for another process


class StoreDriver(DatabaseDriver, Protocol):
    """One kind of database. Statements have the parameters $1, $2 and so on.

    begin: the statements that begin a transaction in which no other process changes the schema.
    words: what tables and triggers are written with.
    doubt: a query whose row says why a commit may be lost; no row if it is safe.
    """

    begin: ClassVar[Sequence[str]]
    words: ClassVar[Mapping[str, str]]
    doubt: ClassVar[str]


class SqliteStore(Sqlite):
    """A file, which only its owner can read. A commit is on the disk before it returns."""

    begin: ClassVar[Sequence[str]] = ("BEGIN IMMEDIATE",)
    words: ClassVar[Mapping[str, str]] = {
        "dialect": "sqlite",
        "instant": "TEXT",
        "number": "INTEGER PRIMARY KEY AUTOINCREMENT",
    }

    doubt: ClassVar[str] = "SELECT '' WHERE FALSE"  # each connection sets what makes it safe

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self._path = url.database or ""
        self._file = self._file.replace("?mode=ro", "?mode=rw")

    async def connect(self) -> aiosqlite.Connection:
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite would let others read a new file
        connection = await super().connect()
        # EXTRA also syncs the folder when the rollback journal goes: else a power loss may undo the last commit.
        await connection.execute("PRAGMA synchronous = EXTRA")
        await connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        return connection

    async def fetch(self, connection: aiosqlite.Connection, statement: str, values: Sequence[Any]) -> ResultRows:
        return await super().fetch(connection, statement.replace("$", "?"), [_stored(value) for value in values])


def _stored(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


class PostgresStore(Postgres):
    begin: ClassVar[Sequence[str]] = (
        "BEGIN",
        "SELECT pg_advisory_xact_lock(1664299105)",
    )  # any number, the same in every gateway
    words: ClassVar[Mapping[str, str]] = {
        "dialect": "postgresql",
        "instant": "TIMESTAMPTZ",
        "number": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    }
    doubt: ClassVar[str] = (
        "SELECT 'synchronous_commit is off for this role or database, and so the audit may lose entries; set it on' "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )


def store_url(address: str) -> URL:
    """The URL of GATEWAY_STORE. Raises ValueError with a sentence that has no value of it."""
    address = address if "://" in address else f"sqlite:///{address}"
    SqlSettings(address)
    url = database_url(address)
    if url.get_backend_name() == "sqlite" and (url.query or (url.database or "").startswith("file:")):
        raise ValueError("the store is a file that is written; name its path without parameters")
    return url


def store_driver(address: str) -> StoreDriver:
    """Raises ValueError as `store_url` does."""
    url = store_url(address)
    return SqliteStore(url) if url.get_backend_name() == "sqlite" else PostgresStore(url)
