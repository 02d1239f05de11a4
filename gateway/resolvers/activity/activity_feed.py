"""The activity feed of an account, newest first, window by window."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
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

    since: First day that was searched.
    until: Last day that was searched.
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

    A page never crosses the window.

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
    window = next((span for span in windows if not _is_exhausted(positions.all, span, zone)), windows[-1])
    end = (requested or DateSpan(day, day)).end(zone)
    bounds = PageBounds(window.start(zone), end, zone, info.context.now())
    merged, whole_window = await asyncio.gather(
        merge_page(info.context.loader, streams, bounds, positions, size),
        _whole_window(info, streams, replace(bounds, until=min(end, window.end(zone)))),
    )
    return CustomerActivityConnection(
        page=ConnectionPage(merged, scope, day.isoformat(), older=window is not windows[-1]),
        whole_window=whole_window,
        window=ActivityWindow(
            since=window.since,
            until=window.until,
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


def _is_exhausted(position: KeysetPosition | None, window: DateSpan, zone: ZoneInfo) -> bool:
    """Whether the position lies at the start of the window or before it."""
    return position is not None and position.sort_key() <= KeysetPosition(window.start(zone)).sort_key()


async def _whole_window(info: Info, streams: Sequence[Stream], bounds: PageBounds) -> MergedPage | None:
    """All activities of the window, if the document asks for counts."""
    if not selects(info, "counts"):
        return None
    unlimited = [replace(stream, unlimited=True) for stream in streams]
    return await merge_page(info.context.loader, unlimited, bounds, StreamPositions(), 1)
