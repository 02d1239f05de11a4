"""Rules about outages at the account's premises (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gateway.contract.times import with_fixed_offset
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.insight import InsightSeverity
from gateway.resolvers.insights.model.phrases import distinct, local_time
from gateway.resolvers.insights.model.rule import Finding
from gateway.resolvers.insights.rules.customer import depending, nobody_said
from gateway.resolvers.party.parties import Person
from gateway.resolvers.service.orders import OutageEvent, OutageStatus
from gateway.resolvers.service.premises import Premise
from gateway.resolvers.service.requests import label_of

DEPENDS = {
    True: " Somebody here depends on power.",
    False: "",
    None: " Whether somebody here depends on power is not known.",
}
ANSWERED = (SourceState.OK, SourceState.STALE)
NOT_COUNTED = (OutageStatus.CANCELED, OutageStatus.PLANNED)


def outage_active(on: EvaluationContext, outages: Sequence[OutageEvent]) -> Iterator[Finding]:
    """OUTAGE_ACTIVE: an outage is neither restored, canceled nor planned; or planned, begun and not over."""
    for each in distinct(outages):
        if each.is_ongoing(on.now):
            state = each.status.value.replace("_", " ").lower()
            words = {"since": local_time(on, each.started_at), "cause": _cause(each), "state": state}
            yield Finding({**words, "back": _back(on, each)}, at=each.started_at, evidence=[each])


def _back(on: EvaluationContext, outage: OutageEvent) -> str:
    back = outage.estimated_restoration
    if back is None:
        return "nobody has said when service is back"
    return f"service {'is' if back > on.now else 'was'} expected back {local_time(on, back)}"


def _cause(outage: OutageEvent) -> str:
    return f" ({label_of(outage.cause)})" if outage.cause else ""


def outage_planned(
    on: EvaluationContext,
    outages: Sequence[OutageEvent],
    persons: Sequence[Person],
    premises: Sequence[Premise],
) -> Iterator[Finding]:
    """OUTAGE_PLANNED: one is planned to begin within so many days; critical where LIFE_SUPPORT holds."""
    until = on.now + timedelta(days=on.set.outage_planned_days)
    planned = [each for each in distinct(outages) if each.status is OutageStatus.PLANNED]
    depends = _depends(on, persons, premises)
    for each in planned:
        if on.now < each.started_at <= until:
            back = each.estimated_restoration
            words = {
                "since": local_time(on, each.started_at),
                "until": f" until {local_time(on, back)}" if back else ", and nobody says until when",
                "cause": _cause(each),
                "depends": DEPENDS[depends],
            }
            severity = InsightSeverity.CRITICAL if depends else None
            worst = InsightSeverity.CRITICAL if depends is None else None
            yield Finding(words, at=each.started_at, evidence=[each], severity=severity, worst_severity=worst)


def _depends(on: EvaluationContext, persons: Sequence[Person], premises: Sequence[Premise]) -> bool | None:
    """Whether LIFE_SUPPORT holds; None where nobody can say so, as where nobody has said who lives there."""
    if depending(on, persons, premises):
        return True
    answered = all(on.states.get(each) in ANSWERED for each in (Person.SYSTEM, Premise.SYSTEM))
    return False if answered and not nobody_said(persons, premises) else None


def outage_repeat(on: EvaluationContext, outages: Sequence[OutageEvent]) -> Iterator[Finding]:
    """OUTAGE_REPEAT: so many outages, neither canceled nor planned, began within so many months."""
    local = on.now.astimezone(on.zone)
    day = months_before(local.date(), on.set.outage_repeat_months)
    since = with_fixed_offset(datetime.combine(day, local.timetz()))
    counted = [
        each for each in distinct(outages) if each.status not in NOT_COUNTED and each.started_at > since
    ]
    if counted and len(counted) >= on.set.outage_repeat:
        newest = max(counted, key=lambda each: each.started_at)
        words = {"count": len(counted), "months": on.set.outage_repeat_months}
        yield Finding(
            {**words, "newest": local_time(on, newest.started_at)}, at=newest.started_at, evidence=counted
        )
