"""Rules about outages at the account's premises."""

from datetime import datetime, timedelta
from functools import partial

from gateway.contract.times import with_fixed_offset
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.source_status import SourceState
from gateway.resolvers.insights.facts import power
from gateway.resolvers.insights.facts.by_reference import OUTAGES
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation
from gateway.resolvers.insights.model.insight import CRITICAL, INFORMATION, WARNING, InsightArea
from gateway.resolvers.insights.model.message import Months, Plural, Values, Where
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule
from gateway.resolvers.service.outages import OutageEvent, OutageStatus

rule = partial(Rule, InsightArea.OUTAGE)
OUTAGE = Action("Show the outage", InsightScreen.OUTAGES)
ANSWERED = (SourceState.OK, SourceState.STALE)
NOT_HAPPENED = (OutageStatus.CANCELED, OutageStatus.PLANNED)


@rule("OUTAGE_ACTIVE", CRITICAL, "Outage",
      [("Outage since {since} ({cause}).", "Outage since {since}."), "Status: {state}.",
       ("Service is expected back on {back}.", "Service was expected back on {overdue}.",
        "It is not known when service is back.")],
      required=(OUTAGES,), action=OUTAGE)  # fmt: skip
def outage_active(evaluation: Evaluation) -> Findings:
    """An outage is neither restored, canceled nor planned; or it is planned, has begun and is not over."""
    for outage in evaluation.distinct(OUTAGES):
        if outage.is_ongoing(evaluation.now):
            values = {"state": outage.status, **_beginning(evaluation, outage), **_restoration(evaluation, outage)}
            yield Finding(values, at=outage.started_at, evidence=[outage])


def _restoration(evaluation: Evaluation, outage: OutageEvent) -> Values:
    back = outage.estimated_restoration
    if back is None:
        return {}
    return {"back" if back > evaluation.now else "overdue": evaluation.local(back)}


def _beginning(evaluation: Evaluation, outage: OutageEvent) -> Values:
    return {"since": evaluation.local(outage.started_at), "cause": outage.cause and outage.cause.label}


@rule("OUTAGE_PLANNED", INFORMATION, "Outage planned",
      [("An outage is planned from {since} until {until}.",
        "An outage is planned from {since}; its end is not known."), "Cause: {cause}.",
       (Where("depends_on_power", "Someone here depends on power."),
        Where("may_depend_on_power", "It is not known whether someone here depends on power."))],
      required=(OUTAGES,), optional=power.FACTS, worst_severity=CRITICAL, action=OUTAGE)  # fmt: skip
def outage_planned(evaluation: Evaluation) -> Findings:
    """An outage is planned to begin within 7 days; critical where LIFE_SUPPORT holds."""
    last = evaluation.now + timedelta(days=evaluation.thresholds.outage_planned_days)
    depends = _depends_on_power(evaluation)
    for outage in evaluation.distinct(OUTAGES):
        if outage.status is OutageStatus.PLANNED and evaluation.now < outage.started_at <= last:
            back = outage.estimated_restoration
            flags = {"depends_on_power": depends is True, "may_depend_on_power": depends is None}
            values = {**_beginning(evaluation, outage), "until": back and evaluation.local(back), **flags}
            severities = CRITICAL if depends else None, CRITICAL if depends is None else None
            yield Finding(values, None, outage.started_at, [outage], *severities)


def _depends_on_power(evaluation: Evaluation) -> bool | None:
    """Whether LIFE_SUPPORT holds; None where the systems do not say."""
    if power.dependents(evaluation):
        return True
    answered = all(evaluation.states.get(fact.system) in ANSWERED for fact in power.FACTS)
    return False if answered and not power.is_unknown(evaluation) else None


@rule("OUTAGE_REPEAT", WARNING, "Repeated outages",
      Plural("{count} outage within {months}, the newest on {newest}.",
             "{count} outages within {months}, the newest on {newest}."),
      required=(OUTAGES,), action=Action("Show the outages", InsightScreen.OUTAGES))  # fmt: skip
def outage_repeat(evaluation: Evaluation) -> Findings:
    """3 outages, neither canceled nor planned, began within 12 months, counted by the account's clock."""
    thresholds, local = evaluation.thresholds, evaluation.now.astimezone(evaluation.zone)
    first_day = months_before(local.date(), thresholds.outage_repeat_months)
    since = with_fixed_offset(datetime.combine(first_day, local.timetz()))
    outages = [outage for outage in evaluation.distinct(OUTAGES) if outage.status not in NOT_HAPPENED]
    recent = [outage for outage in outages if outage.started_at > since]
    if recent and len(recent) >= thresholds.outage_repeat:
        newest = max(outage.started_at for outage in recent)
        values = {"count": len(recent), "newest": evaluation.local(newest)}
        yield Finding({**values, "months": Months(thresholds.outage_repeat_months)}, at=newest, evidence=recent)
