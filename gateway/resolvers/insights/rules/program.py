"""Rules about the programs that an account takes part in (the requirements)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from gateway.resolvers.account.core import OPEN_STATUSES, ProgramEnrollment, ProgramKind
from gateway.resolvers.billing.bills import AccountBalance, Bill
from gateway.resolvers.collections.promises import ArrangementStatus
from gateway.resolvers.comparisons.payment_history import billed_in_a_year
from gateway.resolvers.comparisons.verdicts import TENTH
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.insights.facts.by_account import ARRANGEMENTS, BALANCE, BILLS, PROGRAMS
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule

KNOWN_STATES = (SourceState.OK, SourceState.STALE, SourceState.NOT_CONFIGURED)


@Rule("BUDGET_BILLING", Area.PROGRAM, Severity.INFORMATION, "Budget billing",
      "On budget billing{since}{deferred}.", required=(PROGRAMS,), optional=(BALANCE, BILLS, ARRANGEMENTS),
      worst_severity=Severity.WARNING)  # fmt: skip
def budget_billing(context: EvaluationContext, facts: Facts) -> Findings:
    """The account is enrolled in budget billing.

    A warning where payoff and current balance differ by more than 25 % of what 12 months billed. An active
    payment arrangement may be part of the difference: with one, there is no warning.
    """
    enrollment = _enrollment(context, facts, ProgramKind.BUDGET_BILLING)
    if enrollment is None:
        return
    arranged = _may_be_arranged(context, facts)
    percent = None if arranged else _deferred_percent(context, facts.only(BALANCE), facts[BILLS])
    is_high = percent is not None and percent > context.thresholds.budget_percent
    text = f"; {percent.quantize(TENTH)} % of what a year billed is deferred" if percent and is_high else ""
    values = {"since": _since(enrollment), "deferred": text}
    yield Finding(values, None, enrollment.since, [enrollment], Severity.WARNING if is_high else None)


def _may_be_arranged(context: EvaluationContext, facts: Facts) -> bool:
    """Whether a payment arrangement is active, or the collections system failed."""
    state = context.states.get(SourceSystem.COLLECTIONS, SourceState.OK)
    active = any(arrangement.status is ArrangementStatus.ACTIVE for arrangement in facts[ARRANGEMENTS])
    return active or state not in KNOWN_STATES


def _deferred_percent(
    context: EvaluationContext, balance: AccountBalance | None, bills: Sequence[Bill]
) -> Decimal | None:
    """`|payoff - current|` in percent of what a year billed; None where not known or not comparable."""
    billed = billed_in_a_year(bills, context.today, None)
    if balance is None or balance.payoff is None or billed is None or billed.amount <= 0:
        return None
    if len({amount.currency for amount in (balance.payoff, balance.current, billed)}) > 1:
        return None
    return abs(balance.payoff.amount - balance.current.amount) * 100 / billed.amount


@Rule("EBILL", Area.PROGRAM, Severity.INFORMATION, "Bills by email",
      "{how}.", required=(PROGRAMS,), silent_without=(PROGRAMS,))  # fmt: skip
def ebill(context: EvaluationContext, facts: Facts) -> Findings:
    """The account is enrolled in e-billing; or it is open and not enrolled, so that it may be offered."""
    enrollment = _enrollment(context, facts, ProgramKind.EBILL)
    if enrollment:
        how = f"Bills come by email{_since(enrollment)}"
        yield Finding({"how": how}, None, enrollment.since, [enrollment])
    elif context.account.status in OPEN_STATUSES:
        yield Finding({"how": "Bills do not come by email: this may be offered"})


@Rule("WEB_ACCOUNT", Area.PROGRAM, Severity.INFORMATION, "Web account",
      "The account is used on the web{since}.", required=(PROGRAMS,))  # fmt: skip
def web_account(context: EvaluationContext, facts: Facts) -> Findings:
    """The account is enrolled in web access."""
    return _enrolled(context, facts, ProgramKind.WEB_ACCOUNT)


@Rule("LOW_INCOME", Area.PROGRAM, Severity.WARNING, "Low income",
      "In a low income program{since}.", required=(PROGRAMS,))  # fmt: skip
def low_income(context: EvaluationContext, facts: Facts) -> Findings:
    """The account is enrolled in a low income program."""
    return _enrolled(context, facts, ProgramKind.LOW_INCOME)


def _enrolled(context: EvaluationContext, facts: Facts, kind: ProgramKind) -> Findings:
    enrollment = _enrollment(context, facts, kind)
    if enrollment:
        yield Finding({"since": _since(enrollment)}, None, enrollment.since, [enrollment])


def _enrollment(context: EvaluationContext, facts: Facts, kind: ProgramKind) -> ProgramEnrollment | None:
    """The enrollment of this kind that is in force today; the newest of several."""
    current = in_force(facts[PROGRAMS], context.today)
    enrollments = [enrollment for enrollment in current if enrollment.kind is kind]
    return max(enrollments, key=lambda enrollment: enrollment.since or date.min, default=None)


def _since(enrollment: ProgramEnrollment) -> str:
    return f" since {enrollment.since}" if enrollment.since else ""


RULES = (budget_billing, ebill, web_account, low_income)
