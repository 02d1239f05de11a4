"""Databases: one statement for many keys, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from gateway.contract.batch import Answers, Batch, Key, Lookup, Row, Window
from gateway.contract.windows import rows_by_key
from gateway.errors import DeadlineExceeded, InvalidRow, SourceError
from gateway.sources.base.batching import RowsByKey, fetch_in_parts, in_chunks
from gateway.sources.base.place import place_of
from gateway.sources.sql import queries
from gateway.sources.sql.database import Database
from gateway.sources.sql.place import SqlPlace, SqlSettings, database_url
from gateway.sources.sql.pool import DRIVERS
from gateway.sources.sql.statements import PreparedLookup

MAX_PREFIXES = 64  # for one statement: each is a condition of its own
MAX_LIMITED_PREFIXES = 8  # each is a query of its own in the statement; an address has as many prefixes


class SqlSource:
    """A database, only read. Lives as long as the application."""

    def __init__(self, name: str, database: Database, settings: SqlSettings) -> None:
        self.name = name
        self._database = database
        self._keys_per_call, self._timeout = settings.keys_per_call, settings.timeout

    async def fetch(self, batch: Batch) -> Answers:
        size = self._keys_per_call
        if place_of(SqlPlace, batch.lookup).match == "prefix":
            size = min(size, MAX_PREFIXES if batch.window.first is None else MAX_LIMITED_PREFIXES)
        return await fetch_in_parts(batch, self.name, in_chunks(batch.keys, size), self._read)

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """A few rows of the table, of any key."""
        prepared = await self._database.prepared(lookup)
        return tuple(await self._database.rows(prepared, prepared.sample(), {}))

    async def _read(self, batch: Batch) -> RowsByKey:
        remaining = batch.options.remaining()
        try:
            # A statement has a timeout of its own, and raises SourceTimeout.
            async with asyncio.timeout(remaining if remaining < self._timeout else None):
                prepared = await self._database.prepared(batch.lookup)
                by_key = await self._rows(prepared, batch)
        except TimeoutError:
            reason = f"{batch.lookup.name}: the deadline of the request passed"
            raise DeadlineExceeded(self.name, reason) from None
        except SourceError as error:
            self._database.forget(batch.lookup, error)
            raise
        return {**by_key, **self._unsorted(prepared, batch.lookup, by_key)}

    async def _rows(self, prepared: PreparedLookup, batch: Batch) -> Mapping[Key, Sequence[Row]]:
        window = queries.statement_window(batch.window, prepared.time_column)
        if place_of(SqlPlace, batch.lookup).match == "prefix":
            query = queries.prefix_query(prepared, batch.keys, window)
            return queries.grouped_by_prefix(batch, await self._execute(prepared, query), self.name)
        by_key = await self._exact_rows(prepared, batch, window)
        cut = queries.keys_cut_inexactly(prepared.time_column, batch.lookup, window, by_key)
        if not cut:
            return by_key
        return {
            **by_key,
            **await self._exact_rows(prepared, replace(batch, keys=cut), queries.widened(window)),
        }

    async def _exact_rows(
        self, prepared: PreparedLookup, batch: Batch, window: Window
    ) -> dict[Key, list[Row]]:
        rows = await self._execute(prepared, queries.exact_query(prepared, batch.keys, window))
        return rows_by_key(batch, rows, self.name)

    async def _execute(self, prepared: PreparedLookup, query: queries.Query | None) -> list[Row]:
        if query is None:
            return []
        shape, values = query
        return await self._database.rows(prepared, prepared.statement(shape), values)

    def _unsorted(
        self, prepared: PreparedLookup, lookup: Lookup, by_key: Mapping[Key, Sequence[Row]]
    ) -> dict[Key, InvalidRow]:
        """Errors of keys with a time in another form: their rows did not come in order."""
        is_sortable = prepared.time_column.is_sortable if prepared.time_column else None
        if is_sortable is None or lookup.time is None:
            return {}
        column = lookup.time.path[0]
        error = InvalidRow(self.name, f"{lookup.name}: a time in {column} is written differently from others")
        return {
            key: error for key, rows in by_key.items() if not all(is_sortable(row[column]) for row in rows)
        }


@asynccontextmanager
async def open_sql(name: str, settings: SqlSettings) -> AsyncIterator[SqlSource]:
    """A database for as long as the context lasts. It connects at the first batch."""
    url = database_url(settings.url)
    database = Database(name, settings, url, DRIVERS[url.get_backend_name()](url))
    try:
        yield SqlSource(name, database, settings)
    finally:
        await database.close()
