"""Rules about the programs that an account takes part in (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from gateway.resolvers.account.core import OPEN_STATUSES
from gateway.resolvers.account.parts import ProgramEnrollment, ProgramKind
from gateway.resolvers.billing.bills import AccountBalance, Bill
from gateway.resolvers.collections.promises import ArrangementStatus, PaymentArrangement
from gateway.resolvers.comparisons.payment_history import billed_in_a_year
from gateway.resolvers.comparisons.verdicts import TENTH
from gateway.resolvers.graph.date_ranges import in_force
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.insight import InsightSeverity
from gateway.resolvers.insights.model.rule import Finding, first


def budget_billing(
    on: EvaluationContext,
    programs: Sequence[ProgramEnrollment],
    balances: Sequence[AccountBalance],
    bills: Sequence[Bill],
    arrangements: Sequence[PaymentArrangement],
) -> Iterator[Finding]:
    """BUDGET_BILLING: enrolled in budget billing.

    A warning where, without a payment arrangement, payoff and current balance differ by more than 25 % of
    what 12 months billed.
    """
    enrolled = _enrolled(on, programs, ProgramKind.BUDGET_BILLING)
    if not enrolled:
        return
    off = None if _arranged(on, arrangements) else _off(on, first(balances), bills)
    severe = off is not None and off > on.set.budget_percent
    words = f"; what is put off is {off.quantize(TENTH)} % of what a year billed" if off and severe else ""
    severity = InsightSeverity.WARNING if severe else None
    yield Finding({"since": _since(enrolled), "off": words}, None, enrolled.since, [enrolled], severity)


def _arranged(on: EvaluationContext, arrangements: Sequence[PaymentArrangement]) -> bool:
    """Whether an arrangement may be in the payoff balance, too: one is active, or nobody knows."""
    state = on.states.get(SourceSystem.COLLECTIONS, SourceState.OK)
    unknown = state not in (SourceState.OK, SourceState.STALE, SourceState.NOT_CONFIGURED)
    return unknown or any(each.status is ArrangementStatus.ACTIVE for each in arrangements)


def _off(on: EvaluationContext, balance: AccountBalance | None, bills: Sequence[Bill]) -> Decimal | None:
    """What is deferred in percent of what a year billed; None where nobody knows, or currencies differ."""
    billed = billed_in_a_year(bills, on.today, None)
    if balance is None or balance.payoff is None or billed is None or billed.amount <= 0:
        return None
    if len({each.currency for each in (balance.payoff, balance.current, billed)}) > 1:
        return None
    return abs(balance.payoff.amount - balance.current.amount) * 100 / billed.amount


def e_bill(on: EvaluationContext, programs: Sequence[ProgramEnrollment]) -> Iterator[Finding]:
    """EBILL: bills come by e-mail; or the account is open, and that may be offered."""
    enrolled = _enrolled(on, programs, ProgramKind.EBILL)
    if enrolled:
        yield Finding({"how": f"Bills come by e-mail{_since(enrolled)}"}, None, enrolled.since, [enrolled])
    elif on.account.status in OPEN_STATUSES:
        yield Finding({"how": "Bills do not come by e-mail: it may be offered"})


def web_account(on: EvaluationContext, programs: Sequence[ProgramEnrollment]) -> Iterator[Finding]:
    """WEB_ACCOUNT: the account is used on the web."""
    yield from _plain(on, programs, ProgramKind.WEB_ACCOUNT)


def low_income(on: EvaluationContext, programs: Sequence[ProgramEnrollment]) -> Iterator[Finding]:
    """LOW_INCOME: enrolled in a low income program."""
    yield from _plain(on, programs, ProgramKind.LOW_INCOME)


def _plain(
    on: EvaluationContext, programs: Sequence[ProgramEnrollment], kind: ProgramKind
) -> Iterator[Finding]:
    enrolled = _enrolled(on, programs, kind)
    if enrolled:
        yield Finding({"since": _since(enrolled)}, None, enrolled.since, [enrolled])


def _enrolled(
    on: EvaluationContext, programs: Sequence[ProgramEnrollment], kind: ProgramKind
) -> ProgramEnrollment | None:
    """The enrollment of this kind that is in force today; of several the newest."""
    found = [each for each in programs if each.kind is kind and in_force(each.since, each.until, on.today)]
    return max(found, key=lambda each: each.since or date.min, default=None)


def _since(enrolled: ProgramEnrollment) -> str:
    return f" since {enrolled.since}" if enrolled.since else ""
