"""Payments and their tenders, autopay, payments to come (payments)."""

from collections.abc import Iterable
from datetime import date
from enum import Enum

import strawberry

from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Record
from gateway.resolvers.graph.relations import many
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue, Money


@described_enum
class PaymentStatus(Enum):
    """Where a payment stands; only frozen ones count."""

    INCOMPLETE = "INCOMPLETE"
    ERROR = "ERROR"
    FREEZABLE = "FREEZABLE"
    FROZEN = "FROZEN"
    CANCELED = "CANCELED"
    RETURNED = "RETURNED"


@described_enum
class TenderType(Enum):
    """What was handed over."""

    CASH = "CASH"
    CHECK = "CHECK"
    CARD = "CARD"
    ACH_DEBIT = "ACH_DEBIT"
    BANK_TRANSFER = "BANK_TRANSFER"
    WALLET = "WALLET"
    MONEY_ORDER = "MONEY_ORDER"
    AGENCY_PLEDGE = "AGENCY_PLEDGE"
    OTHER = "OTHER"


@described_enum
class ScheduledPaymentOrigin(Enum):
    """What a payment to come follows from."""

    PAY_PLAN = "PAY_PLAN"
    PAYMENT_ARRANGEMENT = "PAYMENT_ARRANGEMENT"
    AUTOPAY = "AUTOPAY"
    ONE_TIME = "ONE_TIME"


@described
class PaymentTender(Record):
    """What was handed over in a payment.

    tender_type: cash, card, transfer and so on.
    amount: how much.
    instrument: the card or bank account, as far as it may be shown.
    cancel_reason: why it was taken back, such as insufficient funds.
    """

    SYSTEM = SourceSystem.PAYMENTS

    id: strawberry.Private[str | None]
    payment_id: strawberry.Private[str | None]
    tender_type: TenderType
    amount: Money
    instrument: str | None
    cancel_reason: CodedValue | None


@described
class Payment(CustomerActivity):
    """A payment made on an account.

    payment_number: the number people know it by.
    paid_on: the day it was made.
    amount: how much of it went to this account.
    status: where it stands.
    channel: the way it came.
    cancel_reason: why it was taken back.
    tenders: what was handed over.
    """

    SYSTEM = SourceSystem.PAYMENTS
    TYPE = ActivityType.PAYMENT
    CATEGORY = ActivityCategory.FINANCIAL_INFORMATION
    TIME = "paid_on"
    DAYS = ("paid_on",)

    payment_number: str
    paid_on: date
    amount: Money
    status: PaymentStatus | None
    channel: CodedValue | None
    cancel_reason: CodedValue | None
    tenders: list[PaymentTender] | None = many(PaymentTender, by="payment_id")

    def headline(self) -> str:
        """The payment's amount."""
        return f"Payment: {self.amount.amount} {self.amount.currency}"


@described
class AutopayInstruction(Record):
    """A standing order to draw what is due.

    since: the first day.
    until: the last day; null = until further notice.
    instrument: the card or bank account, as far as it may be shown.
    max_withdrawal: the most that may be drawn at once.
    next_draw_on: the day of the next draw.
    """

    SYSTEM = SourceSystem.PAYMENTS

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    since: date
    until: date | None
    instrument: str | None
    max_withdrawal: Money | None
    next_draw_on: date | None

    def is_in_force(self, day: date) -> bool:
        """Whether it is in force on this day."""
        return in_force(self.since, self.until, day)


def autopay_in_force(orders: Iterable[AutopayInstruction], day: date) -> list[AutopayInstruction]:
    """The standing orders in force on this day, as the payments system gives them: the first is shown."""
    return [each for each in orders if each.is_in_force(day)]


@described
class ScheduledPayment(Record):
    """A payment to come, or one that was promised.

    due_on: the day it is to come.
    amount: how much.
    received: how much of it has come.
    origin: what it follows from.
    """

    SYSTEM = SourceSystem.PAYMENTS

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    pay_plan_id: strawberry.Private[str | None]
    due_on: date
    amount: Money
    received: Money | None
    origin: ScheduledPaymentOrigin
