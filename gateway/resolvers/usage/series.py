"""Stored readings as series: grouped by register, summed by hour, day, month and year. Missing is never zero."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

from gateway.contract.times import midnight, with_fixed_offset
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.graph.decimals import exact_sum
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.graph.values import money_sum
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import (
    FlowDirection,
    ReadQuality,
    StoredReading,
    UsageGranularity,
    UsageReading,
    UsageSeries,
)

Extent = tuple[datetime, datetime]
Row = TypeVar("Row", bound=StoredReading)
Register = tuple[str, ServiceType, str, FlowDirection]
# Bill periods and intervals have no fixed length: none is a sum, and a gap is one missing reading.
UNDIVIDED = (UsageGranularity.BILL_PERIOD, UsageGranularity.INTERVAL)
QUALITY_ORDER = (ReadQuality.MISSING, ReadQuality.ESTIMATED, ReadQuality.EDITED, ReadQuality.ACTUAL)


def build_series(rows: Iterable[StoredReading], granularity: UsageGranularity, zone: ZoneInfo) -> list[UsageSeries]:
    """One series for each service point, service, unit and flow, with its readings oldest first."""
    return [
        _series(register, build_readings(group, granularity, zone), granularity)
        for register, group in by_register(rows).items()
    ]


def by_register(rows: Iterable[Row]) -> dict[Register, list[Row]]:
    """Rows grouped by service point, service, unit and flow, in a stable order."""
    groups: dict[Register, list[Row]] = {}
    for row in rows:
        groups.setdefault((row.service_point_id, row.service_type, row.unit, row.flow), []).append(row)
    return dict(sorted(groups.items(), key=lambda item: [str(part) for part in item[0]]))


def build_readings(
    rows: Sequence[StoredReading], granularity: UsageGranularity, zone: ZoneInfo, extent: Extent | None = None
) -> list[UsageReading]:
    """The readings of one register, oldest first, in the account's zone.

    Gaps between the first and the last, or anywhere in an extent, are filled with MISSING readings. Rows of
    the same time are one reading, which is MISSING where they differ.
    """
    readings = sorted((_reading(row, zone) for row in rows), key=_sort_key)
    by_time = groupby(readings, lambda reading: (reading.start, reading.end))
    distinct = [_agreed(list(same)) for _, same in by_time]
    whole = fill_gaps(distinct, granularity, zone, extent)
    is_power = not all(is_summable(row.unit) for row in rows)
    return [sum_readings(group, is_power=is_power) for group in group_by_period(whole, granularity, zone)]


def total_value(readings: Sequence[UsageReading]) -> Decimal | None:
    """The sum of successive readings; None where one is missing or two overlap."""
    values = [reading.value for reading in readings if reading.value is not None]
    is_known = len(values) == len(readings) and not any_overlap(readings)
    return exact_sum(values) if is_known else None


def sum_readings(readings: Sequence[UsageReading], *, is_power: bool = False) -> UsageReading:
    """These readings as one over their whole time: with their sum, or of power with the highest."""
    if len(readings) == 1:
        return readings[0]
    total = total_value(readings)
    highest = max((reading.value for reading in readings if reading.value is not None), default=None)
    return UsageReading(
        start=readings[0].start,
        end=max(reading.end for reading in readings),
        value=highest if is_power and total is not None else total,
        quality=ReadQuality.MISSING if total is None else lowest_quality(readings),
        cost=None if total is None else money_sum([reading.cost for reading in readings]),
    )


def lowest_quality(readings: Iterable[UsageReading]) -> ReadQuality:
    """The quality of a sum: that of its least certain part."""
    return min((reading.quality for reading in readings), key=QUALITY_ORDER.index)


def _series(register: Register, readings: list[UsageReading], granularity: UsageGranularity) -> UsageSeries:
    service_point_id, service_type, unit, flow = register
    return UsageSeries(
        service_point_id=service_point_id,
        service_type=service_type,
        unit=unit,
        flow=flow,
        granularity=granularity,
        total=total_value(readings) if is_summable(unit) else None,
        readings=readings,
    )


def _agreed(same: Sequence[UsageReading]) -> UsageReading:
    """Readings of one time as one: where they differ, it is not known which is right."""
    if all(reading == same[0] for reading in same):
        return same[0]
    return replace(same[0], value=None, quality=ReadQuality.MISSING, cost=None, average_temperature=None, parts=None)


def _reading(row: StoredReading, zone: ZoneInfo) -> UsageReading:
    start, end = row.span(zone)
    # A reading that ends before it begins covers no time, so it is part of no sum.
    is_missing = row.value is None or row.quality is ReadQuality.MISSING or end <= start
    return UsageReading(
        start=with_fixed_offset(start.astimezone(zone)),
        end=with_fixed_offset(end.astimezone(zone)),
        value=None if is_missing else row.value,
        quality=ReadQuality.MISSING if is_missing else row.quality,
        cost=row.cost,
        average_temperature=row.average_temperature,
        parts=row.parts or None,
    )


def _sort_key(reading: UsageReading) -> tuple[object, ...]:
    """A total order, whatever order the rows come in."""
    rest = (reading.value, reading.quality.value, reading.cost, reading.parts)
    return (reading.start, reading.end, *map(str, rest))


def group_by_period(
    readings: Sequence[UsageReading], granularity: UsageGranularity, zone: ZoneInfo
) -> list[list[UsageReading]]:
    """Readings, oldest first, by the hour, day, month or year in which they start; of other lengths, each alone.

    An hour that the clock repeats is two.
    """
    if granularity in UNDIVIDED:
        return [[reading] for reading in readings]
    by_period = groupby(readings, lambda reading: _next_period(reading.start, granularity, zone))
    return [list(group) for _, group in by_period]


def fill_gaps(
    readings: Sequence[UsageReading], granularity: UsageGranularity, zone: ZoneInfo, extent: Extent | None
) -> list[UsageReading]:
    """Readings, oldest first, with MISSING ones in the gaps between them; with an extent, in all of it."""
    if extent is None and not readings:
        return []
    covered_until, end = extent or (readings[0].start, readings[0].end)
    whole: list[UsageReading] = []
    for reading in readings:
        whole += _gap(covered_until, reading.start, granularity, zone)
        whole.append(reading)
        covered_until = max(covered_until, reading.end)
    return [*whole, *_gap(covered_until, end, granularity, zone)]


def any_overlap(readings: Sequence[UsageReading]) -> bool:
    """Whether two neighbouring readings overlap: it is not known whether both count."""
    return any(other.start < one.end for one, other in pairwise(readings))


def _gap(start: datetime, end: datetime, granularity: UsageGranularity, zone: ZoneInfo) -> Iterator[UsageReading]:
    while start < end:
        after = end if granularity in UNDIVIDED else min(end, _next_period(start, granularity, zone))
        yield UsageReading(start=start, end=after, value=None, quality=ReadQuality.MISSING)
        start = after


def _next_period(moment: datetime, granularity: UsageGranularity, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    if granularity is UsageGranularity.HOUR:
        into_hour = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return with_fixed_offset((moment + timedelta(hours=1) - into_hour).astimezone(zone))
    day = local.date()
    if granularity is UsageGranularity.YEAR:
        return midnight(date(day.year + 1, 1, 1), zone)
    if granularity is UsageGranularity.MONTH:
        return midnight(months_before(day.replace(day=1), -1), zone)
    return midnight(day + timedelta(days=1), zone)
