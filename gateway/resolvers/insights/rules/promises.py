"""Rules about payment arrangements and pay plans."""

from collections.abc import Sequence
from functools import partial

from gateway.resolvers.billing.payments import ScheduledPayment
from gateway.resolvers.collections.promises import ArrangementStatus
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.values import Money, money_sum
from gateway.resolvers.insights.facts import by_account
from gateway.resolvers.insights.model.action import Action
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Plural
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined
from gateway.resolvers.insights.rules.collections import COLLECTIONS, DEBT, each_active

rule = partial(Rule, InsightArea.COLLECTIONS)
PLAN = Action("Show arrangements and pay plans", COLLECTIONS)


@rule("PA_ACTIVE", INFORMATION, "Payment arrangement",
      [("A payment arrangement adds {amount} to the next bill.", "A payment arrangement is active."),
       Plural("{billed} of {installments} installment is billed.",
              "{billed} of {installments} installments are billed.", by="installments")],
      required=(by_account.ARRANGEMENTS,), action=PLAN)  # fmt: skip
def pa_active(evaluation: Evaluation) -> Findings:
    """A payment arrangement is active; amount = nextBillAmount."""
    for arrangement in evaluation[by_account.ARRANGEMENTS]:
        if arrangement.status is ArrangementStatus.ACTIVE:
            billed, total = arrangement.installments_billed, arrangement.installments
            values = {"billed": billed, "installments": total}
            yield Finding(values, arrangement.next_bill_amount, arrangement.since, [arrangement])


@rule("PA_BROKEN", WARNING, "Payment arrangement broken",
      ("A payment arrangement broke on {broken}.", "A payment arrangement that began on {began} broke."),
      required=(by_account.ARRANGEMENTS,), action=PLAN)  # fmt: skip
def pa_broken(evaluation: Evaluation) -> Findings:
    """A broken payment arrangement ended in the last 12 months; or began, where it has no end."""
    since = months_before(evaluation.today, evaluation.thresholds.arrangement_broken_months)
    for arrangement in evaluation[by_account.ARRANGEMENTS]:
        day = arrangement.until or arrangement.since
        if arrangement.status is ArrangementStatus.BROKEN and day >= since:
            values = {"broken": arrangement.until, "began": None if arrangement.until else arrangement.since}
            yield Finding(values, at=day, evidence=[arrangement])


@rule("PAY_PLAN_AT_RISK", WARNING, "Pay plan at risk", "A pay plan is {amount} behind.",
      required=(by_account.PAY_PLANS, by_account.PAY_PLAN_PAYMENTS), action=DEBT)  # fmt: skip
def pay_plan_at_risk(evaluation: Evaluation) -> Findings:
    """On an active pay plan, less was received than was due before today; amount = the difference.

    One for each plan.
    """
    due = [payment for payment in evaluation[by_account.PAY_PLAN_PAYMENTS] if payment.due_on < evaluation.today]
    active = [plan for plan in evaluation[by_account.PAY_PLANS] if plan.status is ArrangementStatus.ACTIVE]
    by_plan = [(plan, [payment for payment in due if payment.pay_plan_id == plan.id]) for plan in active]
    missing = [(plan, _missing(payments)) for plan, payments in by_plan if payments]
    behind = [(plan, amount) for plan, amount in missing if amount is not None and amount.amount > 0]
    if not behind and any(amount is None for _, amount in missing):
        raise Undetermined("It is not known how much was received for a pay plan.")
    for plan, amount in behind:
        yield Finding(amount=amount, at=plan.since, evidence=[plan])


def _missing(due: Sequence[ScheduledPayment]) -> Money | None:
    """The amount due less the amount received; None where that is not known, or in several currencies."""
    promised = money_sum([payment.amount for payment in due])
    received = money_sum([payment.received for payment in due])
    if promised is None or received is None or promised.currency != received.currency:
        return None
    return Money(amount=promised.amount - received.amount, currency=promised.currency)


@rule("PAY_PLAN_OVERDUE", CRITICAL, "Pay plan overdue",
      ("A pay plan was not kept: {amount} is being followed up.",
       "A pay plan was not kept, and is being followed up."),
      required=(by_account.PAY_PLAN_OVERDUE_PROCESSES,), action=DEBT)  # fmt: skip
def pay_plan_overdue(evaluation: Evaluation) -> Findings:
    """A pay plan overdue process is active; amount = the process's."""
    return each_active(evaluation, by_account.PAY_PLAN_OVERDUE_PROCESSES)
