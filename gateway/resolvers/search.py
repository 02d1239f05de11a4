"""Person and premise search: where an agent begins (NAV-1)."""

import asyncio
import re
from collections.abc import Awaitable
from typing import Annotated, Any

import msgspec
import strawberry
from strawberry.utils.str_converters import to_camel_case

from gateway.context import Info
from gateway.errors import BadInput, NotConfigured, SourceError
from gateway.finder import Found
from gateway.ids import cursor, cursor_state
from gateway.resolvers.account import BillingAccount
from gateway.resolvers.customer import Customer
from gateway.resolvers.described import described, described_input
from gateway.resolvers.freshness import SourceStatus, statuses
from gateway.resolvers.pages import PageInfo, scope, size
from gateway.resolvers.premises import Premise

SearchHit = Annotated[
    Customer | BillingAccount | Premise,
    strawberry.union("SearchHit", description="What a search can find."),
]
MOST_WORDS = 10
MOST = 200
NO_WORD = re.compile(r"[^\w'\-.]")
FEWEST = {"name": 2, "phone": 4, "email": 3, "account_number": 3, "address": 3, "identifier_last4": 4}


@described_input
class CustomerSearch:
    """What is known of whom, or what, is looked for. Several criteria narrow; an address stands alone.

    name: words of a name, each from its beginning, in any order.
    phone: a number in any writing.
    email: an address.
    account_number: the number of a billing account.
    address: an address from its beginning; finds premises.
    identifier_last4: the last four of an identifier.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    account_number: str | None = None
    address: str | None = None
    identifier_last4: str | None = None


@described
class SearchEdge:
    """Something found, and where it stands.

    cursor: hand it back as `after` for what follows it.
    node: what was found.
    """

    cursor: str
    node: SearchHit


class Last(msgspec.Struct, array_like=True, frozen=True):
    """Where a page of hits ended."""

    scope: str
    rank: int
    id: str


@described
class SearchConnection:
    """A page of what was found: customers first, then accounts, then premises."""

    error: strawberry.Private[SourceError | None]
    hits: strawberry.Private[list[tuple[tuple[int, str], Any]]]
    more: strawberry.Private[bool]
    resumed: strawberry.Private[bool]
    of: strawberry.Private[str]
    founds: strawberry.Private[list[tuple[type, Found[Any]]]]

    @strawberry.field(description="The hits with their cursors; null = unknown.")
    def edges(self) -> list[SearchEdge] | None:
        self._check()
        return [SearchEdge(cursor=self._cursor(order), node=hit) for order, hit in self.hits]

    @strawberry.field(
        description="The hits alone; null = unknown: a system that was searched did not answer."
    )
    def nodes(self) -> list[SearchHit] | None:
        self._check()
        return [hit for _, hit in self.hits]

    @strawberry.field(description="Where the page stands; null where the hits are.")
    def page_info(self) -> PageInfo | None:
        if self.error is not None:
            return None
        return PageInfo(
            has_next_page=self.more,
            has_previous_page=self.resumed,
            start_cursor=self._cursor(self.hits[0][0]) if self.hits else None,
            end_cursor=self._cursor(self.hits[-1][0]) if self.hits else None,
        )

    @strawberry.field(description="The systems that were searched, and how each fared.")
    def sources(self) -> list[SourceStatus]:
        told = ((record.SYSTEM, found) for record, found in self.founds)  # type: ignore[attr-defined]  # a record
        return statuses(told)

    def _check(self) -> None:
        if self.error is not None:
            raise self.error

    def _cursor(self, order: tuple[int, str]) -> str:
        return cursor(Last(self.of, *order))


def criteria(by: CustomerSearch) -> dict[str, str]:
    """What is searched by, each as the systems keep it. BadInput when it says too little."""
    said = {
        "name": " ".join(NO_WORD.sub(" ", (by.name or "").lower().replace("\u2019", "'")).split()),
        "phone": re.sub(r"\D", "", by.phone or ""),
        "email": (by.email or "").strip().lower(),
        "account_number": (by.account_number or "").strip(),
        "address": " ".join((by.address or "").upper().replace(",", " ").split()),
        "identifier_last4": (by.identifier_last4 or "").strip(),
    }
    given = {name for name in said if getattr(by, name) is not None}
    for name in sorted(given):
        if len(re.sub(r"[^\w]", "", said[name])) < FEWEST[name]:
            least = f"{FEWEST[name]} letters or digits"
            raise BadInput(f"{to_camel_case(name)} needs at least {least} to search by.")
        if len(said[name]) > MOST or len(said[name].split()) > MOST_WORDS:
            raise BadInput(f"{to_camel_case(name)} may have at most {MOST} letters in {MOST_WORDS} words.")
    if "address" in given and len(given) > 1:
        raise BadInput("An address finds premises; it cannot be combined with what finds customers.")
    if not given:
        raise BadInput("Say at least one of name, phone, email, accountNumber, address, identifierLast4.")
    return {name: said[name] for name in said if name in given}


async def search(info: Info, by: CustomerSearch, first: int | None, after: str | None) -> SearchConnection:
    """What fits all criteria: customers by who they are, accounts by number, premises by address."""
    said, most = criteria(by), size(first, info.context)
    of = scope("search", sorted(said.items()))
    last = _last(after, of)
    founds = await _asked(info, said)
    ranked = _ranked(_hits(founds))
    rest = [each for each in ranked if last is None or each[0] > last]
    failed = (found.error for _, found in founds.values())
    error = next((each for each in failed if each and not isinstance(each, NotConfigured)), None)
    return SearchConnection(
        error=error,
        hits=rest[:most],
        more=len(rest) > most,
        resumed=last is not None,
        of=of,
        founds=list(founds.values()),
    )


def _last(after: str | None, of: str) -> tuple[int, str] | None:
    if after is None:
        return None
    last: Last = cursor_state(after, Last)
    if last.scope != of:
        raise BadInput("That cursor belongs to another search.")
    return last.rank, last.id


async def _asked(info: Info, said: dict[str, str]) -> dict[str, tuple[type, Found[Any]]]:
    load = info.context.load
    records = {"account_number": BillingAccount, "address": Premise}
    asked: dict[str, tuple[type, Awaitable[Found[Any]]]] = {}
    for name, text in said.items():
        record = records.get(name, Customer)
        asked[name] = record, load.ask(record, name, text)
    found = await asyncio.gather(*(each for _, each in asked.values()))
    return {name: (record, each) for (name, (record, _)), each in zip(asked.items(), found, strict=True)}


def _hits(founds: dict[str, tuple[type, Found[Any]]]) -> list[Any]:
    """Customers that fit every personal criterion; with an account number, whose account it is."""
    people = [found for record, found in founds.values() if record is Customer]
    accounts = [found for record, found in founds.values() if record is BillingAccount]
    premises = [hit for record, found in founds.values() if record is Premise for hit in found.records]
    numbered = [account for found in accounts for account in found.records]
    if not people:
        return [*numbered, *premises]
    fitting = {hit.id: hit for hit in people[0].records}
    for found in people[1:]:
        ids = {hit.id for hit in found.records}
        fitting = {key: hit for key, hit in fitting.items() if key in ids}
    if not accounts:
        return [*fitting.values(), *premises]
    owners = {account.customer_id for account in numbered}
    return [hit for key, hit in fitting.items() if key in owners] + [
        account for account in numbered if account.customer_id in fitting
    ]


def _ranked(hits: list[Any]) -> list[tuple[tuple[int, str], Any]]:
    return sorted(((_order(hit), hit) for hit in hits), key=lambda each: each[0])


def _order(hit: Any) -> tuple[int, str]:
    return (Customer, BillingAccount, Premise).index(type(hit)), hit.id
