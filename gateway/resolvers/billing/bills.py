"""Bills, their segments and lines, adjustments, balances (billing)."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import strawberry

from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import many, one
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue, Money, Period, Url
from gateway.resolvers.service.premises import Premise, ServiceAgreement, ServiceType


@described_enum
class BillStatus(Enum):
    """Where a bill stands in its life."""

    PENDING = "PENDING"
    COMPLETE = "COMPLETE"
    WRITTEN_OFF = "WRITTEN_OFF"
    CANCELED = "CANCELED"


@described_enum
class BillSegmentStatus(Enum):
    """Where a bill segment stands; only frozen ones count."""

    INCOMPLETE = "INCOMPLETE"
    ERROR = "ERROR"
    FREEZABLE = "FREEZABLE"
    FROZEN = "FROZEN"
    PENDING_CANCEL = "PENDING_CANCEL"
    CANCELED = "CANCELED"


@described
class BillLine(Record):
    """One step of a calculation.

    sequence: its place among the lines of its segment.
    description: what it is for; null where the system does not say.
    amount: what it adds; null where the system keeps only quantity and price.
    unit: what was counted.
    quantity: how much of it.
    unit_price: the price of one, in the amount's currency.
    """

    SYSTEM = SourceSystem.BILLING

    id: strawberry.Private[str | None]
    segment_id: strawberry.Private[str | None]
    bill_id: strawberry.Private[str | None]
    sequence: int
    description: str | None
    amount: Money | None
    unit: str | None
    quantity: Decimal | None
    unit_price: Decimal | None


@described
class ServiceQuantity:
    """How much was supplied.

    unit: what was counted, such as kWh.
    time_of_use: when, where prices differ by hour.
    quantity: how much.
    """

    unit: str
    time_of_use: str | None
    quantity: Decimal


@described
class BillSegment(Node, Record):
    """What a bill charges for one service agreement.

    name: what it is for.
    status: where it stands.
    service_type: what was supplied.
    service_agreement: the agreement it charges.
    premise: where service was given.
    period: the days it charges for.
    amount: what it charges.
    rate_schedule: how it is charged.
    is_estimated: whether any read was estimated.
    quantities: how much was supplied.
    lines: how the amount came about.
    """

    SYSTEM = SourceSystem.BILLING

    bill_id: strawberry.Private[str | None]
    service_agreement_id: strawberry.Private[str | None]
    premise_id: strawberry.Private[str | None]
    name: str | None
    status: BillSegmentStatus | None
    service_type: ServiceType | None
    period: Period | None
    amount: Money
    rate_schedule: CodedValue | None
    is_estimated: bool | None
    quantities: list[ServiceQuantity] | None
    lines: list[BillLine] | None = many(BillLine, by="segment_id")
    service_agreement: ServiceAgreement | None = one(ServiceAgreement, key="service_agreement_id")
    premise: Premise | None = one(Premise, key="premise_id")


@described
class Bill(CustomerActivity):
    """A bill issued on an account: charges for what was supplied.

    bill_number: the number people know it by.
    status: where it stands in its life.
    issued_on: the day it was issued.
    due_on: the day it is to be paid.
    period: the days it charges for.
    is_final: whether it is the last of its account.
    is_estimated: whether any read in it was estimated.
    previous_balance: what was owed before.
    total_payments: what was paid since the bill before; negative.
    total_adjustments: what was corrected since the bill before.
    current_charges: what this bill charges.
    ending_balance: what was owed after it.
    amount_due: what is to be paid by the due day.
    unpaid_amount: what of it is still open.
    document_url: the bill as it was sent.
    segments: what it charges, by service agreement.
    """

    SYSTEM = SourceSystem.BILLING
    TYPE = ActivityType.BILL
    CATEGORY = ActivityCategory.FINANCIAL_INFORMATION
    TIME = "issued_on"
    DAYS = ("issued_on",)

    bill_number: str
    status: BillStatus | None
    issued_on: date
    due_on: date | None
    period: Period | None
    is_final: bool | None
    is_estimated: bool | None
    previous_balance: Money | None
    total_payments: Money | None
    total_adjustments: Money | None
    current_charges: Money | None
    ending_balance: Money | None
    amount_due: Money
    unpaid_amount: Money | None
    document_url: Url | None
    segments: list[BillSegment] | None = many(BillSegment, by="bill_id")

    def headline(self) -> str:
        """The bill's number and amount."""
        return f"Bill {self.bill_number}: {self.amount_due.amount} {self.amount_due.currency}"


@described
class Adjustment(Node, Record):
    """A correction of what an account owes.

    adjustment_type: why.
    created_on: the day it was made.
    amount: what it adds; negative in the customer's favour.
    status: where it stands.
    service_agreement: the agreement it corrects.
    cancel_reason: why it was taken back.
    """

    SYSTEM = SourceSystem.BILLING
    TIME = "created_on"
    DAYS = ("created_on",)

    account_id: strawberry.Private[str | None]
    service_agreement_id: strawberry.Private[str | None]
    adjustment_type: CodedValue
    created_on: date
    amount: Money
    status: CodedValue | None
    cancel_reason: CodedValue | None
    service_agreement: ServiceAgreement | None = one(ServiceAgreement, key="service_agreement_id")


@described
class AgingBucket:
    """What is owed for so many days.

    label: how it is called.
    min_days: the fewest days past due.
    max_days: the most; null = any more.
    amount: what is owed.
    """

    label: str
    min_days: int
    max_days: int | None
    amount: Money


@described
class AccountBalance(Record):
    """What an account owes.

    current: all that is owed now, due or not.
    payoff: what would settle it, where that differs.
    past_due: what should have been paid already.
    deposit: what the utility holds.
    arrears: what is past due, by age.
    as_of: when this was true.
    """

    SYSTEM = SourceSystem.BILLING

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    current: Money
    payoff: Money | None
    past_due: Money | None
    deposit: Money | None
    arrears: list[AgingBucket] | None
    as_of: datetime | None
    next_bill_on: strawberry.Private[date | None]
    pending_bill_on: strawberry.Private[date | None]
