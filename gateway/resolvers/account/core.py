"""The part of a billing account that the CIS holds: fields, persons, programs, alerts and keys."""

from dataclasses import field, replace
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT
from gateway.loading.finder import LoadResult
from gateway.loading.loader import Loader
from gateway.resolvers.graph.account_zone import AssumedZone
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import is_in_force
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.known import KnownState, known_state, state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.personal import Personal, free_texts
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.record_names import BILLING_ACCOUNT
from gateway.resolvers.graph.relations import one, records_of, relation
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import LOCAL_ID, CodedValue, local_id_field
from gateway.resolvers.party.parties import Person


class AccountStatus(DescribedEnum):
    """Stage in the life of a billing account; FINALED is closed and finally billed."""

    PENDING = "PENDING", "Opened, but service has not started."
    ACTIVE = "ACTIVE", "Has service now, and gets bills."
    INACTIVE = "INACTIVE", "Has no service now, but is not closed."
    FINALED = "FINALED", "Closed, and the final bill was sent.", "Closed"


OPEN_STATUSES = (AccountStatus.ACTIVE, AccountStatus.PENDING)


@described
class AccountCore(Node, Record):
    """What a billing account itself says; the parts of BillingAccount build on it.

    account_number: Account number, as printed on bills; null if the CIS did not answer.
    status: Stage in the account's life; null if the CIS did not answer.
    customer_class: Class of customer, such as residential or commercial; null if unknown.
    bill_cycle: Cycle in which the account is billed; null if unknown.
    currency: ISO 4217 code of the account's currency; null if unknown.
    opened_on: Day on which the account was opened; null if unknown.
    closed_on: Day on which the account was closed; null if it is open, or the day is unknown.
    """

    STANDS_IN = True
    NUMBER = "account_number"

    customer_id: strawberry.Private[str | None]
    account_number: str = strawberry.field(graphql_type=str | None)
    status: AccountStatus = strawberry.field(graphql_type=AccountStatus | None)
    customer_class: CodedValue | None
    bill_cycle: CodedValue | None
    currency: str | None
    time_zone: strawberry.Private[ZoneInfo | None]
    opened_on: date | None
    closed_on: date | None

    @strawberry.field(name="timeZone")
    def zone_name(self) -> str | None:
        """IANA name of the account's own time zone; null if it has none."""
        return self.time_zone.key if self.time_zone else None

    @strawberry.field
    def time_zone_state(self) -> KnownState:
        """Whether `timeZone` is known. If it is not, `zoneOfDays` stands in for it."""
        return KnownState.UNKNOWN if self.failure is not None else known_state(self.time_zone)

    @strawberry.field
    def zone_of_days(self, info: Info) -> str:
        """IANA name of the time zone of the days in this account's answers: its own, or else the utility's."""
        return self.zone_in(info).key

    def zone_in(self, info: Info) -> ZoneInfo:
        """The account's own time zone, or the utility's."""
        if self.failure is not None:
            return AssumedZone(info.context.zone.key)
        return self.time_zone or info.context.zone

    @strawberry.field(name="today")
    def day_of_today(self, info: Info) -> date:
        """The current day of the account, in `zoneOfDays`. Days in its answers are to be compared with it."""
        return self.today(info)

    def today(self, info: Info) -> date:
        """The current day in the account's time zone."""
        return info.context.now().astimezone(self.zone_in(info)).date()


@strawberry.type
class AccountReference(Record):
    """The keys of one account.

    customer_accounts: number of accounts of its customer, closed ones included
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = OF_ACCOUNT

    account_id: str
    customer_id: str | None
    customer_accounts: int | None
    person_ids: list[str] | None
    premise_ids: list[str] | None
    service_point_ids: list[str] | None
    service_agreement_ids: list[str] | None


REFERENCE = relation(AccountReference, "account_id")


async def reference_of(loader: Loader, account: AccountCore) -> LoadResult[AccountReference]:
    return await loader.load(AccountReference, "account_id", account.id)


async def referenced_keys(info: Info, account: AccountCore, name: str) -> list[str] | None:
    """The keys in a field of the account's cross-reference; None if unknown."""
    references = records_of(await reference_of(info.context.loader, account))
    return getattr(references[0], name) if references else None


def prime_references(loader: Loader, result: LoadResult[AccountReference], account_ids: list[str]) -> None:
    """Share the cross-references of a customer with later loads by account.

    An account that a good result does not contain is loaded by itself.
    """
    references = {reference.account_id: reference for reference in result.records}
    for account_id in account_ids:
        reference = references.get(account_id)
        if result.error is not None or reference is not None:
            records = [] if reference is None else [reference]
            loader.prime(AccountReference, "account_id", account_id, replace(result, records=records))


class AccountRole(DescribedEnum):
    """Role of a person on a billing account."""

    MAIN_CUSTOMER = "MAIN_CUSTOMER", "The customer whom the utility serves and bills."
    JOINT = "JOINT", "Shares the account, and its debt, with the main customer.", "Joint customer"
    GUARANTOR = "GUARANTOR", "Answers for the account's debt if it is not paid."
    AUTHORIZED = "AUTHORIZED", "May act for the customer.", "Authorized person"
    BILL_RECIPIENT = "BILL_RECIPIENT", "Gets copies of the bills, and owes nothing."
    FORMER = "FORMER", "Had a role in the past."


class ProgramKind(DescribedEnum):
    """Kinds of program that an account can enroll in."""

    AUTOPAY = "AUTOPAY", "Bills are paid by themselves from a card or bank account."
    EBILL = "EBILL", "Electronic bills instead of paper.", "E-bill"
    BUDGET_BILLING = "BUDGET_BILLING", "Level amounts on each bill, settled later."
    WEB_ACCOUNT = "WEB_ACCOUNT", "Access to self-service."
    NET_METERING = "NET_METERING", "Energy fed into the grid is credited."
    DEMAND_RESPONSE = "DEMAND_RESPONSE", "Usage is lowered at times of high demand."
    LOW_INCOME = "LOW_INCOME", "Help for households of low income.", "Low-income help"
    OTHER = "OTHER", "A program that has no name in this list."


@described
class AccountPerson(Record):
    """A person's role on a billing account.

    person: The person; null if unknown.
    account: The account; null if unknown.
    role: Role of the person on this account.
    is_financially_responsible: True if the person is liable for the account's debt; null if unknown.
    receives_bill: True if bills are sent to the person; null if unknown.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = OF_ACCOUNT

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    person_id: strawberry.Private[str | None]
    role: AccountRole
    is_financially_responsible: bool | None
    receives_bill: bool | None
    person: Person | None = one(Person, key="person_id")
    person_state = state_of(person)
    account: Node | None = one(BILLING_ACCOUNT, key="account_id")
    account_state = state_of(account)


@described
@known_to(PARTNER)
class ProgramEnrollment(Record):
    """Enrollment of an account in a program.

    kind: Kind of program.
    name: Name of the program; null if unknown.
    since: First day of the enrollment; null if unknown.
    until: Last day of the enrollment; null if it is open-ended.
    is_active: True if it is in force today, by the account's day.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = OF_ACCOUNT

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    kind: ProgramKind
    name: str | None
    since: date | None
    until: date | None
    day: strawberry.Private[date | None] = field(default=None, compare=False)  # that `isActive` is about

    @strawberry.field
    def is_active(self, info: Info) -> bool:
        return is_in_force(self.since, self.until, self.day or info.context.today())


@described
class AccountAlert(Record):
    """An alert that staff set on an account.

    id: Identifier in the CIS.
    local_id: Identifier in the CIS, no id of this graph.
    alert_type: Type of alert, from the utility's code list.
    since: First day on which the alert is in force.
    until: Last day on which the alert is in force; null if it is open-ended.
    text: Text of the alert; null if it has none.
    is_active: True if the alert is in force on the day of `activeOn`, or else today, by the account's day.
    """

    SYSTEM = SourceSystem.CIS
    SCOPE = Scope.CUSTOMER_READ
    TIES = OF_ACCOUNT
    PERSONAL: ClassVar[Personal] = free_texts("text")

    id: strawberry.ID = strawberry.field(deprecation_reason=LOCAL_ID)
    local_id = local_id_field()
    account_id: strawberry.Private[str | None]
    alert_type: CodedValue
    since: date
    until: date | None
    text: str | None
    day: strawberry.Private[date | None] = field(default=None, compare=False)  # that `isActive` is about

    @strawberry.field
    def is_active(self, info: Info) -> bool:
        return is_in_force(self.since, self.until, self.day or info.context.today())
