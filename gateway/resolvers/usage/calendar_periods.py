"""Readings by the calendar of a time zone: its hours, days, months and years, and the gaps between them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from gateway.contract.times import midnight, with_fixed_offset
from gateway.resolvers.graph.date_ranges import months_before
from gateway.resolvers.usage.readings import ReadQuality, UsageGranularity, UsageReading

Extent = tuple[datetime, datetime]
SUMMED_GRANULARITIES = (UsageGranularity.YEAR, UsageGranularity.MONTH, UsageGranularity.HOUR)
# Bill periods and intervals have no fixed length: a gap is one missing reading, however long it is.
UNDIVIDED_GAPS = (UsageGranularity.BILL_PERIOD, UsageGranularity.INTERVAL)


def group_by_period(
    readings: Sequence[UsageReading], granularity: UsageGranularity, zone: ZoneInfo
) -> list[list[UsageReading]]:
    """Readings, oldest first, by the hour, month or year in which they start; of other lengths, each alone.

    An hour that the clock repeats is two: they differ in `fold`.
    """
    if granularity not in SUMMED_GRANULARITIES:
        return [[reading] for reading in readings]
    return [
        list(group)
        for _, group in groupby(readings, lambda reading: _period(reading.start, granularity, zone))
    ]


def fill_gaps(
    readings: Sequence[UsageReading],
    granularity: UsageGranularity,
    zone: ZoneInfo,
    extent: Extent | None = None,
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


def _gap(
    start: datetime, end: datetime, granularity: UsageGranularity, zone: ZoneInfo
) -> Iterator[UsageReading]:
    while start < end:
        after = end if granularity in UNDIVIDED_GAPS else min(end, _next_period(start, granularity, zone))
        yield UsageReading(
            start=start,
            end=after,
            value=None,
            quality=ReadQuality.MISSING,
            cost=None,
            average_temperature=None,
        )
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


def _period(start: datetime, granularity: UsageGranularity, zone: ZoneInfo) -> tuple[int, ...]:
    local = start.astimezone(zone)
    if granularity is UsageGranularity.YEAR:
        return (local.year,)
    if granularity is UsageGranularity.MONTH:
        return local.year, local.month
    return local.year, local.month, local.day, local.hour, local.fold
