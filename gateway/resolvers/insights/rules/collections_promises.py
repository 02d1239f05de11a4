"""Rules about payment arrangements and pay plans (the requirements)."""

from collections.abc import Sequence

from gateway.resolvers.billing.payments import ScheduledPayment
from gateway.resolvers.collections.promises import ArrangementStatus
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.values import Money, money_sum
from gateway.resolvers.insights.facts.by_account import ARRANGEMENTS, PAY_PLAN_PAYMENTS, PAY_PLANS
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined


@Rule("PA_ACTIVE", Area.COLLECTIONS, Severity.INFORMATION, "Payment arrangement",
      "A payment arrangement adds {amount} to the next bill{progress}.",
      required=(ARRANGEMENTS,))  # fmt: skip
def pa_active(_context: EvaluationContext, facts: Facts) -> Findings:
    """A payment arrangement is active; amount = nextBillAmount."""
    for arrangement in facts[ARRANGEMENTS]:
        if arrangement.status is ArrangementStatus.ACTIVE:
            billed, total = arrangement.installments_billed, arrangement.installments
            is_given = billed is not None and total is not None
            values = {"progress": f" ({billed} of {total} installments are billed)" if is_given else ""}
            yield Finding(values, arrangement.next_bill_amount, arrangement.since, [arrangement])


@Rule("PA_BROKEN", Area.COLLECTIONS, Severity.WARNING, "Payment arrangement broken",
      "A payment arrangement {when}.", required=(ARRANGEMENTS,))  # fmt: skip
def pa_broken(context: EvaluationContext, facts: Facts) -> Findings:
    """A broken payment arrangement ended in the last 12 months; or began, where it has no end."""
    since = months_before(context.today, context.thresholds.arrangement_broken_months)
    for arrangement in facts[ARRANGEMENTS]:
        day = arrangement.until or arrangement.since
        if arrangement.status is ArrangementStatus.BROKEN and day >= since:
            when = f"broke on {arrangement.until}" if arrangement.until else f"of {arrangement.since} broke"
            yield Finding({"when": when}, at=day, evidence=[arrangement])


@Rule("PAY_PLAN_AT_RISK", Area.COLLECTIONS, Severity.WARNING, "Pay plan at risk",
      "A pay plan is {amount} behind.", required=(PAY_PLANS, PAY_PLAN_PAYMENTS))  # fmt: skip
def pay_plan_at_risk(context: EvaluationContext, facts: Facts) -> Findings:
    """On an active pay plan, less was received than was due before today; amount = the difference.

    One for each plan.
    """
    is_behind = is_unknown = False
    for plan in facts[PAY_PLANS]:
        payments = [payment for payment in facts[PAY_PLAN_PAYMENTS] if payment.pay_plan_id == plan.id]
        due = [payment for payment in payments if payment.due_on < context.today]
        if plan.status is ArrangementStatus.ACTIVE and due:
            missing = _missing(due)
            is_unknown |= missing is None
            if missing is not None and missing.amount > 0:
                is_behind = True
                yield Finding(amount=missing, at=plan.since, evidence=[plan])
    if is_unknown and not is_behind:
        raise Undetermined("It is not known how much was received for a pay plan.")


def _missing(due: Sequence[ScheduledPayment]) -> Money | None:
    """The amount due less the amount received; None where that is not known, or in several currencies."""
    promised = money_sum([payment.amount for payment in due])
    received = money_sum([payment.received for payment in due])
    if promised is None or received is None or promised.currency != received.currency:
        return None
    return Money(amount=promised.amount - received.amount, currency=promised.currency)


RULES = (pa_active, pa_broken, pay_plan_at_risk)
