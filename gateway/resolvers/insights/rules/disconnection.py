"""Rules about service cut for non-payment, and about who must not lose it (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import date

from gateway.resolvers.collections.processes import CutProcess, ProcessEvent, ProcessStatus, SeveranceProcess
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding, Undetermined
from gateway.resolvers.insights.rules.customer import depending, nobody_said
from gateway.resolvers.party.parties import Person
from gateway.resolvers.service.premises import (
    Premise,
    ServiceAgreement,
    ServiceAgreementStatus,
    ServicePoint,
    ServicePointState,
)

Cutting = SeveranceProcess | CutProcess
IN_FORCE = (
    ServiceAgreementStatus.ACTIVE,
    ServiceAgreementStatus.REACTIVATED,
    ServiceAgreementStatus.PENDING_STOP,
)


def disconnect_pending(
    on: EvaluationContext,
    events: Sequence[ProcessEvent],
    severances: Sequence[SeveranceProcess],
    cuts: Sequence[CutProcess],
) -> Iterator[Finding]:
    """DISCONNECT_PENDING: an active severance or cut process has an open event that cuts service.

    Also where none of its events is said to cut service, but it names a day that is not over. One for each
    process.
    """
    pending, doubtful = _cutting(on, events, severances, cuts)
    for each in pending:
        yield Finding({"when": _when(on, each, events)}, each.amount, each.created_at, [each])
    if doubtful and not pending:
        raise Undetermined("The collections system does not say which events cut service.")


def _cutting(
    on: EvaluationContext,
    events: Sequence[ProcessEvent],
    severances: Sequence[Cutting],
    cuts: Sequence[Cutting],
) -> tuple[list[Cutting], bool]:
    """The active processes that are to cut service, and whether others may."""
    active = [each for each in (*severances, *cuts) if each.process_status is ProcessStatus.ACTIVE]
    cutting = {each.id: _is_to_cut(on, each, events) for each in active}
    return [each for each in active if cutting[each.id]], None in cutting.values()


def _is_to_cut(on: EvaluationContext, process: Cutting, events: Sequence[ProcessEvent]) -> bool | None:
    steps = [each for each in events if each.process_id == process.id]
    ahead = [each.cuts_service for each in steps if each.is_open()]
    if True in ahead:
        return True
    behind = any(each.cuts_service for each in steps)
    day = _day(process)
    if not behind and day is not None and day >= on.today:
        return True
    return None if None in ahead or not steps else False


def _day(process: Cutting) -> date | None:
    return process.disconnect_on if isinstance(process, SeveranceProcess) else process.cut_on


def _when(on: EvaluationContext, process: Cutting, events: Sequence[ProcessEvent]) -> str:
    steps = [e for e in events if e.process_id == process.id and e.is_open() and e.cuts_service]
    days = [each.trigger_date for each in steps if each.trigger_date is not None]
    day = min(days, default=_day(process))
    if day is None:
        return "once the steps before it are done"
    return f"on {day}" if day >= on.today else f"any day now: it was due on {day}"


def disconnected_nonpay(
    _on: EvaluationContext, points: Sequence[ServicePoint], agreements: Sequence[ServiceAgreement]
) -> Iterator[Finding]:
    """DISCONNECTED_NONPAY: a service point of an agreement in force is cut for non-payment.

    An agreement that does not say its points may have any of the account's.
    """
    named = [each.service_point_ids for each in agreements if each.status in IN_FORCE]
    own = {key for keys in named if keys is not None for key in keys}
    supplied = [each for each in points if None in named or each.id in own]
    cut = [each for each in supplied if each.state is ServicePointState.CUT_FOR_NON_PAYMENT]
    if cut:
        kinds = dict.fromkeys(each.service_type.value.lower() for each in cut)
        yield Finding({"services": " and ".join(kinds)}, evidence=cut)
    elif own - {each.id for each in points} or any(each.state is None for each in supplied):
        raise Undetermined("Nobody has said whether service flows at every service point of this account.")


def disconnect_vs_life_support(
    on: EvaluationContext,
    events: Sequence[ProcessEvent],
    severances: Sequence[SeveranceProcess],
    cuts: Sequence[CutProcess],
    persons: Sequence[Person],
    premises: Sequence[Premise],
) -> Iterator[Finding]:
    """DISCONNECT_VS_LIFE_SUPPORT: DISCONNECT_PENDING and LIFE_SUPPORT both hold."""
    pending, doubtful = _cutting(on, events, severances, cuts)
    who = depending(on, persons, premises)
    if pending and who:
        newest = max(pending, key=lambda each: each.created_at)
        when = _when(on, newest, events)
        yield Finding({"when": when}, at=newest.created_at, evidence=[*pending, *who])
    elif (pending or doubtful) and (who or nobody_said(persons, premises)):
        raise Undetermined("Nobody has said whether service is to be cut where somebody depends on power.")
