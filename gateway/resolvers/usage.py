"""What was used: readings of meters, by bill, day, hour or interval, summed up by month and year."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from zoneinfo import ZoneInfo

import strawberry

from gateway.resolvers.described import described, described_enum
from gateway.resolvers.node import Record
from gateway.resolvers.owners import SourceSystem
from gateway.resolvers.premises import ServicePoint, ServiceType
from gateway.resolvers.relations import one
from gateway.resolvers.values import Money
from gateway.sources.times import midnight


@described_enum
class UsageGranularity(Enum):
    """How finely usage is told."""

    YEAR = "YEAR"
    MONTH = "MONTH"
    BILL_PERIOD = "BILL_PERIOD"
    DAY = "DAY"
    HOUR = "HOUR"
    INTERVAL = "INTERVAL"


@described_enum
class ReadQuality(Enum):
    """How a value came about: read, estimated, corrected by somebody, or not there."""

    ACTUAL = "ACTUAL"
    ESTIMATED = "ESTIMATED"
    EDITED = "EDITED"
    MISSING = "MISSING"


@described_enum
class FlowDirection(Enum):
    """DELIVERED to the customer, RECEIVED from the customer, or the NET of both."""

    DELIVERED = "DELIVERED"
    RECEIVED = "RECEIVED"
    NET = "NET"


@described
class UsageReading:
    """What was used between two moments.

    start: the first moment.
    end: the first moment after it.
    value: how much; null where it is missing, and never zero instead.
    quality: how the value came about.
    cost: what it cost.
    average_temperature: outside, in degrees Fahrenheit as the source tells it.
    """

    start: datetime
    end: datetime
    value: Decimal | None
    quality: ReadQuality
    cost: Money | None
    average_temperature: float | None


@described
class UsageSeries:
    """Readings of one kind at one service point, oldest first.

    service_point: where.
    service_type: what was supplied.
    unit: what was counted.
    granularity: how finely.
    flow: which way.
    total: the sum of the readings; null where one of them is missing.
    readings: one after another, oldest first.
    """

    service_point_id: strawberry.Private[str]
    service_type: ServiceType
    unit: str
    granularity: UsageGranularity
    flow: FlowDirection
    total: Decimal | None
    readings: list[UsageReading]
    service_point: ServicePoint | None = one(ServicePoint, key="service_point_id")


class _Read(Record):
    """What all stored readings have."""

    SYSTEM = SourceSystem.USAGE


@strawberry.type
class BilledUsage(_Read):
    """What was used in one bill period at one service point."""

    TIME = "until"
    DAYS = ("since", "until")

    id: str
    service_point_id: str
    service_type: ServiceType
    unit: str
    flow: FlowDirection
    since: date
    until: date
    value: Decimal | None
    quality: ReadQuality
    cost: Money | None
    average_temperature: float | None

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first after it; `until` is its last day."""
        return midnight(self.since, zone), midnight(_after(self.until), zone)


@strawberry.type
class DailyUsage(_Read):
    """What was used on one day at one service point."""

    TIME = "day"
    DAYS = ("day",)

    id: str
    service_point_id: str
    service_type: ServiceType
    unit: str
    flow: FlowDirection
    day: date
    value: Decimal | None
    quality: ReadQuality
    cost: Money | None
    average_temperature: float | None

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The day's first moment, and the next day's."""
        return midnight(self.day, zone), midnight(_after(self.day), zone)


@strawberry.type
class IntervalUsage(_Read):
    """What was used in one interval of a smart meter."""

    TIME = "starts_at"

    id: str
    service_point_id: str
    service_type: ServiceType
    unit: str
    flow: FlowDirection
    starts_at: datetime
    ends_at: datetime
    value: Decimal | None
    quality: ReadQuality
    cost: Money | None
    average_temperature: float | None

    def span(self, _zone: ZoneInfo) -> tuple[datetime, datetime]:
        """As the meter says."""
        return self.starts_at, self.ends_at


Stored = BilledUsage | DailyUsage | IntervalUsage

# Which stored readings tell a granularity. Months and years are summed up from days, hours from intervals.
STORED: dict[UsageGranularity, type[Stored]] = {
    UsageGranularity.BILL_PERIOD: BilledUsage,
    UsageGranularity.YEAR: DailyUsage,
    UsageGranularity.MONTH: DailyUsage,
    UsageGranularity.DAY: DailyUsage,
    UsageGranularity.HOUR: IntervalUsage,
    UsageGranularity.INTERVAL: IntervalUsage,
}


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


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
        total=sum(values, Decimal(0)) if len(values) == len(readings) else None,
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
    whole = len(values) == len(bucket)
    return UsageReading(
        start=bucket[0].start,
        end=bucket[-1].end,
        value=sum(values, Decimal(0)) if whole else None,
        quality=_worst([each.quality for each in bucket]),
        cost=_cost(bucket),
        average_temperature=None,
    )


def _worst(qualities: Sequence[ReadQuality]) -> ReadQuality:
    order = (ReadQuality.MISSING, ReadQuality.ESTIMATED, ReadQuality.EDITED, ReadQuality.ACTUAL)
    return min(qualities, key=order.index)


def _cost(bucket: Sequence[UsageReading]) -> Money | None:
    costs = [each.cost for each in bucket if each.cost is not None]
    if len(costs) < len(bucket) or len({cost.currency for cost in costs}) != 1:
        return None
    return Money(amount=sum((cost.amount for cost in costs), Decimal(0)), currency=costs[0].currency)
