"""Connections to a database: its driver, and a few that stay open, with one statement at a time on each."""

import asyncio
import math
import re
import socket
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any, Protocol
from urllib.parse import quote

import aiosqlite
import asyncpg
from sqlalchemy import URL

from gateway.concurrency.bulkhead import Bulkhead
from gateway.errors import InvalidResponse, InvalidRow, SourceDown, SourceError, SourceTimeout, UpstreamUnauthorized
from gateway.sources.sql.address import AddressError, connect_options, socket_options

ResultRows = Sequence[Sequence[Any]]
Failure = tuple[type[SourceError], str]
_ASYNCPG_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
DRIVER_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    ValueError,  # aiosqlite's error for a closed connection, asyncpg's for a value that Python cannot hold
    ArithmeticError,
    sqlite3.Error,
    *_ASYNCPG_ERRORS,
)
# Messages of SQLite about the statement itself. All others are about a value: "integer overflow".
_OF_A_STATEMENT = re.compile("no such|syntax|no column|ambiguous|number of arguments|misuse|not authorized")
_OF_A_ROW = ("21", "22", "38", "39", "P0")  # classes of SQLSTATE: several rows for one, a value, a function's error
_OF_A_SETTING = ("08P01", "0A", "22", "42", "55P02")  # a setting of the session that the server does not take


class DatabaseDriver(Protocol):
    """One kind of database. Statements go to its driver directly: this is the hot path."""

    async def connect(self) -> Any: ...  # in autocommit mode
    def is_usable(self, connection: Any) -> bool: ...  # still open, as far as the client knows
    async def fetch(self, connection: Any, statement: str, values: Sequence[Any]) -> ResultRows: ...
    async def close(self, connection: Any) -> None: ...  # even during a statement
    def failure(self, error: Exception) -> Failure: ...  # with the reason for the log, without a value


class Sqlite:
    """SQLite in a thread for each connection; read-only, so that a wrong path creates no file."""

    def __init__(self, url: URL) -> None:
        path = url.database or ""
        self._file = f"{path if path.startswith('file:') else f'file:{quote(path)}'}?mode=ro"

    async def connect(self) -> aiosqlite.Connection:
        connection = aiosqlite.connect(self._file, uri=True, isolation_level=None)
        try:
            return await connection
        except BaseException:
            # Its thread ends by itself, but would call an event loop that may be closed by then.
            await asyncio.to_thread(connection._thread.join)  # noqa: SLF001  # no public way to wait
            raise

    def is_usable(self, connection: aiosqlite.Connection) -> bool:  # noqa: ARG002  # the protocol's signature
        return True

    async def fetch(self, connection: aiosqlite.Connection, statement: str, values: Sequence[Any]) -> ResultRows:
        return list(await connection.execute_fetchall(statement, values))

    async def close(self, connection: aiosqlite.Connection) -> None:
        await connection.interrupt()
        await connection.close()

    def failure(self, error: Exception) -> Failure:
        """By SQLite's primary result code. An error of Python's own module has none; its message shows a value."""
        code = getattr(error, "sqlite_errorcode", None)
        if code is None and "decode" in str(error):
            return InvalidRow, "a text is not UTF-8"
        code = (sqlite3.SQLITE_CANTOPEN if code is None else code) & 0xFF
        if code == sqlite3.SQLITE_ERROR and _OF_A_STATEMENT.search(str(error)):
            return InvalidResponse, str(error)
        if code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG):
            return InvalidRow, str(error)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT):
            return SourceTimeout, "the database is busy"
        if code in (sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
            return UpstreamUnauthorized, "permission to read the database is missing"
        return SourceDown, getattr(error, "sqlite_errorname", type(error).__name__)


class Postgres:
    """PostgreSQL over asyncpg, which prepares each statement once for each connection."""

    def __init__(self, url: URL) -> None:
        self._options, self._socket_options = connect_options(url), socket_options(url)

    async def connect(self) -> Any:
        try:
            connection = await asyncpg.connect(**self._options)
        except asyncpg.PostgresError as error:
            settings = ", ".join(sorted(self._options.get("server_settings", ())))
            state = error.sqlstate or ""
            if not settings or not state.startswith(_OF_A_SETTING):
                raise
            raise AddressError(f"the server refuses {settings} of the address (SQLSTATE {state})") from error
        except ValueError as error:  # about the address, not about a row
            raise AddressError("the connection cannot be made as its address says") from error
        peer = connection._transport.get_extra_info("socket")  # noqa: SLF001  # no public way to it
        for option in self._socket_options if peer is not None and peer.family != socket.AF_UNIX else ():
            peer.setsockopt(*option)
        return connection

    def is_usable(self, connection: Any) -> bool:
        return not connection.is_closed()

    async def fetch(self, connection: Any, statement: str, values: Sequence[Any]) -> ResultRows:
        rows: ResultRows = await connection.fetch(statement, *values)
        return rows

    async def close(self, connection: Any) -> None:
        """Wait until the server has cancelled the statement, but not for long."""
        await connection.close(timeout=2)

    def failure(self, error: Exception) -> Failure:
        """By the SQLSTATE. A message may repeat a key, unless it is about the statement itself."""
        state = getattr(error, "sqlstate", None) or ""
        reason = f"SQLSTATE {state}" if state else type(error).__name__
        if isinstance(error, AddressError):
            reason = str(error)
        elif isinstance(error, ConnectionError) and "SSL" in str(error):  # asyncpg has no class for it
            reason = "the server takes no TLS connection; check sslmode of the address"
        if state.startswith("28") or state == "42501":
            return UpstreamUnauthorized, reason
        if state in ("57014", "55P03"):
            return SourceTimeout, reason
        if state.startswith("42"):
            return InvalidResponse, str(error)
        if state.startswith("0A"):
            return InvalidResponse, reason
        unreadable = not isinstance(error, (OSError, *_ASYNCPG_ERRORS))
        if unreadable:
            reason = "a value that cannot be read, such as a time before the year 1 or after 9999"
        if unreadable or state.startswith(_OF_A_ROW) or isinstance(error, asyncpg.DataError):
            return InvalidRow, reason
        return SourceDown, reason


DRIVERS: dict[str, type[Sqlite] | type[Postgres]] = {"sqlite": Sqlite, "postgresql": Postgres}


class ConnectionPool:
    """Lives as long as its source. A connection is never used again after an error, or after it was idle for long.

    A firewall may have forgotten it, and a statement on it would wait for its timeout.
    """

    def __init__(  # noqa: PLR0913  # the last two have defaults
        self,
        source: str,
        driver: DatabaseDriver,
        size: int,
        timeout: float,
        *,
        max_idle: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._driver, self._timeout = source, driver, timeout
        self._max_idle, self._clock = max_idle, clock
        self._size, self._bulkhead = size, Bulkhead(size)
        self._closed = False
        self._idle: deque[tuple[Any, float]] = deque()  # connections, and since when; the oldest is the first
        self._closing: set[asyncio.Task[None]] = set()

    async def fetch(self, statement: str, values: Sequence[Any]) -> ResultRows:
        """Every row of a statement, within the timeout, which includes the wait for a connection."""
        permit = self._bulkhead.permit()
        try:
            async with asyncio.timeout(self._timeout), permit:
                return await self._fetch(statement, values)
        except TimeoutError as error:
            raise permit.timeout_error(self._source, self._timeout) from error
        except DRIVER_ERRORS as error:
            kind, reason = self._driver.failure(error)
            raise kind(self._source, reason) from error

    async def close(self) -> None:
        """Close idle connections at once, and others when their statement ends."""
        self._closed = True
        while self._idle:
            self._close_soon(self._idle.pop()[0])
        async with AsyncExitStack() as permits:
            for _ in range(self._size):  # with every permit taken, no connection is in use
                await permits.enter_async_context(self._bulkhead.permit())
        if self._closing:
            await asyncio.wait(self._closing)

    async def _fetch(self, statement: str, values: Sequence[Any]) -> ResultRows:
        if self._closed:
            raise SourceDown(self._source, "the connection pool is closed")
        idle = self._take_idle()
        if idle is not None:
            try:
                return await self._fetch_on(idle, statement, values)
            except DRIVER_ERRORS as error:
                # A restarted server has closed connections that look open from here: try a new one.
                if self._driver.failure(error)[0] is not SourceDown:
                    raise
        return await self._fetch_on(await self._driver.connect(), statement, values)

    async def _fetch_on(self, connection: Any, statement: str, values: Sequence[Any]) -> ResultRows:
        try:
            rows = await self._driver.fetch(connection, statement, values)
        except BaseException:  # cancelling a statement spoils its connection, too
            self._close_soon(connection)
            raise
        if self._closed:
            self._close_soon(connection)
        else:
            self._idle.append((connection, self._clock()))
        return rows

    def _take_idle(self) -> Any | None:
        oldest = self._clock() - self._max_idle
        while self._idle and self._idle[0][1] < oldest:
            self._close_soon(self._idle.popleft()[0])
        while self._idle:
            connection, _ = self._idle.pop()
            if self._driver.is_usable(connection):
                return connection
            self._close_soon(connection)
        return None

    def _close_soon(self, connection: Any) -> None:
        task = asyncio.create_task(self._close(connection))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _close(self, connection: Any) -> None:
        with suppress(*DRIVER_ERRORS):
            await self._driver.close(connection)
