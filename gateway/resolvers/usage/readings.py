"""What was used: readings of meters, by bill, day, hour or interval, summed up by month and year."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from zoneinfo import ZoneInfo

import strawberry

from gateway.contract.times import midnight
from gateway.resolvers.graph.descriptions import described, described_enum
from gateway.resolvers.graph.node import Record
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.systems import SourceSystem
from gateway.resolvers.graph.values import Money
from gateway.resolvers.service.premises import ServicePoint, ServiceType


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

    The first and the last of a series may be parts of an hour, month or year: start and end tell which. All
    others are whole, and missing where any part of them is.

    start: the first moment, by the clocks of the account's time zone.
    end: the first moment after it.
    value: how much; null where it, or a part of it, is missing or told in two ways, and never zero instead;
        of power, which does not add up, the highest.
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

    Time between the first and the last that nobody read is a reading, too, and MISSING.

    service_point: where.
    service_type: what was supplied.
    unit: what was counted.
    granularity: how finely.
    flow: which way.
    total: the sum of the readings, from the first one's start to the last one's end; null where one of them
        is missing or two overlap, and of power, which does not add up.
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


@strawberry.type
class _Read(Record):
    """What all stored readings have; each kind adds the time it is of."""

    SYSTEM = SourceSystem.USAGE

    id: str
    account_id: str | None
    service_point_id: str
    service_type: ServiceType
    unit: str
    flow: FlowDirection
    value: Decimal | None
    quality: ReadQuality
    cost: Money | None
    average_temperature: float | None


@strawberry.type
class BilledUsage(_Read):
    """What was used in one bill period at one service point."""

    TIME = "until"
    DAYS = ("since", "until")

    since: date
    until: date

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first after it; `until` is its last day."""
        return midnight(self.since, zone), midnight(_after(self.until), zone)


@strawberry.type
class DailyUsage(_Read):
    """What was used on one day at one service point."""

    TIME = "day"
    DAYS = ("day",)

    day: date

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The day's first moment, and the next day's."""
        return midnight(self.day, zone), midnight(_after(self.day), zone)


@strawberry.type
class IntervalUsage(_Read):
    """What was used in one interval of a smart meter."""

    TIME = "starts_at"

    starts_at: datetime
    ends_at: datetime

    def span(self, _zone: ZoneInfo) -> tuple[datetime, datetime]:
        """As the meter says."""
        return self.starts_at, self.ends_at


StoredReading = BilledUsage | DailyUsage | IntervalUsage

# Which stored readings tell a granularity. Months and years are summed up from days, hours from intervals.
STORED_READING: dict[UsageGranularity, type[StoredReading]] = {
    UsageGranularity.BILL_PERIOD: BilledUsage,
    UsageGranularity.YEAR: DailyUsage,
    UsageGranularity.MONTH: DailyUsage,
    UsageGranularity.DAY: DailyUsage,
    UsageGranularity.HOUR: IntervalUsage,
    UsageGranularity.INTERVAL: IntervalUsage,
}


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
