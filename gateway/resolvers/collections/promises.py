"""What was promised about debt: payment arrangements and pay plans (collections)."""

from datetime import date
from enum import Enum

import strawberry

from gateway.resolvers.billing.payments import ScheduledPayment
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Node, Record
from gateway.resolvers.graph.relations import many
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import CodedValue, Money


@described_enum
class ArrangementStatus(Enum):
    """Whether a promise is kept."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    KEPT = "KEPT"
    BROKEN = "BROKEN"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


@described
class PayPlan(Node, Record):
    """A promise of payments on agreed days, whatever the bills say.

    status: whether it is kept.
    since: the day it began.
    total: all that is promised.
    payments: what is promised for which day.
    third_party_payor: who pays in the customer's place.
    reason: why it was agreed.
    """

    SYSTEM = SourceSystem.COLLECTIONS

    account_id: strawberry.Private[str | None]
    status: ArrangementStatus
    since: date
    total: Money | None
    third_party_payor: str | None
    reason: CodedValue | None
    payments: list[ScheduledPayment] | None = many(ScheduledPayment, by="pay_plan_id")


@described
class PaymentArrangement(CustomerActivity):
    """A promise to pay a debt in installments that appear on the bills.

    status: whether it is kept.
    total: the debt.
    installment: what each bill adds.
    installments: how many.
    installments_billed: how many have been billed.
    remaining: what is still to be billed.
    next_bill_amount: what the next bill adds.
    since: the day it began.
    until: the day it ended.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    TYPE = ActivityType.PAYMENT_ARRANGEMENT
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "since"
    DAYS = ("since",)
    TITLE = "Payment arrangement"

    status: ArrangementStatus
    total: Money | None
    installment: Money | None
    installments: int | None
    installments_billed: int | None
    remaining: Money | None
    next_bill_amount: Money | None
    since: date
    until: date | None
