"""Customers: where a front end begins, and what the dashboard shows first."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Any

import strawberry

from gateway.context import Info
from gateway.errors import SourceMisread
from gateway.feed import Stream
from gateway.finder import Found
from gateway.ids import global_id, key_of
from gateway.resolvers.account import REFERRING, AccountStatus, BillingAccount
from gateway.resolvers.described import described, described_enum
from gateway.resolvers.interactions import Interaction, InteractionConnection, party_of
from gateway.resolvers.node import Node, Record
from gateway.resolvers.owners import SourceSystem
from gateway.resolvers.pages import listed
from gateway.resolvers.parties import (
    PARTY_ASKS,
    ContactPointKind,
    Party,
    PartyKind,
    PartyRole,
    Person,
    PersonalIdentifier,
)
from gateway.resolvers.references import AccountReference, share
from gateway.resolvers.relations import known
from gateway.resolvers.selected import selects
from gateway.resolvers.values import CodedValue, DateRange


@described_enum
class DashboardReason(Enum):
    """Why the dashboard is offered, or not."""

    AVAILABLE = "AVAILABLE"
    NO_BILLING_ACCOUNT = "NO_BILLING_ACCOUNT"
    CRM_ONLY = "CRM_ONLY"
    VACANT_PREMISE = "VACANT_PREMISE"
    PROSPECT_NEVER_ATTACHED = "PROSPECT_NEVER_ATTACHED"


@described_enum
class Landing(Enum):
    """Where a link to a customer leads."""

    CUSTOMER_DASHBOARD = "CUSTOMER_DASHBOARD"
    CRM_ACCOUNT_PAGE = "CRM_ACCOUNT_PAGE"
    NOT_OFFERED = "NOT_OFFERED"


@described
class Dashboard:
    """Whether the customer dashboard is offered (ELIG-1..3, NAV-2..3).

    available: whether it is.
    reason: why, or why not.
    landing: where a link leads.
    """

    available: bool
    reason: DashboardReason
    landing: Landing


@described
class AccountOption:
    """One of a customer's accounts, to choose from.

    account_id: the account's id in this graph.
    account_number: the number people know it by.
    label: what to show.
    is_open: whether it is still in use.
    """

    account_id: strawberry.ID
    account_number: str
    label: str | None
    is_open: bool


@described
class AccountHeader:
    """The name line of the dashboard (HDR-1..8). Every field may be unknown.

    contact_name: who is being viewed.
    account_number: the account being viewed.
    customer_class: the kind of customer it is for.
    phone: the first number to try.
    email: the first address to try.
    date_of_birth: the day they were born.
    personal_identifiers: what proves who they are.
    accounts: all accounts to choose from.
    """

    contact_name: str | None
    account_number: str | None
    customer_class: CodedValue | None
    phone: str | None
    email: str | None
    date_of_birth: date | None
    personal_identifiers: list[PersonalIdentifier] | None
    accounts: list[AccountOption] | None


OPEN = (AccountStatus.ACTIVE, AccountStatus.PENDING)


@described
class Customer(Node, Record):
    """A customer of the utility, or somebody who may become one.

    customer_number: the number people know them by.
    status: what the CRM says of them.
    party: who they are.
    """

    SYSTEM = SourceSystem.CRM

    customer_number: str
    status: CodedValue | None
    party_id: strawberry.Private[str | None]
    party_kind: strawberry.Private[PartyKind | None]

    @strawberry.field(metadata={"asks": PARTY_ASKS})
    async def party(self, info: Info) -> Party | None:
        return await party_of(info, self.party_kind, self.party_id)  # type: ignore[no-any-return]  # by its kind

    @strawberry.field(description="Whether the customer dashboard is offered; null where that is unknown.")
    async def dashboard(self, info: Info) -> Dashboard | None:
        accounts = await accounts_of(info, self)
        if accounts is None:
            return None
        if accounts:
            return Dashboard(
                available=True, reason=DashboardReason.AVAILABLE, landing=Landing.CUSTOMER_DASHBOARD
            )
        party = await party_of(info, self.party_kind, self.party_id)
        if party is None:
            return None
        reason = _without_accounts(party.roles)
        return Dashboard(available=False, reason=reason, landing=Landing.CRM_ACCOUNT_PAGE)

    @strawberry.field(
        description="The name line of the dashboard; `accountId` chooses among several accounts, the default "
        "account otherwise: the first that is open."
    )
    async def header(self, info: Info, account_id: strawberry.ID | None = None) -> AccountHeader | None:
        wanted = key_of(account_id, "BillingAccount") if account_id else None
        accounts = info.context.load.ask(BillingAccount, "customer_id", self.id)
        party = await party_of(info, self.party_kind, self.party_id)
        return _header(party, known(await accounts), wanted)

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
        kept = [each for each in found if include_closed or each.status in OPEN]
        return sorted(kept, key=lambda each: each.account_number)

    @strawberry.field(
        description="Their interactions with the utility, newest first.",
        metadata={"asks": ((Interaction, ("customer_id", "party_id")),)},
    )
    async def interactions(
        self,
        info: Info,
        range: DateRange | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> InteractionConnection | None:
        ways = ("customer_id", "party_id")
        # Where nobody has interactions, whoever is asked says so.
        by = next((each for each in ways if info.context.load.offers(Interaction, each)), "customer_id")
        key = self.id if by == "customer_id" else self.party_id
        error = None if key else SourceMisread(self.SYSTEM.name, "no party of the customer")
        own = Stream("Interaction", Interaction, ((by, key),) if key else (), 0, error=error)
        of = ("Interaction", self.id)
        return InteractionConnection(
            made=await listed(info.context, [own], of, range, first, after, info.context.zone)
        )


async def accounts_of(info: Info, customer: Customer) -> list[BillingAccount] | None:
    """All accounts of a customer, closed ones too. Their cross-references come at the same moment."""
    load = info.context.load
    asked = load.ask(BillingAccount, "customer_id", customer.id)
    offered = load.offers(AccountReference, "customer_id") and selects(info, *REFERRING)
    references = load.ask(AccountReference, "customer_id", customer.id) if offered else None
    found = await asked
    for each in found.records:
        load.prime(BillingAccount, "id", each.id, Found([each], found.as_of, None, found.from_cache))
    if references is not None:
        share(load, await references, [each.id for each in found.records])
    return known(found)


def _without_accounts(roles: Sequence[PartyRole]) -> DashboardReason:
    if PartyRole.CUSTOMER in roles or PartyRole.FORMER_CUSTOMER in roles:
        return DashboardReason.NO_BILLING_ACCOUNT
    if PartyRole.PROSPECT in roles:
        return DashboardReason.PROSPECT_NEVER_ATTACHED
    return DashboardReason.CRM_ONLY


def _header(party: Any, accounts: list[BillingAccount] | None, wanted: str | None) -> AccountHeader | None:
    ordered = sorted(accounts or (), key=lambda each: (each.status not in OPEN, each.account_number))
    viewed = next((each for each in ordered if wanted in (None, each.id)), None)
    if wanted is not None and viewed is None and accounts is not None:
        return None
    person = party if isinstance(party, Person) else None
    return AccountHeader(
        contact_name=party.name if party else None,
        account_number=viewed.account_number if viewed else None,
        customer_class=viewed.customer_class if viewed else None,
        phone=_reach(party, ContactPointKind.MOBILE, ContactPointKind.PHONE),
        email=_reach(party, ContactPointKind.EMAIL),
        date_of_birth=person.date_of_birth if person else None,
        personal_identifiers=person.identifiers if person else None,
        accounts=None if accounts is None else [_option(each) for each in ordered],
    )


def _reach(party: Any, *kinds: ContactPointKind) -> str | None:
    points = [each for each in (party.contact_points or () if party else ()) if each.kind in kinds]
    best = min(points, key=lambda each: not each.is_primary, default=None)
    return best.value if best else None


def _option(account: BillingAccount) -> AccountOption:
    return AccountOption(
        account_id=strawberry.ID(global_id("BillingAccount", account.id)),
        account_number=account.account_number,
        label=account.customer_class.description if account.customer_class else None,
        is_open=account.status in OPEN,
    )
