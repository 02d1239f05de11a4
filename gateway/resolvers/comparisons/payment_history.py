"""How an account pays: what was billed in a year, and how often it was paid on time.

Sources: domain facts, section 4 (BILLED_12M, ON_TIME_PCT_12M, LAST_PAYMENT). Pure functions over records.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from gateway.contract.batch import Window
from gateway.resolvers.billing.bills import Bill, BillStatus
from gateway.resolvers.billing.payments import Payment, PaymentStatus, PaymentTender
from gateway.resolvers.comparisons.bill_pairs import MAX_BILLS, complete_bills
from gateway.resolvers.comparisons.verdicts import TENTH
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.values import Money

MAX_PAYMENTS = 100  # three years of payments in parts
YEAR_MONTHS = 12
DUE_STATUSES = (BillStatus.COMPLETE, BillStatus.WRITTEN_OFF)
REVERSED_STATUSES = (PaymentStatus.RETURNED, PaymentStatus.CANCELED)


def newest_payments_window(zone: ZoneInfo) -> Window:
    """The payments that summaries and insights are made of: one question for all of them."""
    return Window(limit=MAX_PAYMENTS, zone=zone)


@dataclass(frozen=True, slots=True)
class ReversedPayment:
    """A payment that was taken back, and what had been handed over in it; None where that is not known."""

    payment: Payment
    tenders: Sequence[PaymentTender] | None = None

    def for_lack_of_funds(self, reasons: Collection[str]) -> bool:
        """Whether it came back for one of these reasons, or was returned and nobody gives any."""
        given = [self.payment.cancel_reason, *(each.cancel_reason for each in self.tenders or ())]
        codes = {each.code for each in given if each is not None}
        if codes or self.tenders is None:
            return not codes.isdisjoint(reasons)
        return self.payment.status is PaymentStatus.RETURNED


def last_payment(payments: Sequence[Payment]) -> Payment | None:
    """The newest frozen payment: those that came back, or are not done, are no payments.

    None, too, where a newer one does not say how it stands.
    """
    newest = next((each for each in payments if each.status in (PaymentStatus.FROZEN, None)), None)
    return newest if newest and newest.status else None


def issued_in_a_year(bills: Sequence[Bill], today: date) -> list[Bill] | None:
    """The bills issued in (today - 12 months, today]; None where older ones were not among the newest."""
    since = months_before(today, YEAR_MONTHS)
    if len(bills) >= MAX_BILLS and bills[-1].issued_on > since:
        return None
    return [each for each in bills if since < each.issued_on <= today]


def billed_in_a_year(bills: Sequence[Bill], today: date, currency: str | None) -> Money | None:
    """Sum of the current charges of complete bills issued in (today - 12 months, today].

    None where a bill does not say, or older ones that belong to it were not among the newest. Of no bills
    it is nothing, in the account's currency.
    """
    issued = issued_in_a_year(bills, today)
    if issued is None:
        return None
    charges = [each.current_charges for each in complete_bills(issued)]
    known = [each for each in charges if each is not None]
    currencies = {each.currency for each in known} or ({currency} if currency else set())
    if len(known) < len(charges) or len(currencies) != 1 or any(each.status is None for each in issued):
        return None
    return Money(amount=sum((each.amount for each in known), Decimal("0.00")), currency=currencies.pop())


def bills_due(bills: Sequence[Bill], today: date) -> list[Bill]:
    """The bills whose due day lies in [today - 12 months, today), written-off ones too."""
    return [each for each in _falling_due(bills, today) if each.status in DUE_STATUSES]


def may_have_fallen_due(bills: Sequence[Bill], today: date) -> bool:
    """Whether a bill fell due in that time, or one may have that does not say how it stands."""
    return any(each.status in (*DUE_STATUSES, None) for each in _falling_due(bills, today))


def _falling_due(bills: Sequence[Bill], today: date) -> list[Bill]:
    since = months_before(today, YEAR_MONTHS)
    return [each for each in bills if each.due_on is not None and since <= each.due_on < today]


def paid_on_time(bill: Bill, payments: Sequence[Payment]) -> bool:
    """Whether frozen payments from the day of issue to the due day, both included, cover the amount due."""
    if bill.due_on is None:
        return False
    paid = [
        each.amount.amount
        for each in payments
        if each.status is PaymentStatus.FROZEN
        and bill.issued_on <= each.paid_on <= bill.due_on
        and each.amount.currency == bill.amount_due.currency
    ]
    return sum(paid, Decimal(0)) >= bill.amount_due.amount


def count_paid_on_time(
    bills: Sequence[Bill], payments: Sequence[Payment], today: date
) -> tuple[int, int] | None:
    """How many bills of those due in the last 12 months were paid in full by their due day, and of how many.

    None where no bill fell due, where bills or payments that belong to it were not among the newest, or do
    not say how they stand.
    """
    due = bills_due(bills, today)
    if not due or _cut_off(bills, payments, due, today) or _unsaid(bills, payments, due, today):
        return None
    return sum(paid_on_time(each, payments) for each in due), len(due)


def on_time_percent(bills: Sequence[Bill], payments: Sequence[Payment], today: date) -> Decimal | None:
    """The share of `on_time` in percent, to a tenth."""
    found = count_paid_on_time(bills, payments, today)
    return (Decimal(found[0]) * 100 / found[1]).quantize(TENTH, ROUND_HALF_UP) if found else None


def _cut_off(bills: Sequence[Bill], payments: Sequence[Payment], due: Sequence[Bill], today: date) -> bool:
    # Bills fall due in the order in which they are issued: where the oldest known fell due before the year,
    # so did all that are not known.
    oldest = bills[-1].due_on or bills[-1].issued_on
    if len(bills) >= MAX_BILLS and oldest >= months_before(today, YEAR_MONTHS):
        return True
    return len(payments) >= MAX_PAYMENTS and payments[-1].paid_on >= _first(due)


def _unsaid(bills: Sequence[Bill], payments: Sequence[Payment], due: Sequence[Bill], today: date) -> bool:
    statuses = [each.status for each in _falling_due(bills, today)]
    return None in [*statuses, *(each.status for each in payments if each.paid_on >= _first(due))]


def _first(due: Sequence[Bill]) -> date:
    return min(each.issued_on for each in due)
