"""The store's database: its connections, and its tables, which are made when they are first needed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from gateway.errors import ConfigError, InvalidResponse, SourceError, StoreUnavailable
from gateway.sources.sql.pool import DRIVER_ERRORS, ConnectionPool, ResultRows
from gateway.store.drivers import StoreDriver, store_driver
from gateway.store.schema import MIGRATIONS, VERSION, VERSIONS_TABLE

NAME = "store"  # in logs
CONNECTIONS = 2  # one writes, one reads
TIMEOUT = 5.0  # seconds
MAX_IDLE = 60.0  # seconds
_VERSION_QUERY = "SELECT max(version) FROM gateway_store"


class StoreTooNew(StoreUnavailable):
    """A store of a newer gateway, whose tables mean what this one does not know."""


class StoreDatabase:
    """Lives as long as the application, or the command. Connects when it is first used."""

    def __init__(self, driver: StoreDriver) -> None:
        self._driver = driver
        self._pool = ConnectionPool(NAME, driver, CONNECTIONS, TIMEOUT, max_idle=MAX_IDLE)
        self._preparing = asyncio.Lock()
        self._is_prepared = False

    async def fetch(self, statement: str, *values: Any) -> ResultRows:
        """Every row of a statement, which is committed. Raises StoreUnavailable."""
        await self.prepare()
        return await self._fetch(statement, *values)

    async def prepare(self) -> None:
        """Make the tables, or those of this version. Raises StoreUnavailable, which may be StoreTooNew."""
        async with self._preparing:
            if self._is_prepared:
                return
            version = await self._version()
            if version < VERSION:
                version = await self._migrated()
            if version > VERSION:
                raise StoreTooNew(f"it has version {version}, and this gateway knows {VERSION}: use a newer gateway")
            for (doubt,) in await self._fetch(self._driver.doubt):
                raise StoreUnavailable(doubt)
            self._is_prepared = True

    async def close(self) -> None:
        await self._pool.close()

    async def _version(self) -> int:
        """0 for a store without tables."""
        try:
            [[version]] = await self._pool.fetch(_VERSION_QUERY, ())
        except InvalidResponse:  # there is no such table
            return 0
        except SourceError as error:
            raise StoreUnavailable(error.reason) from error
        return int(version or 0)

    async def _fetch(self, statement: str, *values: Any) -> ResultRows:
        try:
            return await self._pool.fetch(statement, values)
        except SourceError as error:
            raise StoreUnavailable(error.reason) from error

    async def _migrated(self) -> int:
        """The version after a transaction that makes the tables. Another process may make them first."""
        try:
            async with asyncio.timeout(TIMEOUT):
                connection = await self._driver.connect()
                try:
                    return await self._migrate(connection)
                finally:
                    await self._driver.close(connection)
        except TimeoutError as error:
            raise StoreUnavailable("its tables could not be made in time") from error
        except DRIVER_ERRORS as error:
            raise StoreUnavailable(f"its tables cannot be made: {self._driver.failure(error)[1]}") from error

    async def _migrate(self, connection: Any) -> int:
        async def run(statement: str, values: Sequence[Any] = ()) -> ResultRows:
            return await self._driver.fetch(connection, statement, values)

        words = self._driver.words
        for statement in (*self._driver.begin, VERSIONS_TABLE.format_map(words)):
            await run(statement)
        [[version]] = await run(_VERSION_QUERY)
        for number, statements in enumerate(MIGRATIONS[version or 0 :], (version or 0) + 1):
            for statement in statements(words):
                await run(statement)
            await run("INSERT INTO gateway_store (version, since) VALUES ($1, $2)", (number, datetime.now(UTC)))
        await run("COMMIT")
        return max(version or 0, VERSION)


def driver_of(address: str) -> StoreDriver:
    """Raises ConfigError for an address that cannot be followed."""
    try:
        return store_driver(address)
    except ValueError as error:
        raise ConfigError([f"GATEWAY_STORE: {error}."]) from None


@asynccontextmanager
async def open_store(address: str | None) -> AsyncIterator[StoreDatabase | None]:
    """The store of an address; None without one. Raises ConfigError for an address that cannot be followed."""
    if address is None:
        yield None
        return
    database = StoreDatabase(driver_of(address))
    try:
        yield database
    finally:
        await database.close()


async def store_error(address: str | None) -> str:
    """Why the store cannot be used now; "" if it can. Raises ConfigError for a store of a newer gateway."""
    async with open_store(address) as store:
        try:
            if store is not None:
                await store.prepare()
        except StoreTooNew as error:
            raise ConfigError([f"GATEWAY_STORE: {error.reason}."]) from None
        except StoreUnavailable as error:
            return error.reason
    return ""
