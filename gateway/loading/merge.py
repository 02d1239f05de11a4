"""Lists merged from many systems, newest first, in pages that give every record exactly once.

A list is made of streams, one per record type. The order is (time, type, id), newest first. A mark is a
place in that order: everything before it has been given. A cursor holds one mark for all streams
and, for each stream that did not answer, the mark where that one still stands; what it has to give comes
when it answers again. The feed knows nothing of transports, and nothing of the types but their order.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.batch import Position, Window
from gateway.errors import NotConfigured, SourceError
from gateway.loading.finder import LoadResult, time_and_id
from gateway.loading.loader import Loader

INSTANT = timedelta(microseconds=1)
Order = tuple[datetime, int, str]


@dataclass(frozen=True, slots=True)
class Stream:
    """One type's share of a list: how it is asked, and where it stands among records of one instant.

    `asks` are pairs of (by, key). `error` says why it cannot be asked at all: the keys to ask by are not
    known. `via` is where they are known from, and how old that is, where another record says them. `rank` is
    unique in its list; of two records at one instant the higher rank comes first.
    """

    name: str
    record: type
    keys: tuple[tuple[str, str], ...]
    rank: int
    matches: Callable[[Any], bool] = lambda _record: True
    unlimited: bool = False
    error: SourceError | None = None
    via: tuple[type, LoadResult[Any]] | None = None


@dataclass(frozen=True, slots=True)
class KeysetPosition:
    """Everything newer than this has been given. Without a rank: everything at `time` too."""

    time: datetime
    rank: int | None = None
    id: str = ""

    def sort_key(self) -> tuple[datetime, float, str]:
        """Comparable: smaller is further on."""
        return (self.time, float("-inf") if self.rank is None else self.rank, self.id)


def furthest(one: KeysetPosition | None, other: KeysetPosition | None) -> KeysetPosition | None:
    """The mark that has more behind it; None is the beginning."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=KeysetPosition.sort_key)


@dataclass(frozen=True, slots=True)
class StreamPositions:
    """Where a list stands: one mark for all, and one for each stream that is late."""

    all: KeysetPosition | None = None
    late: Mapping[str, KeysetPosition | None] = field(default_factory=dict)

    def of(self, name: str) -> KeysetPosition | None:
        """Where this stream stands."""
        return self.late.get(name, self.all)

    def after(self, mark: KeysetPosition, failed: set[str], *, names: Sequence[str]) -> "StreamPositions":
        """Where the list stands once everything up to `mark` is given, but what `failed` owes."""
        everyone = furthest(self.all, mark)
        late: dict[str, KeysetPosition | None] = {}
        for name in names:
            own = self.of(name) if name in failed else furthest(self.of(name), mark)
            if own is None or (everyone and own.sort_key() > everyone.sort_key()):
                late[name] = own
        return StreamPositions(everyone, late)


@dataclass(frozen=True, slots=True)
class StreamPage:
    """What one stream gave for a page: enough of its records, or why none."""

    stream: Stream
    records: list[tuple[Order, Any]]
    results: list[LoadResult[Any]]

    @property
    def failed(self) -> bool:
        """Whether records of this stream may be missing."""
        return any(_fails(found) for found in self.results)

    @property
    def missing(self) -> bool:
        """Whether nobody has such records at all."""
        return any(isinstance(found.error, NotConfigured) for found in self.results)


@dataclass(frozen=True, slots=True)
class MergedPage:
    """Part of a list, in order, with the marks after each record and at its end."""

    records: list[tuple[Order, Any]]
    more: bool
    start: StreamPositions
    stream_pages: list[StreamPage]
    floor: KeysetPosition | None

    @property
    def failed(self) -> set[str]:
        """The names of the streams that did not answer."""
        return {each.stream.name for each in self.stream_pages if each.failed}

    def positions_after(self, order: Order) -> StreamPositions:
        """Where the list stands after this record."""
        return self.start.after(KeysetPosition(*order), self.failed, names=self._names())

    def end(self) -> StreamPositions:
        """Where the list stands after this page."""
        if self.more or self.floor is None:
            return self.positions_after(self.records[-1][0]) if self.records else self.start
        return self.start.after(self.floor, self.failed, names=self._names())

    def mapped(self, shape: Callable[[Any], Any]) -> "MergedPage":
        """The same page, each record as `shape` makes of it."""
        return replace(self, records=[(order, shape(record)) for order, record in self.records])

    def _names(self) -> list[str]:
        return [each.stream.name for each in self.stream_pages]


@dataclass(frozen=True, slots=True)
class PageBounds:
    """The instants a page stays inside; None is without a bound. `now` tells what is future."""

    since: datetime | None
    until: datetime | None
    zone: ZoneInfo
    now: datetime


async def merge_page(
    load: Loader, streams: Sequence[Stream], bounds: PageBounds, marks: StreamPositions, first: int
) -> MergedPage:
    """The next `first` records after `marks` inside the bounds, from every stream, asked together."""
    filled = await asyncio.gather(*(_fill(load, s, bounds, marks.of(s.name), first + 1) for s in streams))
    merged = sorted((each for one in filled for each in one.records), key=lambda e: e[0], reverse=True)
    bottom = KeysetPosition(bounds.since) if bounds.since is not None else None
    return MergedPage(merged[:first], len(merged) > first, marks, list(filled), bottom)


async def _fill(
    load: Loader, stream: Stream, bounds: PageBounds, mark: KeysetPosition | None, need: int
) -> StreamPage:
    """At least `need` records of the stream, or all there are; one question unless much is left out."""
    if stream.error is not None:
        return StreamPage(stream, [], [LoadResult([], error=stream.error)])
    limit = None if stream.unlimited else need
    while True:
        window = _window(stream, bounds, mark, limit)
        founds: list[LoadResult[Any]] = await asyncio.gather(
            *(load.load(stream.record, by, key, window) for by, key in stream.keys)
        )
        if any(_fails(found) for found in founds):
            # All or nothing: what one key gave now would be given again when the other answers.
            return StreamPage(stream, [], list(founds))
        records = sorted(_kept(stream, founds, window, bounds, mark), key=lambda e: e[0], reverse=True)
        if limit is None or _enough(founds, records, window, limit, need):
            return StreamPage(stream, records, list(founds))
        limit = limit * 4 if limit == need else None


def _fails(found: LoadResult[Any]) -> bool:
    return found.error is not None and not isinstance(found.error, NotConfigured)


def _window(stream: Stream, bounds: PageBounds, mark: KeysetPosition | None, limit: int | None) -> Window:
    window = Window(bounds.since, bounds.until, limit, None, bounds.zone)
    if mark is None:
        # Asked without an end, the newest of the feed are the newest of every other list too, and
        # one question serves both. What lies in the future is dropped by `_kept`.
        future = bounds.until is not None and bounds.until > bounds.now
        return replace(window, until=None) if future else window
    if mark.rank == stream.rank:
        return replace(window, until=None, after=Position(mark.time, mark.id))
    below = mark.rank is not None and stream.rank < mark.rank
    return replace(window, until=mark.time + INSTANT if below else mark.time)


def _kept(
    stream: Stream,
    founds: Sequence[LoadResult[Any]],
    window: Window,
    bounds: PageBounds,
    mark: KeysetPosition | None,
) -> Iterator[tuple[Order, Any]]:
    seen: set[str] = set()
    for found in founds:
        for record in found.records if found.error is None else ():
            time, name = time_and_id(record, window)
            inside = bounds.until is None or time < bounds.until
            given = mark is not None and (time, float(stream.rank), name) >= mark.sort_key()
            if inside and not given and name not in seen and stream.matches(record):
                seen.add(name)
                yield (time, stream.rank, name), record


def _enough(
    founds: Sequence[LoadResult[Any]],
    records: Sequence[tuple[Order, Any]],
    window: Window,
    limit: int,
    need: int,
) -> bool:
    """Whether nothing unseen can belong before the `need`-th record.

    A key that gave as many as asked for may have more; they are older than its oldest.
    """
    full = [found for found in founds if found.error is None and len(found.records) >= limit]
    if not full:
        return True
    horizon = max(time_and_id(found.records[-1], window) for found in full)
    surely = [order for order, _ in records if (order[0], order[2]) >= horizon]
    return len(surely) >= need
