"""Customers: the entry point of front ends, and the header of the dashboard."""

from dataclasses import replace

import strawberry

from gateway.errors import InvalidResponse, SourceError
from gateway.ids import key_from_global_id
from gateway.loading.finder import LoadResult
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import OPEN_STATUSES, AccountReference, prime_references
from gateway.resolvers.contact.history import InteractionConnection, interaction_history
from gateway.resolvers.contact.interactions import Interaction, party_of
from gateway.resolvers.customer360.account import REFERENCE_FIELDS, BillingAccount
from gateway.resolvers.customer360.header import AccountHeader
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.interaction_list import HistoryRequest, interaction_list
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import loads, records_of, relation
from gateway.resolvers.graph.selections import mentions, selects
from gateway.resolvers.graph.values import CodedValue
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

    @strawberry.field(metadata=loads(*PARTY_RELATIONS))
    async def party(self, info: Info) -> Party | None:
        return await party_of(info, self.party_kind, self.party_id)

    @strawberry.field
    async def dashboard(self, info: Info) -> Dashboard | None:
        """Whether the customer dashboard is offered; null if unknown."""
        accounts = await accounts_of(info, self)
        if accounts is None:
            return None
        if accounts:
            return OFFERED
        party = await party_of(info, self.party_kind, self.party_id)
        return None if party is None else dashboard_without_accounts(party.roles)

    @strawberry.field
    async def header(self, info: Info, account_id: strawberry.ID | None = None) -> AccountHeader | None:
        """The header of the dashboard; null if the account is not one of the customer's.

        account_id: Account to view; null for the first open account.
        """
        key = key_from_global_id(account_id, "BillingAccount") if account_id else None
        loading_accounts = info.context.loader.load(BillingAccount, "customer_id", self.id)
        party: Party | None = None
        party_error: SourceError | None = None
        try:
            party = await party_of(info, self.party_kind, self.party_id)
        except SourceError as error:
            party_error = error  # raised only by the fields that need the party
        accounts = await loading_accounts
        if accounts.error is None and key not in (None, *(account.id for account in accounts.records)):
            return None
        return AccountHeader(
            party=party,
            party_error=party_error,
            loaded_accounts=accounts,
            account_id=key,
            today=info.context.now().astimezone(info.context.zone).date(),
        )

    @strawberry.field(
        metadata=loads(
            relation(BillingAccount, "customer_id"), relation(AccountReference, "customer_id", required=False)
        )
    )
    async def accounts(self, info: Info, include_closed: bool = False) -> list[BillingAccount] | None:
        """Billing accounts of the customer by account number; null if unknown.

        include_closed: True to include accounts that are neither active nor pending.
        """
        accounts = await accounts_of(info, self)
        if accounts is None:
            return None
        shown = [account for account in accounts if include_closed or account.status in OPEN_STATUSES]
        return sorted(shown, key=lambda account: account.account_number)

    @interaction_list(relation(Interaction, "customer_id", "party_id", "account_id"))
    async def interactions(self, info: Info, request: HistoryRequest) -> InteractionConnection:
        """Interactions of the customer with the utility, newest first."""
        loader = info.context.loader
        # Without any of these lookups, the load itself reports NOT_CONFIGURED.
        lookups = (by for by in ("customer_id", "party_id") if loader.has_lookup(Interaction, by))
        by = next(lookups, "customer_id")
        key = self.id if by == "customer_id" else self.party_id
        error = None if key else InvalidResponse(self.SYSTEM.name, "no party of the customer")
        stream = Stream("Interaction", Interaction, ((by, key),) if key else (), 0, error=error)
        if key and mentions(info, "insights"):
            # Insights of the accounts may need the same interactions: loaded now, both share one batch.
            loader.load(Interaction, by, key, interactions_window(info))
        return await interaction_history(info, stream, f"Customer {self.id}", request, info.context.zone)


async def accounts_of(info: Info, customer: Customer) -> list[BillingAccount] | None:
    """All accounts of a customer. Their cross-references are loaded at the same time."""
    loader = info.context.loader
    loading_accounts = loader.load(BillingAccount, "customer_id", customer.id)
    by_customer = loader.has_lookup(AccountReference, "customer_id") and selects(info, *REFERENCE_FIELDS)
    loading_references = loader.load(AccountReference, "customer_id", customer.id) if by_customer else None
    accounts = await loading_accounts
    source = customer.provenance
    result = LoadResult([customer], source.as_of, None, source.from_cache, source.stale) if source else None
    loader.prime(Customer, "id", customer.id, result or LoadResult([customer]))
    for account in accounts.records:
        loader.prime(BillingAccount, "id", account.id, replace(accounts, records=[account]))
    if loading_references is not None:
        prime_references(loader, await loading_references, [account.id for account in accounts.records])
    return records_of(accounts)
