"""Payment arrangements and pay plans (collections)."""

from datetime import date

import strawberry

from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT
from gateway.resolvers.billing.payments import ScheduledPayment
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity, other_types
from gateway.resolvers.graph.activity_status import ActivityStatus, StatusMap
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import many
from gateway.resolvers.graph.values import CodedValue, Money
from gateway.resolvers.graph.wording import joined, number_text, phrase, plural


class ArrangementStatus(DescribedEnum):
    """Status of a payment arrangement or a pay plan."""

    PENDING = "PENDING", "Agreed, but not in force yet."
    ACTIVE = "ACTIVE", "In force: payments are due."
    KEPT = "KEPT", "All payments were made."
    BROKEN = "BROKEN", "Payments were missed."
    COMPLETED = "COMPLETED", "The arrangement has ended regularly."
    CANCELED = "CANCELED", "Withdrawn before its end; the debt is due as before."


@described
class PayPlan(Node, Record):
    """A promise of payments on agreed days, independent of bills.

    status: Status of the plan.
    since: First day of the plan.
    total: Sum of the promised payments; null if unknown.
    payments: Promised payments; null if unknown.
    third_party_payor: Name of a third party that pays for the customer; null if there is none.
    reason: Reason of the plan, from a code list; null if unknown.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    SCOPE = Scope.COLLECTIONS_READ
    TIES = OF_ACCOUNT

    account_id: strawberry.Private[str | None]
    status: ArrangementStatus
    since: date
    total: Money | None
    third_party_payor: str | None
    reason: CodedValue | None
    payments: list[ScheduledPayment] | None = many(ScheduledPayment, by="pay_plan_id")


@described
class PaymentArrangement(CustomerActivity):
    """A promise to pay a debt in installments that are added to the bills.

    arrangement_status: Status of the arrangement.
    status: Status of the arrangement.
    total: Debt under the arrangement; null if unknown.
    installment: Amount added to each bill; null if unknown.
    installments: Number of installments; null if unknown.
    installments_billed: Number of installments already billed; null if unknown.
    remaining: Amount that is not billed yet; null if unknown.
    next_bill_amount: Amount that the next bill adds; null if unknown.
    since: First day of the arrangement.
    until: Last day of the arrangement; null if it is open-ended, or the day is unknown.
    """

    SYSTEM = SourceSystem.COLLECTIONS
    SCOPE = Scope.COLLECTIONS_READ
    TIES = OF_ACCOUNT
    TYPE = ActivityType.PAYMENT_ARRANGEMENT
    CATEGORY = ActivityCategory.CREDIT_AND_COLLECTION
    TIME = "since"
    STATUS = StatusMap(
        "status",
        {
            ArrangementStatus.PENDING: ActivityStatus.OPEN,
            ArrangementStatus.ACTIVE: ActivityStatus.OPEN,
            ArrangementStatus.KEPT: ActivityStatus.DONE,
            ArrangementStatus.BROKEN: ActivityStatus.FAILED,
            ArrangementStatus.COMPLETED: ActivityStatus.DONE,
            ArrangementStatus.CANCELED: ActivityStatus.CANCELED,
        },
    )

    status: ArrangementStatus = strawberry.field(deprecation_reason=other_types("arrangementStatus"))
    total: Money | None
    installment: Money | None
    installments: int | None
    installments_billed: int | None
    remaining: Money | None
    next_bill_amount: Money | None
    since: date
    until: date | None

    @strawberry.field
    def arrangement_status(self) -> ArrangementStatus:
        return self.status

    def headline(self) -> str:
        noun = self.marked(phrase("Payment arrangement"))
        return phrase("{what}: {amount}", what=noun, amount=self.total.text) if self.total else noun

    def worth(self) -> Money | None:
        return self.total

    def gist(self) -> str | None:
        count = None
        if self.installments is not None and self.installments_billed is not None:
            billed = number_text(self.installments_billed)
            count = plural(
                self.installments, "{billed} of {count} installment billed", "{billed} of {count} installments billed",
                billed=billed,
            )  # fmt: skip
        return joined(count, phrase("{amount} remaining", amount=self.remaining.text) if self.remaining else None)
