"""The usage of an account compared with the period before, or with a year ago (USE-1)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import strawberry

from gateway.errors import BadInput
from gateway.errors.reasons import Reason
from gateway.resolvers.account.core import AccountCore
from gateway.resolvers.comparisons import verdicts
from gateway.resolvers.comparisons.combined_meters import (
    CombinedMeters,
    bill_periods,
    combine_meters,
    combined_readings,
    rows_within,
)
from gateway.resolvers.comparisons.usage_pairs import (
    calendar_spans,
    loaded_spans,
    paired_periods,
    similar_length,
    span_label,
)
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.formats import formatted, without_unit
from gateway.resolvers.graph.values import Period
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.account_usage import load_readings
from gateway.resolvers.usage.readings import STORED_READING, FlowDirection, UsageGranularity, UsageReading
from gateway.resolvers.usage.series import is_summable, total_value

THOUSANDTH = Decimal("0.001")
SIDES = 2  # of a comparison


@described
class UsageComparisonSeries:
    """The usage in one of the two periods of a comparison, of all service points of the service together.

    label: the period as a title, such as "Nov 2025 - Oct 2026"; it says so where received energy is
        subtracted.
    period: the first and the last day.
    total: the sum of the readings, in the comparison's unit. Null where a reading is missing.
    average_per_day: the total divided by the days of the period, rounded to a thousandth. Null where the
        total is null.
    readings: the readings from the period's first day to its last, oldest first. Gaps are MISSING readings.
    """

    label: str
    period: Period
    total: Decimal | None
    total_formatted: str | None = formatted("total", without_unit)
    readings: list[UsageReading]

    @strawberry.field
    def average_per_day(self) -> Decimal | None:
        average = self.exact_average()
        return None if average is None else average.quantize(THOUSANDTH, ROUND_HALF_UP)

    average_per_day_formatted: str | None = formatted("average_per_day", without_unit)

    def exact_average(self) -> Decimal | None:
        days = self.period.days()
        return None if self.total is None or not days else self.total / days


@described
class UsageComparison:
    """Recent usage compared with the period before, or with the same period last year.

    service_type: the service whose usage is compared.
    unit: the unit of all values, such as kWh. Without a choice, the unit of energy or volume that most
        readings have.
    flow: the direction of the usage. NET is delivered less received energy: as a meter counts it, or as it
        is subtracted here where no meter does.
    granularity: the length of each reading.
    base: the period that recent usage is compared with.
    series: the recent period, then the one that it is compared with. The latter is left out where there is
        no bill period to compare with.
    change_percent: the change of the average per day in percent, rounded to a tenth. Null where the two
        periods cannot be compared, or the other one has no usage.
    verdict: whether the recent period used more, less or about the same per day. NOT_COMPARABLE where a
        total is not known, or one period is longer than the other by more than a fifth.
    earliest: the first day that usage can be asked for. It is limited by the years that are searched, and by
        the day on which the account was opened; null only after an error of the gateway itself.
    """

    service_type: ServiceType
    unit: str
    flow: FlowDirection
    granularity: UsageGranularity
    base: verdicts.ComparisonBase
    series: list[UsageComparisonSeries]
    earliest: date | None

    @strawberry.field
    def change_percent(self) -> float | None:
        change = self.change()
        return None if change is None else float(change)

    @strawberry.field
    def verdict(self, info: Info) -> verdicts.ComparisonVerdict:
        return verdicts.verdict_of(self.change(), Decimal(info.context.thresholds.unchanged_percent))

    def change(self) -> Decimal | None:
        """The change of the average per day in percent; None where the series cannot be compared."""
        averages = [side.exact_average() for side in self.series]
        if len(averages) < SIDES or averages[0] is None or averages[1] is None:
            return None
        now, base = (DateSpan(side.period.start, side.period.end or side.period.start) for side in self.series)
        return verdicts.percent_change(averages[0], averages[1]) if similar_length(now, base) else None


async def usage_comparison(
    info: Info,
    account: AccountCore,
    service: ServiceType,
    unit: str | None,
    granularity: UsageGranularity,
    base: verdicts.ComparisonBase,
) -> UsageComparison | None:
    """The comparison of an account's usage; None where no system keeps readings, or there are none.

    Without a `unit`, the most used one is compared. Raises BadInput for a unit of power, whose readings do not
    add up.
    """
    if unit is not None and not is_summable(unit):
        message = f"{unit} does not add up: choose a unit of energy or volume to compare usage."
        raise BadInput(message, Reason.UNIT_DOES_NOT_ADD_UP, "unit")
    today, zone = account.today(info), account.zone_in(info)
    floor = earliest_day(today, info.context.rules)
    spans = calendar_spans(granularity, base, today)
    loaded = loaded_spans(spans, granularity, today, floor) if spans else [DateSpan(floor, today)]
    rows = await load_readings(info, account, STORED_READING[granularity], loaded) or []
    compared = spans or _billed_spans(combine_meters(rows, service, unit), base)
    meters = combine_meters(rows_within(rows, compared, zone), service, unit)
    if meters is None:
        return None
    return UsageComparison(
        service_type=service,
        unit=meters.unit,
        flow=meters.flow,
        granularity=granularity,
        base=base,
        series=[_series(meters, granularity, zone, span) for span in compared],
        earliest=max(floor, account.opened_on or floor),
    )


def _billed_spans(meters: CombinedMeters | None, base: verdicts.ComparisonBase) -> list[DateSpan]:
    """On either side, from the first day of the first bill period to the last day of the last."""
    sides = paired_periods(bill_periods(meters), base) if meters else ()
    return [DateSpan(min(span.since for span in side), max(span.until for span in side)) for side in sides if side]


def _series(
    meters: CombinedMeters, granularity: UsageGranularity, zone: ZoneInfo, span: DateSpan
) -> UsageComparisonSeries:
    readings = combined_readings(meters, granularity, zone, span)
    return UsageComparisonSeries(
        label=span_label(span, granularity) + (", delivered less received" if meters.is_netted else ""),
        period=Period(start=span.since, end=span.until),
        total=total_value(readings),
        readings=readings,
    )
