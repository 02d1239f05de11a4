"""Customers: where a front end begins, and what the dashboard shows first."""

from dataclasses import replace
from typing import Any

import strawberry

from gateway.errors import InvalidResponse, SourceError
from gateway.ids import key_from_global_id
from gateway.loading.finder import LoadResult
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.account.cross_reference import AccountReference, prime_references
from gateway.resolvers.contact.history import HistoryRequest, InteractionConnection, interaction_history
from gateway.resolvers.contact.interactions import Interaction, party_of
from gateway.resolvers.customer360.account import REFERRING, BillingAccount
from gateway.resolvers.customer360.header import AccountHeader, header_of
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import records_of
from gateway.resolvers.graph.selections import mentions, selects
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue, DateRange
from gateway.resolvers.insights.facts.account_facts import interactions_window
from gateway.resolvers.party.dashboard import OFFERED, Dashboard, dashboard_without_accounts
from gateway.resolvers.party.parties import PARTY_RELATIONS, Party, PartyKind


@described
class Customer(Node, Record):
    """A customer of the utility, or a party that may become one.

    customer_number: Number of the customer in the CRM.
    status: Status in the CRM; null if unknown.
    party: The person, organization or relationship behind the customer; null if unknown.
    """

    SYSTEM = SourceSystem.CRM

    customer_number: str
    status: CodedValue | None
    party_id: strawberry.Private[str | None]
    party_kind: strawberry.Private[PartyKind | None]

    @strawberry.field(metadata={"asks": PARTY_RELATIONS})
    async def party(self, info: Info) -> Party | None:
        return await party_of(info, self.party_kind, self.party_id)  # type: ignore[no-any-return]  # by its kind

    @strawberry.field(description="Whether the customer dashboard is offered; null where that is unknown.")
    async def dashboard(self, info: Info) -> Dashboard | None:
        accounts = await accounts_of(info, self)
        if accounts is None:
            return None
        if accounts:
            return OFFERED
        party = await party_of(info, self.party_kind, self.party_id)
        return None if party is None else dashboard_without_accounts(party.roles)

    @strawberry.field(
        description="The name line of the dashboard; `accountId` chooses among several accounts, the default "
        "account otherwise: the first that is open."
    )
    async def header(self, info: Info, account_id: strawberry.ID | None = None) -> AccountHeader | None:
        wanted = key_from_global_id(account_id, "BillingAccount") if account_id else None
        accounts = info.context.loader.load(BillingAccount, "customer_id", self.id)
        party: Any = None
        failed: SourceError | None = None
        try:
            party = await party_of(info, self.party_kind, self.party_id)
        except SourceError as error:
            failed = error  # raised by the fields that need the party, and by no others
        today = info.context.now().astimezone(info.context.zone).date()
        return header_of(party, failed, await accounts, wanted, today)

    @strawberry.field(
        description="Their billing accounts, by number; closed ones only where asked for.",
        metadata={"asks": ((BillingAccount, ("customer_id",)), (AccountReference, ("customer_id",), False))},
    )
    async def accounts(
        self,
        info: Info,
        include_closed: bool = False,
    ) -> list[BillingAccount] | None:
        found = await accounts_of(info, self)
        if found is None:
            return None
        kept = [each for each in found if include_closed or each.status in OPEN_STATUSES]
        return sorted(kept, key=lambda each: each.account_number)

    @strawberry.field(
        description="Their interactions with the utility, newest first. Without a range those of the newest "
        "months, as `window` tells; `all` has no limit.",
        metadata={"asks": ((Interaction, ("customer_id", "party_id", "account_id")),)},
    )
    async def interactions(
        self,
        info: Info,
        range: DateRange | None = None,
        all: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> InteractionConnection | None:
        ways = ("customer_id", "party_id")
        # Where nobody has interactions, whoever is asked says so.
        by = next((each for each in ways if info.context.loader.has_lookup(Interaction, each)), "customer_id")
        key = self.id if by == "customer_id" else self.party_id
        error = None if key else InvalidResponse(self.SYSTEM.name, "no party of the customer")
        own = Stream("Interaction", Interaction, ((by, key),) if key else (), 0, error=error)
        if key and mentions(info, "insights"):
            # What insights of the accounts may need to see: asked now, it is one question for both.
            info.context.loader.load(Interaction, by, key, interactions_window(info))
        asked = HistoryRequest(range, all, first, after)
        return await interaction_history(info, own, f"Customer {self.id}", asked, info.context.zone)


def primed(customer: Customer) -> LoadResult[Customer]:
    """The load result of a customer that another lookup found."""
    answer = customer.provenance
    if answer is None:
        return LoadResult([customer])
    return LoadResult([customer], answer.as_of, None, answer.from_cache, answer.stale)


async def accounts_of(info: Info, customer: Customer) -> list[BillingAccount] | None:
    """All accounts of a customer, closed ones too. Their cross-references come at the same moment."""
    load = info.context.loader
    asked = load.load(BillingAccount, "customer_id", customer.id)
    offered = load.has_lookup(AccountReference, "customer_id") and selects(info, *REFERRING)
    references = load.load(AccountReference, "customer_id", customer.id) if offered else None
    found = await asked
    load.prime(Customer, "id", customer.id, primed(customer))
    for each in found.records:
        load.prime(BillingAccount, "id", each.id, replace(found, records=[each]))
    if references is not None:
        prime_references(load, await references, [each.id for each in found.records])
    return records_of(found)
