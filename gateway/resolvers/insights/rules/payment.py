"""Rules about how an account pays, and what is about to be paid (domain facts, section 4)."""

from collections.abc import Iterator, Sequence

from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.billing.bills import Bill
from gateway.resolvers.billing.payments import AutopayInstruction, Payment, ScheduledPayment, autopay_in_force
from gateway.resolvers.collections.credit import CreditProfile
from gateway.resolvers.comparisons.payment_history import (
    YEAR_MONTHS,
    ReversedPayment,
    count_paid_on_time,
    last_payment,
    may_have_fallen_due,
    on_time_percent,
)
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.insight import InsightSeverity
from gateway.resolvers.insights.model.phrases import counted
from gateway.resolvers.insights.model.rule import Finding, Undetermined, first, total_amount


def on_time_12m(
    on: EvaluationContext, bills: Sequence[Bill], payments: Sequence[Payment]
) -> Iterator[Finding]:
    """ON_TIME_PCT_12M: how many bills due in the last 12 months were paid in time; a warning below 75 %."""
    found = count_paid_on_time(bills, payments, on.today)
    if found is None and may_have_fallen_due(bills, on.today):
        raise Undetermined("The newest bills and payments do not say how the year's bills were paid.")
    if found is not None:
        few = found[0] * 100 < on.set.on_time_percent * found[1]
        percent = on_time_percent(bills, payments, on.today)
        words = {"paid": found[0], "due": found[1], "percent": percent}
        yield Finding(words, severity=InsightSeverity.WARNING if few else None)


def last_paid(_on: EvaluationContext, payments: Sequence[Payment]) -> Iterator[Finding]:
    """LAST_PAYMENT: the newest payment that is frozen."""
    found = last_payment(payments)
    if found is None and any(each.status is None for each in payments):
        raise Undetermined("The payments system does not say which payments count.")
    if found is not None:
        yield Finding({"day": found.paid_on}, found.amount, found.paid_on, [found])


def returned(
    on: EvaluationContext, payments: Sequence[Payment], back: Sequence[ReversedPayment]
) -> Iterator[Finding]:
    """PAYMENT_RETURNED: a payment of the last 90 days came back for want of money, or nobody says why.

    Critical where 2 of the last 12 months did.
    """
    since, year = on.days_ago(on.set.returned_days), months_before(on.today, YEAR_MONTHS)
    found = [each.payment for each in back if each.for_lack_of_funds(on.set.returned_reasons)]
    lately = [each for each in found if each.paid_on > since]
    if lately:
        many = sum(each.paid_on > year for each in found) >= on.set.returned_critical
        amount, newest = total_amount([each.amount for each in lately]), max(each.paid_on for each in lately)
        severity = InsightSeverity.CRITICAL if many else None
        words = {"count": counted(len(lately), "payment"), "day": newest}
        yield Finding(words, amount, newest, lately, severity)
    elif any(each.status is None and each.paid_on > since for each in payments):
        raise Undetermined("The payments system does not say which payments came back.")


def pending(on: EvaluationContext, to_come: Sequence[ScheduledPayment]) -> Iterator[Finding]:
    """PAYMENT_PENDING: scheduled payments due today or later; amount = what is still to come of them."""
    ahead = [each for each in to_come if each.due_on >= on.today]
    amounts = awaited(ahead)
    if amounts:
        day = min(each.due_on for each in ahead if awaited([each]))
        yield Finding(
            {"count": counted(len(amounts), "payment"), "day": day}, total_amount(amounts), day, ahead
        )


def awaited(to_come: Sequence[ScheduledPayment]) -> list[Money]:
    """What is still to come of each scheduled payment. Unsaid where one does not say what has come."""
    open_: list[Money] = []
    for each in to_come:
        if each.received is None:
            raise Undetermined("A scheduled payment does not say how much of it has come.")
        left = each.amount.amount - each.received.amount
        if left > 0:
            open_.append(Money(amount=left, currency=each.amount.currency))
    return open_


def autopay_on(on: EvaluationContext, orders: Sequence[AutopayInstruction]) -> Iterator[Finding]:
    """AUTOPAY_ON: an autopay instruction is in force today."""
    for each in autopay_in_force(orders, on.today)[:1]:
        instrument = f" from {each.instrument}" if each.instrument else ""
        ahead = each.next_draw_on is not None and each.next_draw_on >= on.today
        draw = f", the next time on {each.next_draw_on}" if ahead else ""
        yield Finding({"instrument": instrument, "draw": draw}, at=each.since, evidence=[each])


def autopay_off(on: EvaluationContext, orders: Sequence[AutopayInstruction]) -> Iterator[Finding]:
    """AUTOPAY_OFF: the account is open, and no autopay instruction is in force today."""
    if on.account.status in OPEN_STATUSES and not autopay_in_force(orders, on.today):
        yield Finding()


def autopay_blocked(
    on: EvaluationContext, orders: Sequence[AutopayInstruction], profiles: Sequence[CreditProfile]
) -> Iterator[Finding]:
    """AUTOPAY_BLOCKED: autopay is in force, but only cash is taken, or it ends before its next draw."""
    holding, profile = autopay_in_force(orders, on.today), first(profiles)
    cash_only = profile.is_cash_only() if profile else False
    ending = [each for each in holding if each.until and each.next_draw_on and each.until < each.next_draw_on]
    if holding and cash_only:
        yield Finding({"why": "only cash is taken"}, at=holding[0].since, evidence=[*holding, profile])
    elif ending:
        words = f"it ends on {ending[0].until}, before its next draw on {ending[0].next_draw_on}"
        yield Finding({"why": words}, at=ending[0].until, evidence=ending)
    elif holding and cash_only is None:
        raise Undetermined("The collections system does not say whether only cash is taken.")
