"""The usage of all service points of one service as one: which meters count, and what they add up to.

Every meter that counts must have every reading: a sum that silently lacks one would be a lie.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from gateway.resolvers.graph.date_ranges import Span
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.buckets import Extent
from gateway.resolvers.usage.readings import (
    BilledUsage,
    FlowDirection,
    ReadQuality,
    Stored,
    UsageGranularity,
    UsageReading,
)
from gateway.resolvers.usage.series import adds_up, least_sure, readings_of, summed

Meter = tuple[str, FlowDirection]  # what counts one flow at one service point


@dataclass(frozen=True, slots=True)
class Register:
    """The rows of all meters of one service and unit, and which way they count together."""

    unit: str
    flow: FlowDirection
    netted: bool
    meters: dict[Meter, list[Stored]]


def unit_of(rows: Iterable[Stored]) -> str | None:
    """The unit of energy or volume that most rows have, of several the first by name; None where none has."""
    told = Counter(row.unit for row in rows if adds_up(row.unit))
    return min(told, key=lambda unit: (-told[unit], unit), default=None)


def inside(rows: Iterable[Stored], spans: Sequence[Span], zone: ZoneInfo) -> list[Stored]:
    """The rows that lie in one of these spans: a meter that has none there does not count."""
    extents = [(each.start(zone), each.end(zone)) for each in spans]
    return [row for row in rows if any(_within(row, each, zone) for each in extents)]


def register(rows: Sequence[Stored], service: ServiceType, unit: str | None) -> Register | None:
    """The meters that count: of a service point that has one the NET, else all flows it has.

    None where nothing of this service, and this unit if one is asked for, was read.
    """
    own = [row for row in rows if row.service_type is service]
    chosen = unit or unit_of(own)
    meters: dict[Meter, list[Stored]] = {}
    for row in own:
        if row.unit == chosen:
            meters.setdefault((row.service_point_id, row.flow), []).append(row)
    if chosen is None or not meters:
        return None
    net = {point for point, flow in meters if flow is FlowDirection.NET}
    kept = {key: meters[key] for key in meters if key[0] not in net or key[1] is FlowDirection.NET}
    flows = {flow for _, flow in kept}
    one = next(iter(flows)) if len(flows) == 1 else FlowDirection.NET
    return Register(chosen, one, netted=FlowDirection.RECEIVED in flows and len(flows) > 1, meters=kept)


def readings_in(
    made: Register, granularity: UsageGranularity, zone: ZoneInfo, span: Span
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
    rows: Sequence[Stored], granularity: UsageGranularity, zone: ZoneInfo, extent: Extent
) -> list[UsageReading]:
    own = [row for row in rows if _within(row, extent, zone)]
    readings = readings_of(own, granularity, zone, extent)
    return [summed(readings)] if granularity is UsageGranularity.YEAR else readings


def _within(row: Stored, extent: Extent, zone: ZoneInfo) -> bool:
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
        quality=least_sure(same) if known else ReadQuality.MISSING,
        cost=None,
        average_temperature=None,
    )


def _signed(readings: list[UsageReading], *, negative: bool) -> list[UsageReading]:
    if not negative:
        return readings
    return [replace(each, value=None if each.value is None else -each.value) for each in readings]


def _received(meter: Meter) -> bool:
    return meter[1] is FlowDirection.RECEIVED


def periods_of(made: Register) -> list[Span]:
    """The bill periods of all meters."""
    rows = [row for rows in made.meters.values() for row in rows]
    return [Span(row.since, row.until) for row in rows if isinstance(row, BilledUsage)]
