"""Rules about credit and collection (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.billing.bills import AccountBalance
from gateway.resolvers.collections.credit import CreditProfile, CreditRatingHistory, DebtSummary
from gateway.resolvers.collections.processes import (
    CollectionProcess,
    CreditProcess,
    PayPlanOverdueProcess,
    ProcessEvent,
    ProcessStatus,
    WriteOffProcess,
)
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.facts.limited import MAX_RECORDS
from gateway.resolvers.insights.facts.place_facts import MAX_ACCOUNTS
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding, Undetermined, first, money_text, total_amount
from gateway.resolvers.service.requests import label_of

MOST = 3
P = TypeVar("P", bound=CreditProcess)


def in_collections(
    _on: EvaluationContext,
    processes: Sequence[CollectionProcess],
    profiles: Sequence[CreditProfile],
    events: Sequence[ProcessEvent],
) -> Iterator[Finding]:
    """IN_COLLECTIONS: a collection process is active; amount = debt.inCollections, or the process's own."""
    active = list(_active(processes))
    if not active:
        return
    profile = first(profiles)
    debt = profile.debt if profile else None
    newest = max(active, key=lambda each: each.created_at)
    amount = debt.in_collections if debt else newest.amount
    least = (debt.minimum_due if debt else None) or newest.minimum_to_stop
    words = {
        "least": f"; {money_text(least)} would stop it" if least else "",
        "next": _next(debt, newest, events),
    }
    yield Finding(words, amount, newest.created_at, active)


def _next(debt: DebtSummary | None, process: CreditProcess, events: Sequence[ProcessEvent]) -> str:
    ahead = [each for each in events if each.process_id == process.id and each.is_open()]
    told = debt.next_event() if debt else None
    event = told or min(ahead, key=lambda each: each.sequence, default=None)
    if event is None:
        return ""
    return f"; next: {label_of(event.event_type)}" + (
        f" on {event.trigger_date}" if event.trigger_date else ""
    )


def _active(processes: Sequence[P]) -> Iterator[P]:
    return (each for each in processes if each.process_status is ProcessStatus.ACTIVE)


def write_off_active(_on: EvaluationContext, processes: Sequence[WriteOffProcess]) -> Iterator[Finding]:
    """WRITE_OFF_ACTIVE: a write-off process is active; amount = the process's."""
    for each in _active(processes):
        yield Finding(amount=each.amount, at=each.created_at, evidence=[each])


def pay_plan_overdue(_on: EvaluationContext, processes: Sequence[PayPlanOverdueProcess]) -> Iterator[Finding]:
    """PAY_PLAN_OVERDUE: a pay plan overdue process is active; amount = the process's."""
    for each in _active(processes):
        yield Finding(amount=each.amount, at=each.created_at, evidence=[each])


def credit_rating_low(_on: EvaluationContext, profiles: Sequence[CreditProfile]) -> Iterator[Finding]:
    """CREDIT_RATING_LOW: creditRating < ratingThreshold."""
    for each in profiles:
        rating, threshold = each.credit_rating, each.rating_threshold
        if rating is None or threshold is None:
            raise Undetermined("The collections system does not say the credit rating, or what is too low.")
        if rating < threshold:
            yield Finding({"rating": rating, "threshold": threshold}, evidence=[each])


def credit_rating_drop(on: EvaluationContext, ratings: Sequence[CreditRatingHistory]) -> Iterator[Finding]:
    """CREDIT_RATING_DROP: the entries made in the last 90 days take away 50 points or more."""
    since = on.days_ago(on.set.rating_drop_days)
    counted = [each for each in ratings if each.created_on > since]
    if len(counted) >= MAX_RECORDS:
        raise Undetermined("There are too many credit rating entries to add up.")
    points = sum(each.effect for each in counted)
    if counted and points <= -on.set.rating_drop:
        yield Finding(
            {"points": -points, "days": on.set.rating_drop_days},
            at=max(each.created_on for each in counted),
            evidence=[each for each in counted if each.effect < 0],
        )


def cash_only(_on: EvaluationContext, profiles: Sequence[CreditProfile]) -> Iterator[Finding]:
    """CASH_ONLY: cashOnlyScore > cashOnlyThreshold."""
    for each in profiles:
        only = each.is_cash_only()
        if only is None:
            raise Undetermined("The collections system does not say whether only cash is taken.")
        if only:
            yield Finding(evidence=[each])


def collection_exempt(on: EvaluationContext, profiles: Sequence[CreditProfile]) -> Iterator[Finding]:
    """COLLECTION_EXEMPT: postponeReviewUntil >= today."""
    for each in profiles:
        if each.postpone_review_until is not None and each.postpone_review_until >= on.today:
            yield Finding({"until": each.postpone_review_until}, evidence=[each])


def other_account_debt(
    _on: EvaluationContext,
    accounts: Sequence[AccountCore],
    balances: Sequence[AccountBalance],
    processes: Sequence[CollectionProcess],
) -> Iterator[Finding]:
    """OTHER_ACCOUNT_DEBT: another account of the customer is past due, or in collections.

    Amount = the sum of what is past due; unknown where the customer has more accounts than are asked about.
    The records are those of the largest debts.
    """
    late = [each for each in balances if each.past_due is not None and each.past_due.amount > 0]
    active = list(_active(processes))
    owing = {each.account_id for each in late} | {each.account_id for each in active}
    if owing:
        past_dues = [each.past_due for each in late if each.past_due]
        amount = total_amount(past_dues) if len({each.currency for each in past_dues}) == 1 else None
        every = len(accounts) <= MAX_ACCOUNTS
        words = _owing(len(owing), amount, "" if every else "at least ")
        yield Finding(words, amount if every else None, evidence=_largest(active, late))
    elif any(each.past_due is None for each in balances):
        raise Undetermined("Nobody has said whether another account of this customer is past due.")


def _owing(number: int, amount: Money | None, least: str) -> dict[str, object]:
    what = f"{least}{money_text(amount)} that is past due" if amount else "debt that is being collected"
    if number == 1:
        return {"who": "Another account", "owed": f"owes {what}"}
    return {"who": f"{least}{number} other accounts", "owed": f"owe {what}"}


def _largest(processes: Sequence[CollectionProcess], balances: Sequence[AccountBalance]) -> list[Any]:
    debts = [*((each.amount, each) for each in processes), *((each.past_due, each) for each in balances)]
    by_size = sorted(debts, key=lambda debt: debt[0].amount if debt[0] else Decimal(0), reverse=True)
    return [record for _, record in by_size[:MOST]]
