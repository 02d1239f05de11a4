"""Rules about debt, credit, pay plans, and disconnection for non-payment."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from gateway.resolvers.billing.balance import AccountBalance
from gateway.resolvers.billing.payments import ScheduledPayment
from gateway.resolvers.collections import processes
from gateway.resolvers.collections.credit import DebtSummary
from gateway.resolvers.collections.processes import CreditProcess, ProcessEvent, ProcessStatus
from gateway.resolvers.collections.promises import ArrangementStatus
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.values import Money, money_sum
from gateway.resolvers.graph.wording import message
from gateway.resolvers.insights.facts import by_account, by_reference, power
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import MAX_RECORDS, Evaluation, Fact
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, EvidenceRecord, InsightArea
from gateway.resolvers.insights.model.message import Days, Plural, Values
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined, known
from gateway.resolvers.service.premises import ServiceAgreementStatus as AgreementStatus
from gateway.resolvers.service.premises import ServicePointState

rule = partial(Rule, InsightArea.COLLECTIONS)
COLLECTIONS = InsightScreen.COLLECTIONS
DEBT = Action("Offer to take a payment, or to arrange payments", COLLECTIONS)
PLAN = Action("Show arrangements and pay plans", COLLECTIONS)
CREDIT = Action("Show the credit history", COLLECTIONS)
MAX_DEBTS = 3  # records of other accounts' debts that are evidence
DisconnectionProcess = processes.SeveranceProcess | processes.CutProcess
DISCONNECTIONS = (by_account.SEVERANCE_PROCESSES, by_account.CUT_PROCESSES)
DISCONNECTION_FACTS: tuple[Fact[Any], ...] = (by_account.PROCESS_EVENTS, *DISCONNECTIONS)
SUPPLIED_STATUSES = (AgreementStatus.ACTIVE, AgreementStatus.REACTIVATED, AgreementStatus.PENDING_STOP)
P = TypeVar("P", bound=CreditProcess)


@rule("IN_COLLECTIONS", CRITICAL, "In collections",
      [("{amount} is being collected.", "A debt is being collected; its amount is not known."),
       "A payment of {minimum} would stop it.", ("Next step: {next} on {day}.", "Next step: {next}.")],
      required=(by_account.COLLECTION_PROCESSES,), optional=(by_account.CREDIT_PROFILE, by_account.PROCESS_EVENTS),
      vital=True, action=DEBT)  # fmt: skip
def in_collections(evaluation: Evaluation) -> Findings:
    """A collection process is active; amount = debt.inCollections, or the newest process's own."""
    active = _active(evaluation[by_account.COLLECTION_PROCESSES])
    if not active:
        return
    profile = evaluation.only(by_account.CREDIT_PROFILE)
    debt = profile.debt if profile else None
    newest = max(active, key=lambda process: process.created_at)
    amount = debt.in_collections if debt else newest.amount
    minimum = (debt.minimum_due if debt else None) or newest.minimum_to_stop
    values = {"minimum": minimum, **_next_step(evaluation, debt, newest)}
    yield Finding(values, amount, newest.created_at, active)


def _steps(evaluation: Evaluation, process: CreditProcess) -> list[ProcessEvent]:
    return [event for event in evaluation[by_account.PROCESS_EVENTS] if event.process_id == process.id]


def _next_step(evaluation: Evaluation, debt: DebtSummary | None, process: CreditProcess) -> Values:
    ahead = [event for event in _steps(evaluation, process) if event.is_open()]
    first = min(ahead, key=lambda event: event.sequence, default=None)
    event = (debt.next_event() if debt else None) or first
    return {"next": event.event_type.label, "day": event.trigger_date} if event else {}


def _active(candidates: Iterable[P]) -> list[P]:
    return [process for process in candidates if process.process_status is ProcessStatus.ACTIVE]


def _each_active(evaluation: Evaluation, fact: Fact[P]) -> Findings:
    for process in _active(evaluation[fact]):
        yield Finding(amount=process.amount, at=process.created_at, evidence=[process])


@rule("DISCONNECT_PENDING", CRITICAL, "Disconnection pending",
      [("Service is to be disconnected for non-payment on {day}.",
        "Service may be disconnected for non-payment any day now: it was due on {overdue}.",
        "Service is to be disconnected for non-payment once the steps before it are done."),
       ("{amount} is owed.", "It is not known how much is owed.")],
      any_of=DISCONNECTION_FACTS, vital=True, action=DEBT)  # fmt: skip
def disconnect_pending(evaluation: Evaluation) -> Findings:
    """An active severance or cut process has an open event that cuts service; one for each process.

    Also where none of its events is marked as cutting service, but its disconnection day is not over.
    """
    pending, is_uncertain = _pending(evaluation)
    for process in pending:
        yield Finding(_when(evaluation, process), process.amount, process.created_at, [process])
    if is_uncertain and not pending:
        raise Undetermined("The collections system does not say which events cut service.")


def _pending(evaluation: Evaluation) -> tuple[list[DisconnectionProcess], bool]:
    """The active processes that lead to disconnection, and whether further ones may."""
    active = [process for fact in DISCONNECTIONS for process in _active(evaluation[fact])]
    will_cut = {process.id: _will_cut(evaluation, process) for process in active}
    return [process for process in active if will_cut[process.id]], None in will_cut.values()


def _will_cut(evaluation: Evaluation, process: DisconnectionProcess) -> bool | None:
    """Whether a process still leads to disconnection; None where its events do not say."""
    steps = _steps(evaluation, process)
    open_steps = [event.cuts_service for event in steps if event.is_open()]
    if True in open_steps:
        return True
    day = _planned_day(process)
    if not any(event.cuts_service for event in steps) and day is not None and day >= evaluation.today:
        return True
    return None if None in open_steps or not steps else False


def _planned_day(process: DisconnectionProcess) -> date | None:
    return process.disconnect_on if isinstance(process, processes.SeveranceProcess) else process.cut_on


def _when(evaluation: Evaluation, process: DisconnectionProcess) -> Values:
    """The day of disconnection as `day`, or as `overdue` where it is over; nothing where it is not known."""
    cuts = [event for event in _steps(evaluation, process) if event.is_open() and event.cuts_service]
    days = [event.trigger_date for event in cuts if event.trigger_date is not None]
    day = min(days, default=_planned_day(process))
    return {} if day is None else {"day" if day >= evaluation.today else "overdue": day}


@rule("DISCONNECTED_NONPAY", CRITICAL, "Disconnected for non-payment",
      "Service is disconnected for non-payment: {services}.",
      any_of=(by_reference.SERVICE_POINTS, by_account.AGREEMENTS), vital=True,
      action=Action("Tell what has to be paid for reconnection", COLLECTIONS))  # fmt: skip
def disconnected_nonpay(evaluation: Evaluation) -> Findings:
    """A service point of an agreement in force is cut for non-payment.

    An agreement that lists no service points may cover any of the account's.
    """
    points = evaluation[by_reference.SERVICE_POINTS]
    current = [agreement for agreement in evaluation[by_account.AGREEMENTS] if agreement.status in SUPPLIED_STATUSES]
    agreed = [agreement.service_point_ids for agreement in current]
    ids = {key for keys in agreed if keys is not None for key in keys}
    supplied = [point for point in points if None in agreed or point.id in ids]
    cut = [point for point in supplied if point.state is ServicePointState.CUT_FOR_NON_PAYMENT]
    if cut:
        services = tuple(dict.fromkeys(point.service_type for point in cut))
        yield Finding({"services": services}, evidence=cut)
    elif ids - {point.id for point in points} or any(point.state is None for point in supplied):
        raise Undetermined("The state of a service point of this account is not known.")


@rule("DISCONNECT_VS_LIFE_SUPPORT", CRITICAL, "Disconnection despite life support",
      ["Do not disconnect: someone here depends on power.",
       ("Service is to be disconnected on {day}.",
        "Disconnection was due on {overdue}, and may happen any day now.",
        "Service is to be disconnected once the steps before it are done.")],
      any_of=(*DISCONNECTION_FACTS, *power.FACTS), vital=True, leads=True,
      action=Action("Have the disconnection stopped now", COLLECTIONS))  # fmt: skip
def disconnect_vs_life_support(evaluation: Evaluation) -> Findings:
    """DISCONNECT_PENDING and LIFE_SUPPORT both hold."""
    pending, is_uncertain = _pending(evaluation)
    dependents = power.dependents(evaluation)
    if pending and dependents:
        newest = max(pending, key=lambda process: process.created_at)
        yield Finding(_when(evaluation, newest), at=newest.created_at, evidence=[*pending, *dependents])
    elif (pending or is_uncertain) and (dependents or power.is_unknown(evaluation)):
        raise Undetermined("The systems do not say whether service is to be cut where someone depends on power.")


@rule("WRITE_OFF_ACTIVE", CRITICAL, "Write-off",
      ("{amount} is being written off.", "A debt is being written off; its amount is not known."),
      required=(by_account.WRITE_OFF_PROCESSES,), action=Action("Show the write-off", COLLECTIONS))  # fmt: skip
def write_off_active(evaluation: Evaluation) -> Findings:
    """A write-off process is active; amount = the process's."""
    return _each_active(evaluation, by_account.WRITE_OFF_PROCESSES)


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
    return _each_active(evaluation, by_account.PAY_PLAN_OVERDUE_PROCESSES)


@rule("CREDIT_RATING_LOW", WARNING, "Low credit rating",
      "The credit rating is {rating}; below {threshold} it is too low.",
      required=(by_account.CREDIT_PROFILE,), action=CREDIT)  # fmt: skip
def credit_rating_low(evaluation: Evaluation) -> Findings:
    """The creditRating is below the ratingThreshold."""
    for profile in evaluation[by_account.CREDIT_PROFILE]:
        text = message("The collections system does not give the credit rating, or its threshold.")
        rating, threshold = known(profile.credit_rating, text), known(profile.rating_threshold, text)
        if rating < threshold:
            yield Finding({"rating": rating, "threshold": threshold}, evidence=[profile])


@rule("CREDIT_RATING_DROP", INFORMATION, "Credit rating fell",
      Plural("The credit rating lost {points} point within {days}.",
             "The credit rating lost {points} points within {days}.", by="points"),
      required=(by_account.CREDIT_RATINGS,), action=CREDIT)  # fmt: skip
def credit_rating_drop(evaluation: Evaluation) -> Findings:
    """The entries of the last 90 days take away 50 points or more in total."""
    thresholds = evaluation.thresholds
    since = evaluation.days_ago(thresholds.rating_drop_days)
    recent = [entry for entry in evaluation[by_account.CREDIT_RATINGS] if entry.created_on > since]
    if len(recent) >= MAX_RECORDS:
        raise Undetermined("There are too many credit rating entries to add up.")
    points = sum(entry.effect for entry in recent)
    if recent and points <= -thresholds.rating_drop:
        values = {"points": -points, "days": Days(thresholds.rating_drop_days)}
        drops = [entry for entry in recent if entry.effect < 0]
        yield Finding(values, at=max(entry.created_on for entry in recent), evidence=drops)


@rule("CASH_ONLY", CRITICAL, "Cash only", "Only cash or a money order is accepted.",
      required=(by_account.CREDIT_PROFILE,), action=Action("Tell where to pay with cash or a money order"))  # fmt: skip
def cash_only(evaluation: Evaluation) -> Findings:
    """The cashOnlyScore is above the cashOnlyThreshold."""
    for profile in evaluation[by_account.CREDIT_PROFILE]:
        if known(profile.is_cash_only(), "The collections system does not say whether the account is cash only."):
            yield Finding(evidence=[profile])


@rule("COLLECTION_EXEMPT", INFORMATION, "Collection postponed",
      "Reviews of the account's debt are postponed until {until}.",
      required=(by_account.CREDIT_PROFILE,))  # fmt: skip
def collection_exempt(evaluation: Evaluation) -> Findings:
    """The day postponeReviewUntil is today or later."""
    for profile in evaluation[by_account.CREDIT_PROFILE]:
        if profile.postpone_review_until is not None and profile.postpone_review_until >= evaluation.today:
            yield Finding({"until": profile.postpone_review_until}, evidence=[profile])


@rule("OTHER_ACCOUNT_DEBT", WARNING, "Debt on another account",
      (Plural("At least {least_count} other account of this customer owes at least {least_owed} that is past due.",
              "At least {least_count} other accounts of this customer owe at least {least_owed} that is past due.",
              by="least_count"),
       Plural("At least {least_count} other account of this customer has debt that is being collected.",
              "At least {least_count} other accounts of this customer have debt that is being collected.",
              by="least_count"),
       Plural("Another account of this customer owes {amount} that is past due.",
              "{count} other accounts of this customer owe {amount} that is past due."),
       Plural("Another account of this customer has debt that is being collected.",
              "{count} other accounts of this customer have debt that is being collected.")),
      required=(by_reference.CUSTOMER_ACCOUNTS,),
      any_of=(by_reference.OTHER_BALANCES, by_reference.OTHER_COLLECTIONS),
      action=Action("Show the other accounts", InsightScreen.ACCOUNTS))  # fmt: skip
def other_account_debt(evaluation: Evaluation) -> Findings:
    """Another account of the customer is past due, or in collections; evidence = the three largest debts.

    Amount = the sum of what is past due; null where the customer has more accounts than are loaded.
    """
    balances = evaluation[by_reference.OTHER_BALANCES]
    late = [balance for balance in balances if balance.past_due is not None and balance.past_due.amount > 0]
    active = _active(evaluation[by_reference.OTHER_COLLECTIONS])
    owing = {balance.account_id for balance in late} | {process.account_id for process in active}
    if owing:
        amounts = [balance.past_due for balance in late if balance.past_due]
        amount = money_sum(amounts)
        is_whole = len(evaluation[by_reference.CUSTOMER_ACCOUNTS]) <= by_reference.MAX_ACCOUNTS
        least = {"least_count": len(owing), "least_owed": amount}
        values = {"count": len(owing)} if is_whole else least
        yield Finding(values, amount if is_whole else None, evidence=_largest_debts(active, late))
    elif any(balance.past_due is None for balance in balances):
        raise Undetermined("It is not known whether another account of this customer is past due.")


def _largest_debts(active: Sequence[CreditProcess], late: Sequence[AccountBalance]) -> list[EvidenceRecord]:
    debts: list[tuple[Money | None, EvidenceRecord]] = [(process.amount, process) for process in active]
    debts += [(balance.past_due, balance) for balance in late]
    debts.sort(key=lambda debt: debt[0].amount if debt[0] else Decimal(0), reverse=True)
    return [record for _, record in debts[:MAX_DEBTS]]
