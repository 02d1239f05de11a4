"""Databases: one statement for many keys, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial

from gateway import errors
from gateway.concurrency.slices import SLICE, in_slices, off_loop
from gateway.contract.answers import RowsByKey, grouped_in_slices, rows_by_key
from gateway.contract.batch import COUNT, Answers, Batch, Lookup, Row, Window
from gateway.contract.paths import Key
from gateway.sources.base.chunks import fetch_in_chunks, in_chunks
from gateway.sources.base.place import place_of
from gateway.sources.sql import queries
from gateway.sources.sql.database import Database
from gateway.sources.sql.place import SqlPlace, SqlSettings, database_url
from gateway.sources.sql.pool import DRIVERS, ResultRows
from gateway.sources.sql.samples import SampleReader, check_found
from gateway.sources.sql.statements import PreparedLookup, Statement

MAX_FAILURES = 200  # statements of one batch that may fail; after them, a failed statement fails all its keys
MAX_PREFIXES = 64  # for one statement: each is one condition
MAX_LIMITED_PREFIXES = 8  # each is one subquery of the statement; an address has as many prefixes


class TooManyRows(Exception):
    """A statement found more than `max_rows` rows."""


class SqlSource:
    """A database, only read. Lives as long as the application."""

    def __init__(self, name: str, database: Database, settings: SqlSettings) -> None:
        self.name, self._database = name, database
        self._keys_per_call, self._timeout = settings.keys_per_call, settings.timeout
        self.misspelled: Mapping[Lookup, str] = database.misspelled

    async def fetch(self, batch: Batch) -> Answers:
        size, place, window = self._keys_per_call, place_of(SqlPlace, batch.lookup), batch.window
        if (limit := window.limit if batch.lookup.time else window.first) and not window.count:
            size = max(1, min(size, place.max_rows // limit))
        if place.match == "prefix":
            size = min(size, MAX_PREFIXES if window.first is None else MAX_LIMITED_PREFIXES)
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

        A statement that fails so is asked again for each half of its keys. One with too many rows is no failure:
        each of its keys may have few enough.
        """
        answered: dict[Key, Sequence[Row] | errors.SourceError] = {}
        failures, pending = 0, [batch.keys]
        while pending:
            part = replace(batch, keys=pending.pop())
            try:
                by_key = await self._rows(prepared, part)
                unsorted = {} if batch.window.count else await self._unsorted(prepared, batch.lookup, by_key)
                answered |= {**by_key, **unsorted}
            except TooManyRows as error:
                if len(part.keys) > 1:
                    pending += _halves(part.keys)
                else:
                    answered[part.keys[0]] = self._named(batch.lookup, errors.InvalidRow(self.name, str(error)))
            except errors.InvalidRow as error:
                failures += 1
                if len(part.keys) > 1 and failures < MAX_FAILURES:
                    pending += _halves(part.keys)
                elif await self._can_ask(prepared, part.keys):
                    answered |= dict.fromkeys(part.keys, self._named(batch.lookup, error))
        return answered

    def _named(self, lookup: Lookup, error: errors.InvalidRow) -> errors.InvalidRow:
        """The error with the name of the lookup, which drivers do not know."""
        is_named = error.reason.startswith(lookup.name)
        return error if is_named else errors.InvalidRow(self.name, f"{lookup.name}: {error.reason}")

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
            rows = await self._execute(prepared, query)
            return await off_loop(len(rows) > SLICE, queries.grouped_by_prefix, batch, rows, self.name)
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
        return await grouped_in_slices(batch, rows, self.name)

    async def _execute(self, prepared: PreparedLookup, query: queries.Query | None) -> Sequence[Row]:
        if query is None:
            return []
        shape, values = query
        rows = await self._database.rows(prepared, prepared.statement(shape), values)
        if len(rows) > prepared.max_rows:
            raise TooManyRows(f"more than max_rows = {prepared.max_rows} rows in one statement")
        return rows

    async def _unsorted(
        self, prepared: PreparedLookup, lookup: Lookup, by_key: Mapping[Key, Sequence[Row]]
    ) -> dict[Key, errors.InvalidRow]:
        """Errors of keys with a time in another form: their rows did not come in order."""
        time = prepared.time
        if time is None or lookup.time is None:
            return {}
        column = lookup.time.path[0]
        reason = f"{lookup.name}: a time in {column} is written differently from others"
        unsorted: set[Key] = set()
        for key, rows in by_key.items() if time.is_sortable else ():

            def check(part: Sequence[Row], key: Key = key) -> None:
                if not time.are_sortable([row[column] for row in part]):
                    unsorted.add(key)

            await in_slices(rows, check)
        return dict.fromkeys(unsorted, errors.InvalidRow(self.name, reason))


def _halves(keys: Sequence[Key]) -> Iterable[tuple[Key, ...]]:
    return map(tuple, in_chunks(keys, (len(keys) + 1) // 2))


@asynccontextmanager
async def open_sql(name: str, settings: SqlSettings) -> AsyncIterator[SqlSource]:
    """A database for as long as the context lasts. It connects at the first batch."""
    url = database_url(settings.url)
    database = Database(name, settings, url, DRIVERS[url.get_backend_name()](url))
    try:
        yield SqlSource(name, database, settings)
    finally:
        await database.close()
