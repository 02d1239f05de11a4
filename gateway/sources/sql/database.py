"""One database: its connections, what its tables look like, and every lookup made ready once."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from gateway.concurrency.single_flight import SingleFlight
from gateway.contract.batch import Lookup, Row
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout
from gateway.sources.base.place import place_of
from gateway.sources.sql.drivers import Driver
from gateway.sources.sql.place import SqlPlace, SqlSettings
from gateway.sources.sql.pool import ConnectionPool
from gateway.sources.sql.prepared import PreparedLookup, prepare
from gateway.sources.sql.statements import Statement
from gateway.sources.sql.tables import TableDescription, describe


class Database:
    """Lives as long as its source, and learns what its tables are when they are first asked for."""

    def __init__(self, name: str, settings: SqlSettings, url: URL, driver: Driver) -> None:
        self.pool = ConnectionPool(name, driver, settings.pool_size, settings.timeout)
        self._name, self._settings = name, settings
        # SQLAlchemy describes and writes; the statements themselves go to the driver without a detour.
        self._engine = create_async_engine(url, poolclass=NullPool, async_creator=driver.connect)
        self._described: dict[str, TableDescription] = {}
        self._ready: dict[Lookup, PreparedLookup] = {}
        self._looking: SingleFlight[Lookup, PreparedLookup] = SingleFlight()
        self._describing: SingleFlight[str, TableDescription | None] = SingleFlight()
        self._room = asyncio.Semaphore(settings.pool_size)

    async def close(self) -> None:
        """Hang up."""
        await self._looking.close()
        await self._describing.close()
        await self.pool.close()
        await self._engine.dispose()

    async def rows(self, known: PreparedLookup, statement: Statement, given: Mapping[str, Any]) -> list[Row]:
        """Every row of one statement, under the catalog's names."""
        names = (*known.names, *statement.beside)
        records = await self.pool.fetch(statement.text, statement.values(given))
        return [dict(zip(names, record, strict=True)) for record in records]

    async def ready(self, lookup: Lookup) -> PreparedLookup:
        """The lookup as this database knows it."""
        known = self._ready.get(lookup)
        if known is not None:
            return known
        return await self._looking.run(lookup, partial(self._look, lookup))

    def doubt(self, lookup: Lookup, error: SourceError) -> None:
        """After an answer that did not fit: the tables may have changed, so look again the next time."""
        if isinstance(error, InvalidResponse):
            self._ready.pop(lookup, None)
            self._described.pop(place_of(SqlPlace, lookup).at, None)

    async def _look(self, lookup: Lookup) -> PreparedLookup:
        def complain(sentence: str) -> InvalidResponse:
            return InvalidResponse(self._name, f"{lookup.name}: {sentence}.")

        at = place_of(SqlPlace, lookup).at
        there = self._described.get(at)
        if there is None:
            there = await self._describing.run(at, partial(self._describe, at))
        if there is None:
            raise complain(f"there is no table or view {at}")
        self._described[at] = there
        found = prepare(lookup, there, self._engine.dialect, complain)
        if await self._seen_to_fit(found, complain):
            self._ready[lookup] = found
        return found

    async def _describe(self, at: str) -> TableDescription | None:
        def look(connection: Connection) -> TableDescription | None:
            return describe(connection, at, self._settings.schema or None)

        await self.pool.fetch("SELECT 1", ())  # its failures are told apart
        try:
            limit = asyncio.timeout(self._settings.timeout)
            async with limit, self._room, self._engine.connect() as connection:
                return await connection.run_sync(look)
        except TimeoutError as error:
            raise SourceTimeout(self._name, f"{at} could not be described in time") from error
        except SQLAlchemyError as error:
            raise SourceDown(self._name, f"{at} could not be described: {type(error).__name__}") from error

    async def _seen_to_fit(self, found: PreparedLookup, complain: Any) -> bool:
        """Whether stored times were seen to be written as they must be; False while there are none."""
        if found.times is None or found.moments is None or found.moments.fits is None:
            return True
        values: Sequence[Any] = await self.pool.fetch(found.times.text, found.times.values({}))
        if not all(found.moments.fits(value) for (value,) in values):
            raise complain("its times are not written in a way that sorts; a view can write them so")
        return bool(values)
