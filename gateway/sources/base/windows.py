"""Windows at services that take parameters: bounds that lose no row, and limits that cut ties arbitrarily.

Where a key comes back full, its rows of the oldest moment are suspect: others of that moment may be cut. The
limit is doubled first. Then rows from that moment on are read, until all wanted rows lie above the cut.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from gateway.concurrency.slices import SLICE, off_loop
from gateway.contract.answers import RowsByKey
from gateway.contract.batch import Answers, Batch, Lookup, Row, Window
from gateway.contract.paths import Key, value_at
from gateway.contract.times import RESOLUTION
from gateway.contract.windows import distinct_rows, in_window, readable_rows, sort_key, text_key
from gateway.errors import InvalidRow, SourceError
from gateway.sources.base.chunks import fetch_in_chunks
from gateway.sources.base.place import WindowedPlace, place_of

_DAY_MARGIN = timedelta(days=2)  # the hours of a day told as a time, and its distance to the account's zone


@dataclass(frozen=True, slots=True)
class RowSelection:
    """The rows that one call reads: of these keys, in this window, at most `limit` of each key."""

    keys: tuple[Key, ...]
    window: Window
    limit: int | None = None


ReadSelection = Callable[[Batch, RowSelection], Awaitable[RowsByKey]]


def time_ambiguity(lookup: Lookup) -> timedelta:
    """How much older than it is a row may appear.

    A wall clock shows the same time twice in the hour that daylight saving repeats.
    """
    local = lookup.time is not None and lookup.time.format.name == "local"
    return RESOLUTION["local"] if local else timedelta()


def bound_step(place: WindowedPlace, lookup: Lookup) -> timedelta:
    """How far a written bound may lie from its row."""
    step = RESOLUTION[place.time_format]
    is_day = lookup.time is not None and lookup.time.format.name == "day"
    return max(step, _DAY_MARGIN) if is_day else step


def window_params(place: WindowedPlace, lookup: Lookup, selection: RowSelection) -> dict[str, str | int]:
    """The limit of a selection and its bounds, by parameter. Bounds are a step wider: services may exclude them."""
    window, step = selection.window, bound_step(place, lookup)
    ends = [end for end in (window.until, window.after and window.after.time) if end]
    params = {
        place.since: _written(place, window, window.since, -step),
        place.until: _written(place, window, min(ends, default=None), step + time_ambiguity(lookup)),
        place.limit: selection.limit or None,
    }
    return {name: value for name, value in params.items() if name and value is not None}


def _written(place: WindowedPlace, window: Window, end: datetime | None, by: timedelta) -> str | int | None:
    if end is None:
        return None
    try:
        return place.bound_format.write(end.astimezone(UTC) + by, place.bound_format.zone or window.zone)
    except OverflowError:
        return None  # beyond the ends of the calendar there is no bound


async def fetch_windowed(batch: Batch, source: str, chunks: Iterable[Sequence[Key]], read: ReadSelection) -> Answers:
    """The answers of all chunks of keys. `read` makes one call, in which a service may limit the rows of each key."""
    return await fetch_in_chunks(batch, source, chunks, partial(_read_windowed, source, read))


async def _read_windowed(source: str, read: ReadSelection, batch: Batch) -> RowsByKey:
    """The rows of a batch, by one call, or by several where a service limits them by key."""
    lookup, place, window = batch.lookup, place_of(WindowedPlace, batch.lookup), batch.window
    if not place.limit:
        return await read(batch, RowSelection(batch.keys, window))
    reader = PerKeyLimitReader(source, lookup, place, partial(read, batch))
    # One row for the bound that was widened, one to see that there are more.
    needed = window.first if lookup.time is None else window.limit and window.limit + 2
    limit = reader.max_limit if needed is None else min(needed, reader.max_limit)
    return await reader.rows(RowSelection(batch.keys, window, limit))


def row_id(lookup: Lookup, row: Row) -> Key | None:
    return text_key(value_at(row, lookup.id)) if lookup.id else None


@dataclass(frozen=True, slots=True)
class PerKeyLimitReader:
    """Reads the rows of one lookup from such a service.

    read: makes one call; it leaves out keys whose rows the service may have cut in favour of other keys.
    """

    source: str
    lookup: Lookup
    place: WindowedPlace
    read: Callable[[RowSelection], Awaitable[RowsByKey]]

    @property
    def max_limit(self) -> int:
        """The largest limit that makes sense to send."""
        return min(self.place.max_limit or self.place.max_rows, self.place.max_rows)

    async def rows(self, selection: RowSelection) -> RowsByKey:
        """All rows of the window for each key, and perhaps more."""
        rows = await self._read_whole(selection)
        cut = [key for key, of_key in rows.items() if await self._is_cut(of_key, selection)]
        if not cut:
            return rows
        limit = selection.limit or self.max_limit
        if limit < self.max_limit:
            wider = RowSelection(tuple(cut), selection.window, min(limit * 2, self.max_limit))
            return {**rows, **await self.rows(wider)}
        if not self.place.until or self.lookup.time is None:
            error = self._error(f"{self.max_limit} rows of a key, and no parameter `until` to ask for more")
            return {**rows, **dict.fromkeys(cut, error)}
        older = await asyncio.gather(*(self._older_or_error(key, rows[key], selection) for key in cut))
        return {**rows, **dict(zip(cut, older, strict=True))}

    async def _read_whole(self, selection: RowSelection) -> RowsByKey:
        """The rows of each key. Keys that a call left out are asked again, in two halves.

        A call leaves out keys only beside others, so that there are at most as many calls as keys.
        """
        rows = await self.read(selection)
        cut = tuple(key for key in selection.keys if key not in rows)
        if not cut or not rows:
            return rows
        middle = (len(cut) + 1) // 2
        halves = [half for half in (cut[:middle], cut[middle:]) if half]
        parts = await asyncio.gather(*(self._read_part(replace(selection, keys=half)) for half in halves))
        return {key: of_key for part in (rows, *parts) for key, of_key in part.items()}

    async def _read_part(self, selection: RowSelection) -> RowsByKey:
        """The rows of some keys of a call, or its error, which is not that of the other keys."""
        try:
            return await self._read_whole(selection)
        except SourceError as error:
            return dict.fromkeys(selection.keys, error)

    async def _older_or_error(
        self, key: Key, rows: Sequence[Row] | SourceError, selection: RowSelection
    ) -> Sequence[Row] | SourceError:
        try:
            return await self._read_older(key, rows, selection)
        except InvalidRow as error:
            return error

    async def _read_older(
        self, key: Key, rows: Sequence[Row] | SourceError, selection: RowSelection
    ) -> Sequence[Row] | SourceError:
        """One key's rows from the oldest known moment on, as far as needed."""
        more = True
        while more and not isinstance(rows, SourceError) and await self._is_cut(rows, selection):
            oldest = await self._oldest(rows, selection.window)
            window = replace(selection.window, until=oldest)
            page = (await self.read(RowSelection((key,), window, self.max_limit)))[key]
            if isinstance(page, SourceError):
                return page
            rows, more = await off_loop(len(rows) > SLICE, self._merged, rows, page), len(page) >= self.max_limit
            if more and await self._oldest(rows, selection.window) >= oldest:
                raise self._error(f"more than {self.max_limit} rows of one key at one moment")
        return rows

    def _merged(self, rows: Sequence[Row], page: Sequence[Row]) -> list[Row]:
        if len(rows) > self.place.max_rows:
            raise self._error(f"more than {self.place.max_rows} rows of a key")
        ids = {row_id(self.lookup, row) for row in rows} - {None}
        return [*rows, *(row for row in page if row_id(self.lookup, row) not in ids)]

    async def _is_cut(self, rows: Sequence[Row] | SourceError, selection: RowSelection) -> bool:
        """Whether wanted rows may lie below the cut."""
        if isinstance(rows, SourceError) or len(rows) < (selection.limit or 0):
            return False
        return await off_loop(len(rows) > SLICE, self._lacks_rows, rows, selection)

    def _lacks_rows(self, rows: Sequence[Row], selection: RowSelection) -> bool:
        if self.lookup.time is None:
            first = selection.window.first
            return first is None or len(distinct_rows(self.lookup, rows)) < first
        try:
            return not self._is_complete(rows, selection.window)
        except ValueError:
            return False  # a row without a time is its key's error, whatever the other rows are

    def _is_complete(self, rows: Sequence[Row], window: Window) -> bool:
        cut = self._oldest_of(rows, window)
        if window.since is not None and cut < window.since:
            return True
        sort_keys = [sort_key(self.lookup, row, window) for row in distinct_rows(self.lookup, readable_rows(rows))]
        above = sum(1 for at in sort_keys if at[0].astimezone(UTC) > cut and in_window(window, at))
        return window.limit is not None and above >= window.limit

    async def _oldest(self, rows: Sequence[Row], window: Window) -> datetime:
        return await off_loop(len(rows) > SLICE, self._oldest_of, rows, window)

    def _oldest_of(self, rows: Sequence[Row], window: Window) -> datetime:
        """The newest moment that rows below the cut may have."""
        oldest = min(sort_key(self.lookup, row, window)[0].astimezone(UTC) for row in readable_rows(rows))
        return oldest + time_ambiguity(self.lookup)

    def _error(self, reason: str) -> InvalidRow:
        return InvalidRow(self.source, f"{self.lookup.name}: {reason}")
