"""Databases: one statement for many keys, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from gateway.contract.batch import Answer, Answers, Batch, Key, Lookup, Row, Window
from gateway.contract.windows import rows_by_key, windowed_answers
from gateway.errors import DeadlineExceeded, InvalidRow, SourceError
from gateway.sources.base.place import place_of
from gateway.sources.sql.database import Database
from gateway.sources.sql.drivers import DRIVERS
from gateway.sources.sql.place import SqlPlace, SqlSettings, database_url
from gateway.sources.sql.prepared import PreparedLookup
from gateway.sources.sql.queries import Query, exact_query, grouped_by_prefix, prefix_query
from gateway.sources.sql.windows import (
    keys_cut_at_clock_change,
    keys_cut_by_duplicates,
    statement_window,
    widened,
)

ByKey = Mapping[Key, Sequence[Row]]
_BEGINNINGS_PER_CALL = 64  # each is a term of its own
_TIME_ENOUGH = nullcontext()
_FIRSTS_PER_CALL = 8  # each is a query of its own within the statement: as many as an address has beginnings


class SqlSource:
    """A database that is read, as long as the application lives."""

    def __init__(self, name: str, database: Database, settings: SqlSettings) -> None:
        self.name = name
        self._database = database
        self._keys_per_call, self._timeout = settings.keys_per_call, settings.timeout

    async def fetch(self, batch: Batch) -> Answers:
        """One statement for each `keys_per_call` keys, or for fewer where they are beginnings."""
        size = self._keys_per_call
        if place_of(SqlPlace, batch.lookup).match == "prefix":
            size = min(size, _BEGINNINGS_PER_CALL if batch.window.first is None else _FIRSTS_PER_CALL)
        if len(batch.keys) <= size:
            return await self._answers(batch)
        parts = [replace(batch, keys=batch.keys[n : n + size]) for n in range(0, len(batch.keys), size)]
        found: dict[Key, Answer | SourceError] = {}
        for some in await asyncio.gather(*(self._answers(part) for part in parts)):
            found.update(some)
        return found

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """A few rows of the table, whatever their keys."""
        ready = await self._database.ready(lookup)
        return tuple(await self._database.rows(ready, ready.sample, {}))

    async def _answers(self, batch: Batch) -> Answers:
        as_of = datetime.now(UTC)
        try:
            async with self._in_time(batch.options.remaining()):
                ready = await self._database.ready(batch.lookup)
                by_key = await self._rows(ready, batch)
        except TimeoutError:  # the database's own has become a SourceTimeout
            late = DeadlineExceeded(self.name, f"{batch.lookup.name}: the request's time was over")
            return dict.fromkeys(batch.keys, late)
        except SourceError as error:
            self._database.doubt(batch.lookup, error)
            return dict.fromkeys(batch.keys, error)
        return {
            **windowed_answers(batch, by_key, self.name, as_of),
            **self._unfit(ready, batch.lookup, by_key),
        }

    def _in_time(self, left: float) -> AbstractAsyncContextManager[object]:
        """Ends with the request's time, where a statement could take longer."""
        return asyncio.timeout(left) if left < self._timeout else _TIME_ENOUGH

    async def _rows(self, ready: PreparedLookup, batch: Batch) -> ByKey:
        asked = statement_window(batch.window, ready.moments)
        if place_of(SqlPlace, batch.lookup).match == "prefix":
            question = prefix_query(ready, batch.keys, asked)
            return grouped_by_prefix(batch, await self._asked(ready, question), self.name)
        by_key = await self._equal(ready, batch, asked)
        cut = keys_cut_at_clock_change(ready.moments, batch.lookup, asked, by_key)
        unsure = tuple(dict.fromkeys((*cut, *keys_cut_by_duplicates(batch.lookup, asked, by_key))))
        if not unsure:
            return by_key
        return {**by_key, **await self._equal(ready, replace(batch, keys=unsure), widened(asked))}

    async def _equal(self, ready: PreparedLookup, batch: Batch, asked: Window) -> ByKey:
        rows = await self._asked(ready, exact_query(ready, batch.keys, asked))
        return rows_by_key(batch, rows, self.name)

    async def _asked(self, ready: PreparedLookup, question: Query | None) -> list[Row]:
        if question is None:
            return []
        shape, values = question
        return await self._database.rows(ready, ready.statements.of(shape), values)

    def _unfit(self, ready: PreparedLookup, lookup: Lookup, by_key: ByKey) -> dict[Key, SourceError]:
        """Keys with a time that is written otherwise, so that the order they came in is no order."""
        fits = ready.moments.fits if ready.moments else None
        if fits is None or lookup.time is None:
            return {}
        name = lookup.time.path[0]
        reason = f"{lookup.name}: a time that is not written as the others are"
        return {
            key: InvalidRow(self.name, reason)
            for key, rows in by_key.items()
            if not all(fits(row[name]) for row in rows)
        }


@asynccontextmanager
async def open_sql(name: str, settings: SqlSettings) -> AsyncIterator[SqlSource]:
    """A database for as long as the context lasts; it is not asked before its first question."""
    url = database_url(settings.url)
    database = Database(name, settings, url, DRIVERS[url.get_backend_name()](url))
    try:
        yield SqlSource(name, database, settings)
    finally:
        await database.close()
