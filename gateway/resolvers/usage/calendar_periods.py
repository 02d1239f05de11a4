"""Readings by the clocks of a zone: their hours, days, months and years, and the holes between them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from gateway.contract.times import midnight, with_fixed_offset
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.usage.readings import ReadQuality, UsageGranularity, UsageReading

Extent = tuple[datetime, datetime]
SUMMED_GRANULARITIES = (UsageGranularity.YEAR, UsageGranularity.MONTH, UsageGranularity.HOUR)
# How long what nobody read is not known: bill periods and intervals are as long as they are.
UNDIVIDED_GAPS = (UsageGranularity.BILL_PERIOD, UsageGranularity.INTERVAL)


def group_by_period(
    readings: Sequence[UsageReading], granularity: UsageGranularity, zone: ZoneInfo
) -> list[list[UsageReading]]:
    """The readings, oldest first, by the hour, month or year in which they start; others each alone.

    An hour that the clock shows twice is two: they differ in `fold`.
    """
    if granularity not in SUMMED_GRANULARITIES:
        return [[each] for each in readings]
    return [list(run) for _, run in groupby(readings, lambda each: _bucket(each.start, granularity, zone))]


def fill_gaps(
    readings: Sequence[UsageReading],
    granularity: UsageGranularity,
    zone: ZoneInfo,
    extent: Extent | None = None,
) -> list[UsageReading]:
    """The readings, oldest first, and between them what is MISSING: from one to the next, or in an extent."""
    if extent is None and not readings:
        return []
    at, end = extent or (readings[0].start, readings[0].end)
    whole: list[UsageReading] = []
    for each in readings:
        whole += _holes(at, each.start, granularity, zone)
        whole.append(each)
        at = max(at, each.end)
    return [*whole, *_holes(at, end, granularity, zone)]


def any_overlap(readings: Sequence[UsageReading]) -> bool:
    """Whether some time is told by two of these: nobody knows which is right, or whether both are."""
    return any(other.start < one.end for one, other in pairwise(readings))


def _holes(
    start: datetime, end: datetime, granularity: UsageGranularity, zone: ZoneInfo
) -> Iterator[UsageReading]:
    while start < end:
        after = end if granularity in UNDIVIDED_GAPS else min(end, _next(start, granularity, zone))
        yield UsageReading(
            start=start,
            end=after,
            value=None,
            quality=ReadQuality.MISSING,
            cost=None,
            average_temperature=None,
        )
        start = after


def _next(moment: datetime, granularity: UsageGranularity, zone: ZoneInfo) -> datetime:
    """The first moment of the next hour, day, month or year."""
    local = moment.astimezone(zone)
    if granularity is UsageGranularity.HOUR:
        spent = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return with_fixed_offset((moment + timedelta(hours=1) - spent).astimezone(zone))
    day = local.date()
    if granularity is UsageGranularity.YEAR:
        return midnight(date(day.year + 1, 1, 1), zone)
    if granularity is UsageGranularity.MONTH:
        return midnight(months_before(day.replace(day=1), -1), zone)
    return midnight(day + timedelta(days=1), zone)


def _bucket(start: datetime, granularity: UsageGranularity, zone: ZoneInfo) -> tuple[int, ...]:
    local = start.astimezone(zone)
    if granularity is UsageGranularity.YEAR:
        return (local.year,)
    if granularity is UsageGranularity.MONTH:
        return local.year, local.month
    return local.year, local.month, local.day, local.hour, local.fold
