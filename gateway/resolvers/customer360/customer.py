"""Customers: the entry point of front ends, and the header of the dashboard (HDR-1..8)."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import strawberry

from gateway.errors import BadInput, InvalidResponse, SourceError
from gateway.ids import global_id, key_from_global_id
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.loading.merge import Stream
from gateway.resolvers.account.core import (
    OPEN_STATUSES,
    AccountPerson,
    AccountReference,
    AccountRole,
    AccountStatus,
    prime_references,
)
from gateway.resolvers.contact.history import InteractionConnection, interaction_history
from gateway.resolvers.contact.interactions import Interaction, party_of
from gateway.resolvers.customer360.account import REFERENCE_FIELDS, BillingAccount
from gateway.resolvers.graph.connections import PageRequest, interaction_list
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import is_in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import field_of, loads, records_of, relation
from gateway.resolvers.graph.selections import mentions, selects
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.insights.facts.by_account import interactions_window
from gateway.resolvers.party.dashboard import OFFERED, Dashboard, dashboard_without_accounts
from gateway.resolvers.party.parties import PARTY_RELATIONS, ContactPointKind, Party, PartyKind, PersonalIdentifier


@described
class AccountOption:
    """One of a customer's accounts, for a selector.

    account_id: Id of the account in this graph.
    account_number: Account number, as printed on bills.
    label: Label of the customer class; null if unknown.
    is_open: True if the account is active or pending.
    """

    account_id: strawberry.ID
    account_number: str
    label: str | None
    is_open: bool


async def _party(header: "AccountHeader", _info: Info) -> Party | None:
    if header.party_error is not None:
        raise header.party_error
    return header.party


async def _viewed(header: "AccountHeader", _info: Info) -> BillingAccount | None:
    accounts = _open_first(records_of(header.loaded_accounts) or ())
    return next((account for account in accounts if header.account_id in (None, account.id)), None)


@described
class AccountHeader:
    """The header of the dashboard.

    Every field is null if unknown; a failing system affects only its own fields.

    contact_name: Name of the party; null if unknown.
    account_number: Number of the account that is viewed; null if there is none.
    customer_class: Customer class of that account; null if unknown.
    phone: Telephone number to try first, mobile or landline; null if none is valid today.
    email: E-mail address to try first; null if none is valid today.
    date_of_birth: Day of birth; null for organizations, or if unknown.
    personal_identifiers: Identifiers of the person; null for organizations, or if unknown.
    accounts: All accounts of the customer, open ones first; null if unknown.
    """

    party: strawberry.Private[Party | None]
    party_error: strawberry.Private[SourceError | None]
    loaded_accounts: strawberry.Private[LoadResult[BillingAccount]]
    account_id: strawberry.Private[str | None]
    today: strawberry.Private[date]

    contact_name = field_of(_party, "name", str)
    account_number = field_of(_viewed, "account_number", str)
    customer_class = field_of(_viewed, "customer_class", CodedValue)

    @strawberry.field
    async def phone(self, info: Info) -> str | None:
        return _reach(await _party(self, info), self.today, ContactPointKind.MOBILE, ContactPointKind.PHONE)

    @strawberry.field
    async def email(self, info: Info) -> str | None:
        return _reach(await _party(self, info), self.today, ContactPointKind.EMAIL)

    date_of_birth = field_of(_party, "date_of_birth", date)
    personal_identifiers = field_of(_party, "identifiers", list[PersonalIdentifier])

    @strawberry.field
    def accounts(self) -> list[AccountOption] | None:
        accounts = records_of(self.loaded_accounts)
        return None if accounts is None else [_option(account) for account in _open_first(accounts)]


def _open_first(accounts: Iterable[BillingAccount]) -> list[BillingAccount]:
    return sorted(accounts, key=lambda account: (account.status not in OPEN_STATUSES, account.account_number))


def _reach(party: Party | None, today: date, *kinds: ContactPointKind) -> str | None:
    """The first contact point to try. One that is no longer valid may belong to another customer."""
    points = (party.contact_points or ()) if party else ()
    valid = [point for point in points if point.kind in kinds and is_in_force(None, point.valid_to, today)]
    best = min(valid, key=lambda point: not point.is_primary, default=None)
    return best.value if best else None


def _option(account: BillingAccount) -> AccountOption:
    return AccountOption(
        account_id=strawberry.ID(global_id("BillingAccount", account.id)),
        account_number=account.account_number,
        label=account.customer_class.description if account.customer_class else None,
        is_open=account.status in OPEN_STATUSES,
    )


@described
class Customer(Node, Record):
    """A customer of the utility, or a party that may become one.

    customer_number: Number of the customer in the CRM; null if the CRM did not answer.
    status: Status in the CRM; null if unknown.
    party: The person, organization or relationship behind the customer; null if unknown.
    """

    SYSTEM = SourceSystem.CRM
    STANDS_IN = True

    customer_number: str = strawberry.field(graphql_type=str | None)
    status: CodedValue | None
    party_id: strawberry.Private[str | None]
    party_kind: strawberry.Private[PartyKind | None]

    @strawberry.field(metadata=loads(*PARTY_RELATIONS))
    async def party(self, info: Info) -> Party | None:
        return await self._party(info)

    async def _party(self, info: Info) -> Party | None:
        if self.failure is not None:
            raise self.failure
        return await party_of(info, self.party_kind, self.party_id)

    @strawberry.field
    async def dashboard(self, info: Info) -> Dashboard | None:
        """Whether the customer dashboard is offered; null if unknown."""
        accounts = await accounts_of(info, self)
        if accounts is None:
            return None
        if accounts:
            return OFFERED
        party = await self._party(info)
        return None if party is None else dashboard_without_accounts(party.roles)

    @strawberry.field
    async def header(self, info: Info, account_id: strawberry.ID | None = None) -> AccountHeader | None:
        """The header of the dashboard; null if the argument is invalid.

        account_id: Account to view, one of the customer's; null for the first open account.
        """
        key = key_from_global_id(account_id, "BillingAccount") if account_id else None
        loading_accounts = info.context.loader.load(BillingAccount, "customer_id", self.id)
        party: Party | None = None
        party_error: SourceError | None = None
        try:
            party = await self._party(info)
        except SourceError as error:
            party_error = error  # raised only by the fields that need the party
        accounts = await loading_accounts
        if accounts.error is None and key not in (None, *(account.id for account in accounts.records)):
            raise BadInput("That account is not one of this customer's: take an `id` from `accounts`.")
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

    @interaction_list(relation(Interaction, "customer_id", "party_id", "account_id"))
    async def interactions(self, info: Info, request: PageRequest) -> InteractionConnection:
        """Interactions of the customer with the utility, newest first."""
        loader = info.context.loader
        # Without any of these lookups, the load itself reports NOT_CONFIGURED.
        lookups = (by for by in ("customer_id", "party_id") if loader.has_lookup(Interaction, by))
        by = next(lookups, "customer_id")
        key = self.id if by == "customer_id" else self.party_id
        if isinstance(key, SourceError):
            raise key
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
