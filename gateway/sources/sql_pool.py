"""A few connections kept open, and one statement at a time on each."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from gateway.errors import SourceTimeout
from gateway.sources.sql_drivers import FAULTS, Driver, Record


class Pool:
    """Lives as long as its source. A connection that failed in any way is never used again."""

    def __init__(self, source: str, driver: Driver, size: int, timeout: float) -> None:
        self._source, self._driver, self._timeout = source, driver, timeout
        self._room = asyncio.Semaphore(size)
        self._idle: list[Any] = []
        self._dropping: set[asyncio.Task[None]] = set()

    async def fetch(self, statement: str, values: Sequence[Any]) -> Sequence[Record]:
        """Every row of a statement, in time. SourceError, whatever went wrong."""
        try:
            async with self._room, asyncio.timeout(self._timeout), self._one() as connection:
                return await self._driver.fetch(connection, statement, values)
        except TimeoutError as error:
            raise SourceTimeout(self._source, f"no answer in {self._timeout} s") from error
        except FAULTS as error:
            kind, reason = self._driver.fault(error)
            raise kind(self._source, reason) from error

    async def close(self) -> None:
        """Hang up on all."""
        while self._idle:
            self._drop(self._idle.pop())
        await asyncio.gather(*self._dropping)

    @asynccontextmanager
    async def _one(self) -> AsyncIterator[Any]:
        connection = self._known() or await self._driver.connect()
        try:
            yield connection
        except BaseException:  # a cancelled statement leaves its connection unfit, too
            self._drop(connection)
            raise
        self._idle.append(connection)

    def _known(self) -> Any | None:
        while self._idle:
            connection = self._idle.pop()
            if self._driver.usable(connection):
                return connection
            self._drop(connection)
        return None

    def _drop(self, connection: Any) -> None:
        task = asyncio.create_task(self._hang_up(connection))
        self._dropping.add(task)
        task.add_done_callback(self._dropping.discard)

    async def _hang_up(self, connection: Any) -> None:
        with suppress(*FAULTS):
            await self._driver.drop(connection)
