"""The header of the dashboard: which account is viewed, and whose it is (HDR-1..8)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, TypeVar

import strawberry

from gateway.errors import SourceError
from gateway.ids import global_id
from gateway.resolvers.account.core import OPEN_STATUSES, AccountCore, AccountStatus
from gateway.resolvers.contact.interactions import party_of
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import is_in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import NotKnown, nullable, state_of
from gateway.resolvers.graph.personal import Personal, PiiKind
from gateway.resolvers.graph.record_names import BILLING_ACCOUNT
from gateway.resolvers.graph.relations import field_of, lazy_type, many_of, one_of
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.party.identifiers import PersonalIdentifier, PersonalIdentifierKind
from gateway.resolvers.party.parties import ContactPointKind, Organization, Party, PartyRelationship, Person

A = TypeVar("A", bound=AccountCore)
MASKS = "*•#"


@described
class AccountOption:
    """One of a customer's accounts, for a selector.

    account_id: Id of the account in this graph.
    account_number: Account number, as printed on bills.
    label: Label of the customer class; null if unknown.
    is_open: True if the account is active or pending.
    status: Stage in the account's life.
    is_default: True for the account that the dashboard shows first.
    account: The account itself, for its address, services and all else.
    """

    account_id: strawberry.ID
    account_number: str
    label: str | None
    is_open: bool
    status: AccountStatus
    is_default: bool
    record: strawberry.Private[Any]

    @strawberry.field(graphql_type=lazy_type(BILLING_ACCOUNT))
    def account(self) -> Any:
        return self.record


async def _party(header: "AccountHeader", info: Info) -> Party:
    customer = header.customer
    if header.failure is not None:
        raise header.failure
    if customer is None:
        customer = await one_of(info.context.loader, info.context.records["Customer"], "id", header.customer_id)
    party = await party_of(info, customer.party_kind, customer.party_id) if customer else None
    if party is None:
        raise NotKnown  # a customer without a party is none: the CRM does not tell who it is
    return party


async def _identified(header: "AccountHeader", info: Info) -> Party | None:
    """The party whose identifiers the header shows: behind a relationship, its person or else its organization."""
    party = await _party(header, info)
    if not isinstance(party, PartyRelationship):
        return party
    loader = info.context.loader
    if party.person_id:
        return await one_of(loader, Person, "id", party.person_id)
    return await one_of(loader, Organization, "id", party.organization_id)


async def _accounts(header: "AccountHeader", info: Info) -> list[AccountCore]:
    if header.failure is not None:
        raise header.failure
    record: Any = info.context.records["BillingAccount"]
    accounts = await many_of(info.context.loader, record, "customer_id", header.customer_id)
    if accounts is None:
        raise NotKnown
    return open_first(accounts)


async def _viewed(header: "AccountHeader", info: Info) -> AccountCore | None:
    return header.viewed or next(iter(await _accounts(header, info)), None)


async def _phone(header: "AccountHeader", info: Info) -> str | None:
    return _reach(await _party(header, info), info, ContactPointKind.MOBILE, ContactPointKind.PHONE)


async def _email(header: "AccountHeader", info: Info) -> str | None:
    return _reach(await _party(header, info), info, ContactPointKind.EMAIL)


async def _birth_year(header: "AccountHeader", info: Info) -> int | None:
    day = getattr(await _identified(header, info), "date_of_birth", None)
    return day.year if day else None


async def _identifiers(header: "AccountHeader", info: Info) -> list[PersonalIdentifier] | None:
    party = await _identified(header, info)
    if isinstance(party, Organization):
        return None if party.tax_id is None else [_tax_identifier(party.tax_id)]
    return party.identifiers if isinstance(party, Person) else None


async def _options(header: "AccountHeader", info: Info) -> list[AccountOption]:
    accounts = await _accounts(header, info)
    return [_option(account, is_default=account is accounts[0]) for account in accounts]


@described
class AccountHeader:
    """The header of the dashboard.

    Every field is null if unknown; a failing system affects only its own fields.

    contact_name: Name of the party; null if unknown.
    account_number: Number of the account that is viewed; null if there is none.
    customer_class: Customer class of that account; null if unknown.
    phone: Telephone number to try first, mobile or landline; null if none is valid today.
    email: E-mail address to try first; null if none is valid today.
    date_of_birth: Day of birth of the person, also behind a relationship; null for organizations, if unknown, or
        masked.
    birth_year: Year of that day; null for organizations, or if unknown.
    personal_identifiers: Identifiers of the person, also behind a relationship, or the tax id of an organization;
        null if unknown.
    accounts: All accounts of the customer, open ones first; null if unknown.
    account: The account that is viewed; null if there is none, or it is unknown.
    """

    PERSONAL: ClassVar[Personal] = {"phone": PiiKind.PHONE, "email": PiiKind.EMAIL, "date_of_birth": PiiKind.BIRTH_DATE}

    customer_id: strawberry.Private[str | None]
    customer: strawberry.Private[Any]  # the customer, where it is loaded
    failure: strawberry.Private[SourceError | None] = None  # of the account, which names its customer
    viewed: strawberry.Private[AccountCore | None]  # the account that was asked for; None for the first one

    contact_name = field_of(_party, "name", str)
    contact_name_state = state_of(contact_name)
    account_number = field_of(_viewed, "account_number", str)
    account_number_state = state_of(account_number)
    customer_class = field_of(_viewed, "customer_class", CodedValue)
    customer_class_state = state_of(customer_class)
    phone = nullable(_phone, str)
    phone_state = state_of(phone)
    email = nullable(_email, str)
    email_state = state_of(email)
    date_of_birth = field_of(_identified, "date_of_birth", date)
    date_of_birth_state = state_of(date_of_birth, is_masked=True)
    birth_year = nullable(_birth_year, int)
    birth_year_state = state_of(birth_year)
    personal_identifiers = nullable(_identifiers, list[PersonalIdentifier])
    accounts = nullable(_options, list[AccountOption])
    account = nullable(_viewed, lazy_type(BILLING_ACCOUNT))
    account_state = state_of(account)


def open_first(accounts: Iterable[A]) -> list[A]:
    """Accounts by number, the open ones first."""
    return sorted(accounts, key=lambda account: (account.status not in OPEN_STATUSES, account.account_number))


def _reach(party: Party | None, info: Info, *kinds: ContactPointKind) -> str | None:
    """The first contact point to try. One that is no longer valid may belong to another customer."""
    today = info.context.now().astimezone(info.context.zone).date()
    points = (party.contact_points or ()) if party else ()
    valid = [point for point in points if point.kind in kinds and is_in_force(None, point.valid_to, today)]
    best = min(valid, key=lambda point: not point.is_primary, default=None)
    return best.value if best else None


def _tax_identifier(tax_id: str) -> PersonalIdentifier:
    masked = any(mark in tax_id for mark in MASKS)
    return PersonalIdentifier(kind=PersonalIdentifierKind.TAX_ID, value=tax_id, is_masked=masked)


def _option(account: AccountCore, *, is_default: bool) -> AccountOption:
    return AccountOption(
        account_id=strawberry.ID(global_id("BillingAccount", account.id)),
        account_number=account.account_number,
        label=account.customer_class.description if account.customer_class else None,
        is_open=account.status in OPEN_STATUSES,
        status=account.status,
        is_default=is_default,
        record=account,
    )
