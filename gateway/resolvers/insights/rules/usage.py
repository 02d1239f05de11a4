"""Rules about how much is used: more than before, or nothing (domain facts, section 4)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from gateway.resolvers.comparisons.usage_pairs import span_days, usage_change
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.insights.facts.account_facts import AGREEMENTS
from gateway.resolvers.insights.facts.related_facts import BILLED_USAGE, DAILY_USAGE, SERVICE_POINTS
from gateway.resolvers.insights.facts.usage_rows import delivered, last_days, rows_of_account, supplies
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.insight import InsightArea as Area
from gateway.resolvers.insights.model.insight import InsightSeverity as Severity
from gateway.resolvers.insights.model.rule import Facts, Finding, Findings, Rule
from gateway.resolvers.insights.rules.usage_meters import reads_estimated, water_leak
from gateway.resolvers.insights.rules.usage_vacant import usage_vacant
from gateway.resolvers.service.premises import ServiceAgreementStatus, ServicePointState
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, ReadQuality

CONNECTED = (ServicePointState.CONNECTED, None)
Change = tuple[BilledUsage, BilledUsage, Decimal]


@Rule("USAGE_UP", Area.USAGE, Severity.WARNING, "Usage is up",
      "{percent} % more {service} usage a day ({now}) than before ({base}){outside}.",
      required=(BILLED_USAGE,))  # fmt: skip
def usage_up(context: EvaluationContext, facts: Facts) -> Findings:
    """The newest bill period used 25 % more a day than its base; the largest change of each service.

    The base is the period of a year ago, else the one before. Both have about the same length.
    """
    registers = delivered(rows_of_account(context, facts[BILLED_USAGE]))
    changes = [change for rows in registers if (change := usage_change(rows))]
    risen = [change for change in changes if _is_up(change, context.thresholds.usage_up_percent)]
    largest = {change[0].service_type: change for change in sorted(risen, key=lambda change: change[2])}
    for service, (now, base, percent) in largest.items():
        values = {
            "service": service.value.lower(),
            "percent": percent,
            "outside": _temperature_text(now, base),
        }
        yield Finding({**values, "now": _period(now), "base": _period(base)}, at=now.until)


def _is_up(change: Change, percent: int) -> bool:
    """Whether use a day rose by this percent: (v/d - v'/d') * 100 >= p * |v'/d'|, multiplied by d d'.

    The percent in a `Change` is rounded, and so would be the use of a day.
    """
    now, base, _ = change
    value, base_value = now.value or Decimal(0), base.value or Decimal(0)
    difference = value * _days(base) - base_value * _days(now)
    return difference * 100 >= percent * abs(base_value) * _days(now)


def _days(row: BilledUsage) -> int:
    return span_days(DateSpan(row.since, row.until))


def _period(row: BilledUsage) -> str:
    return f"{row.since} to {row.until}"


def _temperature_text(now: BilledUsage, base: BilledUsage) -> str:
    """How much warmer or colder it was outside, in whole °F; empty where that is not known."""
    if now.average_temperature is None or base.average_temperature is None:
        return ""
    change = round(now.average_temperature - base.average_temperature)
    return f"; outside it was {abs(change)} °F {'warmer' if change > 0 else 'colder'}" if change else ""


@Rule("USAGE_ZERO", Area.USAGE, Severity.WARNING, "No usage",
      "No {service} usage on {days} days, since {since}: the meter was read as zero.",
      required=(DAILY_USAGE, AGREEMENTS, SERVICE_POINTS))  # fmt: skip
def usage_zero(context: EvaluationContext, facts: Facts) -> Findings:
    """A service point of an active agreement was read as zero on each of the last 30 days; one for each.

    Service points that are not connected do not count.
    """
    active = [
        agreement for agreement in facts[AGREEMENTS] if agreement.status is ServiceAgreementStatus.ACTIVE
    ]
    points = {point.id: point for point in facts[SERVICE_POINTS]}
    days = set(last_days(context, context.thresholds.usage_zero_days))
    registers = delivered(rows_of_account(context, facts[DAILY_USAGE]))
    for point_id, rows in _zero_rows(registers, days).items():
        point, service = points.get(point_id), rows[0].service_type
        supplied = [agreement for agreement in active if supplies(agreement, point_id, service)]
        if supplied and (point is None or point.state in CONNECTED):
            values = {"service": service.value.lower(), "days": len(days), "since": min(days)}
            yield Finding(values, at=min(days), evidence=[*([point] if point else []), *supplied])


def _zero_rows(registers: Sequence[list[DailyUsage]], days: set[date]) -> dict[str, list[DailyUsage]]:
    """By service point, the rows of a register that was read as zero on each of these days."""
    zero: dict[str, list[DailyUsage]] = {}
    for register in registers:
        rows = [row for row in register if row.day in days]
        is_zero = all(row.quality is ReadQuality.ACTUAL and row.value == 0 for row in rows)
        if rows and is_zero and {row.day for row in rows} == days:
            zero.setdefault(register[0].service_point_id, rows)
    return zero


RULES = (usage_up, usage_zero, usage_vacant, reads_estimated, water_leak)
