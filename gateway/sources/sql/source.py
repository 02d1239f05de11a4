"""Databases: one statement for many keys, on SQLite and on PostgreSQL."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
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
from gateway.contract.batch import COUNT, Answers, Batch, Key, Lookup, Row, Window
from gateway.contract.windows import RowsByKey, rows_by_key
from gateway.sources.base.chunks import fetch_in_chunks, in_chunks
from gateway.sources.base.place import place_of
from gateway.sources.sql import queries
from gateway.sources.sql.keys import TYPES
from gateway.sources.sql.place import SqlPlace, SqlSettings, database_url
from gateway.sources.sql.pool import DRIVERS, ConnectionPool, DatabaseDriver, ResultRows
from gateway.sources.sql.prepared import Preparation, TableDescription, describe
from gateway.sources.sql.samples import SampleReader, check_found
from gateway.sources.sql.spellings import misspelling
from gateway.sources.sql.statements import PreparedLookup, Shape, Statement

MAX_FAILURES = 200  # statements of one batch that may fail; after them, a failed statement fails all its keys
MAX_PREFIXES = 64  # for one statement: each is one condition
MAX_LIMITED_PREFIXES = 8  # each is one subquery of the statement; an address has as many prefixes
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
        rows = [dict(zip(names, record, strict=True)) for record in records]
        for name in prepared.documents:
            for row in rows:
                row[name] = self._document(name, row[name])
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
        sample = prepared.time_sample()
        records: ResultRows = ()
        with suppress(errors.InvalidRow):  # a row of the sample that cannot be read is the error of its key
            records = await self.pool.fetch(sample.text, sample.ordered({})) if sample else ()
        if prepared.time and not prepared.time.are_sortable(time for (time,) in records):
            raise error("its times are not written in a sortable form; add a view that writes them so")
        self.misspelled.pop(lookup, None)
        if misspelled := await self.misspelling(lookup, prepared):
            log.warning("%s: %s", self._name, misspelled)
            self.misspelled[lookup] = misspelled
        if records or not sample:  # an empty table is looked at again
            self._prepared[lookup] = prepared
        return prepared

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


class SqlSource:
    """A database, only read. Lives as long as the application."""

    def __init__(self, name: str, database: Database, settings: SqlSettings) -> None:
        self.name, self._database = name, database
        self._keys_per_call, self._timeout = settings.keys_per_call, settings.timeout
        self.misspelled: Mapping[Lookup, str] = database.misspelled

    async def fetch(self, batch: Batch) -> Answers:
        size = self._keys_per_call
        if place_of(SqlPlace, batch.lookup).match == "prefix":
            size = min(size, MAX_PREFIXES if batch.window.first is None else MAX_LIMITED_PREFIXES)
        return await fetch_in_chunks(batch, self.name, in_chunks(batch.keys, size), self._read)

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """A few rows of the table, of any key, which are also found by their keys."""
        prepared = await self._database.prepared(lookup)
        if misspelled := await self._database.misspelling(lookup, prepared):
            raise errors.InvalidRow(self.name, misspelled)
        read_rows = partial(self._database.rows, prepared, values={})
        rows = await SampleReader(self.name, lookup, prepared, read_rows, self._records).read()
        await check_found(self.fetch, lookup, rows)
        return rows

    async def _records(self, statement: Statement) -> ResultRows:
        return await self._database.pool.fetch(statement.text, statement.ordered({}))

    async def _read(self, batch: Batch) -> RowsByKey:
        remaining = batch.options.remaining()
        try:
            # The timeout of a statement raises SourceTimeout.
            async with asyncio.timeout(remaining if remaining < self._timeout else None):
                prepared = await self._database.prepared(batch.lookup)
                return await self._readable(prepared, batch)
        except TimeoutError:
            reason = f"{batch.lookup.name}: the deadline of the request passed"
            raise errors.DeadlineExceeded(self.name, reason) from None
        except errors.SourceError as error:
            self._database.forget(batch.lookup, error)
            raise

    async def _readable(self, prepared: PreparedLookup, batch: Batch) -> RowsByKey:
        """The rows of each key. What fails on a key or on a row of it, alone of all, is that key's own error.

        A statement that fails so is asked again for each half of its keys.
        """
        answered: dict[Key, Sequence[Row] | errors.SourceError] = {}
        failures, pending = 0, [batch.keys]
        while pending:
            part = replace(batch, keys=pending.pop())
            try:
                by_key = await self._rows(prepared, part)
                unsorted = {} if batch.window.count else self._unsorted(prepared, batch.lookup, by_key)
                answered |= {**by_key, **unsorted}
            except errors.InvalidRow as error:
                failures += 1
                if len(part.keys) > 1 and failures < MAX_FAILURES:
                    pending += map(tuple, in_chunks(part.keys, (len(part.keys) + 1) // 2))
                elif await self._can_ask(prepared, part.keys):
                    answered |= dict.fromkeys(part.keys, error)
        return answered

    async def _can_ask(self, prepared: PreparedLookup, keys: Sequence[Key]) -> bool:
        """Whether the database's encoding can write the key; where it cannot, no row has the key."""
        if len(keys) > 1 or prepared.writes_all_text:
            return True
        statement = prepared.echo()
        with suppress(errors.InvalidRow):
            await self._database.pool.fetch(statement.text, statement.ordered({"key": keys[0]}))
            return True
        return False

    async def _rows(self, prepared: PreparedLookup, batch: Batch) -> Mapping[Key, Sequence[Row]]:
        window = queries.statement_window(batch.window, prepared)
        if batch.window.count:
            return await self._counts(prepared, batch, window)
        if place_of(SqlPlace, batch.lookup).match == "prefix":
            query = queries.prefix_query(prepared, batch.keys, window)
            return queries.grouped_by_prefix(batch, await self._execute(prepared, query), self.name)
        by_key = await self._exact_rows(prepared, batch, window)
        cut = queries.keys_cut_inexactly(prepared.time, batch.lookup, window, by_key)
        if not cut:
            return by_key
        wider = await self._exact_rows(prepared, replace(batch, keys=cut), queries.widened(window))
        return {**by_key, **wider}

    async def _counts(self, prepared: PreparedLookup, batch: Batch, window: Window) -> Mapping[Key, Sequence[Row]]:
        """A row with the number of rows for each key that has some; None where the database cannot tell exactly."""
        if (window.since, window.until) != (batch.window.since, batch.window.until):
            return {key: [{COUNT: None}] for key in batch.keys}
        query = queries.exact_query(prepared, batch.keys, window)
        return rows_by_key(batch, await self._database.counts(prepared, *query) if query else [], self.name)

    async def _exact_rows(self, prepared: PreparedLookup, batch: Batch, window: Window) -> dict[Key, list[Row]]:
        rows = await self._execute(prepared, queries.exact_query(prepared, batch.keys, window))
        return rows_by_key(batch, rows, self.name)

    async def _execute(self, prepared: PreparedLookup, query: queries.Query | None) -> Sequence[Row]:
        if query is None:
            return []
        shape, values = query
        return await self._database.rows(prepared, prepared.statement(shape), values)

    def _unsorted(
        self, prepared: PreparedLookup, lookup: Lookup, by_key: Mapping[Key, Sequence[Row]]
    ) -> dict[Key, errors.InvalidRow]:
        """Errors of keys with a time in another form: their rows did not come in order."""
        time = prepared.time
        if time is None or lookup.time is None:
            return {}
        column = lookup.time.path[0]
        reason = f"{lookup.name}: a time in {column} is written differently from others"
        unsorted = [key for key, rows in by_key.items() if not time.are_sortable(row[column] for row in rows)]
        return dict.fromkeys(unsorted, errors.InvalidRow(self.name, reason))


@asynccontextmanager
async def open_sql(name: str, settings: SqlSettings) -> AsyncIterator[SqlSource]:
    """A database for as long as the context lasts. It connects at the first batch."""
    url = database_url(settings.url)
    database = Database(name, settings, url, DRIVERS[url.get_backend_name()](url))
    try:
        yield SqlSource(name, database, settings)
    finally:
        await database.close()
