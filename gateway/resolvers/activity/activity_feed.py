"""The activity feed of an account or a customer, newest first, window by window."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.loading.counting import count_of, count_streams, load_uncountable
from gateway.loading.merge import MergedPage, PageBounds, Stream, StreamPage, merge_page
from gateway.loading.positions import KeysetPosition, StreamPositions
from gateway.resolvers.activity.account_streams import ACTIVITIES, owned_streams
from gateway.resolvers.activity.feed_connection import ActivityWindow, CustomerActivityConnection
from gateway.resolvers.activity.feed_counts import FeedCounts
from gateway.resolvers.activity.feed_owner import FeedOwner, in_own_zones
from gateway.resolvers.billing.bills import Bill, BillStatus
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.connections import ConnectionPage, PageRequest, page_size
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.cursors import anchor_day, cursor_scope, read_cursor
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day, search_windows, searchable_span
from gateway.resolvers.graph.selections import selects


class FeedQuery(NamedTuple):
    """The arguments of a feed."""

    categories: Sequence[ActivityCategory] | None
    types: Sequence[ActivityType] | None
    page: PageRequest
    pending_bills: bool
    across_windows: bool

    def records(self) -> list[type[CustomerActivity]]:
        """The record types that match both filters; an absent or empty filter matches all (ACT-RES-1)."""
        return [
            record
            for record in ACTIVITIES
            if (not self.categories or record.CATEGORY in self.categories)
            and (not self.types or record.TYPE in self.types)
        ]


class FeedPage(NamedTuple):
    """A page of the feed, the days that were searched for it, and the counts of its window."""

    merged: MergedPage
    searched: DateSpan
    counted: FeedCounts | None = None


async def activity_feed(info: Info, feed: FeedOwner, query: FeedQuery) -> CustomerActivityConnection:
    zone, rules, request = feed.zone, info.context.rules, query.page
    today = info.context.now().astimezone(zone).date()
    requested = searchable_span(*request.days, today, rules) if request.days else None
    size = page_size(request.first, info.context)
    owner = await feed.load(query.records())
    streams = owned_streams(info, owner, query.records())
    if not query.pending_bills:
        streams = [_issued(stream) for stream in streams]
    names = [stream.name for stream in streams]
    scope = cursor_scope("activities", *feed.name, names, request.days, *(["pending"] if query.pending_bills else []))
    anchor, positions = read_cursor(request.after, scope, streams)
    day = today if anchor is None else anchor_day(anchor, earliest_day(today, rules), today)
    windows = [requested] if requested else list(search_windows(day, rules))
    remaining = [span for span in windows if not _is_exhausted(positions.all, span, zone)] or windows[-1:]
    end = (requested or DateSpan(day, day)).end(zone)
    search = FeedSearch(info, streams, zone, end)
    every = DateSpan(windows[-1].since, windows[0].until)
    if query.across_windows and positions.at_start:
        page, _ = await asyncio.gather(search.full_page(remaining, positions, size), search.load_uncountable(every))
        whole = await search.whole_feed(every, full=True, first_page=page.merged.stream_pages)
    else:
        load = search.full_page if query.across_windows else search.window_page
        page, whole = await asyncio.gather(
            load(remaining, positions, size), search.whole_feed(every, full=query.across_windows)
        )
    merged, searched, counted = page
    return CustomerActivityConnection(
        page=ConnectionPage(
            in_own_zones(info, merged, owner, zone), scope, day.isoformat(), older=searched.since > windows[-1].since
        ),
        zone=zone,
        across_windows=query.across_windows,
        counted=whole if query.across_windows else counted,
        whole=whole,
        window=ActivityWindow(
            since=searched.since,
            until=searched.until,
            earliest=earliest_day(today, rules),
            max_months=rules.window_months,
            history_years=rules.history_years,
        ),
    )


def _issued(stream: Stream) -> Stream:
    """The stream without bills that were never issued."""
    if stream.record is not Bill:
        return stream
    belongs = stream.matches
    return replace(stream, matches=lambda bill: bill.status is not BillStatus.PENDING and belongs(bill))


@dataclass(frozen=True, slots=True)
class FeedSearch:
    """The streams of one feed, and the end of its newest window."""

    info: Info
    streams: Sequence[Stream]
    zone: ZoneInfo
    end: datetime

    async def window_page(self, remaining: Sequence[DateSpan], positions: StreamPositions, size: int) -> FeedPage:
        """The next activities of one window, the newest that has some."""
        merged, counted = await asyncio.gather(
            self._merge(self.streams, remaining[0], self.end, positions, size), self._whole_window(remaining[0])
        )
        if merged.records or len(remaining) == 1:
            return FeedPage(merged, remaining[0], counted)
        merged, searched = await self._newest_older(merged, remaining, size)
        return FeedPage(merged, searched, await self._whole_window(searched))

    async def full_page(self, remaining: Sequence[DateSpan], positions: StreamPositions, size: int) -> FeedPage:
        """The next activities of all remaining windows, which are asked at once."""
        every = DateSpan(remaining[-1].since, remaining[0].until)
        merged = await self._merge(self.streams, every, self.end, positions, size)
        oldest = merged.records[-1][0][0] if merged.more else every.start(self.zone)
        last = next(span for span in remaining if oldest >= span.start(self.zone))
        return FeedPage(merged, DateSpan(last.since, every.until))

    async def _newest_older(
        self, empty: MergedPage, remaining: Sequence[DateSpan], size: int
    ) -> tuple[MergedPage, DateSpan]:
        """The page of the newest window with activities, and the days that were searched for it.

        All remaining windows are asked at once. A stream that failed in the empty window is not asked again.
        """
        working = [each.stream for each in empty.stream_pages if not each.failed]
        older = await self._merge(working, remaining[-1], self.end, empty.start, size + 1)
        newest = older.records[0][0][0] if older.records else None
        holds = (span for span in remaining if newest is not None and newest >= span.start(self.zone))
        window = next(holds, remaining[-1])
        pages = [each for each in empty.stream_pages if each.failed] + older.stream_pages
        page = replace(older, stream_pages=pages).back_to(window.start(self.zone), size)
        return page, DateSpan(window.since, remaining[0].until)

    async def whole_feed(
        self, every: DateSpan, *, full: bool, first_page: Sequence[StreamPage] = ()
    ) -> FeedCounts | None:
        """The numbers of activities of all windows, if the document asks for them.

        full: the page is of all windows, and `counts` are, too.
        first_page: pages of all windows; what they hold whole is not asked again.
        """
        if not self._selects_whole(full=full):
            return None
        loader, bounds = self.info.context.loader, self._bounds(every)
        return FeedCounts(await count_streams(loader, self.streams, bounds, first_page))

    async def load_uncountable(self, every: DateSpan) -> None:
        """Load what can only be counted by reading, in the batches of the first page and not after it."""
        if self._selects_whole(full=True):
            await load_uncountable(self.info.context.loader, self.streams, self._bounds(every))

    def _selects_whole(self, *, full: bool) -> bool:
        return selects(self.info, "totalCount", "totalCountState", *(["counts"] if full else []))

    def _bounds(self, every: DateSpan) -> PageBounds:
        return PageBounds(every.start(self.zone), self.end, self.zone, self.info.context.now())

    async def _whole_window(self, window: DateSpan) -> FeedCounts | None:
        """All activities of the window, if the document asks for counts."""
        if not selects(self.info, "counts"):
            return None
        unlimited = [replace(stream, unlimited=True) for stream in self.streams]
        until = min(self.end, window.end(self.zone))
        whole = await self._merge(unlimited, window, until, StreamPositions(), 1)
        return FeedCounts([count_of(each) for each in whole.stream_pages])

    async def _merge(
        self, streams: Sequence[Stream], window: DateSpan, until: datetime, positions: StreamPositions, size: int
    ) -> MergedPage:
        context = self.info.context
        bounds = PageBounds(window.start(self.zone), until, self.zone, context.now())
        return await merge_page(context.loader, streams, bounds, positions, size)


def _is_exhausted(position: KeysetPosition | None, window: DateSpan, zone: ZoneInfo) -> bool:
    """Whether the position lies at the start of the window or before it."""
    return position is not None and position.sort_key() <= KeysetPosition(window.start(zone)).sort_key()
