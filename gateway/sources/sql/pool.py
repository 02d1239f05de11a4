"""A few connections kept open, and one statement at a time on each."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

from gateway.concurrency.bulkhead import Bulkhead
from gateway.errors import SourceDown
from gateway.sources.sql.drivers import FAULTS, Driver, Record


class ConnectionPool:
    """Lives as long as its source. A connection that failed in any way is never used again."""

    def __init__(self, source: str, driver: Driver, size: int, timeout: float) -> None:
        self._source, self._driver, self._timeout = source, driver, timeout
        self._size, self._room = size, Bulkhead(source, size, timeout)
        self._over = False
        self._idle: list[Any] = []
        self._dropping: set[asyncio.Task[None]] = set()

    async def fetch(self, statement: str, values: Sequence[Any]) -> Sequence[Record]:
        """Every row of a statement, in time, its turn included. SourceError, whatever went wrong."""
        turn = self._room.turn()
        try:
            async with asyncio.timeout(self._timeout), turn:
                return await self._fetch(statement, values)
        except TimeoutError as error:
            raise turn.late() from error
        except FAULTS as error:
            kind, reason = self._driver.fault(error)
            raise kind(self._source, reason) from error

    async def close(self) -> None:
        """Hang up on all; on those in use as soon as their statement ends, which it does in time."""
        self._over = True
        while self._idle:
            self._drop(self._idle.pop())
        async with AsyncExitStack() as all_of_them:
            for _ in range(self._size):  # who has every place knows that no connection is in use
                await all_of_them.enter_async_context(self._room.turn())
        if self._dropping:
            await asyncio.wait(self._dropping)

    async def _fetch(self, statement: str, values: Sequence[Any]) -> Sequence[Record]:
        if self._over:
            raise SourceDown(self._source, "its connections are closed")
        known = self._known()
        if known is not None:
            try:
                return await self._on(known, statement, values)
            except FAULTS as error:
                # A server that was started anew has hung up on connections that look well from here.
                if self._driver.fault(error)[0] is not SourceDown:
                    raise
        return await self._on(await self._driver.connect(), statement, values)

    async def _on(self, connection: Any, statement: str, values: Sequence[Any]) -> Sequence[Record]:
        try:
            rows = await self._driver.fetch(connection, statement, values)
        except BaseException:  # a cancelled statement leaves its connection unfit, too
            self._drop(connection)
            raise
        if self._over:
            self._drop(connection)
        else:
            self._idle.append(connection)
        return rows

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
