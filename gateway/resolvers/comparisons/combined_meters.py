"""The usage of all service points of one service together: which meters count, and their sum.

A sum is known only where every meter that counts has a reading.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from zoneinfo import ZoneInfo

from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.graph.decimals import exact_sum
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import (
    BilledUsage,
    FlowDirection,
    ReadQuality,
    StoredReading,
    UsageGranularity,
    UsageReading,
)
from gateway.resolvers.usage.series import Extent, build_readings, lowest_quality, sum_readings

# The first of these that is measured at a service point counts there.
COUNTING_FLOWS = ({FlowDirection.NET}, {FlowDirection.DELIVERED, FlowDirection.RECEIVED}, {FlowDirection.TOTAL})
Meter = tuple[str, FlowDirection]  # a service point, and one direction that is measured there


@dataclass(frozen=True, slots=True)
class CombinedMeters:
    """The rows of all meters of one service and unit.

    flow: the direction of their sum.
    is_netted: whether received energy is subtracted from delivered energy.
    """

    unit: str
    flow: FlowDirection
    is_netted: bool
    meters: dict[Meter, list[StoredReading]]


def most_used_unit(rows: Iterable[StoredReading]) -> str | None:
    """The unit of energy or volume that most rows have, the first by name of several."""
    counts = Counter(row.unit for row in rows if is_summable(row.unit))
    return min(counts, key=lambda unit: (-counts[unit], unit), default=None)


def most_used_service(rows: Iterable[StoredReading]) -> ServiceType | None:
    """The service that most rows of energy or volume have; of several, the first in the order of ServiceType."""
    counts = Counter(row.service_type for row in rows if is_summable(row.unit))
    order = [*ServiceType].index
    return min(counts, key=lambda service: (-counts[service], order(service)), default=None)


def rows_overlapping(rows: Iterable[StoredReading], spans: Sequence[DateSpan], zone: ZoneInfo) -> list[StoredReading]:
    """The rows that have a part in one of these spans."""
    extents = [(span.start(zone), span.end(zone)) for span in spans]
    times = [(row, row.span(zone)) for row in rows]
    return [row for row, (start, end) in times if any(start < until and since < end for since, until in extents)]


def rows_within(rows: Iterable[StoredReading], spans: Sequence[DateSpan], zone: ZoneInfo) -> list[StoredReading]:
    """The rows that lie wholly in one of these spans. A meter without such a row does not count."""
    extents = [(span.start(zone), span.end(zone)) for span in spans]
    return [row for row in rows if any(is_within(row, extent, zone) for extent in extents)]


def combine_meters(
    rows: Sequence[StoredReading], service: ServiceType | None, unit: str | None, flow: FlowDirection | None = None
) -> CombinedMeters | None:
    """The meters that count: the NET meter of a service point that has one, else those of either direction.

    The total of both directions counts where nothing else is measured. With a flow, only meters of that
    direction count; of NET also those that it is reckoned from.

    None where there are no rows of this service, and of this unit if one is given. None also where the rows do
    not tell the flow.
    """
    rows = [row for row in rows if row.service_type is service]
    chosen = unit or most_used_unit(rows)
    meters: dict[Meter, list[StoredReading]] = {}
    for row in rows:
        if row.unit == chosen:
            meters.setdefault((row.service_point_id, row.flow), []).append(row)
    flows_at: dict[str, set[FlowDirection]] = {}
    for point, measured in meters:
        flows_at.setdefault(point, set()).add(measured)
    meters = {meter: meters[meter] for meter in meters if meter[1] in _counting(flows_at[meter[0]], flow)}
    if chosen is None or not meters or not _tell(flow, flows_at.values()):
        return None
    flows = {measured for _, measured in meters}
    if flow is not None:
        return CombinedMeters(chosen, flow, len(flows) > 1 and FlowDirection.RECEIVED in flows, meters)
    total = FlowDirection.TOTAL if flows <= {FlowDirection.DELIVERED, FlowDirection.TOTAL} else FlowDirection.NET
    combined = next(iter(flows)) if len(flows) == 1 else total
    return CombinedMeters(chosen, combined, FlowDirection.RECEIVED in flows and len(flows) > 1, meters)


def _counting(flows: set[FlowDirection], flow: FlowDirection | None) -> set[FlowDirection]:
    """Of the directions that are measured at a service point, those that count."""
    if flow not in (None, FlowDirection.NET):
        return {flow} if flow else set()
    return next((flows & each for each in COUNTING_FLOWS if flows & each), set())


def _tell(flow: FlowDirection | None, measured: Iterable[set[FlowDirection]]) -> bool:
    """Whether what service points measure tells this flow.

    Net energy needs a net meter, or both directions. A service point that only measures net or total energy
    does not tell the others.
    """
    flows_at = [flows - {FlowDirection.OTHER} for flows in measured]
    if flow in (None, FlowDirection.OTHER):
        return True
    if flow is FlowDirection.NET:
        every = {each for flows in flows_at for each in flows}
        is_measured = FlowDirection.NET in every or every >= COUNTING_FLOWS[1]
        return is_measured and {FlowDirection.TOTAL} not in flows_at
    is_one_way = flow in COUNTING_FLOWS[1]
    mixed = {FlowDirection.NET, FlowDirection.TOTAL} if is_one_way else {FlowDirection.NET, *COUNTING_FLOWS[1]}
    return not any(flows & mixed and flow not in flows for flows in flows_at)


def combined_readings(
    combined: CombinedMeters, granularity: UsageGranularity, zone: ZoneInfo, span: DateSpan
) -> list[UsageReading]:
    """The sums of all meters, reading by reading, from the first day of a span to its last."""
    extent = span.start(zone), span.end(zone)
    if not combined.meters:
        return _meter_readings([], granularity, zone, extent)
    by_meter: list[list[UsageReading]] = []
    for (_, flow), rows in combined.meters.items():
        readings = _meter_readings(rows, granularity, zone, extent)
        if combined.is_netted and flow is FlowDirection.RECEIVED:
            readings = [_negative(reading) for reading in readings]
        by_meter.append(readings)
    readings = sorted((reading for readings in by_meter for reading in readings), key=_times)
    return [_sum_of_meters(list(same), len(by_meter)) for _, same in groupby(readings, _times)]


def _times(reading: UsageReading) -> Extent:
    return reading.start, reading.end


def _meter_readings(
    rows: Sequence[StoredReading], granularity: UsageGranularity, zone: ZoneInfo, extent: Extent
) -> list[UsageReading]:
    within = [row for row in rows if is_within(row, extent, zone)]
    readings = build_readings(within, granularity, zone, extent)
    return [sum_readings(readings)] if granularity is UsageGranularity.YEAR and readings else readings


def is_within(row: StoredReading, extent: Extent, zone: ZoneInfo) -> bool:
    start, end = row.span(zone)
    return extent[0] <= start and end <= extent[1]


def _sum_of_meters(same: Sequence[UsageReading], meters: int) -> UsageReading:
    """The readings of all meters at one time as one; MISSING where a meter has none."""
    if len(same) == 1 == meters:
        return same[0]
    values = [reading.value for reading in same if reading.value is not None]
    is_known = len(values) == meters and len(same) == meters
    return replace(
        same[0],
        value=exact_sum(values) if is_known else None,
        quality=lowest_quality(same) if is_known else ReadQuality.MISSING,
        cost=None,
        average_temperature=None,
    )


def _negative(reading: UsageReading) -> UsageReading:
    return replace(reading, value=None if reading.value is None else -reading.value)


def bill_periods(combined: CombinedMeters) -> list[DateSpan]:
    rows = [row for rows in combined.meters.values() for row in rows]
    return [row.period for row in rows if isinstance(row, BilledUsage)]
