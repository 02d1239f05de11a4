"""Rules about the programs that an account takes part in."""

from datetime import date
from decimal import Decimal
from functools import partial

from gateway.resolvers.account.core import OPEN_STATUSES, ProgramEnrollment, ProgramKind
from gateway.resolvers.collections.promises import ArrangementStatus
from gateway.resolvers.comparisons.payment_history import billed_in_a_year
from gateway.resolvers.comparisons.verdicts import TENTH
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.decimals import rounded
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.insights.facts.by_account import ARRANGEMENTS, BALANCE, BILLS, PROGRAMS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Where
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule

rule = partial(Rule, InsightArea.PROGRAM)
KNOWN_STATES = (SourceState.OK, SourceState.STALE, SourceState.NOT_CONFIGURED)


@rule("BUDGET_BILLING", INFORMATION, "Budget billing",
      [("The account has been on budget billing since {since}.", "The account is on budget billing."),
       "{percent}% of what a year billed is deferred."],
      required=(PROGRAMS,), optional=(BALANCE, BILLS, ARRANGEMENTS), worst_severity=WARNING,
      action=Action("Show the programs", InsightScreen.PROGRAMS))  # fmt: skip
def budget_billing(evaluation: Evaluation) -> Findings:
    """The account is enrolled in budget billing.

    A warning where payoff and current balance differ by more than 25 % of what 12 months billed. An active
    payment arrangement may be part of the difference: with one, there is no warning.
    """
    enrollment = _enrollment(evaluation, ProgramKind.BUDGET_BILLING)
    if enrollment is None:
        return
    arranged = _may_be_arranged(evaluation)
    percent = None if arranged else _deferred_percent(evaluation)
    is_high = percent is not None and percent > evaluation.thresholds.budget_percent
    values = {"since": enrollment.since, "percent": rounded(percent, TENTH) if percent and is_high else None}
    yield Finding(values, None, enrollment.since, [enrollment], WARNING if is_high else None)


def _may_be_arranged(evaluation: Evaluation) -> bool:
    """Whether a payment arrangement is active, or the collections system failed."""
    state = evaluation.states.get(SourceSystem.COLLECTIONS, SourceState.OK)
    active = any(arrangement.status is ArrangementStatus.ACTIVE for arrangement in evaluation[ARRANGEMENTS])
    return active or state not in KNOWN_STATES


def _deferred_percent(evaluation: Evaluation) -> Decimal | None:
    """`|payoff - current|` in percent of what a year billed; None where not known or not comparable."""
    balance, billed = evaluation.only(BALANCE), billed_in_a_year(evaluation[BILLS], evaluation.today, None)
    if balance is None or balance.payoff is None or billed is None or billed.amount <= 0:
        return None
    if len({amount.currency for amount in (balance.payoff, balance.current, billed)}) > 1:
        return None
    return abs(balance.payoff.amount - balance.current.amount) * 100 / billed.amount


@rule("EBILL", INFORMATION, "Bills by e-mail",
      ("Bills have come by e-mail since {since}.",
       Where("offered", "Bills do not come by e-mail: this may be offered."), "Bills come by e-mail."),
      required=(PROGRAMS,), silent_without=(PROGRAMS,), action=Action("Talk about bills by e-mail"))  # fmt: skip
def ebill(evaluation: Evaluation) -> Findings:
    """The account is enrolled in e-billing; or it is open and not enrolled, so that it may be offered."""
    enrollment = _enrollment(evaluation, ProgramKind.EBILL)
    if enrollment:
        yield Finding({"since": enrollment.since}, None, enrollment.since, [enrollment])
    elif evaluation.account.status in OPEN_STATUSES:
        yield Finding({"offered": True})


@rule("WEB_ACCOUNT", INFORMATION, "Web account",
      ("The account has been used on the web since {since}.", "The account is used on the web."),
      required=(PROGRAMS,))  # fmt: skip
def web_account(evaluation: Evaluation) -> Findings:
    """The account is enrolled in web access."""
    return _enrolled(evaluation, ProgramKind.WEB_ACCOUNT)


@rule("LOW_INCOME", WARNING, "Low income",
      ("The account has been in a low-income program since {since}.", "The account is in a low-income program."),
      required=(PROGRAMS,), action=Action("Show the programs", InsightScreen.PROGRAMS))  # fmt: skip
def low_income(evaluation: Evaluation) -> Findings:
    """The account is enrolled in a low income program."""
    return _enrolled(evaluation, ProgramKind.LOW_INCOME)


def _enrolled(evaluation: Evaluation, kind: ProgramKind) -> Findings:
    enrollment = _enrollment(evaluation, kind)
    if enrollment:
        yield Finding({"since": enrollment.since}, None, enrollment.since, [enrollment])


def _enrollment(evaluation: Evaluation, kind: ProgramKind) -> ProgramEnrollment | None:
    """The enrollment of this kind that is in force today; the newest of several."""
    current = in_force(evaluation[PROGRAMS], evaluation.today)
    enrollments = [enrollment for enrollment in current if enrollment.kind is kind]
    return max(enrollments, key=lambda enrollment: enrollment.since or date.min, default=None)
