"""How an account pays: what a year billed, and how many bills were paid on time.

A year is 12 calendar months up to today, by the account's day.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from gateway.contract.batch import Window
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.billing.payments import Payment, PaymentStatus, PaymentTender
from gateway.resolvers.comparisons.bill_pairs import MAX_BILLS, counted_bills
from gateway.resolvers.comparisons.verdicts import TENTH
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.decimals import exact_sum
from gateway.resolvers.graph.values import Money, money_sum

MAX_PAYMENTS = 100  # three years of payments in parts
YEAR_MONTHS = 12
REVERSED_STATUSES = (PaymentStatus.RETURNED, PaymentStatus.CANCELED)


def newest_payments_window(zone: ZoneInfo) -> Window:
    """The payments for summaries and insights: one load for all of them."""
    return Window(limit=MAX_PAYMENTS, zone=zone)


@dataclass(frozen=True, slots=True)
class ReversedPayment:
    """A returned or canceled payment with its tenders; these are None where they are not known."""

    payment: Payment
    tenders: Sequence[PaymentTender] | None = None

    def for_lack_of_funds(self, reasons: Collection[str]) -> bool:
        """Whether one of these reasons is given; or none at all, and the payment was returned."""
        coded = [self.payment.cancel_reason, *(tender.cancel_reason for tender in self.tenders or ())]
        codes = {reason.code for reason in coded if reason is not None}
        if codes or self.tenders is None:
            return not codes.isdisjoint(reasons)
        return self.payment.status is PaymentStatus.RETURNED


def last_payment(payments: Sequence[Payment]) -> Payment | None:
    """The newest frozen payment; None where there is none, or a newer payment has no status.

    Reversed and unfinished payments do not count.
    """
    newest = next((payment for payment in payments if payment.status in (PaymentStatus.FROZEN, None)), None)
    return newest if newest and newest.status else None


def issued_in_a_year(bills: Sequence[Bill], today: date) -> list[Bill] | None:
    """The bills issued in (today - 12 months, today]; None where some may not have been loaded."""
    since = months_before(today, YEAR_MONTHS)
    if len(bills) >= MAX_BILLS and bills[-1].issued_on > since:
        return None
    return [bill for bill in bills if since < bill.issued_on <= today]


def billed_in_a_year(bills: Sequence[Bill], today: date, currency: str | None) -> Money | None:
    """The sum of current charges of the bills that count, issued in (today - 12 months, today].

    Of no bills it is zero in `currency`. None where a charge, a status or a bill is not known.
    """
    issued = issued_in_a_year(bills, today)
    if issued is None or any(bill.status is None for bill in issued):
        return None
    charges = [bill.current_charges for bill in counted_bills(issued)]
    currency = charges[0].currency if charges and charges[0] else currency
    zero = [Money(amount=Decimal("0.00"), currency=currency)] if currency else []
    return money_sum([*zero, *charges])


def may_have_fallen_due(bills: Sequence[Bill], today: date) -> bool:
    """Whether a bill fell due in the year, bills without a status included."""
    return any(bill.counts() is not False for bill in _fallen_due(bills, today))


def _fallen_due(bills: Sequence[Bill], today: date) -> list[Bill]:
    """The bills whose due day lies in [today - 12 months, today)."""
    since = months_before(today, YEAR_MONTHS)
    return [bill for bill in bills if bill.due_on is not None and since <= bill.due_on < today]


def paid_on_time(bill: Bill, payments: Sequence[Payment]) -> bool:
    """Whether frozen payments from the day of issue to the due day, both included, cover the amount due."""
    if bill.due_on is None:
        return False
    frozen = [payment for payment in payments if payment.status is PaymentStatus.FROZEN]
    in_time = [payment.amount for payment in frozen if bill.issued_on <= payment.paid_on <= bill.due_on]
    due = bill.amount_due
    paid = [amount.amount for amount in in_time if amount.currency == due.currency]
    return exact_sum(paid) >= due.amount


def count_paid_on_time(bills: Sequence[Bill], payments: Sequence[Payment], today: date) -> tuple[int, int] | None:
    """How many of the bills due in the last 12 months were paid on time, and how many were due.

    None where none was due, a status is not known, or some bills or payments may not have been loaded.
    """
    fallen_due = _fallen_due(bills, today)
    due = [bill for bill in fallen_due if bill.counts()]
    if not due or _may_lack_bills(bills, today):
        return None
    first_issue = min(bill.issued_on for bill in due)
    may_lack_payments = len(payments) >= MAX_PAYMENTS and payments[-1].paid_on >= first_issue
    recent = [payment.status for payment in payments if payment.paid_on >= first_issue]
    if may_lack_payments or None in [*recent, *(bill.status for bill in fallen_due)]:
        return None
    return sum(paid_on_time(bill, payments) for bill in due), len(due)


def on_time_percent(bills: Sequence[Bill], payments: Sequence[Payment], today: date) -> Decimal | None:
    """The share of bills paid on time, `paid / due * 100`, rounded half up to a tenth."""
    counts = count_paid_on_time(bills, payments, today)
    return (Decimal(counts[0]) * 100 / counts[1]).quantize(TENTH, ROUND_HALF_UP) if counts else None


def _may_lack_bills(bills: Sequence[Bill], today: date) -> bool:
    # Bills fall due in the order of issue. If the oldest one loaded fell due before the year, so did those
    # that were not loaded.
    oldest = bills[-1].due_on or bills[-1].issued_on
    return len(bills) >= MAX_BILLS and oldest >= months_before(today, YEAR_MONTHS)
