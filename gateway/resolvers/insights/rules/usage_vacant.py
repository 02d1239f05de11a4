"""The rule about usage where service has ended, or the premise is vacant (the requirements)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.resolvers.insights.facts.by_account import AGREEMENTS
from gateway.resolvers.insights.facts.by_reference import DAILY_USAGE, PREMISES, SERVICE_POINTS
from gateway.resolvers.insights.facts.usage_rows import delivered, supplies
from gateway.resolvers.insights.model.fact import EvaluationContext
from gateway.resolvers.insights.model.insight import Area, Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.premises import (
    Premise,
    ServiceAgreement,
    ServiceAgreementStatus,
    ServicePoint,
    ServicePointState,
)
from gateway.resolvers.usage.readings import DailyUsage, ReadQuality

ENDED = (ServiceAgreementStatus.STOPPED, ServiceAgreementStatus.CLOSED)
OVER = (*ENDED, ServiceAgreementStatus.CANCELED)
NOT_SUPPLIED = (*OVER, ServiceAgreementStatus.PENDING_START)
Evidence = Premise | ServicePoint | ServiceAgreement


@dataclass(frozen=True, slots=True)
class UnservedPoint:
    """A service point without service for the account: its agreements ended, or its premise is vacant.

    stopped_on: the last day of service; None where it is not known.
    is_unoccupied: whether no one else is served there now, so that readings without an account may count;
        None where that is not known.
    evidence: the records that say so.
    """

    point: ServicePoint
    is_vacant: bool
    stopped_on: date | None
    is_unoccupied: bool | None
    evidence: Sequence[Evidence]


@Rule("USAGE_VACANT", Area.USAGE, Severity.WARNING, "Usage where service ended",
      "{quantity} of {service} used within {days} days, though {why}.",
      required=(DAILY_USAGE, AGREEMENTS, PREMISES, SERVICE_POINTS))  # fmt: skip
def usage_vacant(context: EvaluationContext, facts: Facts) -> Findings:
    """Something was used in the last 30 days where the premise is vacant or service ended.

    Service has ended where all the account's agreements for the service point are stopped or closed. Use
    before the end does not count, nor use of another account. Use without an account does not count where
    others are served now. One for each service point.
    """
    premises, agreements = {premise.id: premise for premise in facts[PREMISES]}, facts[AGREEMENTS]
    points = facts[SERVICE_POINTS]
    unserved = [_unserved(point, premises.get(point.premise_id or ""), agreements) for point in points]
    rows = [(point, _rows(context, point, facts[DAILY_USAGE])) for point in unserved if point]
    totals = [(point, _total(row for row in used if _counts(context, point, row))) for point, used in rows]
    if not any(total for _, total in totals) and any(_total(used) for _, used in rows):
        raise Undetermined("Use after service ended: the end, or who is served there now, is not known.")
    for point, total in totals:
        if total:
            why = "the premise is vacant" if point.is_vacant else f"service ended on {point.stopped_on}"
            values = {"quantity": total, "service": point.point.service_type.value.lower(), "why": why}
            values["days"] = str(context.thresholds.usage_vacant_days)
            yield Finding(values, at=point.stopped_on, evidence=point.evidence)


def _unserved(
    point: ServicePoint, premise: Premise | None, agreements: Sequence[ServiceAgreement]
) -> UnservedPoint | None:
    covering = [agreement for agreement in agreements if supplies(agreement, point.id, point.service_type)]
    ended = [agreement for agreement in covering if agreement.status in ENDED]
    over = bool(ended) and all(agreement.status in OVER for agreement in covering)
    vacant = premise.is_vacant if premise else None
    if not over and not vacant:
        return None
    stopped_on = max((agreement.until for agreement in ended if agreement.until), default=None)
    evidence: list[Evidence] = [point, *([premise] if premise and vacant else []), *ended]
    disconnected = point.state not in (ServicePointState.CONNECTED, None)
    unoccupied = True if vacant or disconnected or _supplied_nearby(point, agreements) else vacant
    return UnservedPoint(point, bool(vacant), stopped_on, unoccupied, evidence)


def _supplied_nearby(point: ServicePoint, agreements: Sequence[ServiceAgreement]) -> bool:
    """Whether another agreement of the account still supplies the premise."""
    premises = {agreement.premise_id for agreement in agreements if agreement.status not in NOT_SUPPLIED}
    return point.premise_id is not None and point.premise_id in premises


def _rows(context: EvaluationContext, point: UnservedPoint, daily: Iterable[DailyUsage]) -> list[DailyUsage]:
    """The readings after service ended that are not known to be another account's."""
    days = set(context.last_days(context.thresholds.usage_vacant_days))
    rows = [row for row in daily if row.service_point_id == point.point.id and row.day in days]
    after = [row for row in rows if point.stopped_on is None or row.day > point.stopped_on]
    accounts = (context.account.id,) if point.is_unoccupied is False else (context.account.id, None)
    return [row for row in after if row.account_id in accounts]


def _counts(context: EvaluationContext, point: UnservedPoint, row: DailyUsage) -> bool:
    """Whether a reading certainly is use without service."""
    ended = point.is_vacant or point.stopped_on is not None
    return ended and (point.is_unoccupied is True or row.account_id == context.account.id)


def _total(rows: Iterable[DailyUsage]) -> str:
    """What was used, unit by unit; empty where that is nothing."""
    read = [row for row in rows if row.quality is not ReadQuality.MISSING and row.value is not None]
    sums = [
        (register[0].unit, sum((row.value or Decimal(0) for row in register), Decimal(0)))
        for register in delivered(read)
    ]
    return " and ".join(f"{total:,} {unit}" for unit, total in sums if total > 0)
