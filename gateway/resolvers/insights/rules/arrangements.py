"""Rules about what was promised for a debt: payment arrangements and pay plans (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gateway.resolvers.billing.payments import ScheduledPayment
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement, PayPlan
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding, Undetermined


def pa_active(_on: EvaluationContext, arrangements: Sequence[PaymentArrangement]) -> Iterator[Finding]:
    """PA_ACTIVE: a payment arrangement is active; amount = nextBillAmount."""
    for each in arrangements:
        if each.status is ArrangementStatus.ACTIVE:
            billed = each.installments_billed is not None and each.installments is not None
            far = f" ({each.installments_billed} of {each.installments} are billed)" if billed else ""
            yield Finding({"far": far}, each.next_bill_amount, each.since, [each])


def pa_broken(on: EvaluationContext, arrangements: Sequence[PaymentArrangement]) -> Iterator[Finding]:
    """PA_BROKEN: a payment arrangement that broke ended in the last 12 months, or began, its end unknown."""
    floor = months_before(on.today, on.set.arrangement_broken_months)
    for each in arrangements:
        day = each.until or each.since
        if each.status is ArrangementStatus.BROKEN and day >= floor:
            words = {"when": f"broke on {each.until}" if each.until else f"of {each.since} broke"}
            yield Finding(words, at=day, evidence=[each])


def pay_plan_at_risk(
    on: EvaluationContext, plans: Sequence[PayPlan], payments: Sequence[ScheduledPayment]
) -> Iterator[Finding]:
    """PAY_PLAN_AT_RISK: on an active pay plan, less was received than was due before today.

    Amount = what is missing. One for each plan.
    """
    active = [plan for plan in plans if plan.status is ArrangementStatus.ACTIVE]
    due = {plan.id: _due(on, plan, payments) for plan in active}
    missing = {plan: _missing(each) for plan, each in due.items() if each}
    behind = [each for each in plans if (owed := missing.get(each.id)) is not None and owed.amount > 0]
    for each in behind:
        yield Finding(amount=missing[each.id], at=each.since, evidence=[each])
    if not behind and any(each is None for each in missing.values()):
        raise Undetermined("Nobody has said how much was received for a pay plan.")


def _due(
    on: EvaluationContext, plan: PayPlan, payments: Sequence[ScheduledPayment]
) -> list[ScheduledPayment]:
    return [each for each in payments if each.pay_plan_id == plan.id and each.due_on < on.today]


def _missing(due: Sequence[ScheduledPayment]) -> Money | None:
    """What is missing of what was due; None where that is not known."""
    received = [each.received for each in due if each.received is not None]
    if len(received) < len(due):
        return None
    currencies = {each.amount.currency for each in due} | {each.currency for each in received}
    if len(currencies) > 1:
        return None
    owed = sum((each.amount.amount for each in due), Decimal(0))
    return Money(amount=owed - sum((each.amount for each in received), Decimal(0)), currency=currencies.pop())
