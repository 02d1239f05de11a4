"""Rules about balances, the bills of a year and the next bill (the requirements)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.billing.bills import AgingBucket, Bill, BillStatus
from gateway.resolvers.comparisons.bill_pairs import current_bill
from gateway.resolvers.comparisons.payment_history import billed_in_a_year, issued_in_a_year
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.facts.by_account import BALANCE, BILLS
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined, total_amount
from gateway.resolvers.insights.rules import billing_newest_bill

YEAR_OF_BILLS = 12


@Rule("NEXT_BILL", Area.BILLING, Severity.INFORMATION, "Next bill",
      "The next bill comes on {day}.", required=(BALANCE,))  # fmt: skip
def next_bill(context: EvaluationContext, facts: Facts) -> Findings:
    """The balance's nextBillOn is today or later, and the account is open."""
    for balance in facts[BALANCE]:
        day = balance.next_bill_on
        if day is not None and day >= context.today and context.account.status in OPEN_STATUSES:
            yield Finding({"day": day}, at=day, evidence=[balance])


@Rule("BILL_PENDING_OR_HELD", Area.BILLING, Severity.INFORMATION, "Bill pending or held",
      "{what}.", required=(BALANCE, BILLS), silent_without=(BILLS,))  # fmt: skip
def bill_pending_or_held(context: EvaluationContext, facts: Facts) -> Findings:
    """A bill is pending, or none was issued by 3 days after nextBillOn, unless the account is final."""
    balance, bills = facts.only(BALANCE), facts[BILLS]
    if balance is None:
        return
    pending, day = balance.pending_bill_on, balance.next_bill_on
    tolerance = timedelta(days=context.thresholds.bill_held_days)
    if pending is not None:
        text = f"A bill was made on {pending} and is not complete yet"
        yield Finding({"what": text}, at=pending, evidence=[balance])
    elif day is not None and context.today > day + tolerance and _is_held(context, bills, day):
        text = f"The bill of {day} has not been issued: it is {(context.today - day).days} days late"
        yield Finding({"what": text}, at=day, evidence=[balance])


def _is_held(context: EvaluationContext, bills: Sequence[Bill], day: date) -> bool:
    newest = current_bill(bills)
    if newest is not None and newest.is_final and context.account.status not in OPEN_STATUSES:
        return False
    statuses = [bill.status for bill in bills if bill.issued_on >= day]
    if BillStatus.COMPLETE not in statuses and None in statuses:
        raise Undetermined("The billing system does not say whether the newest bill is complete.")
    return BillStatus.COMPLETE not in statuses


@Rule("BILLED_12M", Area.BILLING, Severity.INFORMATION, "Billed in a year",
      "{amount} was billed in the last twelve months.", required=(BILLS,))  # fmt: skip
def billed_12m(context: EvaluationContext, facts: Facts) -> Findings:
    """Complete bills were issued in the last 12 months; amount = the sum of their currentCharges."""
    issued = issued_in_a_year(facts[BILLS], context.today)
    if issued is not None and not any(bill.status in (BillStatus.COMPLETE, None) for bill in issued):
        return
    amount = billed_in_a_year(facts[BILLS], context.today, None)
    if amount is None:
        raise Undetermined("The bills do not give the charges of the last twelve months.")
    yield Finding(amount=amount)


@Rule("PAST_DUE", Area.BILLING, Severity.WARNING, "Past due",
      "{amount} is past due{oldest}.", required=(BALANCE,), worst_severity=Severity.CRITICAL,
      superseded_by=("IN_COLLECTIONS",))  # fmt: skip
def past_due(context: EvaluationContext, facts: Facts) -> Findings:
    """The balance's pastDue is above zero; critical where its oldest part is more than 60 days past due."""
    balance = facts.only(BALANCE)
    if balance is None:
        return
    if balance.past_due is None:
        raise Undetermined("The billing system does not say how much is past due.")
    if balance.past_due.amount <= 0:
        return
    oldest, days = _oldest(balance.arrears or ()), context.thresholds.past_due_critical_days
    is_critical = oldest is not None and oldest.min_days > days
    yield Finding(
        {"oldest": f", the oldest part {oldest.label}" if oldest else ""},
        balance.past_due,
        balance.as_of,
        [balance],
        Severity.CRITICAL if is_critical else None,
        Severity.CRITICAL if _may_be_critical(balance.arrears, oldest, days) else None,
    )


def _may_be_critical(arrears: Sequence[AgingBucket] | None, oldest: AgingBucket | None, days: int) -> bool:
    """Whether the age of the oldest part is not known, or may exceed the threshold."""
    if arrears is None or oldest is None:
        return arrears is None
    return oldest.max_days is None or oldest.max_days > days


def _oldest(arrears: Sequence[AgingBucket]) -> AgingBucket | None:
    late = [bucket for bucket in arrears if bucket.amount.amount > Decimal(0) and bucket.min_days > 0]
    return max(late, key=lambda bucket: bucket.min_days, default=None)


@Rule("HIGH_BALANCE", Area.BILLING, Severity.WARNING, "High balance",
      "{amount} is owed, at least {times} times the usual bill.", required=(BALANCE, BILLS))  # fmt: skip
def high_balance(context: EvaluationContext, facts: Facts) -> Findings:
    """The current balance is at least 3 times the mean of currentCharges of the newest 12 complete bills."""
    balance, times = facts.only(BALANCE), context.thresholds.high_balance_factor
    bills = [bill for bill in facts[BILLS] if bill.status in (BillStatus.COMPLETE, None)][:YEAR_OF_BILLS]
    if balance is None or balance.current.amount <= 0 or not bills:
        return
    if any(bill.status is None for bill in bills):
        raise Undetermined("The billing system does not say which of the newest bills are complete.")
    charges = [bill.current_charges for bill in bills if bill.current_charges is not None]
    if len(charges) < len(bills):
        raise Undetermined("A bill does not give its charges.")
    total = total_amount([*charges, Money(amount=Decimal(0), currency=balance.current.currency)]).amount
    if total > 0 and balance.current.amount * len(charges) >= times * total:
        yield Finding({"times": times}, balance.current, balance.as_of, [balance])


@Rule("CREDIT_BALANCE", Area.BILLING, Severity.INFORMATION, "Credit balance",
      "The account has a credit of {amount}.", required=(BALANCE,))  # fmt: skip
def credit_balance(_context: EvaluationContext, facts: Facts) -> Findings:
    """The current balance is below zero; amount = the credit."""
    for balance in facts[BALANCE]:
        if balance.current.amount < 0:
            credit = Money(amount=-balance.current.amount, currency=balance.current.currency)
            yield Finding(amount=credit, at=balance.as_of, evidence=[balance])


@Rule("DEPOSIT_HELD", Area.BILLING, Severity.INFORMATION, "Deposit held",
      "A deposit of {amount} is held.", required=(BALANCE,))  # fmt: skip
def deposit_held(_context: EvaluationContext, facts: Facts) -> Findings:
    """The balance's deposit is above zero."""
    for balance in facts[BALANCE]:
        if balance.deposit is None:
            raise Undetermined("The billing system does not say whether a deposit is held.")
        if balance.deposit.amount > 0:
            yield Finding(amount=balance.deposit, at=balance.as_of, evidence=[balance])


RULES = (
    *billing_newest_bill.RULES,
    *(next_bill, bill_pending_or_held, billed_12m, past_due, high_balance, credit_balance, deposit_held),
)
