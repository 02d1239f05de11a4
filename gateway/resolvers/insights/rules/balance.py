"""Rules about what an account owes, its credit and its deposit."""

from decimal import Decimal
from functools import partial

from gateway.resolvers.billing.balance import AccountBalance, AgingBucket
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.facts.by_account import BALANCE, BILLS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, InsightArea, Severity
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined, known, total_amount

rule = partial(Rule, InsightArea.BILLING)
YEAR_OF_BILLS = 12
HISTORY = Action("Show the financial history", InsightScreen.FINANCIAL_HISTORY)


@rule("PAST_DUE", WARNING, "Past due", ["{amount} is past due.", "Age of the oldest part: {oldest}."],
      required=(BALANCE,), worst_severity=CRITICAL, superseded_by=("IN_COLLECTIONS",),
      action=Action("Offer to take a payment, or to arrange payments", InsightScreen.PAYMENTS))  # fmt: skip
def past_due(evaluation: Evaluation) -> Findings:
    """The balance's pastDue is above zero; critical where its oldest part is more than 60 days past due."""
    for balance in evaluation[BALANCE]:
        amount = known(balance.past_due, "The billing system does not say how much is past due.")
        if amount.amount > 0:
            severities = _past_due_severities(balance, evaluation.thresholds.past_due_critical_days)
            oldest = _oldest(balance)
            values = {"oldest": oldest and oldest.label}
            yield Finding(values, amount, balance.as_of, [balance], *severities)


def _past_due_severities(balance: AccountBalance, days: int) -> tuple[Severity | None, Severity | None]:
    """The severity, and the worst one: the age of the oldest part may be unknown, or a range of days."""
    oldest = _oldest(balance)
    if oldest is None:
        return None, None if balance.arrears is not None else CRITICAL
    may_be_critical = oldest.max_days is None or oldest.max_days > days
    return CRITICAL if oldest.min_days > days else None, CRITICAL if may_be_critical else None


def _oldest(balance: AccountBalance) -> AgingBucket | None:
    late = [bucket for bucket in balance.arrears or () if bucket.amount.amount > Decimal(0) and bucket.is_late()]
    return max(late, key=lambda bucket: bucket.min_days, default=None)


@rule("HIGH_BALANCE", WARNING, "High balance", "{amount} is owed, at least {times} times the usual bill.",
      required=(BALANCE, BILLS), action=HISTORY)  # fmt: skip
def high_balance(evaluation: Evaluation) -> Findings:
    """The current balance is at least 3 times the mean of currentCharges of the newest 12 issued bills."""
    balance, times = evaluation.only(BALANCE), evaluation.thresholds.high_balance_factor
    bills = [bill for bill in evaluation[BILLS] if bill.counts() is not False][:YEAR_OF_BILLS]
    if balance is None or balance.current.amount <= 0 or not bills:
        return
    if any(bill.status is None for bill in bills):
        raise Undetermined("The billing system does not say which of the newest bills were issued.")
    charges = [known(bill.current_charges, "A bill does not give its charges.") for bill in bills]
    total = total_amount([*charges, Money(amount=Decimal(0), currency=balance.current.currency)]).amount
    if total > 0 and balance.current.amount * len(charges) >= times * total:
        yield Finding({"times": times}, balance.current, balance.as_of, [balance])


@rule("CREDIT_BALANCE", INFORMATION, "Credit balance", "The account has a credit of {amount}.", required=(BALANCE,),
      action=HISTORY)  # fmt: skip
def credit_balance(evaluation: Evaluation) -> Findings:
    """The current balance is below zero; amount = the credit."""
    for balance in evaluation[BALANCE]:
        if balance.current.amount < 0:
            credit = Money(amount=-balance.current.amount, currency=balance.current.currency)
            yield Finding(amount=credit, at=balance.as_of, evidence=[balance])


@rule("DEPOSIT_HELD", INFORMATION, "Deposit held", "A deposit of {amount} is held.", required=(BALANCE,))
def deposit_held(evaluation: Evaluation) -> Findings:
    """The balance's deposit is above zero."""
    for balance in evaluation[BALANCE]:
        deposit = known(balance.deposit, "The billing system does not say whether a deposit is held.")
        if deposit.amount > 0:
            yield Finding(amount=deposit, at=balance.as_of, evidence=[balance])
