"""What belongs to an account in the CIS: its persons, programs and alerts."""

from datetime import date
from enum import Enum

import strawberry

from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Record
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue
from gateway.resolvers.party.parties import Person


@described_enum
class AccountRole(Enum):
    """What a person is to an account."""

    MAIN_CUSTOMER = "MAIN_CUSTOMER"
    JOINT = "JOINT"
    GUARANTOR = "GUARANTOR"
    AUTHORIZED = "AUTHORIZED"
    BILL_RECIPIENT = "BILL_RECIPIENT"
    FORMER = "FORMER"


@described_enum
class ProgramKind(Enum):
    """What an account can take part in."""

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
    """What a person is to an account.

    person: who.
    role: as what.
    is_financially_responsible: whether they owe what the account owes.
    receives_bill: whether the bill goes to them.
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
    """A program that an account takes part in.

    kind: which kind.
    name: how it is called.
    since: the first day.
    until: the last day; null = until further notice.
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
    """Something that whoever opens the account should know.

    id: as the owning system knows it.
    alert_type: which kind.
    since: the first day.
    until: the last day; null = until further notice.
    text: what it says.
    """

    SYSTEM = SourceSystem.CIS

    id: strawberry.ID
    account_id: strawberry.Private[str | None]
    alert_type: CodedValue
    since: date
    until: date | None
    text: str | None

    def is_in_force(self, day: date) -> bool:
        """Whether it holds on this day."""
        return in_force(self.since, self.until, day)
