"""A few open connections, with one statement at a time on each."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

from gateway.concurrency.bulkhead import Bulkhead
from gateway.errors import SourceDown
from gateway.sources.sql.drivers import DRIVER_ERRORS, Driver, Record


class ConnectionPool:
    """Lives as long as its source. A connection is never used again after an error."""

    def __init__(self, source: str, driver: Driver, size: int, timeout: float) -> None:
        self._source, self._driver, self._timeout = source, driver, timeout
        self._size, self._bulkhead = size, Bulkhead(size)
        self._closed = False
        self._idle: list[Any] = []
        self._closing: set[asyncio.Task[None]] = set()

    async def fetch(self, statement: str, values: Sequence[Any]) -> Sequence[Record]:
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
            self._close_soon(self._idle.pop())
        async with AsyncExitStack() as permits:
            for _ in range(self._size):  # with every permit taken, no connection is in use
                await permits.enter_async_context(self._bulkhead.permit())
        if self._closing:
            await asyncio.wait(self._closing)

    async def _fetch(self, statement: str, values: Sequence[Any]) -> Sequence[Record]:
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

    async def _fetch_on(self, connection: Any, statement: str, values: Sequence[Any]) -> Sequence[Record]:
        try:
            rows = await self._driver.fetch(connection, statement, values)
        except BaseException:  # cancelling a statement spoils its connection, too
            self._close_soon(connection)
            raise
        if self._closed:
            self._close_soon(connection)
        else:
            self._idle.append(connection)
        return rows

    def _take_idle(self) -> Any | None:
        while self._idle:
            connection = self._idle.pop()
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
