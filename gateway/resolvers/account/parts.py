"""Persons, programs and alerts of an account (CIS)."""

from datetime import date
from enum import Enum

import strawberry

from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.party.parties import Person


@described_enum
class AccountRole(Enum):
    """Role of a person on a billing account."""

    MAIN_CUSTOMER = "MAIN_CUSTOMER"
    JOINT = "JOINT"
    GUARANTOR = "GUARANTOR"
    AUTHORIZED = "AUTHORIZED"
    BILL_RECIPIENT = "BILL_RECIPIENT"
    FORMER = "FORMER"


@described_enum
class ProgramKind(Enum):
    """Kinds of program that an account can enroll in."""

    AUTOPAY = "AUTOPAY"
    EBILL = "EBILL"
    BUDGET_BILLING = "BUDGET_BILLING"
    WEB_ACCOUNT = "WEB_ACCOUNT"
    NET_METERING = "NET_METERING"
    DEMAND_RESPONSE = "DEMAND_RESPONSE"
    LOW_INCOME = "LOW_INCOME"
    OTHER = "OTHER"


@described
class AccountPerson(Record):
    """A person's role on a billing account.

    person: The person; null if unknown.
    role: Role of the person on this account.
    is_financially_responsible: True if the person is liable for the account's debt; null if unknown.
    receives_bill: True if bills are sent to the person; null if unknown.
    """

    SYSTEM = SourceSystem.CIS

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    person_id: strawberry.Private[str | None]
    role: AccountRole
    is_financially_responsible: bool | None
    receives_bill: bool | None
    person: Person | None = one(Person, key="person_id")


@described
class ProgramEnrollment(Record):
    """Enrollment of an account in a program.

    kind: Kind of program.
    name: Name of the program; null if unknown.
    since: First day of the enrollment; null if unknown.
    until: Last day of the enrollment; null if it is open-ended.
    """

    SYSTEM = SourceSystem.CIS

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    kind: ProgramKind
    name: str | None
    since: date | None
    until: date | None


@described
class AccountAlert(Record):
    """An alert that staff set on an account.

    id: Identifier in the CIS.
    alert_type: Type of alert, from the utility's code list.
    since: First day on which the alert is in force.
    until: Last day on which the alert is in force; null if it is open-ended.
    text: Text of the alert; null if it has none.
    """

    SYSTEM = SourceSystem.CIS

    id: strawberry.ID
    account_id: strawberry.Private[str | None]
    alert_type: CodedValue
    since: date
    until: date | None
    text: str | None

    def is_in_force(self, day: date) -> bool:
        return in_force(self.since, self.until, day)
