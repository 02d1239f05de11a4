"""Rules about collections, credit and debt (the requirements)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from gateway.resolvers.billing.bills import AccountBalance
from gateway.resolvers.collections.credit import DebtSummary
from gateway.resolvers.collections.processes import CollectionProcess, CreditProcess, ProcessEvent, ProcessStatus
from gateway.resolvers.graph.values import Money
from gateway.resolvers.insights.facts import by_account, by_reference
from gateway.resolvers.insights.facts.limited import MAX_RECORDS
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, EvidenceRecord, Severity
from gateway.resolvers.insights.model.phrases import money_text
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined, total_amount
from gateway.resolvers.insights.rules import collections_disconnection, collections_promises

MAX_DEBTS = 3  # records of other accounts' debts that are evidence
P = TypeVar("P", bound=CreditProcess)


@Rule("IN_COLLECTIONS", Area.COLLECTIONS, Severity.CRITICAL, "In collections",
      "{amount} is being collected{minimum}{next}.", required=(by_account.COLLECTION_PROCESSES,),
      optional=(by_account.CREDIT_PROFILE, by_account.PROCESS_EVENTS), vital=True)  # fmt: skip
def in_collections(_context: EvaluationContext, facts: Facts) -> Findings:
    """A collection process is active; amount = debt.inCollections, or the newest process's own."""
    active = _active(facts[by_account.COLLECTION_PROCESSES])
    if not active:
        return
    profile = facts.only(by_account.CREDIT_PROFILE)
    debt = profile.debt if profile else None
    newest = max(active, key=lambda process: process.created_at)
    amount = debt.in_collections if debt else newest.amount
    minimum = (debt.minimum_due if debt else None) or newest.minimum_to_stop
    values = {
        "minimum": f"; {money_text(minimum)} would stop it" if minimum else "",
        "next": _next_step(debt, newest, facts[by_account.PROCESS_EVENTS]),
    }
    yield Finding(values, amount, newest.created_at, active)


def _next_step(debt: DebtSummary | None, process: CreditProcess, events: Sequence[ProcessEvent]) -> str:
    ahead = [event for event in events if event.process_id == process.id and event.is_open()]
    first = min(ahead, key=lambda event: event.sequence, default=None)
    event = (debt.next_event() if debt else None) or first
    if event is None:
        return ""
    day = f" on {event.trigger_date}" if event.trigger_date else ""
    return f"; next: {event.event_type.label}{day}"


def _active(processes: Iterable[P]) -> list[P]:
    return [process for process in processes if process.process_status is ProcessStatus.ACTIVE]


@Rule("WRITE_OFF_ACTIVE", Area.COLLECTIONS, Severity.CRITICAL, "Write-off",
      "{amount} is being written off.", required=(by_account.WRITE_OFF_PROCESSES,))  # fmt: skip
def write_off_active(_context: EvaluationContext, facts: Facts) -> Findings:
    """A write-off process is active; amount = the process's."""
    for process in _active(facts[by_account.WRITE_OFF_PROCESSES]):
        yield Finding(amount=process.amount, at=process.created_at, evidence=[process])


@Rule("PAY_PLAN_OVERDUE", Area.COLLECTIONS, Severity.CRITICAL, "Pay plan overdue",
      "A pay plan was not kept: {amount} is being followed up.",
      required=(by_account.PAY_PLAN_OVERDUE_PROCESSES,))  # fmt: skip
def pay_plan_overdue(_context: EvaluationContext, facts: Facts) -> Findings:
    """A pay plan overdue process is active; amount = the process's."""
    for process in _active(facts[by_account.PAY_PLAN_OVERDUE_PROCESSES]):
        yield Finding(amount=process.amount, at=process.created_at, evidence=[process])


@Rule("CREDIT_RATING_LOW", Area.COLLECTIONS, Severity.WARNING, "Low credit rating",
      "The credit rating is {rating}; below {threshold} it is too low.",
      required=(by_account.CREDIT_PROFILE,))  # fmt: skip
def credit_rating_low(_context: EvaluationContext, facts: Facts) -> Findings:
    """The creditRating is below the ratingThreshold."""
    for profile in facts[by_account.CREDIT_PROFILE]:
        rating, threshold = profile.credit_rating, profile.rating_threshold
        if rating is None or threshold is None:
            raise Undetermined("The collections system does not give the credit rating, or its threshold.")
        if rating < threshold:
            yield Finding({"rating": rating, "threshold": threshold}, evidence=[profile])


@Rule("CREDIT_RATING_DROP", Area.COLLECTIONS, Severity.INFORMATION, "Credit rating fell",
      "The credit rating lost {points} points within {days} days.",
      required=(by_account.CREDIT_RATINGS,))  # fmt: skip
def credit_rating_drop(context: EvaluationContext, facts: Facts) -> Findings:
    """The entries of the last 90 days take away 50 points or more in total."""
    thresholds = context.thresholds
    since = context.days_ago(thresholds.rating_drop_days)
    recent = [entry for entry in facts[by_account.CREDIT_RATINGS] if entry.created_on > since]
    if len(recent) >= MAX_RECORDS:
        raise Undetermined("There are too many credit rating entries to add up.")
    points = sum(entry.effect for entry in recent)
    if recent and points <= -thresholds.rating_drop:
        yield Finding(
            {"points": -points, "days": thresholds.rating_drop_days},
            at=max(entry.created_on for entry in recent),
            evidence=[entry for entry in recent if entry.effect < 0],
        )


@Rule("CASH_ONLY", Area.COLLECTIONS, Severity.CRITICAL, "Cash only",
      "Only cash or a money order is accepted.", required=(by_account.CREDIT_PROFILE,))  # fmt: skip
def cash_only(_context: EvaluationContext, facts: Facts) -> Findings:
    """The cashOnlyScore is above the cashOnlyThreshold."""
    for profile in facts[by_account.CREDIT_PROFILE]:
        is_cash_only = profile.is_cash_only()
        if is_cash_only is None:
            raise Undetermined("The collections system does not say whether the account is cash only.")
        if is_cash_only:
            yield Finding(evidence=[profile])


@Rule("COLLECTION_EXEMPT", Area.COLLECTIONS, Severity.INFORMATION, "Collection postponed",
      "Reviews of the account's debt are postponed until {until}.",
      required=(by_account.CREDIT_PROFILE,))  # fmt: skip
def collection_exempt(context: EvaluationContext, facts: Facts) -> Findings:
    """The day postponeReviewUntil is today or later."""
    for profile in facts[by_account.CREDIT_PROFILE]:
        if profile.postpone_review_until is not None and profile.postpone_review_until >= context.today:
            yield Finding({"until": profile.postpone_review_until}, evidence=[profile])


@Rule("OTHER_ACCOUNT_DEBT", Area.COLLECTIONS, Severity.WARNING, "Debt on another account",
      "{who} of this customer {owed}.", required=(by_reference.CUSTOMER_ACCOUNTS,),
      any_of=(by_reference.OTHER_BALANCES, by_reference.OTHER_COLLECTIONS))  # fmt: skip
def other_account_debt(_context: EvaluationContext, facts: Facts) -> Findings:
    """Another account of the customer is past due, or in collections; evidence = the three largest debts.

    Amount = the sum of what is past due; null where the customer has more accounts than are loaded.
    """
    balances = facts[by_reference.OTHER_BALANCES]
    late = [balance for balance in balances if balance.past_due is not None and balance.past_due.amount > 0]
    active = _active(facts[by_reference.OTHER_COLLECTIONS])
    owing = {balance.account_id for balance in late} | {process.account_id for process in active}
    if owing:
        amounts = [balance.past_due for balance in late if balance.past_due]
        amount = total_amount(amounts) if len({amount.currency for amount in amounts}) == 1 else None
        is_whole = len(facts[by_reference.CUSTOMER_ACCOUNTS]) <= by_reference.MAX_ACCOUNTS
        values = _owing_text(len(owing), amount, "" if is_whole else "at least ")
        yield Finding(values, amount if is_whole else None, evidence=_largest_debts(active, late))
    elif any(balance.past_due is None for balance in balances):
        raise Undetermined("It is not known whether another account of this customer is past due.")


def _owing_text(number: int, amount: Money | None, at_least: str) -> dict[str, object]:
    debt = f"{at_least}{money_text(amount)} that is past due" if amount else "debt that is being collected"
    if number == 1:
        return {"who": "Another account", "owed": f"owes {debt}"}
    return {"who": f"{at_least}{number} other accounts", "owed": f"owe {debt}"}


def _largest_debts(processes: Sequence[CollectionProcess], balances: Sequence[AccountBalance]) -> list[EvidenceRecord]:
    debts: list[tuple[Money | None, EvidenceRecord]] = [
        *((process.amount, process) for process in processes),
        *((balance.past_due, balance) for balance in balances),
    ]
    debts.sort(key=lambda debt: debt[0].amount if debt[0] else Decimal(0), reverse=True)
    return [record for _, record in debts[:MAX_DEBTS]]


RULES = (
    *(in_collections, *collections_disconnection.RULES, write_off_active, *collections_promises.RULES),
    *(pay_plan_overdue, credit_rating_low, credit_rating_drop, cash_only, collection_exempt),
    other_account_debt,
)
