"""Customers: the entry point of front ends."""

import asyncio
from dataclasses import field, replace

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.errors import BadInput, InvalidResponse, NotConfigured, SourceError
from gateway.errors.reasons import Reason
from gateway.ids import key_from_global_id
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import (
    OPEN_STATUSES,
    AccountCore,
    AccountPerson,
    AccountReference,
    AccountRole,
    AccountStatus,
    prime_references,
)
from gateway.resolvers.activity.feed_fields import customer_activities
from gateway.resolvers.contact.history import InteractionConnection, interaction_history
from gateway.resolvers.contact.interactions import Interaction, load_party, party_of
from gateway.resolvers.customer360.account import REFERENCE_FIELDS, BillingAccount
from gateway.resolvers.customer360.header import AccountHeader, open_first
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.costs import QUESTION
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.interaction_list import InteractionRequest, interaction_list
from gateway.resolvers.graph.known import NotKnown, nullable, state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import loads, records_of, relation
from gateway.resolvers.graph.selections import mentions, selects
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.insights.facts.by_account import interactions_window
from gateway.resolvers.party.dashboard import OFFERED, Dashboard, dashboard_without_accounts
from gateway.resolvers.party.parties import PARTY_RELATIONS, Party, PartyKind


@described
@known_to(PARTNER)
class Customer(Node, Record):
    """A customer of the utility, or a party that may become one.

    customer_number: Number of the customer in the CRM; null if the CRM did not answer.
    status: Status in the CRM; null if unknown.
    party: The person, organization or relationship behind the customer; null if unknown.
    """

    SYSTEM = SourceSystem.CRM
    SCOPE = Scope.CUSTOMER_READ
    TIES = tied(id=Tie.CUSTOMER)
    NUMBER = "customer_number"
    STANDS_IN = True

    customer_number: str = strawberry.field(graphql_type=str | None)
    status: CodedValue | None
    party_id: strawberry.Private[str | None]
    party_kind: strawberry.Private[PartyKind | None]
    ever_attached: strawberry.Private[bool | None]
    viewed: strawberry.Private[AccountCore | None] = field(default=None, compare=False)  # it led to this customer

    @strawberry.field(metadata=loads(*PARTY_RELATIONS))
    async def party(self, info: Info) -> Party | None:
        return await self._party(info)

    party_state = state_of(party)

    async def _party(self, info: Info) -> Party | None:
        return await party_of(info, self.party_kind, self.party_id)

    async def _dashboard(self, info: Info) -> Dashboard:
        """Whether the customer dashboard is offered; null if unknown."""
        accounts = await accounts_of(info, self)
        if accounts:
            return OFFERED
        party = None if accounts is None else await self._party(info)
        if party is None:
            raise NotKnown
        return dashboard_without_accounts(party.roles, ever_attached=self.ever_attached)

    dashboard = nullable(_dashboard, Dashboard)
    dashboard_state = state_of(dashboard)

    @strawberry.field(metadata={"cost": 3 * QUESTION})
    async def header(self, info: Info, account_id: strawberry.ID | None = None) -> AccountHeader | None:
        """The header of the dashboard; null if the argument is invalid.

        account_id: Account to view, one of the customer's; null for the account that led to the customer, or else
            the first open one.
        """
        header = AccountHeader(customer_id=self.id, customer=self, viewed=self.viewed)
        if account_id is None:
            return header
        key = key_from_global_id(account_id, "BillingAccount", "accountId")
        loading_accounts = info.context.loader.load(BillingAccount, "customer_id", self.id)
        if self.failure is None:
            load_party(info, self.party_kind, self.party_id)
        accounts = await loading_accounts
        viewed = next((account for account in accounts.records if account.id == key), None)
        if viewed is None and accounts.error is None:
            message = "That account is not one of this customer's: take an `id` from `accounts`."
            raise BadInput(message, Reason.NOT_OF_CUSTOMER, "accountId")
        return replace(header, viewed=viewed)

    @strawberry.field(
        metadata=loads(
            relation(BillingAccount, "customer_id"), relation(AccountReference, "customer_id", required=False)
        )
    )
    async def accounts(
        self,
        info: Info,
        include_closed: bool = False,
        status: list[AccountStatus] | None = None,
        role: list[AccountRole] | None = None,
    ) -> list[BillingAccount] | None:
        """Billing accounts of the customer by account number; null if unknown.

        Without arguments, these are the accounts that make the dashboard available: the open ones, or all of
        them if none is open.

        include_closed: True to include accounts that are neither active nor pending.
        status: Only accounts of these statuses, closed ones too; null or empty for no limit by status.
        role: Only accounts on which the customer has one of these roles; null or empty for any role.
        """
        accounts = await accounts_of(info, self)
        if accounts is None:
            return None
        if status:
            accounts = [account for account in accounts if account.status in status]
        elif not include_closed:
            accounts = [account for account in accounts if account.status in OPEN_STATUSES] or accounts
        if role:
            accounts = await self._with_role(info, accounts, role)
        return None if accounts is None else sorted(accounts, key=lambda account: account.account_number)

    async def _default_account(self, info: Info) -> BillingAccount | None:
        """The account that the dashboard shows first: the first open one, or else the first.

        Null if there is none, or accounts are unknown.
        """
        accounts = await accounts_of(info, self)
        if accounts is None:
            raise NotKnown
        return next(iter(open_first(accounts)), None)

    default_account = nullable(_default_account, BillingAccount)
    default_account_state = state_of(default_account)

    async def _with_role(
        self, info: Info, accounts: list[BillingAccount], roles: list[AccountRole]
    ) -> list[BillingAccount] | None:
        """The accounts on which the customer, or who acts for it, has one of these roles; None if unknown."""
        loader = info.context.loader
        loading = asyncio.gather(*(loader.load(AccountPerson, "account_id", account.id) for account in accounts))
        party = await self._party(info)
        parties = {self.party_id, getattr(party, "person_id", None), getattr(party, "organization_id", None)} - {None}
        persons = [records_of(result) for result in await loading]
        if persons and all(each is None for each in persons):
            return None
        return [
            account
            for account, people in zip(accounts, persons, strict=True)
            if any(each.person_id in parties and each.role in roles for each in people or ())
        ]

    activities = customer_activities()

    @interaction_list(relation(Interaction, "customer_id", "party_id", "account_id"))
    async def interactions(self, info: Info, request: InteractionRequest) -> InteractionConnection:
        """Interactions of the customer with the utility, newest first."""
        loader = info.context.loader
        # Without any of these lookups, the load itself reports NOT_CONFIGURED.
        lookups = (by for by in ("customer_id", "party_id") if loader.has_lookup(Interaction, by))
        by = next(lookups, "customer_id")
        key = self.id if by == "customer_id" else self.party_id
        if isinstance(key, SourceError):
            raise key
        error: SourceError | None = None
        if not key:
            missing = InvalidResponse(self.SYSTEM.name, "no party of the customer")
            error = missing if loader.fills(Customer, "party_id") else NotConfigured(Interaction.SYSTEM.name)
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
    if customer.failure is None:
        _prime_customer(loader, customer)
    for account in accounts.records:
        loader.prime(BillingAccount, "id", account.id, replace(accounts, records=[account]))
    if loading_references is not None:
        prime_references(loader, await loading_references, [account.id for account in accounts.records])
    return records_of(accounts)


def _prime_customer(loader: Loader, customer: Customer) -> None:
    source = customer.provenance
    result = LoadResult([customer], source.as_of, None, source.from_cache, source.stale) if source else None
    loader.prime(Customer, "id", customer.id, result or LoadResult([customer]))
