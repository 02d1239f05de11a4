"""The activity feed of an account, newest first, window by window."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import strawberry

from gateway.loading.merge import KeysetPosition, MergedPage, PageBounds, Stream, StreamPositions, merge_page
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.activity.account_streams import ACTIVITIES, account_streams
from gateway.resolvers.billing.bills import Bill, BillStatus
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.connections import ConnectionPage, Edge, PageInfo, PageRequest, page_size
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.cursors import anchor_day, cursor_scope, read_cursor
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day, search_windows, searchable_span
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.selections import selects
from gateway.resolvers.graph.source_status import SourceStatus


@described
class ActivityWindow:
    """The days that were searched, and the limits of the search.

    since: First day that was searched: the start of the window that the page shows.
    until: Last day that was searched. Empty windows that the page passed over are included.
    earliest: Earliest day that can be searched.
    max_months: Longest range, in calendar months.
    history_years: Number of years that can be searched.
    """

    since: date
    until: date
    earliest: date
    max_months: int
    history_years: int


@described
class CategoryCount:
    """Number of activities of one category in the window.

    category: The category that is counted.
    count: Number of activities; null if a system of this category did not answer, or rows of it cannot be read.
    """

    category: ActivityCategory
    count: int | None


@described
class CustomerActivityConnection:
    """A page of the activity feed, newest first.

    Without a range, a page passes over windows without activities. It shows activities of one window.

    window: The days that were searched, and the limits of the search.
    """

    page: strawberry.Private[ConnectionPage]
    whole_window: strawberry.Private[MergedPage | None]
    window: ActivityWindow

    @strawberry.field
    def edges(self) -> list[Edge[CustomerActivity]]:
        """The activities with their cursors; without those of systems that did not answer."""
        return self.page.edges()

    @strawberry.field
    def nodes(self) -> list[CustomerActivity]:
        """The activities without cursors; without those of systems that did not answer."""
        return self.page.nodes()

    @strawberry.field
    def page_info(self) -> PageInfo:
        """Position of the page. After a failure, `endCursor` also asks for the missing activities."""
        return self.page.info()

    @strawberry.field
    def counts(self) -> list[CategoryCount] | None:
        """Number of activities in the whole window, for each category asked for.

        Null only after an error of the gateway itself.
        """
        if self.whole_window is None:
            return None
        counts: dict[ActivityCategory, int | None] = {}
        configured: set[ActivityCategory] = set()
        for stream_page in self.whole_window.stream_pages:
            category = stream_page.stream.record.CATEGORY  # type: ignore[attr-defined]  # an activity
            count = counts.get(category, 0)
            records = 0 if stream_page.not_configured else len(stream_page.records)
            counts[category] = (
                None if stream_page.failed or stream_page.unreadable or count is None else count + records
            )
            configured |= set() if stream_page.not_configured else {category}
        return [
            CategoryCount(category=category, count=count if category in configured else None)
            for category, count in counts.items()
        ]

    @strawberry.field
    def complete(self) -> bool:
        """False if a system did not answer, or if rows of it cannot be read; `sources` says which."""
        return self.page.is_complete()

    @strawberry.field
    def unreadable(self) -> int:
        """Number of rows, around this page, that cannot be read and are missing."""
        return self.page.merged.unreadable

    @strawberry.field
    def sources(self) -> list[SourceStatus]:
        """Status of each system that the page was loaded from."""
        return self.page.sources()


def matching_records(
    categories: Sequence[ActivityCategory] | None, types: Sequence[ActivityType] | None
) -> list[type[CustomerActivity]]:
    """The record types that match both filters; an absent or empty filter matches all (ACT-RES-1)."""
    return [
        record
        for record in ACTIVITIES
        if (not categories or record.CATEGORY in categories) and (not types or record.TYPE in types)
    ]


async def activity_feed(
    info: Info,
    account: AccountCore,
    categories: Sequence[ActivityCategory] | None,
    types: Sequence[ActivityType] | None,
    request: PageRequest,
    *,
    pending_bills: bool = False,
) -> CustomerActivityConnection:
    zone, today, rules = account.zone_in(info), account.today(info), info.context.rules
    requested = searchable_span(*request.days, today, rules) if request.days else None
    size = page_size(request.first, info.context)
    streams = await account_streams(info, account, matching_records(categories, types))
    if not pending_bills:
        streams = [_issued(stream) for stream in streams]
    names = [stream.name for stream in streams]
    scope = cursor_scope("activities", account.id, names, request.days, *(["pending"] if pending_bills else []))
    anchor, positions = read_cursor(request.after, scope, streams)
    day = today if anchor is None else anchor_day(anchor, earliest_day(today, rules), today)
    windows = [requested] if requested else list(search_windows(day, rules))
    remaining = [span for span in windows if not _is_exhausted(positions.all, span, zone)] or windows[-1:]
    end = (requested or DateSpan(day, day)).end(zone)
    search = FeedSearch(info, streams, zone, end)
    merged, whole_window = await asyncio.gather(
        search.page(remaining[0], positions, size), search.whole_window(remaining[0])
    )
    searched = remaining[0]
    if not merged.records and len(remaining) > 1:
        merged, searched = await search.newest_older(merged, remaining, size)
        whole_window = await search.whole_window(searched)
    return CustomerActivityConnection(
        page=ConnectionPage(merged, scope, day.isoformat(), older=searched.since > windows[-1].since),
        whole_window=whole_window,
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

    async def page(self, window: DateSpan, positions: StreamPositions, size: int) -> MergedPage:
        """The next activities back to the start of the window."""
        return await self._merge(self.streams, window, self.end, positions, size)

    async def newest_older(
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

    async def whole_window(self, window: DateSpan) -> MergedPage | None:
        """All activities of the window, if the document asks for counts."""
        if not selects(self.info, "counts"):
            return None
        unlimited = [replace(stream, unlimited=True) for stream in self.streams]
        until = min(self.end, window.end(self.zone))
        return await self._merge(unlimited, window, until, StreamPositions(), 1)

    async def _merge(
        self, streams: Sequence[Stream], window: DateSpan, until: datetime, positions: StreamPositions, size: int
    ) -> MergedPage:
        context = self.info.context
        bounds = PageBounds(window.start(self.zone), until, self.zone, context.now())
        return await merge_page(context.loader, streams, bounds, positions, size)


def _is_exhausted(position: KeysetPosition | None, window: DateSpan, zone: ZoneInfo) -> bool:
    """Whether the position lies at the start of the window or before it."""
    return position is not None and position.sort_key() <= KeysetPosition(window.start(zone)).sort_key()
