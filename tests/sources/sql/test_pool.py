"""A closed pool keeps no connection open, even if it was closed during a statement."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import make_url
from support.sources.sql_sources import DATABASES

from gateway.errors import SourceDown
from gateway.sources.sql.pool import DRIVERS, ConnectionPool, DatabaseDriver

BOTH = pytest.mark.parametrize("database", list(DATABASES))
STATEMENT = "SELECT 1"


class CountingDriver:
    """Passes calls on, and counts open connections."""

    def __init__(self, driver: DatabaseDriver) -> None:
        self.open: list[Any] = []
        self._driver = driver
        self.is_usable, self.fetch, self.failure = driver.is_usable, driver.fetch, driver.failure

    async def connect(self) -> Any:
        connection = await self._driver.connect()
        self.open.append(connection)
        return connection

    async def close(self, connection: Any) -> None:
        await self._driver.close(connection)
        self.open.remove(connection)


def pool_of(url: str, **words: Any) -> tuple[ConnectionPool, CountingDriver]:
    address = make_url(url)
    driver = CountingDriver(DRIVERS[address.get_backend_name()](address))
    return ConnectionPool("ledger", driver, 2, 20.0, **words), driver


@BOTH
@pytest.mark.parametrize("left", [0, 1, 3])
async def test_closing_at_any_moment_leaves_no_open_connection(database: str, left: int) -> None:
    async with DATABASES[database]() as place:
        await place.run("CREATE TABLE notes (id TEXT)")  # the file is there
        for passes in range(0, 40, 3):
            pool, driver = pool_of(place.url)
            await pool.fetch(STATEMENT, ())  # one connection is idle, another is opened
            asking = [asyncio.create_task(pool.fetch(STATEMENT, ())) for _ in range(3)]
            for _ in range(passes):
                await asyncio.sleep(0)
            for each in asking[left:]:
                each.cancel()
            await pool.close()
            results = await asyncio.gather(*asking, return_exceptions=True)
            assert not driver.open, passes
            failed = [each for each in results if isinstance(each, BaseException)]
            assert all(isinstance(each, SourceDown | asyncio.CancelledError) for each in failed), failed


@BOTH
async def test_a_closed_pool_refuses_statements_and_opens_no_connection(database: str) -> None:
    async with DATABASES[database]() as place:
        pool, driver = pool_of(place.url)
        await pool.close()
        with pytest.raises(SourceDown):
            await pool.fetch(STATEMENT, ())
        await pool.close()
        assert not driver.open


@BOTH
async def test_a_connection_that_was_idle_for_long_is_replaced(database: str) -> None:
    async with DATABASES[database]() as place:
        await place.run("CREATE TABLE notes (id TEXT)")
        now = [0.0]
        pool, driver = pool_of(place.url, max_idle=60.0, clock=lambda: now[0])
        await asyncio.gather(pool.fetch(STATEMENT, ()), pool.fetch(STATEMENT, ()))
        first = list(driver.open)
        now[0] = 60.0
        await pool.fetch(STATEMENT, ())
        assert driver.open == first
        now[0] = 120.5
        await pool.fetch(STATEMENT, ())
        assert driver.open[-1] not in first
        await pool.close()
        assert not driver.open
