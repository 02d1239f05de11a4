"""What the two drivers do differently: connecting, sending a statement, and how they say that it failed."""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol
from urllib.parse import quote

import aiosqlite
import asyncpg
from sqlalchemy import URL

from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized

Record = Sequence[Any]
FAULTS: tuple[type[Exception], ...] = (
    OSError,
    ValueError,  # aiosqlite's word for a connection that is gone
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


class Driver(Protocol):
    """One kind of database, spoken to without a layer between: this is the hot path."""

    async def connect(self) -> Any:
        """A new connection, in which every statement stands alone."""
        ...

    def usable(self, connection: Any) -> bool:
        """Whether an idle connection is still there, as far as can be told without asking."""
        ...

    async def fetch(self, connection: Any, statement: str, values: Sequence[Any]) -> Sequence[Record]:
        """Every row of one statement."""
        ...

    async def drop(self, connection: Any) -> None:
        """Close a connection that may be in the middle of something."""
        ...

    def fault(self, error: Exception) -> tuple[type[SourceError], str]:
        """What a failure means, and what the log may know of it: never a value."""
        ...


class Sqlite:
    """SQLite in a thread per connection; read only, so that a wrong path is no new empty file."""

    def __init__(self, url: URL) -> None:
        path = url.database or ""
        self._file = path if path.startswith("file:") else f"file:{quote(path)}?mode=ro"

    async def connect(self) -> aiosqlite.Connection:
        """Open the file."""
        connection = aiosqlite.connect(self._file, uri=True, isolation_level=None)
        try:
            return await connection
        except BaseException:
            # Its thread ends by itself, but would still call a loop that may be gone by then.
            await asyncio.to_thread(connection._thread.join)  # noqa: SLF001  # there is no other way to wait
            raise

    def usable(self, connection: aiosqlite.Connection) -> bool:  # noqa: ARG002  # the protocol's form
        """A file does not hang up."""
        return True

    async def fetch(
        self, connection: aiosqlite.Connection, statement: str, values: Sequence[Any]
    ) -> Sequence[Record]:
        """One trip to the thread and back."""
        return list(await connection.execute_fetchall(statement, values))

    async def drop(self, connection: aiosqlite.Connection) -> None:
        """Stop what runs, then close."""
        await connection.interrupt()
        await connection.close()

    def fault(self, error: Exception) -> tuple[type[SourceError], str]:
        """By SQLite's primary result code."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CANTOPEN) & 0xFF
        if code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH):
            return InvalidResponse, str(error)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT):
            return SourceTimeout, "the database is busy"
        if code in (sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
            return UpstreamUnauthorized, "the database may not be read"
        return SourceDown, getattr(error, "sqlite_errorname", type(error).__name__)


class Postgres:
    """PostgreSQL over asyncpg, which prepares each statement once per connection."""

    def __init__(self, url: URL) -> None:
        options = dict(url.query)
        cache = options.pop("statement_cache_size", None)  # 0 behind PgBouncer
        self._options: dict[str, Any] = {**url.translate_connect_args(username="user"), **options}
        if cache is not None:
            self._options["statement_cache_size"] = int(str(cache))

    async def connect(self) -> Any:
        """Log in."""
        return await asyncpg.connect(**self._options)

    def usable(self, connection: Any) -> bool:
        """A server that went away has closed the socket."""
        return not connection.is_closed()

    async def fetch(self, connection: Any, statement: str, values: Sequence[Any]) -> Sequence[Record]:
        """One round trip, two for a statement that is new to the connection."""
        rows: Sequence[Record] = await connection.fetch(statement, *values)
        return rows

    async def drop(self, connection: Any) -> None:
        """Wait until the server has heard that the statement is cancelled, but not for long."""
        await connection.close(timeout=2)

    def fault(self, error: Exception) -> tuple[type[SourceError], str]:
        """By the SQLSTATE; no message, which may repeat a key, unless it is about the statement itself."""
        state = getattr(error, "sqlstate", None) or ""
        if state.startswith("28") or state == "42501":
            return UpstreamUnauthorized, f"SQLSTATE {state}"
        if state in ("57014", "55P03"):
            return SourceTimeout, f"SQLSTATE {state}"
        if state.startswith("42"):
            return InvalidResponse, str(error)
        if state.startswith(("22", "21", "0A")) or isinstance(error, asyncpg.DataError):
            return InvalidResponse, f"SQLSTATE {state}" if state else type(error).__name__
        return SourceDown, f"SQLSTATE {state}" if state else type(error).__name__


DRIVERS: dict[str, type[Sqlite] | type[Postgres]] = {"sqlite": Sqlite, "postgresql": Postgres}
