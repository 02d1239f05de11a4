"""Usage: stored meter readings by bill period, day or interval, and the series that the schema shows."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

import strawberry

from gateway.access.audiences import PARTNER
from gateway.access.caller import Scope
from gateway.access.ties import Tie, tied
from gateway.contract.times import midnight, moved
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.formats import formatted, with_unit, without_unit
from gateway.resolvers.graph.known import known_state, own_state, state_of
from gateway.resolvers.graph.record import Record, SourceSystem
from gateway.resolvers.graph.relations import one
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.units import is_summable
from gateway.resolvers.graph.values import CodedValue, Money
from gateway.resolvers.service.premises import ServicePoint, ServiceType


class UsageGranularity(DescribedEnum):
    """The length of each reading, by the account's time zone."""

    YEAR = "YEAR", "Calendar years."
    MONTH = "MONTH", "Calendar months."
    BILL_PERIOD = "BILL_PERIOD", "The period of one bill."
    DAY = "DAY", "Days from midnight to midnight; 23 or 25 hours where clocks change."
    HOUR = "HOUR", "Clock hours, as sums of intervals."
    INTERVAL = "INTERVAL", "The interval that the smart meter records, such as 15 minutes."


class ReadQuality(DescribedEnum):
    """Where a value comes from."""

    ACTUAL = "ACTUAL", "Read from the meter."
    ESTIMATED = "ESTIMATED", "Estimated by the utility."
    EDITED = "EDITED", "Corrected by hand."
    MISSING = "MISSING", "No value is known."


class FlowDirection(DescribedEnum):
    """The direction of the usage."""

    DELIVERED = "DELIVERED", "From the utility to the customer."
    RECEIVED = "RECEIVED", "From the customer to the utility, such as solar energy."
    NET = "NET", "Delivered less received usage."
    TOTAL = "TOTAL", "Delivered plus received usage, whatever its direction."
    OTHER = "OTHER", "Another direction, such as one of reactive energy."


@described
@known_to(PARTNER)
class UsagePart:
    """The part of a reading in one tier, time of use or critical peak.

    A reading divided both by tier and by time of use has the parts of both.

    tier: Consumption tier; null if the reading is not divided by tier, or it is unknown.
    time_of_use: Time of use, such as off-peak; null if the reading is not divided by it, or it is unknown.
    critical_peak: Critical peak; null if the reading is not divided by it, or it is unknown.
    value: The usage in the unit of the series; null if unknown.
    cost: The cost of this part; null if unknown.
    """

    tier: CodedValue | None
    time_of_use: CodedValue | None
    critical_peak: CodedValue | None
    value: Decimal | None
    value_formatted: str | None = formatted("value", without_unit)
    cost: Money | None


@described
@known_to(PARTNER)
class UsageReading:
    """The usage between two moments.

    The first and the last reading of a series may cover only a part of a day, month or year: `start`
    and `end` say which. Any other reading covers all of it, and is MISSING where a part is missing.

    start: the first moment, with the offset of the account's time zone.
    end: the first moment after the reading, with the offset of the account's time zone.
    value: the usage in the unit of the series; of power, the highest value. Null, never zero, where the
        value or a part of it is missing. Null also where two stored readings contradict each other.
    quality: where the value comes from; of a sum, the quality of its least certain part.
    cost: the cost of the usage. Null where the usage system does not give it, or a part of it is missing.
    average_temperature: the average outside temperature in degrees Fahrenheit. Null for sums, and where the
        usage system does not give it.
    parts: the reading by tier, time of use and critical peak. Null for sums of readings, and where the usage
        system does not divide it.
    """

    start: datetime
    end: datetime
    value: Decimal | None
    value_formatted: str | None = formatted("value", without_unit)
    quality: ReadQuality
    cost: Money | None = None
    average_temperature: float | None = None
    parts: list[UsagePart] | None = None


@described
@known_to(PARTNER)
class UsageSeries:
    """The usage of one service at one service point, in one unit and direction.

    service_point: the service point where the usage was measured. Null where its system does not answer.
    service_type: the service that was used.
    unit: the unit of all values, such as kWh or CCF.
    granularity: the length of each reading.
    flow: the direction of the usage.
    total: the sum of all readings, from the first one's start to the last one's end. Null where a reading is
        missing, where two readings overlap, and for power, which does not add up.
    readings: the readings, oldest first. Gaps between the first and the last are MISSING readings.
    """

    LIST_SIZES: ClassVar = {"readings": 100}
    service_point_id: strawberry.Private[str]
    service_type: ServiceType
    unit: str
    granularity: UsageGranularity
    flow: FlowDirection
    total: Decimal | None
    total_state = own_state(lambda series: known_state(series.total, unknown=is_summable(series.unit)))
    total_formatted: str | None = formatted("total", with_unit)
    readings: list[UsageReading]
    service_point: ServicePoint | None = one(ServicePoint, key="service_point_id")
    service_point_state = state_of(service_point)


@strawberry.type
class _Read(Record):
    """What all stored readings have; each type adds the time that it covers."""

    SYSTEM = SourceSystem.USAGE
    SCOPE = Scope.USAGE_READ
    TIES = tied(account_id=Tie.ACCOUNT, service_point_id=Tie.SERVICE_POINT)

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
    parts: list[UsagePart] | None


@strawberry.type
class BilledUsage(_Read):
    """The usage of one bill period at one service point; `until` is its last day."""

    TIME = "until"

    since: date
    until: date

    @property
    def period(self) -> DateSpan:
        return DateSpan(self.since, self.until)

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The first moment, and the first one after it, of days in `zone`."""
        return self.period.start(zone), self.period.end(zone)


@strawberry.type
class DailyUsage(_Read):
    """The usage of one day at one service point."""

    TIME = "day"

    day: date

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The first moment of the day, and of the next one, in `zone`."""
        return midnight(self.day, zone), midnight(moved(self.day, timedelta(days=1)), zone)


@strawberry.type
class IntervalUsage(_Read):
    """The usage of one interval of a smart meter."""

    TIME = "starts_at"

    starts_at: datetime
    ends_at: datetime

    def span(self, _zone: ZoneInfo) -> tuple[datetime, datetime]:
        return self.starts_at, self.ends_at


StoredReading = BilledUsage | DailyUsage | IntervalUsage

# The stored readings that each granularity is made of. Years and months are sums of days, hours of intervals.
# Where a service point has no days, they are sums of intervals.
STORED_READING: dict[UsageGranularity, type[StoredReading]] = {
    UsageGranularity.BILL_PERIOD: BilledUsage,
    UsageGranularity.YEAR: DailyUsage,
    UsageGranularity.MONTH: DailyUsage,
    UsageGranularity.DAY: DailyUsage,
    UsageGranularity.HOUR: IntervalUsage,
    UsageGranularity.INTERVAL: IntervalUsage,
}
FINER: dict[type[StoredReading], type[StoredReading]] = {DailyUsage: IntervalUsage}
