"""Bills with segments and lines, adjustments, and account balances (billing)."""

from datetime import date
from decimal import Decimal

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import OF_ACCOUNT, tied
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType, CustomerActivity, other_types
from gateway.resolvers.graph.activity_status import ActivityStatus, StatusMap
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.formats import as_price, formatted, with_unit
from gateway.resolvers.graph.known import state_of
from gateway.resolvers.graph.node import Node
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import many, one
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import CodedValue, Money, Period, Url
from gateway.resolvers.graph.wording import day_text, joined, period_text, phrase
from gateway.resolvers.service.premises import Premise, ServiceAgreement, ServiceType


class BillStatus(DescribedEnum):
    """Stage in the life of a bill; COMPLETE and WRITTEN_OFF bills are issued, and count."""

    PENDING = "PENDING", "Prepared, but not issued; it may still change."
    COMPLETE = "COMPLETE", "Issued to the customer.", "Issued"
    WRITTEN_OFF = "WRITTEN_OFF", "Issued, and given up as uncollectible."
    CANCELED = "CANCELED", "Withdrawn; nothing on it is owed."


ISSUED = (BillStatus.COMPLETE, BillStatus.WRITTEN_OFF)


class BillSegmentStatus(DescribedEnum):
    """Stage in the life of a bill segment.

    Only frozen segments count.
    """

    INCOMPLETE = "INCOMPLETE", "Not calculated yet."
    ERROR = "ERROR", "The calculation failed."
    FREEZABLE = "FREEZABLE", "Calculated, not final yet.", "Calculated"
    FROZEN = "FROZEN", "Final; it counts.", "Final"
    PENDING_CANCEL = "PENDING_CANCEL", "To be canceled, and still on the bill."
    CANCELED = "CANCELED", "Taken off the bill; its charges do not count."


@described
@known_to(PARTNER)
class BillLine(Record):
    """One line of the calculation of a bill segment.

    sequence: Position among the lines of the segment, ascending.
    description: Text of the line; null if the system keeps none.
    amount: Amount that the line adds; null if the system keeps only quantity and price.
    unit: Unit of the quantity, such as kWh; null if unknown.
    quantity: Quantity in `unit`; null if unknown.
    unit_price: Price of one unit, in the currency of the amount; null if unknown.
    """

    SYSTEM = SourceSystem.BILLING
    SCOPE = Scope.BILLING_READ
    TIES = tied(segment_id=("BillSegment",))

    id: strawberry.Private[str | None]
    segment_id: strawberry.Private[str | None]
    bill_id: strawberry.Private[str | None]
    sequence: int
    description: str | None
    amount: Money | None
    unit: str | None
    quantity: Decimal | None
    quantity_formatted: str | None = formatted("quantity", with_unit)
    unit_price: Decimal | None
    unit_price_formatted: str | None = formatted("unit_price", as_price)


@described
@known_to(PARTNER)
class ServiceQuantity:
    """A quantity of service supplied.

    unit: Unit of the quantity, such as kWh.
    time_of_use: Time-of-use period, such as on-peak; null if the rate has none.
    quantity: Quantity in `unit`, as a decimal number.
    """

    unit: str
    time_of_use: str | None
    quantity: Decimal
    quantity_formatted: str | None = formatted("quantity", with_unit)


@described
@known_to(PARTNER)
class BillSegment(Node, Record):
    """The charges of a bill for one service agreement.

    name: Name of the segment; null if unknown.
    status: Stage in the segment's life; null if unknown.
    service_type: Service that was supplied; null if unknown, or the charge is for no service.
    service_agreement: Service agreement that is charged; null if unknown.
    premise: Premise that was served; null if unknown.
    period: Days that are charged; null if unknown.
    amount: Sum of the segment's charges.
    rate_schedule: Rate by which the service is charged; null if unknown.
    is_estimated: True if any reading behind it was estimated; null if unknown.
    quantities: Quantities supplied; null if unknown.
    lines: Lines of the calculation; null if unknown.
    """

    SYSTEM = SourceSystem.BILLING
    SCOPE = Scope.BILLING_READ
    TIES = tied(bill_id=("Bill",))
    IN_PLACE = True

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
    service_agreement_state = state_of(service_agreement)
    premise: Premise | None = one(Premise, key="premise_id")
    premise_state = state_of(premise)


@described
@known_to(PARTNER)
class Bill(CustomerActivity):
    """A bill on an account.

    bill_number: Number of the bill.
    bill_status: Stage in the bill's life; null if unknown.
    status: Stage in the bill's life; null if unknown.
    issued_on: Day of issue; of a pending bill, the day on which it was made.
    due_on: Day by which the bill is to be paid; null if unknown.
    period: Days that the bill charges; null if unknown.
    is_final: True for the last bill of an account; null if unknown.
    is_estimated: True if any reading behind it was estimated; null if unknown.
    previous_balance: Balance before this bill; null if unknown.
    total_payments: Sum of payments since the previous bill, as a negative amount; null if unknown.
    total_adjustments: Sum of adjustments since the previous bill; null if unknown.
    current_charges: Sum of the charges of this bill; null if unknown.
    ending_balance: Balance after this bill; null if unknown.
    amount_due: Amount to be paid by the due day.
    unpaid_amount: Part of the bill that is still unpaid; null if unknown.
    document_url: Link to the document as it was sent; null if there is none.
    segments: Charges by service agreement; null if unknown.
    """

    SYSTEM = SourceSystem.BILLING
    SCOPE = Scope.BILLING_READ
    TIES = OF_ACCOUNT
    NUMBER = "bill_number"
    TYPE = ActivityType.BILL
    CATEGORY = ActivityCategory.FINANCIAL_INFORMATION
    TIME = "issued_on"
    # An issued bill is a fact and not done: it may be unpaid.
    STATUS = StatusMap(
        "status",
        {
            BillStatus.PENDING: ActivityStatus.OPEN,
            BillStatus.COMPLETE: ActivityStatus.INFORMATION,
            BillStatus.WRITTEN_OFF: ActivityStatus.FAILED,
            BillStatus.CANCELED: ActivityStatus.CANCELED,
        },
    )
    IN_TITLE = frozenset({ActivityStatus.OPEN, ActivityStatus.CANCELED, ActivityStatus.FAILED})
    IN_PLACE = True

    bill_number: str
    status: BillStatus | None = strawberry.field(deprecation_reason=other_types("billStatus"))
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

    @strawberry.field
    def bill_status(self) -> BillStatus | None:
        return self.status

    def headline(self) -> str:
        noun = self.marked(phrase("Bill")) if self.is_marked() else self._named()
        return phrase("{what}: {amount}", what=noun, amount=self.amount_due.text)

    def _named(self) -> str:
        return phrase("Bill {number}", number=self.bill_number)

    def counts(self) -> bool | None:
        """Whether it was issued and not canceled: the one rule of last bills, sums, comparisons and insights.

        A written-off bill was issued: its charges were made, though they are not collected. None without a status.
        """
        return None if self.status is None else self.status in ISSUED

    def worth(self) -> Money:
        return self.amount_due

    def gist(self) -> str | None:
        number = self._named() if self.is_marked() else None
        days = period_text(self.period.start, self.period.end) if self.period else None
        return joined(number, days, phrase("due {day}", day=day_text(self.due_on)) if self.due_on else None)


@described
@known_to(PARTNER)
class Adjustment(Node, Record):
    """A correction of the balance of an account.

    adjustment_type: Type of adjustment, from the billing system's code list.
    created_on: Day of the adjustment.
    amount: Amount added to the balance; negative in the customer's favor.
    status: Status of the adjustment; null if unknown.
    service_agreement: Service agreement that is corrected; null if unknown.
    is_canceled: True if the adjustment is canceled and does not count; null if unknown.
    cancel_reason: Reason of the cancellation; null if it was not canceled, or the reason is unknown.
    """

    SYSTEM = SourceSystem.BILLING
    SCOPE = Scope.BILLING_READ
    TIES = OF_ACCOUNT
    TIME = "created_on"
    IN_PLACE = True

    account_id: strawberry.Private[str | None]
    service_agreement_id: strawberry.Private[str | None]
    adjustment_type: CodedValue
    created_on: date
    amount: Money
    status: CodedValue | None
    is_canceled: bool | None
    cancel_reason: CodedValue | None
    service_agreement: ServiceAgreement | None = one(ServiceAgreement, key="service_agreement_id")
    service_agreement_state = state_of(service_agreement)

    def counts(self) -> bool | None:
        """Whether it is part of the balance. Without a status, nothing says that it is not."""
        if self.is_canceled is not None or self.cancel_reason is not None:
            return not (self.is_canceled or self.cancel_reason)
        return True if self.status is None else None
