"""One database: its connections, its tables, and every lookup prepared once."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from gateway.concurrency.bulkhead import Bulkhead
from gateway.concurrency.single_flight import SingleFlight
from gateway.contract.batch import Lookup, Row
from gateway.errors import InvalidResponse, SourceDown, SourceError, SourceTimeout
from gateway.sources.base.place import place_of
from gateway.sources.sql.place import SqlPlace, SqlSettings
from gateway.sources.sql.pool import ConnectionPool, Driver
from gateway.sources.sql.prepared import Preparation, TableDescription, describe
from gateway.sources.sql.statements import PreparedLookup, Statement


class Database:
    """Lives as long as its source. Describes a table at the first batch that needs it."""

    def __init__(self, name: str, settings: SqlSettings, url: URL, driver: Driver) -> None:
        self.pool = ConnectionPool(name, driver, settings.pool_size, settings.timeout)
        self._name, self._settings = name, settings
        # SQLAlchemy describes tables and writes statements. The driver gets statements directly.
        self._engine = create_async_engine(url, poolclass=NullPool, async_creator=driver.connect)
        self._descriptions: dict[str, TableDescription] = {}
        self._prepared: dict[Lookup, PreparedLookup] = {}
        self._preparing: SingleFlight[Lookup, PreparedLookup] = SingleFlight()
        self._describing: SingleFlight[str, TableDescription | None] = SingleFlight()
        self._describe_limit = Bulkhead(settings.pool_size)

    async def close(self) -> None:
        await self._preparing.close()
        await self._describing.close()
        await self.pool.close()
        await self._engine.dispose()

    async def rows(
        self, prepared: PreparedLookup, statement: Statement, values: Mapping[str, Any]
    ) -> list[Row]:
        """Every row of one statement, under the catalog's names."""
        names = (*prepared.names, *statement.extra_columns)
        records = await self.pool.fetch(statement.text, statement.ordered(values))
        return [dict(zip(names, record, strict=True)) for record in records]

    async def prepared(self, lookup: Lookup) -> PreparedLookup:
        prepared = self._prepared.get(lookup)
        return prepared or await self._preparing.run(lookup, partial(self._prepare, lookup))

    def forget(self, lookup: Lookup, error: SourceError) -> None:
        """Describe the table again after an answer that did not fit: it may have changed."""
        if isinstance(error, InvalidResponse):
            self._prepared.pop(lookup, None)
            self._descriptions.pop(place_of(SqlPlace, lookup).at, None)

    async def _prepare(self, lookup: Lookup) -> PreparedLookup:
        def error(reason: str) -> InvalidResponse:
            return InvalidResponse(self._name, f"{lookup.name}: {reason}.")

        place = place_of(SqlPlace, lookup)
        at = place.at
        description = self._descriptions.get(at) or await self._describing.run(
            at, partial(self._describe, at)
        )
        if description is None:
            raise error(f"there is no table or view {at}")
        self._descriptions[at] = description
        prepared = Preparation(lookup, place, description, self._engine.dialect, error).prepared()
        sample = prepared.time_sample()
        records = await self.pool.fetch(sample.text, sample.ordered({})) if sample else ()
        times = [time for (time,) in records]
        sortable = prepared.time_column.is_sortable if prepared.time_column else None
        if sortable and not all(sortable(value) for value in times):
            raise error("its times are not written in a sortable form; add a view that writes them so")
        if times or not sortable:  # an empty table is looked at again
            self._prepared[lookup] = prepared
        return prepared

    async def _describe(self, at: str) -> TableDescription | None:
        await self.pool.fetch("SELECT 1", ())  # a failed connection is reported with its reason
        try:
            timeout = asyncio.timeout(self._settings.timeout)
            async with timeout, self._describe_limit.permit(), self._engine.connect() as connection:
                return await connection.run_sync(describe, at, self._settings.schema or None)
        except TimeoutError as error:
            raise SourceTimeout(self._name, f"{at} could not be described in time") from error
        except SQLAlchemyError as error:
            raise SourceDown(self._name, f"{at} could not be described: {type(error).__name__}") from error
