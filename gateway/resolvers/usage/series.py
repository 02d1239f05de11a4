"""Readings as series: grouped by where and what, summed up by hour, month and year. Missing is never zero."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from gateway.contract.times import with_fixed_offset
from gateway.resolvers.graph.values import Money
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.calendar_periods import Extent, any_overlap, fill_gaps, group_by_period
from gateway.resolvers.usage.readings import (
    FlowDirection,
    ReadQuality,
    StoredReading,
    UsageGranularity,
    UsageReading,
    UsageSeries,
)

Kind = tuple[str, ServiceType, str, FlowDirection]
# Power does not add up: of a month, the highest; of a series, no total.
POWER_UNITS = frozenset({"W", "KW", "MW", "VA", "KVA", "MVA", "VAR", "KVAR", "MVAR"})
# From the least sure to the surest.
QUALITY_ORDER = (ReadQuality.MISSING, ReadQuality.ESTIMATED, ReadQuality.EDITED, ReadQuality.ACTUAL)


def build_series(
    rows: Iterable[StoredReading], granularity: UsageGranularity, zone: ZoneInfo
) -> list[UsageSeries]:
    """The rows as series: by service point, service, unit and flow; within each, oldest first."""
    groups: dict[Kind, list[StoredReading]] = {}
    for row in rows:
        groups.setdefault((row.service_point_id, row.service_type, row.unit, row.flow), []).append(row)
    return [
        _series(key, build_readings(group, granularity, zone), granularity)
        for key, group in sorted(groups.items(), key=lambda item: [str(part) for part in item[0]])
    ]


def build_readings(
    rows: Sequence[StoredReading], granularity: UsageGranularity, zone: ZoneInfo, extent: Extent | None = None
) -> list[UsageReading]:
    """The readings of one point, unit and flow, oldest first, in the account's zone.

    Time between the first and the last that nobody read, or with an extent any time in it, is filled with
    readings that are MISSING. What is told twice alike is told once; told in two ways, it is MISSING.
    """
    told = sorted((_reading(row, zone) for row in rows), key=_order)
    once = [_agreed(list(same)) for _, same in groupby(told, lambda each: (each.start, each.end))]
    whole = fill_gaps(once, granularity, zone, extent)
    power = not all(is_summable(row.unit) for row in rows)
    return [sum_readings(each, power=power) for each in group_by_period(whole, granularity, zone)]


def is_summable(unit: str) -> bool:
    """Whether readings of this unit may be summed: energy and volume, not power."""
    return unit.upper() not in POWER_UNITS


def total_value(readings: Sequence[UsageReading]) -> Decimal | None:
    """The sum of readings that follow one another; None where one is missing, or two overlap."""
    values = [each.value for each in readings if each.value is not None]
    known = len(values) == len(readings) and not any_overlap(readings)
    return sum(values, Decimal(0)) if known else None


def sum_readings(readings: Sequence[UsageReading], *, power: bool = False) -> UsageReading:
    """These readings as one, of their whole time: their sum, or of power the highest."""
    if len(readings) == 1:
        return readings[0]
    total = total_value(readings)
    highest = max((each.value for each in readings if each.value is not None), default=None)
    return UsageReading(
        start=readings[0].start,
        end=max(each.end for each in readings),
        value=highest if power and total is not None else total,
        quality=ReadQuality.MISSING if total is None else lowest_quality(readings),
        cost=None if total is None else _cost(readings),
        average_temperature=None,
    )


def lowest_quality(readings: Iterable[UsageReading]) -> ReadQuality:
    """A sum is as sure as its least sure part."""
    return min((each.quality for each in readings), key=QUALITY_ORDER.index)


def _series(key: Kind, readings: list[UsageReading], granularity: UsageGranularity) -> UsageSeries:
    return UsageSeries(
        service_point_id=key[0],
        service_type=key[1],
        unit=key[2],
        flow=key[3],
        granularity=granularity,
        total=total_value(readings) if is_summable(key[2]) else None,
        readings=readings,
    )


def _agreed(same: Sequence[UsageReading]) -> UsageReading:
    """Readings of one and the same time as one: nobody knows which of two that differ is right."""
    if all(each == same[0] for each in same):
        return same[0]
    return replace(same[0], value=None, quality=ReadQuality.MISSING, cost=None, average_temperature=None)


def _reading(row: StoredReading, zone: ZoneInfo) -> UsageReading:
    start, end = row.span(zone)
    # What ends before it begins was read at no time at all, and belongs into no sum.
    missing = row.value is None or row.quality is ReadQuality.MISSING or end <= start
    return UsageReading(
        start=with_fixed_offset(start.astimezone(zone)),
        end=with_fixed_offset(end.astimezone(zone)),
        value=None if missing else row.value,
        quality=ReadQuality.MISSING if missing else row.quality,
        cost=row.cost,
        average_temperature=row.average_temperature,
    )


def _order(reading: UsageReading) -> tuple[object, ...]:
    """A place for each reading, whatever order the rows came in."""
    return reading.start, reading.end, str(reading.value), reading.quality.value, str(reading.cost)


def _cost(readings: Sequence[UsageReading]) -> Money | None:
    costs = [each.cost for each in readings if each.cost is not None]
    if len(costs) < len(readings) or len({cost.currency for cost in costs}) != 1:
        return None
    return Money(amount=sum((cost.amount for cost in costs), Decimal(0)), currency=costs[0].currency)
