"""Person and premise search (NAV-1)."""

from typing import Annotated, Any

import msgspec
import strawberry

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.ids import decode_cursor, encode_cursor
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.connections import PageInfo, page_size
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.cursors import cursor_scope
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown, state_of
from gateway.resolvers.graph.source_status import SourceStatus, statuses
from gateway.resolvers.graph.totals import total_count
from gateway.resolvers.search.criteria import CustomerSearch, normalized
from gateway.resolvers.search.execution import MAX_HITS, SearchHits, hits
from gateway.resolvers.service.premises import Premise

__all__ = ["CustomerSearch", "SearchConnection", "search"]

SearchHit = Annotated[
    Customer | BillingAccount | Premise,
    strawberry.union("SearchHit", description="A customer, billing account or premise that was found."),
]


@described
class SearchEdge:
    """A search hit with its cursor.

    cursor: Cursor to pass as `after` for the hits that follow this one.
    node: The customer, billing account or premise.
    """

    cursor: str
    node: SearchHit


class SearchCursor(msgspec.Struct, array_like=True, frozen=True):
    """Contents of a cursor: the search, and the number of hits up to it."""

    scope: str
    count: Annotated[int, msgspec.Meta(ge=0)]


@described
class SearchConnection:
    """A page of search hits: customers first, then accounts, then premises.

    Exact matches come first, then matches of word beginnings, in the stable order of each system's index.
    """

    result: strawberry.Private[SearchHits]
    scope: strawberry.Private[str]
    offset: strawberry.Private[int]
    size: strawberry.Private[int]

    @strawberry.field
    def edges(self) -> list[SearchEdge] | None:
        """The hits with their cursors; null if a system did not answer, or is not configured."""
        page = self._page()
        if page is None:
            return None
        return [SearchEdge(cursor=self._cursor(n), node=hit) for n, hit in enumerate(page, self.offset + 1)]

    @strawberry.field
    def nodes(self) -> list[SearchHit] | None:
        """The hits without cursors; null if a system did not answer, or is not configured."""
        return self._page()

    @strawberry.field
    def page_info(self) -> PageInfo | None:
        """Position of the page; null if the hits are."""
        if not self.result.complete:
            return None
        count = len(self._hits())
        return PageInfo(
            has_next_page=len(self.result.records) > self.offset + self.size,
            has_previous_page=self.offset > 0,
            start_cursor=self._cursor(self.offset + 1) if count else None,
            end_cursor=self._cursor(self.offset + count) if count else None,
        )

    async def _total(self, info: Info) -> int:  # noqa: ARG002  # what a resolver gets
        if self.result.error is not None:
            raise self.result.error
        if not self.result.complete or len(self.result.records) > self.offset + self.size:
            raise NotKnown
        return len(self.result.records)

    total_count = total_count(_total)
    total_count_state = state_of(total_count)

    @strawberry.field
    def complete(self) -> bool:
        """False if the hits are unknown: a system did not answer, or is not configured."""
        return self.result.complete

    @strawberry.field
    def unreadable(self) -> int:
        """Number of rows that cannot be read; a search with such rows has no hits."""
        return sum(result.unreadable for _, result in self.result.answers)

    @strawberry.field
    def sources(self) -> list[SourceStatus]:
        """Status of each system that was searched."""
        return statuses((query.record.SYSTEM, result) for query, result in self.result.answers)

    def _page(self) -> list[Any] | None:
        if self.result.error is not None:
            raise self.result.error
        return self._hits() if self.result.complete else None

    def _hits(self) -> list[Any]:
        return list(self.result.records[self.offset : self.offset + self.size])

    def _cursor(self, count: int) -> str:
        return encode_cursor(SearchCursor(self.scope, count))


async def search(info: Info, by: CustomerSearch, first: int | None, after: str | None) -> SearchConnection:
    """Find what fits all criteria: customers, accounts by number, premises by address."""
    criteria = normalized(by)
    size = page_size(first, info.context)
    scope = cursor_scope("search", sorted(criteria.items()))
    offset = _offset(after, scope)
    if offset >= MAX_HITS:
        message = f"A search returns at most {MAX_HITS:,} hits: add a criterion."
        raise BadInput(message, Reason.TOO_MANY_HITS, "by", limit=MAX_HITS)
    size = min(size, MAX_HITS - offset)
    result = await hits(info.context.loader, criteria, offset + size + 1)
    return SearchConnection(result=result, scope=scope, offset=offset, size=size)


def _offset(after: str | None, scope: str) -> int:
    """Number of hits before this page. Raises BadInput if the cursor belongs to another search."""
    if after is None:
        return 0
    cursor: SearchCursor = decode_cursor(after, SearchCursor)
    if cursor.scope != scope:
        raise BadInput("That cursor belongs to another search.", Reason.FOREIGN_CURSOR, "after")
    return cursor.count
