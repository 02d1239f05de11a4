"""Rules about disconnection for non-payment, and people who depend on power (the requirements)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from gateway.resolvers.collections.processes import CutProcess, ProcessEvent, ProcessStatus, SeveranceProcess
from gateway.resolvers.insights.facts import power
from gateway.resolvers.insights.facts.by_account import AGREEMENTS, CUT_PROCESSES, PROCESS_EVENTS, SEVERANCE_PROCESSES
from gateway.resolvers.insights.facts.by_reference import SERVICE_POINTS
from gateway.resolvers.insights.model.fact import EvaluationContext, Fact
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.premises import ServiceAgreementStatus, ServicePointState

DISCONNECTION_FACTS: tuple[Fact[Any], ...] = (PROCESS_EVENTS, SEVERANCE_PROCESSES, CUT_PROCESSES)
DisconnectionProcess = SeveranceProcess | CutProcess
SUPPLIED_STATUSES = (
    ServiceAgreementStatus.ACTIVE,
    ServiceAgreementStatus.REACTIVATED,
    ServiceAgreementStatus.PENDING_STOP,
)


@Rule("DISCONNECT_PENDING", Area.COLLECTIONS, Severity.CRITICAL, "Disconnection pending",
      "Service is to be disconnected for non-payment {when}; {amount} is owed.", any_of=DISCONNECTION_FACTS,
      vital=True)  # fmt: skip
def disconnect_pending(context: EvaluationContext, facts: Facts) -> Findings:
    """An active severance or cut process has an open event that cuts service; one for each process.

    Also where none of its events is marked as cutting service, but its disconnection day is not over.
    """
    pending, is_uncertain = _pending(context, facts)
    for process in pending:
        yield Finding({"when": _when(context, process, facts)}, process.amount, process.created_at, [process])
    if is_uncertain and not pending:
        raise Undetermined("The collections system does not say which events cut service.")


def _pending(context: EvaluationContext, facts: Facts) -> tuple[list[DisconnectionProcess], bool]:
    """The active processes that lead to disconnection, and whether further ones may."""
    processes: list[DisconnectionProcess] = [*facts[SEVERANCE_PROCESSES], *facts[CUT_PROCESSES]]
    active = [process for process in processes if process.process_status is ProcessStatus.ACTIVE]
    cuts = {process.id: _will_cut(context, process, facts[PROCESS_EVENTS]) for process in active}
    return [process for process in active if cuts[process.id]], None in cuts.values()


def _will_cut(context: EvaluationContext, process: DisconnectionProcess, events: Sequence[ProcessEvent]) -> bool | None:
    """Whether a process still leads to disconnection; None where its events do not say."""
    steps = [event for event in events if event.process_id == process.id]
    open_steps = [event.cuts_service for event in steps if event.is_open()]
    if True in open_steps:
        return True
    day = _planned_day(process)
    if not any(event.cuts_service for event in steps) and day is not None and day >= context.today:
        return True
    return None if None in open_steps or not steps else False


def _planned_day(process: DisconnectionProcess) -> date | None:
    return process.disconnect_on if isinstance(process, SeveranceProcess) else process.cut_on


def _when(context: EvaluationContext, process: DisconnectionProcess, facts: Facts) -> str:
    steps = [event for event in facts[PROCESS_EVENTS] if event.process_id == process.id]
    cuts = [event for event in steps if event.is_open() and event.cuts_service]
    days = [event.trigger_date for event in cuts if event.trigger_date is not None]
    day = min(days, default=_planned_day(process))
    if day is None:
        return "once the steps before it are done"
    return f"on {day}" if day >= context.today else f"any day now: it was due on {day}"


@Rule("DISCONNECTED_NONPAY", Area.COLLECTIONS, Severity.CRITICAL, "Disconnected for non-payment",
      "Service is disconnected for non-payment: {services}.", any_of=(SERVICE_POINTS, AGREEMENTS),
      vital=True)  # fmt: skip
def disconnected_nonpay(_context: EvaluationContext, facts: Facts) -> Findings:
    """A service point of an agreement in force is cut for non-payment.

    An agreement that lists no service points may cover any of the account's.
    """
    points = facts[SERVICE_POINTS]
    current = [agreement for agreement in facts[AGREEMENTS] if agreement.status in SUPPLIED_STATUSES]
    agreed = [agreement.service_point_ids for agreement in current]
    ids = {key for keys in agreed if keys is not None for key in keys}
    supplied = [point for point in points if None in agreed or point.id in ids]
    cut = [point for point in supplied if point.state is ServicePointState.CUT_FOR_NON_PAYMENT]
    if cut:
        services = dict.fromkeys(point.service_type.value.lower() for point in cut)
        yield Finding({"services": " and ".join(services)}, evidence=cut)
    elif ids - {point.id for point in points} or any(point.state is None for point in supplied):
        raise Undetermined("The state of a service point of this account is not known.")


@Rule("DISCONNECT_VS_LIFE_SUPPORT", Area.COLLECTIONS, Severity.CRITICAL, "Disconnection despite life support",
      "Do not disconnect: someone here depends on power, and service is to be disconnected {when}.",
      any_of=(*DISCONNECTION_FACTS, *power.FACTS), vital=True)  # fmt: skip
def disconnect_vs_life_support(context: EvaluationContext, facts: Facts) -> Findings:
    """DISCONNECT_PENDING and LIFE_SUPPORT both hold."""
    pending, is_uncertain = _pending(context, facts)
    dependents = power.dependents(context, facts)
    if pending and dependents:
        newest = max(pending, key=lambda process: process.created_at)
        values = {"when": _when(context, newest, facts)}
        yield Finding(values, at=newest.created_at, evidence=[*pending, *dependents])
    elif (pending or is_uncertain) and (dependents or power.is_unknown(facts)):
        text = "The systems do not say whether service is to be cut where someone depends on power."
        raise Undetermined(text)


RULES = (disconnect_pending, disconnected_nonpay, disconnect_vs_life_support)
