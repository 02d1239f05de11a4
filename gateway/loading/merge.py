"""A k-way merge of streams into one list, newest first, with keyset pagination.

Each stream holds one record type. Records are ordered by (time, type, id), newest first. A cursor holds one
position for all streams, and a separate position for each stream that failed. A failed stream continues
from its own position once its source answers again, so that every record appears exactly once.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from gateway.concurrency.slices import in_slices, sorted_in_slices
from gateway.contract.batch import Position, Window
from gateway.contract.record import MappedRecord
from gateway.contract.times import TICK
from gateway.errors import SourceError
from gateway.loading.finder import LoadResult, time_and_id
from gateway.loading.loader import Loader
from gateway.loading.positions import KeysetPosition, Order, StreamPositions

OrderedRecord = tuple[Order, Any]
Results = Sequence[LoadResult[Any]]
SPARE = 8  # more records of a stream whose ranks vary, so that one load is mostly enough


def every(_record: Any) -> bool:
    """Accept every record."""
    return True


@dataclass(frozen=True, slots=True)
class Stream:
    """One record type's share of a list.

    keys: pairs of (by, key).
    rank: unique in the list; of two records at one instant, the higher rank comes first.
    matches: filters records.
    unlimited: loads all records of the window at once.
    error: why the stream has no keys.
    via: the record type and load result that the keys come from.
    whole: an unreadable row fails the stream, because its list cannot do without.
    rank_of: the rank of one record, where it is not that of all.
    """

    name: str
    record: type[MappedRecord]
    keys: tuple[tuple[str, str], ...]
    rank: int
    matches: Callable[[Any], bool] = every
    unlimited: bool = False
    error: SourceError | None = None
    via: tuple[type[MappedRecord], LoadResult[Any]] | None = None
    whole: bool = False
    rank_of: Callable[[Any], int] | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether some records of its keys may not belong to the list."""
        return self.matches is not every

    @property
    def failures(self) -> Results:
        """What stands in for the loads of a stream without keys."""
        return [LoadResult([], error=self.error)]


@dataclass(frozen=True, slots=True)
class StreamPage:
    """One stream's records for a page, and the load results behind them.

    failed: records may be missing.
    exhausted: no record follows these.
    """

    stream: Stream
    records: list[OrderedRecord]
    results: Results
    failed: bool = False
    exhausted: bool = False

    @property
    def name(self) -> str:
        return self.stream.name

    @property
    def not_configured(self) -> bool:
        return any(result.not_configured for result in self.results)

    @property
    def unreadable(self) -> int:
        return sum(result.unreadable for result in self.results)


@dataclass(frozen=True, slots=True)
class MergedPage:
    """A page of the list.

    floor: the position of the list's end, if it is bounded.
    until: the beginning of the list, if it is bounded.
    total: number of records of the whole list, if all of them were loaded.
    """

    records: list[OrderedRecord]
    more: bool
    start: StreamPositions
    stream_pages: list[StreamPage]
    floor: KeysetPosition | None
    until: datetime | None = None
    total: int | None = None

    @property
    def failed(self) -> set[str]:
        return {each.stream.name for each in self.stream_pages if each.failed}

    @property
    def unreadable(self) -> int:
        return sum(each.unreadable for each in self.stream_pages)

    def positions_after(self, order: Order) -> StreamPositions:
        return self.start.after(KeysetPosition(*order), self.stream_pages)

    def end(self) -> StreamPositions:
        if self.more or self.floor is None:
            return self.positions_after(self.records[-1][0]) if self.records else self.start
        return self.start.after(self.floor, self.stream_pages)

    def back_to(self, since: datetime, first: int) -> "MergedPage":
        """The first records that are not older than `since`, which becomes the end of the list."""
        records = [record for record in self.records if record[0][0] >= since]
        more = len(records) > first
        return replace(self, records=records[:first], more=more, floor=KeysetPosition(since), total=None)

    def mapped(self, convert: Callable[[Any], Any]) -> "MergedPage":
        return replace(self, records=[(order, convert(record)) for order, record in self.records])


@dataclass(frozen=True, slots=True)
class PageBounds:
    """The time range of a list; None is unbounded. Times after `now` lie in the future."""

    since: datetime | None
    until: datetime | None
    zone: ZoneInfo
    now: datetime


async def merge_page(
    loader: Loader, streams: Sequence[Stream], bounds: PageBounds, positions: StreamPositions, first: int
) -> MergedPage:
    """Load the next `first` records of all streams, and merge them."""
    pages = await asyncio.gather(
        *(_load_stream(loader, stream, bounds, positions.of(stream.name), first + 1) for stream in streams)
    )
    await loader.turn(sum(len(page.records) for page in pages))
    merged = await _newest_first([record for page in pages for record in page.records])
    floor = KeysetPosition(bounds.since) if bounds.since is not None else None
    more = len(merged) > first
    total = len(merged) if positions.at_start and all(page.exhausted for page in pages) else None
    return MergedPage(merged[:first], more, positions, list(pages), floor, bounds.until, total)


async def _load_stream(
    loader: Loader, stream: Stream, bounds: PageBounds, position: KeysetPosition | None, count: int
) -> StreamPage:
    """Load at least `count` records of a stream, or all. One load, unless the filter drops many records."""
    if stream.error is not None:
        is_failure = stream.error.is_failure
        return StreamPage(stream, [], stream.failures, failed=is_failure, exhausted=not is_failure)
    # Where ranks vary, the last instant of an answer may lack records, and that of the position repeats some.
    start = count if stream.rank_of is None else count + SPARE
    limit = None if stream.unlimited else start
    while True:
        window = _window(stream, bounds, position, limit)
        results: Results = await asyncio.gather(
            *(loader.load(stream.record, by, key, window) for by, key in stream.keys)
        )
        if any(result.failure if stream.whole else result.list_failure for result in results):
            # All or nothing: records of one key would appear again once the failed key answers.
            return StreamPage(stream, [], results, failed=True)
        is_older = (lambda order: order < position.sort_key()) if position else every
        records = await _newest_first(await stream_records(stream, results, window, bounds, is_older))
        full = [] if limit is None else [result for result in results if _is_full(result, limit)]
        if not full or _is_enough(stream, full, records, window, count):
            return StreamPage(stream, records, results, exhausted=not full)
        limit = start * 4 if limit == start else None


async def _newest_first(records: Sequence[OrderedRecord]) -> list[OrderedRecord]:
    return await sorted_in_slices(records, itemgetter(0), reverse=True)


def _window(stream: Stream, bounds: PageBounds, position: KeysetPosition | None, limit: int | None) -> Window:
    window = Window(bounds.since, bounds.until, limit, None, bounds.zone)
    if position is None:
        # Without an end, the window equals that of other lists, and one batch serves both.
        # `stream_records` drops records in the future.
        future = bounds.until is not None and bounds.until > bounds.now
        return replace(window, until=None) if future else window
    varies = stream.rank_of is not None
    if position.rank == stream.rank and not varies:
        return replace(window, until=None, after=Position(position.time, position.id))
    includes_instant = position.rank is not None and (varies or stream.rank < position.rank)
    return replace(window, until=position.time + TICK if includes_instant else position.time)


async def stream_records(
    stream: Stream, results: Results, window: Window, bounds: PageBounds, is_wanted: Callable[[Order], bool] = every
) -> list[OrderedRecord]:
    """The records of a stream that belong to its list, each once, with their places. `is_wanted` chooses places."""
    ids: set[str] = set()
    records: list[OrderedRecord] = []

    def add(part: Sequence[Any]) -> None:
        for record in part:
            time, record_id = time_and_id(record, window)
            is_inside = bounds.until is None or time < bounds.until
            if is_inside and record_id not in ids and stream.matches(record):
                ids.add(record_id)
                order = time, stream.rank_of(record) if stream.rank_of else stream.rank, record_id
                if is_wanted(order):
                    records.append((order, record))

    await in_slices([record for result in results for record in result.listed], add)
    return records


def _is_full(result: LoadResult[Any], limit: int) -> bool:
    """Whether a key may have more records, all older than its oldest."""
    return bool(result.listed) and len(result.listed) + result.unreadable >= limit


def _is_enough(stream: Stream, full: Results, records: Sequence[OrderedRecord], window: Window, count: int) -> bool:
    """Whether no unloaded record of the full keys can come before the `count`-th record.

    Where ranks vary, one of the same instant may.
    """
    horizon = max(time_and_id(result.listed[-1], window) for result in full)
    if stream.rank_of is not None:
        return sum(order[0] > horizon[0] for order, _ in records) >= count
    certain = [order for order, _ in records if (order[0], order[2]) >= horizon]
    return len(certain) >= count
