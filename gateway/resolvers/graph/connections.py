"""Relay connections over the merged lists of `gateway.loading.merge`."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
import strawberry

from gateway.errors import BadInput, NotConfigured
from gateway.ids import decode_cursor, encode_cursor
from gateway.loading.finder import LoadResult
from gateway.loading.merge import KeysetPosition, MergedPage, PageBounds, Stream, StreamPositions, merge_page
from gateway.resolvers.graph.context import Context
from gateway.resolvers.graph.date_ranges import CALENDAR, valid_span
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.source_status import SourceStatus, statuses
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import DateRange

T = TypeVar("T")


@described
class PageInfo:
    """Position of a page in its list.

    has_next_page: True if more entries follow, or may follow because a system did not answer.
    has_previous_page: True if this page was requested with a cursor.
    start_cursor: Cursor of the first entry; null on an empty page.
    end_cursor: Cursor to pass as `after` for the next page. After a failure the same cursor asks the missing
        systems again. Null on an empty page of a search.
    """

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class CursorState(msgspec.Struct, array_like=True, frozen=True):
    """What a cursor holds: which list, which day it began, and the marks."""

    scope: str
    anchor: str
    all: "Place | None"
    late: dict[str, "Place | None"] = {}


class Place(msgspec.Struct, array_like=True, frozen=True):
    """A mark, written small: microseconds since 1970, rank, id."""

    time: int
    rank: int | None
    id: str


EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _place(mark: KeysetPosition | None) -> Place | None:
    if mark is None:
        return None
    since = mark.time - EPOCH
    return Place((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds, mark.rank, mark.id)


def _mark(place: Place | None) -> KeysetPosition | None:
    if place is None:
        return None
    try:
        time = datetime.fromtimestamp(place.time // 1_000_000, EPOCH.tzinfo)
    except (OverflowError, ValueError, OSError) as error:
        raise BadInput("That is not a cursor of this list.") from error
    if not CALENDAR.since <= time.date() <= CALENDAR.until:
        raise BadInput("That is not a cursor of this list.")
    return KeysetPosition(time.replace(microsecond=place.time % 1_000_000), place.rank, place.id)


def cursor_scope(*parts: object) -> str:
    """A short name of a list: a cursor of one list is refused by another."""
    return hashlib.blake2s(repr(parts).encode(), digest_size=8).hexdigest()


def write_cursor(of: str, anchor: str, marks: StreamPositions) -> str:
    """The cursor that holds these marks."""
    return encode_cursor(
        CursorState(of, anchor, _place(marks.all), {k: _place(v) for k, v in marks.late.items()})
    )


def read_cursor(text: str | None, of: str, streams: Sequence[Stream]) -> tuple[str | None, StreamPositions]:
    """The day a list began and its marks. BadInput when the cursor is not of this list."""
    if text is None:
        return None, StreamPositions()
    stand: CursorState = decode_cursor(text, CursorState)
    if stand.scope != of or not set(stand.late) <= {each.name for each in streams}:
        raise BadInput("That cursor belongs to another list: other filters, another range or account.")
    return stand.anchor, StreamPositions(_mark(stand.all), {k: _mark(v) for k, v in stand.late.items()})


def page_size(first: int | None, context: Context) -> int:
    """How many entries a page may have. BadInput, naming the limit."""
    rules = context.rules
    if first is None:
        return rules.page_size
    if not 1 <= first <= rules.max_page_size:
        raise BadInput(f"first is from 1 to {rules.max_page_size}, not {first}.")
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
class Connection(Generic[T]):
    """A page of a list, newest first.

    Entries are null, not empty, where the system that holds them did not answer; `sources` has its status.
    """

    made: strawberry.Private["ConnectionPage"]

    @strawberry.field(description="The entries with their cursors; null = unknown.")
    def edges(self) -> list[Edge[T]] | None:
        if not self.made.known():
            return None
        return [Edge(cursor=self.made.cursor(order), node=node) for order, node in self.made.page.records]

    @strawberry.field(description="The entries alone; null = unknown.")
    def nodes(self) -> list[T] | None:
        return [node for _, node in self.made.page.records] if self.made.known() else None

    @strawberry.field(description="Where the page stands; null where the entries are.")
    def page_info(self) -> PageInfo | None:
        return self.made.info() if not self.made.page.failed and self.made.configured() else None

    @strawberry.field(description="The systems this page was made from, and how each fared.")
    def sources(self) -> list[SourceStatus]:
        return self.made.sources()


class ConnectionPage:
    """A page and what is needed to say where it stands. Lives as long as its request."""

    def __init__(self, page: MergedPage, of: str, anchor: str, *, older: bool = False) -> None:
        self.page, self.of, self.anchor, self.older = page, of, anchor, older

    def known(self) -> bool:
        """Whether the entries are known. Raises why they are not, unless nobody has them."""
        for filled in self.page.stream_pages:
            for found in filled.results:
                if found.error is not None and not isinstance(found.error, NotConfigured):
                    raise found.error
        return self.configured()

    def configured(self) -> bool:
        """Whether any system has such entries."""
        return not all(
            isinstance(found.error, NotConfigured)
            for filled in self.page.stream_pages
            for found in filled.results
        ) or not any(filled.results for filled in self.page.stream_pages)

    def cursor(self, order: Any) -> str:
        """The cursor after an entry of this order."""
        return write_cursor(self.of, self.anchor, self.page.positions_after(order))

    def info(self) -> PageInfo:
        """Relay's page info."""
        records = self.page.records
        return PageInfo(
            has_next_page=self.page.more or self.older or bool(self.page.failed),
            has_previous_page=self.page.start != StreamPositions(),
            start_cursor=self.cursor(records[0][0]) if records else None,
            end_cursor=write_cursor(self.of, self.anchor, self.page.end()),
        )

    def sources(self) -> list[SourceStatus]:
        """One status for each system that was to contribute, or whose old word decided who was asked."""
        streams = [filled.stream for filled in self.page.stream_pages]
        old = [each.via for each in streams if each.via is not None and each.via[1].stale]
        told = [
            (filled.stream.record, found) for filled in self.page.stream_pages for found in filled.results
        ]
        return statuses((_system(record, found), found) for record, found in [*told, *old])


def _system(record: Any, found: LoadResult[Any]) -> SourceSystem:
    """Whose word it is: of a failure, the system's that failed; the record's own may not have been asked."""
    own: SourceSystem = record.SYSTEM
    if found.error is None or isinstance(found.error, NotConfigured):
        return own
    return SourceSystem.__members__.get(found.error.source, own)


async def connection_page(
    context: Context,
    streams: Sequence[Stream],
    of: tuple[object, ...],
    span: DateRange | None,
    first: int | None,
    after: str | None,
    zone: Any,
) -> ConnectionPage:
    """A page of a list that has no windows; `span` may be of any length, or none."""
    days = valid_span(span.since, span.until) if span else None
    name = cursor_scope(*of, span and (span.since, span.until))
    _, marks = read_cursor(after, name, streams)
    now = context.now()
    bounds = PageBounds(
        since=days.start(zone) if days else None,
        until=days.end(zone) if days else None,
        zone=zone,
        now=now,
    )
    made = await merge_page(context.loader, streams, bounds, marks, page_size(first, context))
    return ConnectionPage(made, name, "")
