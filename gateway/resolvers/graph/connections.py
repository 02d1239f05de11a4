"""Relay connections over the merged lists of `gateway.loading.merge`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import strawberry

from gateway.config.limits import Mode
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.loading.finder import LoadResult
from gateway.loading.list_totals import count_records
from gateway.loading.loader import Loader
from gateway.loading.merge import MergedPage, PageBounds, Stream, merge_page
from gateway.loading.oldest_first import merge_oldest_first
from gateway.loading.positions import StreamPositions
from gateway.resolvers.graph.context import Context, Info
from gateway.resolvers.graph.cursors import cursor_scope, read_cursor, write_cursor
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown, state_of
from gateway.resolvers.graph.list_requests import ListRequest
from gateway.resolvers.graph.page_info import PageInfo
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceStatus, responsible_system, statuses
from gateway.resolvers.graph.totals import total_count
from gateway.resolvers.graph.values import DateRange
from gateway.telemetry.request_record import Breach

T = TypeVar("T")


class PageRequest(NamedTuple):
    """The arguments of the activity feed."""

    range: DateRange | None
    first: int | None
    after: str | None

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day of the range."""
        return (self.range.since, self.range.until) if self.range else None


def page_size(first: int | None, context: Context) -> int:
    """Number of entries on a page. Raises BadInput with the limit."""
    limit = context.page
    if first is None:
        return context.rules.page_size
    message = f"first is from 1 to {limit.maximum}, not {first}."
    if first < 1:
        raise BadInput(message, Reason.PAGE_TOO_SMALL, "first", limit=1)
    if limit.is_exceeded(first):
        breach = Breach(limit.name, limit.mode.value, first, limit.maximum)
        context.loader.request_record.breaches.append(breach)
        if limit.mode is Mode.ENFORCE:
            numbers = {"limit": limit.maximum, "measured": first}
            raise BadInput(message, Reason.PAGE_TOO_LARGE, "first", limitName=limit.name, **numbers)
    return first


@described
class Edge(Generic[T]):
    """An entry of a list with its cursor.

    cursor: Cursor to pass as `after` for the entries that follow this one.
    node: The entry itself.
    """

    cursor: str
    node: T


@described
class ListPage:
    """What every page of a list says of the systems behind it."""

    page: strawberry.Private["ConnectionPage"]

    @strawberry.field
    def complete(self) -> bool:
        """False if entries may be missing: a system did not answer, or rows of it cannot be read."""
        return self.page.is_complete()

    @strawberry.field
    def unreadable(self) -> int:
        """Number of rows, around this page, that cannot be read and are missing."""
        return self.page.merged.unreadable

    @strawberry.field
    def sources(self) -> list[SourceStatus]:
        """Status of each system that the page was loaded from."""
        return self.page.sources()


@described
class Connection(ListPage, Generic[T]):
    """A page of a list, in the order of `orderBy`.

    Entries are null, not empty, where the system that holds them did not answer; `sources` has its status.
    """

    @strawberry.field
    def edges(self) -> list[Edge[T]] | None:
        """The entries with their cursors; null if unknown."""
        return self.page.edges() if self.page.is_known() else None

    @strawberry.field
    def nodes(self) -> list[T] | None:
        """The entries without cursors; null if unknown."""
        return self.page.nodes() if self.page.is_known() else None

    @strawberry.field
    def page_info(self) -> PageInfo | None:
        """Position of the page; null if the entries are unknown."""
        return self.page.info() if not self.page.merged.failed and self.page.is_configured() else None

    async def _total(self, info: Info) -> int:
        return await self.page.total(info.context.loader)

    total_count = total_count(_total)
    total_count_state = state_of(total_count)


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    """A merged page with what its cursors need. Lives as long as its request."""

    merged: MergedPage
    scope: str
    anchor: str
    older: bool = False
    bounds: PageBounds | None = None

    def edges(self) -> list[Edge[Any]]:
        return [Edge(cursor=self.cursor_after(order), node=node) for order, node in self.merged.records]

    def nodes(self) -> list[Any]:
        return [node for _, node in self.merged.records]

    def results(self) -> list[LoadResult[Any]]:
        return [result for stream_page in self.merged.stream_pages for result in stream_page.results]

    def is_known(self) -> bool:
        """Whether the entries are known. Raises the first failure."""
        for stream_page in self.merged.stream_pages:
            for result in stream_page.results:
                failure = result.failure if stream_page.failed else result.list_failure
                if failure:
                    raise failure
        return self.is_configured()

    def is_complete(self) -> bool:
        """Whether no system failed to answer, and all of its rows could be read."""
        return not self.merged.failed and not self.merged.unreadable

    def is_configured(self) -> bool:
        """Whether any system has such entries; also true if no system had to be asked."""
        results = self.results()
        return not results or not all(result.not_configured for result in results)

    async def total(self, loader: Loader) -> int:
        """Number of entries of the whole list, as it was loaded, or as its systems count.

        Raises the first failure, or NotKnown.
        """
        if not self.is_known() or not self.is_complete() or self.older:
            raise NotKnown
        total = self.merged.total
        if total is None and self.bounds is not None:
            total = await count_records(loader, [page.stream for page in self.merged.stream_pages], self.bounds)
        if total is None:
            raise NotKnown
        return total

    def cursor_after(self, order: Any) -> str:
        return write_cursor(self.scope, self.anchor, self.merged.positions_after(order))

    def info(self) -> PageInfo:
        return PageInfo(
            has_next_page=self.merged.more or self.older or bool(self.merged.failed),
            has_previous_page=not self.merged.start.at_start,
            start_cursor=self.cursor_after(self.merged.records[0][0]) if self.merged.records else None,
            end_cursor=write_cursor(self.scope, self.anchor, self.merged.end()),
        )

    def sources(self) -> list[SourceStatus]:
        """One status for each system that was asked, or whose stale keys decided what was asked."""
        pages = self.merged.stream_pages
        loads = [(stream_page.stream.record, result) for stream_page in pages for result in stream_page.results]
        vias = [stream_page.stream.via for stream_page in pages]
        loads += [via for via in vias if via is not None and via[1].stale]
        owners = ((SourceSystem[record.SYSTEM.name], result) for record, result in loads)
        return statuses((responsible_system(owner, result), result) for owner, result in owners)


def page_bounds(since: date | None, until: date | None, zone: ZoneInfo, now: datetime) -> PageBounds:
    """The bounds of a page from the first to the last day; None is no bound."""
    start = None if since is None else DateSpan(since, since).start(zone)
    end = None if until is None else DateSpan(until, until).end(zone)
    return PageBounds(start, end, zone, now)


def list_scope(parts: tuple[object, ...], request: ListRequest) -> str:
    """The scope of the cursors of a list: by its owner, days, filter and order."""
    order = ("OLDEST_FIRST",) if request.oldest_first else ()
    return cursor_scope(*parts, request.criterion, request.days, *order)


async def list_page(
    context: Context, streams: Sequence[Stream], bounds: PageBounds, positions: StreamPositions, request: ListRequest
) -> MergedPage:
    """Load the page of a list that follows these positions, of records that fit its filter, in its order."""
    merge = merge_oldest_first if request.oldest_first else merge_page
    filtered = [_filtered(stream, request) for stream in streams]
    return await merge(context.loader, filtered, bounds, positions, page_size(request.first, context))


def _filtered(stream: Stream, request: ListRequest) -> Stream:
    if not request.accepted:
        return stream
    belongs = stream.matches
    unlimited = stream.unlimited or request.is_rare
    return replace(stream, matches=lambda record: request.matches(record) and belongs(record), unlimited=unlimited)


async def connection_page(
    context: Context, streams: Sequence[Stream], scope_parts: tuple[object, ...], request: ListRequest, zone: ZoneInfo
) -> ConnectionPage:
    """Load a page of a list without windows; its days may be any."""
    scope = list_scope(scope_parts, request)
    _, positions = read_cursor(request.after, scope, streams)
    bounds = page_bounds(request.since, request.until, zone, context.now())
    return ConnectionPage(await list_page(context, streams, bounds, positions, request), scope, "", bounds=bounds)
