"""Person and premise search (NAV-1)."""

from typing import Annotated, Any, ClassVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.masks import Cleared
from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.account.core import AccountStatus
from gateway.resolvers.customer360.account import BillingAccount
from gateway.resolvers.customer360.customer import Customer
from gateway.resolvers.graph.connections import page_size
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown, null_if_not_known, nullable, state_of
from gateway.resolvers.graph.page_info import PageInfo
from gateway.resolvers.graph.personal import Personal, PiiKind
from gateway.resolvers.graph.relations import field_of
from gateway.resolvers.graph.source_status import SourceStatus, statuses
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.totals import total_count
from gateway.resolvers.graph.values import Address, CodedValue
from gateway.resolvers.search import hit_facts
from gateway.resolvers.search.criteria import CustomerSearch, normalized
from gateway.resolvers.search.matched_texts import matched_texts
from gateway.resolvers.search.matches import Hit, SearchCriterion
from gateway.resolvers.search.pages import SearchPage, criteria_page, text_page
from gateway.resolvers.service.premises import Premise

__all__ = ["CustomerSearch", "SearchConnection", "search"]

SearchHit = Annotated[
    Customer | BillingAccount | Premise,
    strawberry.union("SearchHit", description="A customer, billing account or premise that was found."),
]


async def _party(edge: "SearchEdge", info: Info) -> Any:
    return await hit_facts.party_of_hit(edge.node, info)


async def _customer(edge: "SearchEdge", info: Info) -> Any:
    return await hit_facts.customer_of(edge.node, info)


async def _account(edge: "SearchEdge", info: Info) -> Any:
    return await hit_facts.account_of(edge.node, info)


async def _status_label(edge: "SearchEdge", info: Info) -> str | None:
    account = await null_if_not_known(_account)(edge, info)
    return str(account.status.label) if account else None


async def _premise(edge: "SearchEdge", info: Info) -> Any:
    return await hit_facts.premise_of(edge.node, info)


async def _account_count(edge: "SearchEdge", info: Info) -> int:
    return len(await hit_facts.accounts_of(edge.node, info))


async def _context(edge: "SearchEdge", info: Info) -> str:
    return await hit_facts.context_line(edge.node, info)


async def _matched_text(edge: "SearchEdge", info: Info) -> str:
    return Cleared(hit_facts.SEPARATOR.join(await matched_texts(edge.hit, info)))


@described
@known_to(PARTNER)
class SearchEdge:
    """A search hit with its cursor, why it was found, and what tells it apart from others.

    cursor: Cursor to pass as `after` for the hits that follow this one.
    node: The customer, billing account or premise.
    matched_on: Criteria by which it was found.
    matched_text: What matched, as its system holds it, and no more of the record; several in the order of
        `matchedOn`. Telephone numbers, e-mail addresses and identifiers are masked. A name may be that of another
        person on the customer's accounts. Null if it cannot be told.
    context: One line to tell hits of one name apart: address, account and customer number. A part that is not
        known is called so; null if none is.
    name: Name of the customer; null if there is none, or it is unknown.
    address: Address of the premise, or of the first premise of the account; null if there is none, or it is
        unknown.
    account_number: Number of the account, of the customer's first open one, or of the one served at the premise
        today; null if there is none, or it is unknown.
    account_status: Stage in the life of that account; null if there is none, or it is unknown.
    account_count: Number of accounts of the customer, closed ones too, or of those served at the premise today; 1
        for an account. Null if unknown.
    customer_number: Number of the customer; null if there is none, or it is unknown.
    customer_status: Status of the customer in the CRM; null if unknown.
    """

    PERSONAL: ClassVar[Personal] = {"matched_text": PiiKind.CONTACT_POINT}

    cursor: str
    node: SearchHit
    hit: strawberry.Private[Hit]

    @strawberry.field
    def matched_on(self) -> list[SearchCriterion]:
        return [match.criterion for match in self.hit.matches]

    matched_text = nullable(_matched_text, str)
    matched_text_state = state_of(matched_text)
    context = nullable(_context, str)
    context_state = state_of(context)
    name = field_of(_party, "name", str)
    name_state = state_of(name)
    address = field_of(_premise, "address", Address)
    address_state = state_of(address)
    account_number = field_of(_account, "account_number", str)
    account_number_state = state_of(account_number)
    account_status = field_of(_account, "status", AccountStatus)
    account_status_state = state_of(account_status)

    @strawberry.field(graphql_type=str | None)
    def account_status_label(self, info: Info) -> Any:
        """Text of `accountStatus` for people; null where that is null."""
        return _status_label(self, info)  # awaited by GraphQL

    account_count = nullable(_account_count, int)
    account_count_state = state_of(account_count)
    customer_number = field_of(_customer, "customer_number", str)
    customer_number_state = state_of(customer_number)
    customer_status = field_of(_customer, "status", CodedValue)
    customer_status_state = state_of(customer_status)


@described
@known_to(PARTNER)
class SearchConnection:
    """A page of search hits.

    Hits of criteria are customers first, then accounts, then premises. Hits of a text come by what matched, in the
    order of `SearchCriterion`. Within that, exact matches come first, then matches of word beginnings, in the
    stable order of each system's index.

    searched_on: Criteria that were searched wholly: without a hit, no record has the text there.
    not_searched_on: Criteria that the text may be as well, but that were not searched wholly: the utility has no
        index, a system did not answer, or the index has texts that cannot be found.
    complete: False if hits may be missing: an index that the utility has was not searched wholly.
    """

    page: strawberry.Private[SearchPage]

    @strawberry.field
    def edges(self) -> list[SearchEdge] | None:
        """The hits with their cursors; null if unknown, never empty where hits may be missing."""
        hits = self._hits()
        if hits is None:
            return None
        return [SearchEdge(cursor=cursor, node=hit.record, hit=hit) for hit, cursor in hits]

    @strawberry.field
    def nodes(self) -> list[SearchHit] | None:
        """The hits without cursors; null if unknown, never empty where hits may be missing."""
        hits = self._hits()
        return None if hits is None else [hit.record for hit, _ in hits]

    @strawberry.field
    def page_info(self) -> PageInfo | None:
        """Position of the page; null if the hits are."""
        if not self.page.is_known:
            return None
        cursors = [cursor for _, cursor in self.page.hits]
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.first > 0,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )

    async def _total(self, info: Info) -> int:  # noqa: ARG002  # what a resolver gets
        if self.page.error is not None:
            raise self.page.error
        if not self.page.is_complete or self.page.has_next:
            raise NotKnown
        return self.page.first + len(self.page.hits)

    total_count = total_count(_total)
    total_count_state = state_of(total_count)

    @strawberry.field
    def searched_on(self) -> list[SearchCriterion]:
        return list(self.page.searched)

    @strawberry.field
    def not_searched_on(self) -> list[SearchCriterion]:
        return list(self.page.unsearched)

    @strawberry.field
    def complete(self) -> bool:
        return self.page.is_complete

    @strawberry.field
    def unreadable(self) -> int:
        """Number of rows that cannot be read and are missing."""
        return sum(result.unreadable for _, result in self.page.answers)

    @strawberry.field
    def sources(self) -> list[SourceStatus]:
        """Status of each system that was searched."""
        return statuses((query.record.SYSTEM, result) for query, result in self.page.answers)

    def _hits(self) -> Any:
        if self.page.error is not None:
            raise self.page.error
        return self.page.hits if self.page.is_known else None


async def search(
    info: Info, by: CustomerSearch | None, text: str | None, first: int | None, after: str | None
) -> SearchConnection:
    """Find what fits all criteria, or what a text in one box can be."""
    if (by is None) == (text is None):
        raise BadInput("Say exactly one of by, text.", Reason.ONE_ARGUMENT_NEEDED)
    size, loader = page_size(first, info.context), info.context.loader
    if text is not None:
        return SearchConnection(page=await text_page(loader, text, size, after))
    return SearchConnection(page=await criteria_page(loader, normalized(by), size, after))  # type: ignore[arg-type]  # not both
