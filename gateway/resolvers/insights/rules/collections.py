"""Rules about processes that collect debt, disconnect service, or write debt off."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any, TypeVar

from gateway.resolvers.collections import processes
from gateway.resolvers.collections.credit import DebtSummary
from gateway.resolvers.collections.processes import CreditProcess, ProcessEvent, ProcessStatus
from gateway.resolvers.insights.facts import by_account, by_reference, power
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation, Fact
from gateway.resolvers.insights.model.insight import CRITICAL, InsightArea
from gateway.resolvers.insights.model.message import Values
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.premises import ServiceAgreementStatus as AgreementStatus
from gateway.resolvers.service.premises import ServicePointState

rule = partial(Rule, InsightArea.COLLECTIONS)
COLLECTIONS = InsightScreen.COLLECTIONS
DEBT = Action("Offer to take a payment, or to arrange payments", COLLECTIONS)
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
    active = active_of(evaluation[by_account.COLLECTION_PROCESSES])
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


def active_of(candidates: Iterable[P]) -> list[P]:
    return [process for process in candidates if process.process_status is ProcessStatus.ACTIVE]


def each_active(evaluation: Evaluation, fact: Fact[P]) -> Findings:
    for process in active_of(evaluation[fact]):
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
    active = [process for fact in DISCONNECTIONS for process in active_of(evaluation[fact])]
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
    return each_active(evaluation, by_account.WRITE_OFF_PROCESSES)
