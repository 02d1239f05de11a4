"""Rules about outages at the account's premises (the requirements)."""

from datetime import datetime, timedelta

from gateway.contract.times import with_fixed_offset
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.insights.facts import power
from gateway.resolvers.insights.facts.by_reference import OUTAGES
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.phrases import distinct, local_time
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule
from gateway.resolvers.service.outages import OutageEvent, OutageStatus

DEPENDENCE_TEXTS = {
    True: " Someone here depends on power.",
    False: "",
    None: " It is not known whether someone here depends on power.",
}
ANSWERED = (SourceState.OK, SourceState.STALE)
NOT_HAPPENED = (OutageStatus.CANCELED, OutageStatus.PLANNED)


@Rule("OUTAGE_ACTIVE", Area.OUTAGE, Severity.CRITICAL, "Outage",
      "Outage since {since}{cause}, {state}: {back}.", required=(OUTAGES,))  # fmt: skip
def outage_active(context: EvaluationContext, facts: Facts) -> Findings:
    """An outage is neither restored, canceled nor planned; or it is planned, has begun and is not over."""
    for outage in distinct(facts[OUTAGES]):
        if outage.is_ongoing(context.now):
            values = {
                "since": local_time(context, outage.started_at),
                "cause": _cause(outage),
                "state": outage.status.words,
                "back": _restoration_text(context, outage),
            }
            yield Finding(values, at=outage.started_at, evidence=[outage])


def _restoration_text(context: EvaluationContext, outage: OutageEvent) -> str:
    back = outage.estimated_restoration
    if back is None:
        return "it is not known when service is back"
    return f"service {'is' if back > context.now else 'was'} expected back {local_time(context, back)}"


def _cause(outage: OutageEvent) -> str:
    return f" ({outage.cause.label})" if outage.cause else ""


@Rule("OUTAGE_PLANNED", Area.OUTAGE, Severity.INFORMATION, "Outage planned",
      "An outage is planned from {since}{cause}{until}.{depends}", required=(OUTAGES,), optional=power.FACTS,
      worst_severity=Severity.CRITICAL)  # fmt: skip
def outage_planned(context: EvaluationContext, facts: Facts) -> Findings:
    """An outage is planned to begin within 7 days; critical where LIFE_SUPPORT holds."""
    until = context.now + timedelta(days=context.thresholds.outage_planned_days)
    depends = _depends_on_power(context, facts)
    for outage in distinct(facts[OUTAGES]):
        if outage.status is OutageStatus.PLANNED and context.now < outage.started_at <= until:
            back = outage.estimated_restoration
            values = {
                "since": local_time(context, outage.started_at),
                "until": f" until {local_time(context, back)}" if back else "; its end is not known",
                "cause": _cause(outage),
                "depends": DEPENDENCE_TEXTS[depends],
            }
            severity = Severity.CRITICAL if depends else None
            worst_severity = Severity.CRITICAL if depends is None else None
            yield Finding(values, None, outage.started_at, [outage], severity, worst_severity)


def _depends_on_power(context: EvaluationContext, facts: Facts) -> bool | None:
    """Whether LIFE_SUPPORT holds; None where the systems do not say."""
    if power.dependents(context, facts):
        return True
    answered = all(context.states.get(fact.system) in ANSWERED for fact in power.FACTS)
    return False if answered and not power.is_unknown(facts) else None


@Rule("OUTAGE_REPEAT", Area.OUTAGE, Severity.WARNING, "Repeated outages",
      "{count} outages within {months} months, the newest {newest}.", required=(OUTAGES,))  # fmt: skip
def outage_repeat(context: EvaluationContext, facts: Facts) -> Findings:
    """3 outages, neither canceled nor planned, began within 12 months, counted by the account's clock."""
    thresholds, local = context.thresholds, context.now.astimezone(context.zone)
    first_day = months_before(local.date(), thresholds.outage_repeat_months)
    since = with_fixed_offset(datetime.combine(first_day, local.timetz()))
    outages = [outage for outage in distinct(facts[OUTAGES]) if outage.status not in NOT_HAPPENED]
    recent = [outage for outage in outages if outage.started_at > since]
    if recent and len(recent) >= thresholds.outage_repeat:
        newest = max(outage.started_at for outage in recent)
        values = {"count": len(recent), "newest": local_time(context, newest)}
        months = thresholds.outage_repeat_months
        yield Finding({**values, "months": months}, at=newest, evidence=recent)


RULES = (outage_active, outage_planned, outage_repeat)
