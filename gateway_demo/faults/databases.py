"""Faults of the five databases, which the gateway reads directly: locks, and tables under another name.

Both are what happens to real databases: a long write holds everybody up, or a release renames tables.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import asyncpg
import msgspec
from sqlalchemy import make_url

from gateway_demo.faults.model import Fault

KINDS = {
    "latency": "locked for `seconds` (5) again and again: a statement waits up to that long",
    "silence": "locked until the fault is removed: no statement is answered",
    "error": "every table has another name: each statement fails",
}
AWAY = "__away"  # what the names of tables end with during the fault
FREE_SECONDS = 0.5  # between two locks of `latency`
WAIT_SECONDS = 10.0  # for statements that run when a fault begins
Connect: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]  # asyncpg ships no types


class NoSuchFault(ValueError):
    """A database does not have this fault."""


class Handle(Protocol):
    """A connection that breaks one database, and mends it."""

    async def lock(self) -> None:
        """Keep others from reading."""

    async def unlock(self) -> None:
        """Let others read again."""

    async def rename(self, *, away: bool) -> None:
        """Give every table another name, or its own one again."""

    async def close(self) -> None:
        """End the connection, and with it a lock."""


@dataclass(slots=True)
class DatabaseFaults:
    """The faults of databases, by system; each has at most one."""

    addresses: Mapping[str, tuple[str, str]]  # URL and schema
    active: dict[str, tuple[Fault, asyncio.Task[None]]] = field(default_factory=dict)

    async def put(self, system: str, faults: Sequence[Fault]) -> None:
        """Replace the fault of a database; it is in force on return. Raises NoSuchFault."""
        checked = [_checked(fault) for fault in faults]
        if len(checked) > 1:
            raise NoSuchFault("a database has one fault at a time")
        await self.clear(system)
        for fault in checked:
            in_force: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(_hold(await self._open(system), fault, in_force))
            self.active[system] = fault, task
            await asyncio.wait([in_force, task], return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await self.clear(system)

    async def clear(self, system: str) -> None:
        """Mend a database; it is whole on return. Raises the error that kept a fault from beginning."""
        _, task = self.active.pop(system, (None, None))
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def clear_all(self) -> None:
        """Mend every database."""
        for system in list(self.active):
            await self.clear(system)

    async def mend_leftovers(self) -> None:
        """Undo what a demo left behind that was killed. A database that does not answer is left alone."""
        for system in self.addresses:
            with suppress(OSError, sqlite3.Error, asyncpg.PostgresError):
                await _mend(await self._open(system))

    def status(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """The active faults by system."""
        return {system: [msgspec.to_builtins(fault)] for system, (fault, _) in self.active.items()}

    async def _open(self, system: str) -> Handle:
        url, schema = self.addresses[system]
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return SqliteHandle(address.database or "")
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        connect: Connect = asyncpg.connect
        return PostgresHandle(await connect(plain), schema)


def _checked(fault: Fault) -> Fault:
    seconds = fault.seconds if fault.kind == "latency" else None
    if fault.kind not in KINDS or fault != Fault(kind=fault.kind, seconds=seconds):
        raise NoSuchFault(f"a database takes the kinds {', '.join(KINDS)}, and `seconds` with latency")
    return fault


async def _hold(handle: Handle, fault: Fault, in_force: asyncio.Future[None]) -> None:
    """Break a database until this task is cancelled."""
    try:
        if fault.kind == "error":
            await handle.rename(away=True)
            in_force.set_result(None)
            await asyncio.Event().wait()
        while True:
            await handle.lock()
            if not in_force.done():
                in_force.set_result(None)
            if fault.kind == "silence":
                await asyncio.Event().wait()
            await asyncio.sleep(fault.seconds or 0)
            await handle.unlock()
            await asyncio.sleep(FREE_SECONDS)
    finally:
        await asyncio.shield(_mend(handle))


async def _mend(handle: Handle) -> None:
    try:
        await handle.unlock()
        await handle.rename(away=False)
    finally:
        await handle.close()


class SqliteHandle:
    """Breaks a SQLite file."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)

    async def lock(self) -> None:
        """Keep others from reading."""
        await asyncio.to_thread(self._connection.execute, "BEGIN EXCLUSIVE")

    async def unlock(self) -> None:
        """Let others read again."""
        if self._connection.in_transaction:
            await asyncio.to_thread(self._connection.execute, "ROLLBACK")

    async def rename(self, *, away: bool) -> None:
        """Give every table another name, or its own one again."""
        await asyncio.to_thread(self._rename, away)

    def _rename(self, away: bool) -> None:  # noqa: FBT001  # for to_thread
        names = [name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        statements = renaming(names, away=away)
        if statements:
            self._connection.executescript(f"BEGIN EXCLUSIVE; {'; '.join(statements)}; COMMIT")

    async def close(self) -> None:
        """End the connection, and with it a lock."""
        self._connection.close()


class PostgresHandle:
    """Breaks one schema of a PostgreSQL database."""

    def __init__(self, connection: Any, schema: str) -> None:
        self._connection, self._schema = connection, schema

    async def lock(self) -> None:
        """Keep others from reading."""
        tables = ", ".join(f'"{self._schema}"."{name}"' for name in await self._names())
        await self._connection.execute(f"BEGIN; SET LOCAL lock_timeout = '{WAIT_SECONDS:.0f}s'")
        await self._connection.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")

    async def unlock(self) -> None:
        """Let others read again."""
        if self._connection.is_in_transaction():
            await self._connection.execute("ROLLBACK")

    async def rename(self, *, away: bool) -> None:
        """Give every table another name, or its own one again."""
        statements = renaming(await self._names(), away=away, schema=self._schema)
        if statements:
            await self._connection.execute("; ".join(["BEGIN", *statements, "COMMIT"]))

    async def close(self) -> None:
        """End the connection, and with it a lock."""
        await self._connection.close()

    async def _names(self) -> list[str]:
        question = "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename"
        return [row["tablename"] for row in await self._connection.fetch(question, self._schema)]


def renaming(names: Sequence[str], *, away: bool, schema: str = "") -> list[str]:
    """Statements that rename the tables which do not have such a name yet."""
    place = f'"{schema}".' if schema else ""
    pairs = [(name, f"{name}{AWAY}" if away else name.removesuffix(AWAY)) for name in names]
    return [
        f'ALTER TABLE {place}"{name}" RENAME TO "{other}"'
        for name, other in pairs
        if name != other and not (away and name.endswith(AWAY))
    ]
