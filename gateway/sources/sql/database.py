"""One database: its connections, descriptions of its tables, and prepared statements."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from gateway import errors
from gateway.concurrency.bulkhead import Bulkhead
from gateway.concurrency.single_flight import SingleFlight
from gateway.concurrency.slices import in_slices
from gateway.contract.batch import COUNT, Lookup, Row
from gateway.sources.base.place import place_of
from gateway.sources.sql.keys import TYPES
from gateway.sources.sql.place import SqlPlace, SqlSettings
from gateway.sources.sql.pool import ConnectionPool, DatabaseDriver, ResultRows
from gateway.sources.sql.prepared import Preparation, TableDescription, describe
from gateway.sources.sql.spellings import misspelling
from gateway.sources.sql.statements import PreparedLookup, Shape, Statement
from gateway.sources.sql.time_samples import sample_of

log = logging.getLogger("gateway")
_JSON = msgspec.json.Decoder(float_hook=Decimal)


class Database:
    """Lives as long as its source. Describes a table at the first batch that needs it."""

    def __init__(self, name: str, settings: SqlSettings, url: URL, driver: DatabaseDriver) -> None:
        self.pool = ConnectionPool(name, driver, settings.pool_size, settings.timeout, max_idle=settings.max_idle)
        self._name, self._settings = name, settings
        # SQLAlchemy describes tables and writes statements. The driver gets statements directly.
        self._engine = create_async_engine(url.set(query={}), poolclass=NullPool, async_creator=driver.connect)
        dialect: Any = self._engine.dialect
        dialect.ischema_names = {**dialect.ischema_names, **TYPES}
        self._descriptions: dict[str, TableDescription] = {}
        self._prepared: dict[Lookup, PreparedLookup] = {}
        self._preparing: SingleFlight[Lookup, PreparedLookup] = SingleFlight()
        self._describing: SingleFlight[str, TableDescription | None] = SingleFlight()
        self._describe_limit = Bulkhead(settings.pool_size)
        self.misspelled: dict[Lookup, str] = {}

    async def close(self) -> None:
        await self._preparing.close()
        await self._describing.close()
        await self.pool.close()
        await self._engine.dispose()

    async def rows(self, prepared: PreparedLookup, statement: Statement, values: Mapping[str, Any]) -> Sequence[Row]:
        """Every row of one statement, under the catalog's names."""
        names = (*prepared.names, *statement.extra_columns)
        records = await self.pool.fetch(statement.text, statement.ordered(values))
        rows: list[Row] = []

        def add(part: ResultRows) -> None:
            new = [dict(zip(names, record, strict=True)) for record in part]
            for name in prepared.documents:
                for row in new:
                    row[name] = self._document(name, row[name])
            rows.extend(new)

        await in_slices(records, add)
        return rows

    async def counts(self, prepared: PreparedLookup, shape: Shape, values: Mapping[str, Any]) -> Sequence[Row]:
        """The number of rows of each key; None where rows lack a time or an id."""
        statement = prepared.statement(shape)
        records = await self.pool.fetch(statement.text, statement.ordered(values))
        return [{prepared.key_name: key, COUNT: None if odd else count} for key, count, odd in records]

    def _document(self, name: str, value: Any) -> Any:
        """The JSON of a column, which drivers give as text; a blank text is none."""
        try:
            document = _JSON.decode(value or "null") if isinstance(value, str | bytes) else value
        except (ValueError, RecursionError) as error:
            raise errors.InvalidRow(self._name, f"the column {name} holds text that is no JSON") from error
        if document is not None and not isinstance(document, dict | list):
            raise errors.InvalidRow(self._name, f"the column {name} holds a value, and no object of JSON")
        return document

    async def prepared(self, lookup: Lookup) -> PreparedLookup:
        prepared = self._prepared.get(lookup)
        return prepared or await self._preparing.run(lookup, partial(self._prepare, lookup))

    def forget(self, lookup: Lookup, error: errors.SourceError) -> None:
        """Describe the table again after an answer that did not fit: it may have changed."""
        if isinstance(error, errors.InvalidResponse):
            self._prepared.pop(lookup, None)
            self._descriptions.pop(place_of(SqlPlace, lookup).at, None)

    async def _prepare(self, lookup: Lookup) -> PreparedLookup:
        def error(reason: str) -> errors.InvalidResponse:
            return errors.InvalidResponse(self._name, f"{lookup.name}: {reason}.")

        place = place_of(SqlPlace, lookup)
        describe_table = partial(self._describe, place.at)
        description = self._descriptions.get(place.at) or await self._describing.run(place.at, describe_table)
        if description is None:
            raise error(f"there is no table or view {place.at}; check `at`")
        self._descriptions[place.at] = description
        prepared = Preparation(lookup, place, description, self._engine.dialect, error).prepared()
        has_times = await self._check_times(lookup, prepared, error)
        self.misspelled.pop(lookup, None)
        if misspelled := await self.misspelling(lookup, prepared):
            log.warning("%s: %s", self._name, misspelled)
            self.misspelled[lookup] = misspelled
        if has_times:  # an empty table is looked at again
            self._prepared[lookup] = prepared
        return prepared

    async def _check_times(
        self, lookup: Lookup, prepared: PreparedLookup, error: Callable[[str], errors.InvalidResponse]
    ) -> bool:
        """Look at a sample of the times, if their form is open; False where the table has none yet.

        Raises `error` if most are in another form. A few cost their own keys, and the log names their form.
        """
        statement = prepared.time_sample()
        if statement is None or prepared.time is None or lookup.time is None:
            return True
        try:
            records = await self.pool.fetch(statement.text, statement.ordered({}))
        except errors.InvalidRow:  # a row of the sample that cannot be read is the error of its key
            return True
        sample = sample_of(lookup.time, prepared.time, [time for (time,) in records])
        if sample.is_unsortable:
            reason = "its times are not written in a sortable form; add a view that writes them so"
            raise error(f"{reason} ({sample.text()})")
        if sample.odd:
            log.warning("%s: %s: %s; their keys are misread", self._name, lookup.name, sample.text())
        return bool(records)

    async def misspelling(self, lookup: Lookup, prepared: PreparedLookup) -> str | None:
        """What a search cannot find, by a sample of its keys, in a sentence."""
        if lookup.spelling is None:
            return None
        sample = prepared.key_sample()
        records: ResultRows = ()
        with suppress(errors.InvalidRow):
            records = await self.pool.fetch(sample.text, sample.ordered({}))
        return misspelling(lookup, lookup.spelling, [key for (key,) in records if isinstance(key, str)])

    async def _describe(self, at: str) -> TableDescription | None:
        await self.pool.fetch("SELECT 1", ())  # a failed connection is reported with its reason
        try:
            timeout = asyncio.timeout(self._settings.timeout)
            async with timeout, self._describe_limit.permit(), self._engine.connect() as connection:
                return await connection.run_sync(describe, at, self._settings.schema or None)
        except TimeoutError as error:
            raise errors.SourceTimeout(self._name, f"{at} could not be described in time") from error
        except SQLAlchemyError as error:
            reason = f"{at} could not be described: {type(error).__name__}"
            raise errors.SourceDown(self._name, reason) from error
