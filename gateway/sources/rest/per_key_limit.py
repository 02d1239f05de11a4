"""Services that cut after so many rows of each key, and cut ties as they please.

Where a key comes back full, its rows at the oldest moment are suspect: others of that moment may have been
cut away. So more is asked for, first by a doubled limit, then from that moment on, until what is wanted lies
above the cut.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateway.contract.batch import Key, Lookup, Row, Window
from gateway.contract.windows import distinct_rows, in_window, sort_key
from gateway.errors import InvalidResponse
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.requests import RowSelection, time_ambiguity
from gateway.sources.rest.rows import row_id

RowsByKey = dict[Key, list[Row]]


@dataclass(frozen=True, slots=True)
class PerKeyLimitReader:
    """One lookup's questions to such a service."""

    source: str
    lookup: Lookup
    place: RestPlace
    read: Callable[[RowSelection], Awaitable[RowsByKey]]

    @property
    def most(self) -> int:
        """The largest limit there is a point in sending."""
        return min(self.place.max_limit or self.place.max_rows, self.place.max_rows)

    async def rows(self, keys: tuple[Key, ...], window: Window) -> RowsByKey:
        """All the window needs of each key, and perhaps more."""
        # One row for the bound that was widened, one to see that there are more.
        wanted = window.first if self.lookup.time is None else window.limit and window.limit + 2
        size = self.most if wanted is None else min(wanted, self.most)
        return await self._within(RowSelection(keys, window, size))

    async def _within(self, asked: RowSelection) -> RowsByKey:
        found = await self.read(asked)
        short = tuple(key for key in asked.keys if self._is_short(found[key], asked))
        if not short:
            return found
        size = asked.size or self.most
        if size < self.most:
            wider = RowSelection(short, asked.window, min(size * 2, self.most))
            return found | await self._within(wider)
        if not self.place.until or self.lookup.time is None:
            raise self._too_many(f"{self.most} rows of a key, and no way to ask for more")
        older = await asyncio.gather(*(self._older(key, found[key], asked) for key in short))
        return found | dict(zip(short, older, strict=True))

    async def _older(self, key: Key, rows: list[Row], asked: RowSelection) -> list[Row]:
        """One key's rows from the oldest known moment on, as far as needed."""
        more = True
        while more and self._is_short(rows, asked):
            oldest = self._oldest(rows, asked.window)
            window = replace(asked.window, until=oldest)
            page = (await self.read(RowSelection((key,), window, self.most)))[key]
            rows, more = self._merged(rows, page), len(page) >= self.most
            if more and self._oldest(rows, asked.window) >= oldest:
                raise self._too_many("more of a moment than can be told apart")
        return rows

    def _merged(self, rows: list[Row], page: list[Row]) -> list[Row]:
        if len(rows) > self.place.max_rows:
            raise self._too_many(f"more than {self.place.max_rows} rows of a key")
        seen = {row_id(self.lookup, row) for row in rows} - {None}
        return rows + [row for row in page if row_id(self.lookup, row) not in seen]

    def _is_short(self, rows: list[Row], asked: RowSelection) -> bool:
        """Whether rows that are wanted may lie below the cut."""
        if len(rows) < (asked.size or 0):
            return False
        if self.lookup.time is None:
            return asked.window.first is None or len(distinct_rows(self.lookup, rows)) < asked.window.first
        try:
            return not self._is_certain(rows, asked.window)
        except ValueError:
            return False  # a row without a time is an error of its key, whatever else there is

    def _is_certain(self, rows: list[Row], window: Window) -> bool:
        cut = self._oldest(rows, window)
        if window.since is not None and cut < window.since:
            return True
        stamps = (sort_key(self.lookup, row, window) for row in distinct_rows(self.lookup, rows))
        wanted = sum(1 for at in stamps if at[0].astimezone(UTC) > cut and in_window(window, at))
        return window.limit is not None and wanted >= window.limit

    def _oldest(self, rows: list[Row], window: Window) -> datetime:
        """The newest moment that rows below the cut may have."""
        oldest = min(sort_key(self.lookup, row, window)[0].astimezone(UTC) for row in rows)
        return oldest + time_ambiguity(self.lookup)

    def _too_many(self, what: str) -> InvalidResponse:
        return InvalidResponse(self.source, f"{self.lookup.name}: {what}")
