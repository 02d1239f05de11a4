"""Payments with tenders, autopay, and scheduled payments (payments)."""

from datetime import date
from typing import ClassVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT, Tie, tied
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity, other_types
from gateway.resolvers.graph.activity_status import ActivityStatus, StatusMap
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.personal import Personal, PiiKind
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import many
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import CodedValue, Money, label_of
from gateway.resolvers.graph.wording import joined, phrase


class PaymentStatus(DescribedEnum):
    """Stage in the life of a payment.

    Only frozen payments count.
    """

    INCOMPLETE = "INCOMPLETE", "Not recorded completely."
    ERROR = "ERROR", "Cannot be posted.", "Not posted"
    FREEZABLE = "FREEZABLE", "Complete, not final yet.", "Ready to post"
    FROZEN = "FROZEN", "Final; it counts.", "Posted"
    CANCELED = "CANCELED", "Withdrawn; it does not count."
    RETURNED = "RETURNED", "Returned by the bank."


class TenderType(DescribedEnum):
    """Means of payment."""

    CASH = "CASH", "Coins and notes, at a counter or a kiosk."
    CHECK = "CHECK", "A paper check; a bank may return it."
    CARD = "CARD", "A credit or debit card."
    ACH_DEBIT = "ACH_DEBIT", "Drawn from a US bank account by the Automated Clearing House.", "Bank draft (ACH)"
    BANK_TRANSFER = "BANK_TRANSFER", "A transfer that the customer's bank sends."
    WALLET = "WALLET", "A digital wallet.", "Digital wallet"
    MONEY_ORDER = "MONEY_ORDER", "A prepaid order for a fixed amount."
    AGENCY_PLEDGE = "AGENCY_PLEDGE", "A promise to pay by an aid agency."
    OTHER = "OTHER", "A means that has no name in this list."


class ScheduledPaymentOrigin(DescribedEnum):
    """Origin of a scheduled payment."""

    PAY_PLAN = "PAY_PLAN", "A payment of a pay plan."
    PAYMENT_ARRANGEMENT = "PAYMENT_ARRANGEMENT", "A payment of an arrangement about past debt."
    AUTOPAY = "AUTOPAY", "Drawn by itself when a bill is due."
    ONE_TIME = "ONE_TIME", "Scheduled once, by itself.", "One-time payment"


@described
@known_to(PARTNER)
class PaymentTender(Record):
    """A means of payment used in a payment.

    tender_type: Kind of tender, such as cash, card or bank transfer.
    amount: Amount of this tender.
    instrument: Masked number of the card or bank account; null if there is none, or it is unknown.
    cancel_reason: Reason of the cancellation, such as insufficient funds; null if it was not canceled.
    """

    SYSTEM = SourceSystem.PAYMENTS
    SCOPE = Scope.BILLING_READ
    TIES = tied(payment_id=("Payment",))
    PERSONAL: ClassVar[Personal] = {"instrument": PiiKind.INSTRUMENT}

    id: strawberry.Private[str | None]
    payment_id: strawberry.Private[str | None]
    tender_type: TenderType
    amount: Money
    instrument: str | None
    cancel_reason: CodedValue | None


@described
@known_to(PARTNER)
class Payment(CustomerActivity):
    """A payment made on an account.

    payment_number: Number of the payment.
    paid_on: Day of the payment.
    amount: Part of the payment that was credited to this account; never null.
    payment_status: Stage in the payment's life; null if unknown.
    status: Stage in the payment's life; null if unknown.
    channel: Channel of the payment, such as web or counter; null if unknown.
    cancel_reason: Reason of the cancellation; null if it was not canceled, or the reason is unknown.
    tenders: Tenders of the payment; null if unknown.
    """

    SYSTEM = SourceSystem.PAYMENTS
    SCOPE = Scope.BILLING_READ
    TIES = OF_ACCOUNT
    NUMBER = "payment_number"
    TYPE = ActivityType.PAYMENT
    CATEGORY = ActivityCategory.FINANCIAL_INFORMATION
    TIME = "paid_on"
    STATUS = StatusMap(
        "status",
        {
            PaymentStatus.INCOMPLETE: ActivityStatus.OPEN,
            PaymentStatus.ERROR: ActivityStatus.FAILED,
            PaymentStatus.FREEZABLE: ActivityStatus.OPEN,
            PaymentStatus.FROZEN: ActivityStatus.DONE,
            PaymentStatus.CANCELED: ActivityStatus.CANCELED,
            PaymentStatus.RETURNED: ActivityStatus.FAILED,
        },
    )
    IN_TITLE = frozenset({ActivityStatus.OPEN, ActivityStatus.CANCELED, ActivityStatus.FAILED})
    IN_PLACE = True

    payment_number: str
    paid_on: date
    amount: Money = strawberry.field(graphql_type=Money | None)
    status: PaymentStatus | None = strawberry.field(deprecation_reason=other_types("paymentStatus"))
    channel: CodedValue | None
    cancel_reason: CodedValue | None
    tenders: list[PaymentTender] | None = many(PaymentTender, by="payment_id")

    @strawberry.field
    def payment_status(self) -> PaymentStatus | None:
        return self.status

    def headline(self) -> str:
        return phrase("{what}: {amount}", what=self.marked(phrase("Payment")), amount=self.amount.text)

    def gist(self) -> str | None:
        return joined(label_of(self.channel), label_of(self.cancel_reason))


@described
class AutopayInstruction(Record):
    """A standing instruction to draw the amount due.

    since: First day of the instruction.
    until: Last day of the instruction; null if it is open-ended.
    instrument: Masked number of the card or bank account; null if unknown.
    max_withdrawal: Highest amount of one draw; null if it has no limit, or is unknown.
    next_draw_on: Day of the next draw, today or later; null if none is planned, or it is unknown.
    """

    SYSTEM = SourceSystem.PAYMENTS
    SCOPE = Scope.BILLING_READ
    TIES = OF_ACCOUNT
    PERSONAL: ClassVar[Personal] = {"instrument": PiiKind.INSTRUMENT}

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    since: date
    until: date | None
    instrument: str | None
    max_withdrawal: Money | None
    next_draw_on: date | None


@described
class ScheduledPayment(Record):
    """A payment that is planned or promised.

    due_on: Day on which the payment is due.
    amount: Amount that is planned or promised.
    received: Part of the amount that was received; null if unknown.
    origin: Origin of the payment.
    """

    SYSTEM = SourceSystem.PAYMENTS
    SCOPE = Scope.BILLING_READ
    TIES = tied(account_id=Tie.ACCOUNT, pay_plan_id=("PayPlan",))

    id: strawberry.Private[str | None]
    account_id: strawberry.Private[str | None]
    pay_plan_id: strawberry.Private[str | None]
    due_on: date
    amount: Money
    received: Money | None
    origin: ScheduledPaymentOrigin
