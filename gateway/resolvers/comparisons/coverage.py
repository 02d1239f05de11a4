"""How much of a span has readings."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from gateway.resolvers.comparisons.combined_meters import CombinedMeters, is_within
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.usage.readings import FlowDirection, ReadQuality, StoredReading
from gateway.resolvers.usage.series import Extent

THOUSANDTH = Decimal("0.001")


def coverage_of(meters: CombinedMeters, span: DateSpan, zone: ZoneInfo, flow: FlowDirection | None = None) -> Decimal:
    """The share of the span's time in which every meter has a reading with a value, to a thousandth.

    It is 0 only where no time is covered, and 1 only where all of it is.

    flow: only the meters of this direction count
    """
    extent = span.start(zone), span.end(zone)
    by_meter = [rows for (_, direction), rows in meters.meters.items() if flow in (None, direction)]
    parts = [extent] if by_meter else []
    for rows in by_meter:
        parts = _common(parts, _covered(rows, extent, zone))
    covered = sum((end - start for start, end in parts), timedelta())
    return _share(covered, extent[1] - extent[0])


def _share(covered: timedelta, whole: timedelta) -> Decimal:
    if not covered or covered >= whole:
        return Decimal(bool(covered))
    share = Decimal(covered // timedelta(microseconds=1)) / Decimal(whole // timedelta(microseconds=1))
    return min(max(share.quantize(THOUSANDTH, ROUND_HALF_UP), THOUSANDTH), 1 - THOUSANDTH)


def _covered(rows: Iterable[StoredReading], extent: Extent, zone: ZoneInfo) -> list[Extent]:
    """The times with a value, oldest first, without overlaps."""
    with_value = [row for row in rows if row.value is not None and row.quality is not ReadQuality.MISSING]
    times = sorted(row.span(zone) for row in with_value if is_within(row, extent, zone))
    merged: list[Extent] = []
    for start, end in times:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged


def _common(one: Sequence[Extent], other: Sequence[Extent]) -> list[Extent]:
    """The times that are in both lists."""
    edges: list[tuple[datetime, int]] = []
    for start, end in (*one, *other):
        edges += [(start, 1), (end, -1)]
    edges.sort()
    depth, common = 0, []
    for (start, step), (end, _) in pairwise(edges):
        depth += step
        if depth > 1 and start < end:
            common.append((start, end))
    return common
