"""The activity feed of an account: everything that happened, newest first, window after window."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import strawberry

from gateway.config.query_rules import QueryRules
from gateway.errors import BadInput
from gateway.loading.merge import KeysetPosition, MergedPage, PageBounds, Stream, StreamPositions, merge_page
from gateway.resolvers.activity.contributions import CONTRIBUTIONS, account_streams
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.connections import ConnectionPage, PageInfo, cursor_scope, page_size, read_cursor
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day, search_windows, searchable_span
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.selections import selects
from gateway.resolvers.graph.source_status import SourceStatus
from gateway.resolvers.graph.values import DateRange


@described
class CustomerActivityEdge:
    """An activity with its cursor.

    cursor: Cursor to pass as `after` for the activities that follow this one.
    node: The activity itself.
    """

    cursor: str
    node: CustomerActivity


@described
class ActivityWindow:
    """The days that were searched, and the limits of the search.

    since: First day that was searched.
    until: Last day that was searched.
    earliest: Earliest day that can be searched.
    max_months: Longest range, in calendar months.
    history_years: Number of years that are kept.
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
    count: Number of activities; null if a system of this category did not answer.
    """

    category: ActivityCategory
    count: int | None


@described
class CustomerActivityConnection:
    """A page of the activity feed, newest first.

    A page never crosses the window.

    window: The days that were searched, and the limits of the search.
    """

    made: strawberry.Private[ConnectionPage]
    counted: strawberry.Private[MergedPage | None]
    window: ActivityWindow

    @strawberry.field(description="The activities with their cursors.")
    def edges(self) -> list[CustomerActivityEdge]:
        made = self.made
        return [CustomerActivityEdge(cursor=made.cursor(o), node=node) for o, node in made.page.records]

    @strawberry.field(description="The activities alone.")
    def nodes(self) -> list[CustomerActivity]:
        return [node for _, node in self.made.page.records]

    @strawberry.field(
        description="Where the page stands. Where a system was missing, `endCursor` asks for what it owes."
    )
    def page_info(self) -> PageInfo:
        return self.made.info()

    @strawberry.field(description="How many activities the whole window holds, by category asked for.")
    def counts(self) -> list[CategoryCount] | None:
        if self.counted is None:
            return None
        counts: dict[ActivityCategory, int | None] = {}
        for filled in self.counted.stream_pages:
            category = filled.stream.record.CATEGORY  # type: ignore[attr-defined]  # an activity
            known = counts.get(category, 0)
            here = 0 if filled.not_configured else len(filled.records)
            counts[category] = None if filled.failed or known is None else known + here
        asked = {each.stream.record.CATEGORY for each in self.counted.stream_pages if not each.not_configured}  # type: ignore[attr-defined]  # an activity
        counts = {category: count if category in asked else None for category, count in counts.items()}
        return [CategoryCount(category=category, count=count) for category, count in counts.items()]

    @strawberry.field(
        description="False when a system that should have contributed did not: `sources` says which."
    )
    def complete(self) -> bool:
        return not self.made.page.failed

    @strawberry.field(description="The systems that were to contribute, and how each fared.")
    def sources(self) -> list[SourceStatus]:
        return self.made.sources()


def matching_records(
    categories: Sequence[ActivityCategory] | None, types: Sequence[ActivityType] | None
) -> list[type]:
    """The records that match both filters; a filter that is absent or empty lets all through (ACT-RES-1)."""
    return [
        each.record
        for each in CONTRIBUTIONS
        if (not categories or each.record.CATEGORY in categories)  # type: ignore[attr-defined]  # an activity
        and (not types or each.record.TYPE in types)  # type: ignore[attr-defined]  # an activity
    ]


async def activity_feed(
    info: Info,
    account: Any,
    categories: Sequence[ActivityCategory] | None,
    types: Sequence[ActivityType] | None,
    span: DateRange | None,
    first: int | None,
    after: str | None,
) -> CustomerActivityConnection:
    """The next page of everything that happened on an account."""
    zone, today, rules = account.zone_in(info), account.today(info), info.context.rules
    asked = searchable_span(span.since, span.until, today, rules) if span else None
    most = page_size(first, info.context)
    own = await account_streams(info, account, matching_records(categories, types))
    of = cursor_scope("activities", account.id, [s.name for s in own], span and (span.since, span.until))
    anchor, marks = read_cursor(after, of, own)
    day = today if anchor is None else _day(anchor, today, rules)
    top = (asked or DateSpan(day, day)).end(zone)
    spans = [asked] if asked else list(search_windows(day, rules))
    window = next((each for each in spans if not _spent(marks.all, each, zone)), spans[-1])
    now = info.context.now()
    made, counted = await asyncio.gather(
        merge_page(info.context.loader, own, PageBounds(window.start(zone), top, zone, now), marks, most),
        _counted(info, own, window, top, zone),
    )
    older = window is not spans[-1]
    return CustomerActivityConnection(
        made=ConnectionPage(made, of, day.isoformat(), older=older),
        counted=counted,
        window=ActivityWindow(
            since=window.since,
            until=window.until,
            earliest=earliest_day(today, rules),
            max_months=rules.window_months,
            history_years=rules.history_years,
        ),
    )


def _day(text: str, today: date, rules: QueryRules) -> date:
    """The day a list began: one that it can have begun on."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("That is not a cursor of this list.") from error
    if not earliest_day(today, rules) <= day <= today:
        raise BadInput("That cursor is too old, or of a day to come: begin the list anew.")
    return day


def _spent(mark: KeysetPosition | None, window: DateSpan, zone: Any) -> bool:
    """Whether everything in the window has been given: its bottom has been passed."""
    return mark is not None and mark.sort_key() <= KeysetPosition(window.start(zone)).sort_key()


async def _counted(
    info: Info, own: Sequence[Stream], window: DateSpan, top: Any, zone: Any
) -> MergedPage | None:
    """The whole window, only where somebody asks how many there are."""
    if not selects(info, "counts"):
        return None
    whole = [replace(each, unlimited=True) for each in own]
    now = info.context.now()
    bounds = PageBounds(window.start(zone), min(top, window.end(zone)), zone, now)
    return await merge_page(info.context.loader, whole, bounds, StreamPositions(), 1)
