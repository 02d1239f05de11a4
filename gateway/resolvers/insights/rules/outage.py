"""Rules about outages at the account's premises."""

from datetime import datetime, timedelta
from functools import partial

from gateway.contract.times import with_fixed_offset
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.insights.facts import power
from gateway.resolvers.insights.facts.by_reference import OUTAGES
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule
from gateway.resolvers.service.outages import OutageEvent, OutageStatus

rule = partial(Rule, InsightArea.OUTAGE)
DEPENDENCE_TEXTS = {
    True: " Someone here depends on power.",
    False: "",
    None: " It is not known whether someone here depends on power.",
}
ANSWERED = (SourceState.OK, SourceState.STALE)
NOT_HAPPENED = (OutageStatus.CANCELED, OutageStatus.PLANNED)


@rule("OUTAGE_ACTIVE", CRITICAL, "Outage", "Outage since {since}{cause}, {state}: {back}.", required=(OUTAGES,))
def outage_active(evaluation: Evaluation) -> Findings:
    """An outage is neither restored, canceled nor planned; or it is planned, has begun and is not over."""
    for outage in evaluation.distinct(OUTAGES):
        if outage.is_ongoing(evaluation.now):
            values = {"state": outage.status.words, "back": _restoration_text(evaluation, outage)}
            values |= _beginning(evaluation, outage)
            yield Finding(values, at=outage.started_at, evidence=[outage])


def _restoration_text(evaluation: Evaluation, outage: OutageEvent) -> str:
    back = outage.estimated_restoration
    if back is None:
        return "it is not known when service is back"
    return f"service {'is' if back > evaluation.now else 'was'} expected back {evaluation.local_time(back)}"


def _beginning(evaluation: Evaluation, outage: OutageEvent) -> dict[str, str]:
    cause = f" ({outage.cause.label})" if outage.cause else ""
    return {"since": evaluation.local_time(outage.started_at), "cause": cause}


@rule("OUTAGE_PLANNED", INFORMATION, "Outage planned", "An outage is planned from {since}{cause}{until}.{depends}",
      required=(OUTAGES,), optional=power.FACTS, worst_severity=CRITICAL)  # fmt: skip
def outage_planned(evaluation: Evaluation) -> Findings:
    """An outage is planned to begin within 7 days; critical where LIFE_SUPPORT holds."""
    last = evaluation.now + timedelta(days=evaluation.thresholds.outage_planned_days)
    depends = _depends_on_power(evaluation)
    for outage in evaluation.distinct(OUTAGES):
        if outage.status is OutageStatus.PLANNED and evaluation.now < outage.started_at <= last:
            back = outage.estimated_restoration
            until = f" until {evaluation.local_time(back)}" if back else "; its end is not known"
            values = _beginning(evaluation, outage) | {"until": until, "depends": DEPENDENCE_TEXTS[depends]}
            severities = CRITICAL if depends else None, CRITICAL if depends is None else None
            yield Finding(values, None, outage.started_at, [outage], *severities)


def _depends_on_power(evaluation: Evaluation) -> bool | None:
    """Whether LIFE_SUPPORT holds; None where the systems do not say."""
    if power.dependents(evaluation):
        return True
    answered = all(evaluation.states.get(fact.system) in ANSWERED for fact in power.FACTS)
    return False if answered and not power.is_unknown(evaluation) else None


@rule("OUTAGE_REPEAT", WARNING, "Repeated outages", "{count} outages within {months} months, the newest {newest}.",
      required=(OUTAGES,))  # fmt: skip
def outage_repeat(evaluation: Evaluation) -> Findings:
    """3 outages, neither canceled nor planned, began within 12 months, counted by the account's clock."""
    thresholds, local = evaluation.thresholds, evaluation.now.astimezone(evaluation.zone)
    first_day = months_before(local.date(), thresholds.outage_repeat_months)
    since = with_fixed_offset(datetime.combine(first_day, local.timetz()))
    outages = [outage for outage in evaluation.distinct(OUTAGES) if outage.status not in NOT_HAPPENED]
    recent = [outage for outage in outages if outage.started_at > since]
    if recent and len(recent) >= thresholds.outage_repeat:
        newest = max(outage.started_at for outage in recent)
        values = {"count": len(recent), "newest": evaluation.local_time(newest)}
        yield Finding({**values, "months": thresholds.outage_repeat_months}, at=newest, evidence=recent)
