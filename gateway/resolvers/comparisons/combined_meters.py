"""The usage of all service points of one service as one: which meters count, and what they add up to.

Every meter that counts must have every reading: a sum that silently lacks one would be a lie.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.calendar_periods import Extent
from gateway.resolvers.usage.readings import (
    BilledUsage,
    FlowDirection,
    ReadQuality,
    StoredReading,
    UsageGranularity,
    UsageReading,
)
from gateway.resolvers.usage.series import build_readings, is_summable, lowest_quality, sum_readings

Meter = tuple[str, FlowDirection]  # what counts one flow at one service point


@dataclass(frozen=True, slots=True)
class CombinedMeters:
    """The rows of all meters of one service and unit, and which way they count together."""

    unit: str
    flow: FlowDirection
    netted: bool
    meters: dict[Meter, list[StoredReading]]


def most_used_unit(rows: Iterable[StoredReading]) -> str | None:
    """The unit of energy or volume that most rows have, of several the first by name; None where none has."""
    told = Counter(row.unit for row in rows if is_summable(row.unit))
    return min(told, key=lambda unit: (-told[unit], unit), default=None)


def rows_within(
    rows: Iterable[StoredReading], spans: Sequence[DateSpan], zone: ZoneInfo
) -> list[StoredReading]:
    """The rows that lie in one of these spans: a meter that has none there does not count."""
    extents = [(each.start(zone), each.end(zone)) for each in spans]
    return [row for row in rows if any(_within(row, each, zone) for each in extents)]


def combine_meters(
    rows: Sequence[StoredReading], service: ServiceType, unit: str | None
) -> CombinedMeters | None:
    """The meters that count: of a service point that has one the NET, else all flows it has.

    None where nothing of this service, and this unit if one is asked for, was read.
    """
    own = [row for row in rows if row.service_type is service]
    chosen = unit or most_used_unit(own)
    meters: dict[Meter, list[StoredReading]] = {}
    for row in own:
        if row.unit == chosen:
            meters.setdefault((row.service_point_id, row.flow), []).append(row)
    if chosen is None or not meters:
        return None
    net = {point for point, flow in meters if flow is FlowDirection.NET}
    kept = {key: meters[key] for key in meters if key[0] not in net or key[1] is FlowDirection.NET}
    flows = {flow for _, flow in kept}
    one = next(iter(flows)) if len(flows) == 1 else FlowDirection.NET
    return CombinedMeters(chosen, one, netted=FlowDirection.RECEIVED in flows and len(flows) > 1, meters=kept)


def combined_readings(
    made: CombinedMeters, granularity: UsageGranularity, zone: ZoneInfo, span: DateSpan
) -> list[UsageReading]:
    """What all meters read in these days, one reading for each of theirs, from the first day to the last."""
    extent = span.start(zone), span.end(zone)
    each = [
        _signed(_of(rows, granularity, zone, extent), negative=made.netted and _received(meter))
        for meter, rows in made.meters.items()
    ]
    together = sorted((one for readings in each for one in readings), key=lambda one: (one.start, one.end))
    spans = groupby(together, lambda one: (one.start, one.end))
    return [_together(list(same), len(each)) for _, same in spans]


def _of(
    rows: Sequence[StoredReading], granularity: UsageGranularity, zone: ZoneInfo, extent: Extent
) -> list[UsageReading]:
    own = [row for row in rows if _within(row, extent, zone)]
    readings = build_readings(own, granularity, zone, extent)
    return [sum_readings(readings)] if granularity is UsageGranularity.YEAR else readings


def _within(row: StoredReading, extent: Extent, zone: ZoneInfo) -> bool:
    start, end = row.span(zone)
    return extent[0] <= start and end <= extent[1]


def _together(same: Sequence[UsageReading], meters: int) -> UsageReading:
    values = [each.value for each in same if each.value is not None]
    if len(same) == 1 == meters:
        return same[0]
    known = len(values) == meters and len(same) == meters
    return replace(
        same[0],
        value=sum(values, Decimal(0)) if known else None,
        quality=lowest_quality(same) if known else ReadQuality.MISSING,
        cost=None,
        average_temperature=None,
    )


def _signed(readings: list[UsageReading], *, negative: bool) -> list[UsageReading]:
    if not negative:
        return readings
    return [replace(each, value=None if each.value is None else -each.value) for each in readings]


def _received(meter: Meter) -> bool:
    return meter[1] is FlowDirection.RECEIVED


def bill_periods(made: CombinedMeters) -> list[DateSpan]:
    """The bill periods of all meters."""
    rows = [row for rows in made.meters.values() for row in rows]
    return [DateSpan(row.since, row.until) for row in rows if isinstance(row, BilledUsage)]
