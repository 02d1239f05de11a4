"""Readings as series: grouped by where and what, summed up by hour, month and year. Missing is never zero."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from gateway.resolvers.premises import ServiceType
from gateway.resolvers.usage import (
    FlowDirection,
    ReadQuality,
    Stored,
    UsageGranularity,
    UsageReading,
    UsageSeries,
)
from gateway.resolvers.values import Money


def series(rows: Iterable[Stored], granularity: UsageGranularity, zone: ZoneInfo) -> list[UsageSeries]:
    """The rows as series: by service point, service, unit and flow; within each, oldest first."""
    groups: dict[tuple[str, ServiceType, str, FlowDirection], list[Stored]] = {}
    for row in rows:
        groups.setdefault((row.service_point_id, row.service_type, row.unit, row.flow), []).append(row)
    return [
        _series(key, _readings(group, granularity, zone), granularity)
        for key, group in sorted(groups.items(), key=lambda item: [str(part) for part in item[0]])
    ]


def _series(
    key: tuple[str, ServiceType, str, FlowDirection],
    readings: list[UsageReading],
    granularity: UsageGranularity,
) -> UsageSeries:
    values = [each.value for each in readings if each.value is not None]
    return UsageSeries(
        service_point_id=key[0],
        service_type=key[1],
        unit=key[2],
        flow=key[3],
        granularity=granularity,
        total=sum(values, Decimal(0)) if len(values) == len(readings) and not has_gap(readings) else None,
        readings=readings,
    )


def _readings(rows: Sequence[Stored], granularity: UsageGranularity, zone: ZoneInfo) -> list[UsageReading]:
    plain = sorted((_reading(row, zone) for row in rows), key=lambda each: each.start)
    if granularity not in (UsageGranularity.YEAR, UsageGranularity.MONTH, UsageGranularity.HOUR):
        return plain
    buckets: dict[tuple[int, ...], list[UsageReading]] = {}
    for each in plain:
        buckets.setdefault(_bucket(each.start.astimezone(zone), granularity), []).append(each)
    return [_summed(bucket) for bucket in buckets.values()]


def _reading(row: Stored, zone: ZoneInfo) -> UsageReading:
    start, end = row.span(zone)
    missing = row.value is None
    return UsageReading(
        start=start,
        end=end,
        value=row.value,
        quality=ReadQuality.MISSING if missing else row.quality,
        cost=row.cost,
        average_temperature=row.average_temperature,
    )


def _bucket(start: datetime, granularity: UsageGranularity) -> tuple[int, ...]:
    if granularity is UsageGranularity.YEAR:
        return (start.year,)
    if granularity is UsageGranularity.MONTH:
        return start.year, start.month
    return start.year, start.month, start.day, start.hour, start.fold


def _summed(bucket: Sequence[UsageReading]) -> UsageReading:
    values = [each.value for each in bucket if each.value is not None]
    gap = has_gap(bucket)
    whole = len(values) == len(bucket) and not gap
    return UsageReading(
        start=bucket[0].start,
        end=bucket[-1].end,
        value=sum(values, Decimal(0)) if whole else None,
        quality=ReadQuality.MISSING if gap else _worst([each.quality for each in bucket]),
        cost=None if gap else _cost(bucket),
        average_temperature=None,
    )


def has_gap(readings: Sequence[UsageReading]) -> bool:
    """Whether some time between the first and the last was not read at all."""
    return any(one.end < other.start for one, other in pairwise(readings))


def _worst(qualities: Sequence[ReadQuality]) -> ReadQuality:
    order = (ReadQuality.MISSING, ReadQuality.ESTIMATED, ReadQuality.EDITED, ReadQuality.ACTUAL)
    return min(qualities, key=order.index)


def _cost(bucket: Sequence[UsageReading]) -> Money | None:
    costs = [each.cost for each in bucket if each.cost is not None]
    if len(costs) < len(bucket) or len({cost.currency for cost in costs}) != 1:
        return None
    return Money(amount=sum((cost.amount for cost in costs), Decimal(0)), currency=costs[0].currency)
