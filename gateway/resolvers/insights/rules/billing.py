"""Rules about what is owed, and when the next bill comes (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.billing.bills import AccountBalance, AgingBucket, Bill, BillStatus
from gateway.resolvers.comparisons.bill_pairs import current_bill
from gateway.resolvers.comparisons.payment_history import billed_in_a_year, issued_in_a_year
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.insight import InsightSeverity
from gateway.resolvers.insights.model.rule import Finding, Undetermined, first, total_amount

YEAR_OF_BILLS = 12


def past_due(on: EvaluationContext, balances: Sequence[AccountBalance]) -> Iterator[Finding]:
    """PAST_DUE: balance.pastDue > 0; critical where its oldest part is more than 60 days past due."""
    balance = first(balances)
    if balance is None:
        return
    if balance.past_due is None:
        raise Undetermined("The billing system does not say what is past due.")
    if balance.past_due.amount <= 0:
        return
    oldest = _oldest(balance.arrears or ())
    late = oldest is not None and oldest.min_days > on.set.past_due_critical_days
    yield Finding(
        {"oldest": f", the oldest part {oldest.label}" if oldest else ""},
        balance.past_due,
        balance.as_of,
        [balance],
        InsightSeverity.CRITICAL if late else None,
        InsightSeverity.CRITICAL if _may_be_late(on, balance.arrears, oldest) else None,
    )


def _may_be_late(
    on: EvaluationContext, arrears: Sequence[AgingBucket] | None, oldest: AgingBucket | None
) -> bool:
    """Whether it may be critical: nobody says how old it is, or only that it is older than some days."""
    if arrears is None or oldest is None:
        return arrears is None
    return oldest.max_days is None or oldest.max_days > on.set.past_due_critical_days


def _oldest(arrears: Sequence[AgingBucket]) -> AgingBucket | None:
    owed = [each for each in arrears if each.amount.amount > Decimal(0) and each.min_days > 0]
    return max(owed, key=lambda each: each.min_days, default=None)


def deposit_held(_on: EvaluationContext, balances: Sequence[AccountBalance]) -> Iterator[Finding]:
    """DEPOSIT_HELD: balance.deposit > 0."""
    balance = first(balances)
    if balance is None:
        return
    if balance.deposit is None:
        raise Undetermined("The billing system does not say whether a deposit is held.")
    if balance.deposit.amount > 0:
        yield Finding(amount=balance.deposit, at=balance.as_of, evidence=[balance])


def credit_balance(_on: EvaluationContext, balances: Sequence[AccountBalance]) -> Iterator[Finding]:
    """CREDIT_BALANCE: balance.current < 0; amount = what of it is the customer's."""
    balance = first(balances)
    if balance is not None and balance.current.amount < 0:
        credit = Money(amount=-balance.current.amount, currency=balance.current.currency)
        yield Finding(amount=credit, at=balance.as_of, evidence=[balance])


def high_balance(
    on: EvaluationContext, balances: Sequence[AccountBalance], bills: Sequence[Bill]
) -> Iterator[Finding]:
    """HIGH_BALANCE: balance.current >= 3 times the mean of currentCharges of the newest 12 complete bills."""
    balance = first(balances)
    counted = [each for each in bills if each.status in (BillStatus.COMPLETE, None)][:YEAR_OF_BILLS]
    if balance is None or balance.current.amount <= 0 or not counted:
        return
    if any(each.status is None for each in counted):
        raise Undetermined("The billing system does not say which of the newest bills are complete.")
    charges = [each.current_charges for each in counted if each.current_charges is not None]
    if len(charges) < len(counted):
        raise Undetermined("A bill does not say what it charges.")
    total = total_amount([*charges, Money(amount=Decimal(0), currency=balance.current.currency)]).amount
    if total > 0 and balance.current.amount * len(charges) >= on.set.high_balance_times * total:
        words = {"times": on.set.high_balance_times}
        yield Finding(words, balance.current, balance.as_of, [balance])


def next_bill(on: EvaluationContext, balances: Sequence[AccountBalance]) -> Iterator[Finding]:
    """NEXT_BILL: balance.nextBillOn is today or to come, and the account is open."""
    balance = first(balances)
    day = balance.next_bill_on if balance else None
    if day is not None and day >= on.today and on.account.status in OPEN_STATUSES:
        yield Finding({"day": day}, at=day, evidence=[balance])


def pending_or_held(
    on: EvaluationContext, balances: Sequence[AccountBalance], bills: Sequence[Bill]
) -> Iterator[Finding]:
    """BILL_PENDING_OR_HELD: a bill is pending, or none has come more than 3 days after nextBillOn.

    After the final bill of a closed account none is to come.
    """
    balance = first(balances)
    if balance is None:
        return
    pending, day = balance.pending_bill_on, balance.next_bill_on
    if pending is not None:
        words = f"A bill has been made on {pending}, and is not complete yet"
        yield Finding({"what": words}, at=pending, evidence=[balance])
    elif day is not None and on.today > day + timedelta(days=on.set.bill_held_days) and _held(on, bills, day):
        words = f"The bill of {day} has not come: it is {(on.today - day).days} days late"
        yield Finding({"what": words}, at=day, evidence=[balance])


def _held(on: EvaluationContext, bills: Sequence[Bill], day: date) -> bool:
    newest = current_bill(bills)
    if newest is not None and newest.is_final and on.account.status not in OPEN_STATUSES:
        return False
    since = [each.status for each in bills if each.issued_on >= day]
    if BillStatus.COMPLETE not in since and None in since:
        raise Undetermined("The billing system does not say whether the newest bill is complete.")
    return BillStatus.COMPLETE not in since


def billed_12m(on: EvaluationContext, bills: Sequence[Bill]) -> Iterator[Finding]:
    """BILLED_12M: the sum of currentCharges of the complete bills issued in the last 12 months."""
    issued = issued_in_a_year(bills, on.today)
    if issued is not None and not any(each.status in (BillStatus.COMPLETE, None) for each in issued):
        return
    found = billed_in_a_year(bills, on.today, None)
    if found is None:
        raise Undetermined("The bills do not say what the last twelve months charge.")
    yield Finding(amount=found)
