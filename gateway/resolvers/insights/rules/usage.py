"""Rules about how much is used, and usage where service ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from gateway.resolvers.comparisons.usage_pairs import span_days, usage_change
from gateway.resolvers.graph.decimals import exact_sum
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.insights.facts.by_account import AGREEMENTS
from gateway.resolvers.insights.facts.by_reference import BILLED_USAGE, DAILY_USAGE, PREMISES, SERVICE_POINTS
from gateway.resolvers.insights.model.action import Action, InsightScreen
from gateway.resolvers.insights.model.fact import Evaluation, Fact
from gateway.resolvers.insights.model.insight import WARNING, EvidenceRecord, InsightArea
from gateway.resolvers.insights.model.message import Days, Quantity, Values, Where
from gateway.resolvers.insights.model.rule import Finding, Findings, Rule, Undetermined
from gateway.resolvers.service.premises import Premise, ServiceAgreement, ServicePoint, ServiceType
from gateway.resolvers.service.premises import ServiceAgreementStatus as AgreementStatus
from gateway.resolvers.service.premises import ServicePointState as PointState
from gateway.resolvers.usage.account_usage import belongs_to_account
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, FlowDirection, ReadQuality
from gateway.resolvers.usage.series import Row, by_register

rule = partial(Rule, InsightArea.USAGE)
USAGE = Action("Compare the usage", InsightScreen.USAGE)
PLACE = Action("Show the service points", InsightScreen.PREMISES)
CONNECTED = (PointState.CONNECTED, None)
ENDED = (AgreementStatus.STOPPED, AgreementStatus.CLOSED)
OVER = (*ENDED, AgreementStatus.CANCELED)
NOT_SUPPLIED = (*OVER, AgreementStatus.PENDING_START)
Change = tuple[BilledUsage, BilledUsage, Decimal]


def rows_of_account(evaluation: Evaluation, fact: Fact[Row]) -> list[Row]:
    """The rows that are the account's. A service point outlives its tenants."""
    return [row for row in evaluation[fact] if belongs_to_account(row, evaluation.account, evaluation.zone)]


def delivered(rows: Iterable[Row]) -> list[list[Row]]:
    """Rows of energy or volume delivered to the customer, by register; power does not add up."""
    summable = [row for row in rows if row.flow is FlowDirection.DELIVERED and is_summable(row.unit)]
    return [*by_register(summable).values()]


def supplies(agreement: ServiceAgreement, point_id: str, service: ServiceType) -> bool:
    """Whether an agreement covers a service point. One that lists no points covers its service."""
    if agreement.service_point_ids is None:
        return agreement.service_type is service
    return point_id in agreement.service_point_ids


@rule("USAGE_UP", WARNING, "Usage is up",
      ["{percent}% more was used per day from {since} to {until} than from {base_since} to {base_until} ({service}).",
       ("It was {warmer} warmer outside.", "It was {colder} colder outside.")],
      required=(BILLED_USAGE,), action=USAGE)  # fmt: skip
def usage_up(evaluation: Evaluation) -> Findings:
    """The newest bill period used 25 % more a day than its base; the largest change of each service.

    The base is the period of a year ago, else the one before. Both have about the same length.
    """
    registers = delivered(rows_of_account(evaluation, BILLED_USAGE))
    changes = [change for rows in registers if (change := usage_change(rows))]
    risen = [change for change in changes if _is_up(change, evaluation.thresholds.usage_up_percent)]
    largest = {change[0].service_type: change for change in sorted(risen, key=lambda change: change[2])}
    for service, (now, base, percent) in largest.items():
        values = {"service": service, **_temperature(now, base)}
        periods = {"since": now.since, "until": now.until, "base_since": base.since, "base_until": base.until}
        yield Finding({"percent": percent, **values, **periods}, at=now.until)


def _is_up(change: Change, percent: int) -> bool:
    """Whether use a day rose by this percent: (v/d - v'/d') * 100 >= p * |v'/d'|, multiplied by d d'.

    The percent in a `Change` is rounded, and so would be the use of a day.
    """
    now, base, _ = change
    days, base_days = span_days(now.period), span_days(base.period)
    value, base_value = now.value or Decimal(0), base.value or Decimal(0)
    difference = value * base_days - base_value * days
    return difference * 100 >= percent * abs(base_value) * days


def _temperature(now: BilledUsage, base: BilledUsage) -> Values:
    """How much warmer or colder it was outside, in whole degrees; empty where that is not known."""
    if now.average_temperature is None or base.average_temperature is None:
        return {}
    change = round(now.average_temperature - base.average_temperature)
    degrees = Quantity(Decimal(abs(change)), "°F")
    return {"warmer" if change > 0 else "colder": degrees} if change else {}


@rule("USAGE_ZERO", WARNING, "No usage",
      "The meter has shown no use for {days}, since {since} ({service}).",
      required=(DAILY_USAGE, AGREEMENTS, SERVICE_POINTS), action=PLACE)  # fmt: skip
def usage_zero(evaluation: Evaluation) -> Findings:
    """A service point of an active agreement was read as zero on each of the last 30 days; one for each.

    Service points that are not connected do not count.
    """
    agreements = evaluation[AGREEMENTS]
    active = [agreement for agreement in agreements if agreement.status is AgreementStatus.ACTIVE]
    points = {point.id: point for point in evaluation[SERVICE_POINTS]}
    days = set(evaluation.last_days(evaluation.thresholds.usage_zero_days))
    for point_id, service in _zero_points(evaluation, days).items():
        point = points.get(point_id)
        supplied = [agreement for agreement in active if supplies(agreement, point_id, service)]
        if supplied and (point is None or point.state in CONNECTED):
            values = {"service": service, "days": Days(len(days)), "since": min(days)}
            yield Finding(values, at=min(days), evidence=[*([point] if point else []), *supplied])


def _zero_points(evaluation: Evaluation, days: set[date]) -> dict[str, ServiceType]:
    """Service points with a register that was read as zero on each of these days, and its service."""
    zero: dict[str, ServiceType] = {}
    for register in delivered(rows_of_account(evaluation, DAILY_USAGE)):
        rows = [row for row in register if row.day in days]
        is_zero = all(row.quality is ReadQuality.ACTUAL and row.value == 0 for row in rows)
        if rows and is_zero and {row.day for row in rows} == days:
            zero.setdefault(register[0].service_point_id, register[0].service_type)
    return zero


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
    evidence: Sequence[EvidenceRecord]


@rule("USAGE_VACANT", WARNING, "Usage where service ended",
      (Where("vacant", "{quantity} used within {days}, though the premise is vacant ({service})."),
       "{quantity} used within {days}, though service ended on {ended} ({service})."),
      required=(DAILY_USAGE, AGREEMENTS, PREMISES, SERVICE_POINTS), action=PLACE)  # fmt: skip
def usage_vacant(evaluation: Evaluation) -> Findings:
    """Something was used in the last 30 days where the premise is vacant or service ended.

    Service has ended where all the account's agreements for the service point are stopped or closed. Use
    before the end does not count, nor use of another account. Use without an account does not count where
    others are served now. One for each service point.
    """
    premises, points = {premise.id: premise for premise in evaluation[PREMISES]}, evaluation[SERVICE_POINTS]
    unserved = [_unserved(evaluation, point, premises.get(point.premise_id or "")) for point in points]
    rows = [(point, _rows(evaluation, point)) for point in unserved if point]
    totals = [(point, _total(row for row in used if _counts(evaluation, point, row))) for point, used in rows]
    if not any(total for _, total in totals) and any(_total(used) for _, used in rows):
        raise Undetermined("Use after service ended: the end, or who is served there now, is not known.")
    for point, total in totals:
        if total:
            days = Days(evaluation.thresholds.usage_vacant_days)
            place = {"vacant": point.is_vacant, "ended": None if point.is_vacant else point.stopped_on}
            values = {"quantity": total, "service": point.point.service_type, "days": days}
            yield Finding({**values, **place}, at=point.stopped_on, evidence=point.evidence)


def _unserved(evaluation: Evaluation, point: ServicePoint, premise: Premise | None) -> UnservedPoint | None:
    agreements = evaluation[AGREEMENTS]
    covering = [agreement for agreement in agreements if supplies(agreement, point.id, point.service_type)]
    ended = [agreement for agreement in covering if agreement.status in ENDED]
    over = bool(ended) and all(agreement.status in OVER for agreement in covering)
    vacant = premise.is_vacant if premise else None
    if not over and not vacant:
        return None
    stopped_on = max((agreement.until for agreement in ended if agreement.until), default=None)
    evidence: list[EvidenceRecord] = [point, *([premise] if premise and vacant else []), *ended]
    disconnected = point.state not in (PointState.CONNECTED, None)
    # Another agreement of the account may still supply the premise.
    supplied = {agreement.premise_id for agreement in agreements if agreement.status not in NOT_SUPPLIED} - {None}
    unoccupied = True if vacant or disconnected or point.premise_id in supplied else vacant
    return UnservedPoint(point, bool(vacant), stopped_on, unoccupied, evidence)


def _rows(evaluation: Evaluation, point: UnservedPoint) -> list[DailyUsage]:
    """The readings after service ended that are not known to be another account's."""
    days = set(evaluation.last_days(evaluation.thresholds.usage_vacant_days))
    rows = [row for row in evaluation[DAILY_USAGE] if row.service_point_id == point.point.id and row.day in days]
    after = [row for row in rows if point.stopped_on is None or row.day > point.stopped_on]
    accounts = (evaluation.account.id,) if point.is_unoccupied is False else (evaluation.account.id, None)
    return [row for row in after if row.account_id in accounts]


def _counts(evaluation: Evaluation, point: UnservedPoint, row: DailyUsage) -> bool:
    """Whether a reading certainly is use without service."""
    ended = point.is_vacant or point.stopped_on is not None
    return ended and (point.is_unoccupied is True or row.account_id == evaluation.account.id)


def _total(rows: Iterable[DailyUsage]) -> tuple[Quantity, ...]:
    """The sum of each unit; empty if nothing was used."""
    read = [row for row in rows if row.quality is not ReadQuality.MISSING and row.value is not None]
    sums = [(used[0].unit, exact_sum(row.value or Decimal(0) for row in used)) for used in delivered(read)]
    return tuple(Quantity(total, unit) for unit, total in sums if total > 0)
