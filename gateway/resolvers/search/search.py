"""Person and premise search: where an agent begins (NAV-1)."""

from typing import Annotated, Any

import msgspec
import strawberry

from gateway.errors import BadInput
from gateway.ids import decode_cursor, encode_cursor
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.connections import PageInfo, page_size
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.cursors import cursor_scope
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.source_status import SourceStatus, statuses
from gateway.resolvers.search.criteria import CustomerSearch, criteria
from gateway.resolvers.search.execution import MAX_HITS, SearchHits, hits
from gateway.resolvers.service.premises import Premise

__all__ = ["CustomerSearch", "SearchConnection", "search"]

SearchHit = Annotated[
    Customer | BillingAccount | Premise,
    strawberry.union("SearchHit", description="What a search can find."),
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
    """Where a page of hits ended: of which search, and how many there were up to there."""

    scope: str
    given: Annotated[int, msgspec.Meta(ge=0)]


@described
class SearchConnection:
    """A page of search hits: customers first, then accounts, then premises.

    Exact matches come first, then matches of word beginnings, in the stable order of each system's index.
    """

    found: strawberry.Private[SearchHits]
    of: strawberry.Private[str]
    given: strawberry.Private[int]
    most: strawberry.Private[int]

    @strawberry.field(description="The hits with their cursors; null = unknown.")
    def edges(self) -> list[SearchEdge] | None:
        page = self._page()
        if page is None:
            return None
        return [SearchEdge(cursor=self._cursor(n), node=hit) for n, hit in enumerate(page, self.given + 1)]

    @strawberry.field(
        description="The hits alone; null = unknown: a system to be searched did not answer, or is not there."
    )
    def nodes(self) -> list[SearchHit] | None:
        return self._page()

    @strawberry.field(description="Where the page stands; null where the hits are.")
    def page_info(self) -> PageInfo | None:
        if not self.found.known:
            return None
        count = len(self._hits())
        return PageInfo(
            has_next_page=len(self.found.records) > self.given + self.most,
            has_previous_page=self.given > 0,
            start_cursor=self._cursor(self.given + 1) if count else None,
            end_cursor=self._cursor(self.given + count) if count else None,
        )

    @strawberry.field(description="The systems that were searched, and how each fared.")
    def sources(self) -> list[SourceStatus]:
        told = ((record.SYSTEM, found) for record, found in self.found.founds)  # type: ignore[attr-defined]  # a record
        return statuses(told)

    def _page(self) -> list[Any] | None:
        if self.found.error is not None:
            raise self.found.error
        return self._hits() if self.found.known else None

    def _hits(self) -> list[Any]:
        return list(self.found.records[self.given : self.given + self.most])

    def _cursor(self, given: int) -> str:
        return encode_cursor(SearchCursor(self.of, given))


async def search(info: Info, by: CustomerSearch, first: int | None, after: str | None) -> SearchConnection:
    """What fits all criteria: customers by who they are, accounts by number, premises by address."""
    said, most = criteria(by), page_size(first, info.context)
    of = cursor_scope("search", sorted(said.items()))
    given = _given(after, of)
    if given >= MAX_HITS:
        raise BadInput(f"A search gives {MAX_HITS:,} at most: say more of who or what is looked for.")
    most = min(most, MAX_HITS - given)
    found = await hits(info.context.loader, said, given + most + 1)
    return SearchConnection(found=found, of=of, given=given, most=most)


def _given(after: str | None, of: str) -> int:
    """How many were given before this page. BadInput when the cursor is of another search."""
    if after is None:
        return 0
    last: SearchCursor = decode_cursor(after, SearchCursor)
    if last.scope != of:
        raise BadInput("That cursor belongs to another search.")
    return last.given
