"""Rules about how much is used: more than before, or nothing at all (domain facts, section 4)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from gateway.resolvers.comparisons.usage_pairs import span_days, usage_change
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.insights.facts.usage_rows import delivered, last_days, own, supplies
from gateway.resolvers.insights.model.context import EvaluationContext
from gateway.resolvers.insights.model.rule import Finding
from gateway.resolvers.service.premises import (
    ServiceAgreement,
    ServiceAgreementStatus,
    ServicePoint,
    ServicePointState,
)
from gateway.resolvers.usage.readings import BilledUsage, DailyUsage, ReadQuality

Change = tuple[BilledUsage, BilledUsage, Decimal]


def usage_up(on: EvaluationContext, billed: Sequence[BilledUsage]) -> Iterator[Finding]:
    """USAGE_UP: the newest bill period has so many percent more a day than its base.

    The base is the period of a year ago, else the one before; both are about as long. Of several changes at
    one service, the largest is told.
    """
    changes = [change for rows in delivered(own(on, billed)) if (change := usage_change(rows))]
    risen = sorted(
        (each for each in changes if _is_up(each, on.set.usage_up_percent)), key=lambda each: each[2]
    )
    largest = {now.service_type: (now, base, percent) for now, base, percent in risen}
    for service, (now, base, percent) in largest.items():
        words = {"service": service.value.lower(), "percent": percent, "outside": _outside(now, base)}
        yield Finding({**words, "now": _period(now), "base": _period(base)}, at=now.until)


def _is_up(change: Change, percent: int) -> bool:
    """By what was used itself: the percent of a change is rounded, and so is what a day had."""
    now, base, _ = change
    mine, theirs = now.value or Decimal(0), base.value or Decimal(0)
    more = mine * _days(base) - theirs * _days(now)
    return more * 100 >= percent * abs(theirs) * _days(now)


def _days(row: BilledUsage) -> int:
    return span_days(DateSpan(row.since, row.until))


def _period(row: BilledUsage) -> str:
    return f"{row.since} to {row.until}"


def _outside(now: BilledUsage, base: BilledUsage) -> str:
    """How much warmer it was, where that is known of both."""
    if now.average_temperature is None or base.average_temperature is None:
        return ""
    change = round(now.average_temperature - base.average_temperature)
    return f"; outside it was {abs(change)} °F {'warmer' if change > 0 else 'colder'}" if change else ""


def usage_zero(
    on: EvaluationContext,
    daily: Sequence[DailyUsage],
    agreements: Sequence[ServiceAgreement],
    points: Sequence[ServicePoint],
) -> Iterator[Finding]:
    """USAGE_ZERO: an active agreement's service point was read as nothing on each of the last so many days.

    One for each service point. Where service is known not to flow, nothing is what it should use.
    """
    active = [each for each in agreements if each.status is ServiceAgreementStatus.ACTIVE]
    held = {each.id: each for each in points}
    days = set(last_days(on, on.set.usage_zero_days))
    for point_id, rows in _nothing(delivered(own(on, daily)), days).items():
        point, service = held.get(point_id), rows[0].service_type
        supplied = [each for each in active if supplies(each, point_id, service)]
        if supplied and (point is None or point.state in (ServicePointState.CONNECTED, None)):
            words = {"service": service.value.lower(), "days": len(days), "since": min(days)}
            yield Finding(words, at=min(days), evidence=[*([point] if point else []), *supplied])


def _nothing(groups: Sequence[list[DailyUsage]], days: set[date]) -> dict[str, list[DailyUsage]]:
    """By service point, the rows of these days where each day has some, all of them read as nothing."""
    found: dict[str, list[DailyUsage]] = {}
    for group in groups:
        rows = [each for each in group if each.day in days]
        nothing = all(each.quality is ReadQuality.ACTUAL and each.value == 0 for each in rows)
        if rows and nothing and {each.day for each in rows} == days:
            found.setdefault(group[0].service_point_id, rows)
    return found
