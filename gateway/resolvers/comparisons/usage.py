"""What an account used beside what it used before, or a year ago (USE-1)."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from gateway.errors import BadInput
from gateway.resolvers.comparisons.combined_meters import (
    CombinedMeters,
    bill_periods,
    combine_meters,
    combined_readings,
    rows_within,
)
from gateway.resolvers.comparisons.usage_pairs import similar_length
from gateway.resolvers.comparisons.usage_spans import calendar_spans, loaded_spans, paired_periods, span_label
from gateway.resolvers.comparisons.verdicts import (
    ComparisonBase,
    ComparisonVerdict,
    percent_change,
    verdict_of,
)
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.date_ranges import DateSpan, earliest_day
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.values import Period
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.account_usage import load_readings
from gateway.resolvers.usage.readings import STORED_READING, FlowDirection, UsageGranularity, UsageReading
from gateway.resolvers.usage.series import is_summable, total_value

THOUSANDTH = Decimal("0.001")
BOTH = 2  # sides of a comparison


@described
class UsageComparisonSeries:
    """What was used in the days of one side of a comparison, at all service points of the service together.

    label: the days as a title; it says where what was received is subtracted.
    period: which days.
    total: the sum of the readings; null where any of it is missing.
    average_per_day: the total by the days of the period, to a thousandth; null where the total is.
    readings: one after another, from the period's first day to its last; what nobody read is MISSING.
    """

    label: str
    period: Period
    total: Decimal | None
    readings: list[UsageReading]

    @strawberry.field
    def average_per_day(self) -> Decimal | None:
        average = self.exact_average()
        return None if average is None else average.quantize(THOUSANDTH, ROUND_HALF_UP)

    def exact_average(self) -> Decimal | None:
        """The total by the days, not rounded."""
        days = self.period.days()
        return None if self.total is None or not days else self.total / days


@described
class UsageComparison:
    """What was used lately beside what was used before.

    service_type: what was supplied.
    unit: what was counted; without a choice the unit of energy or volume that most readings have.
    flow: which way. NET is what was delivered less what was received, as a meter counts it or, where none
        does, as it is subtracted here.
    granularity: how long each reading is.
    base: what it is compared with.
    series: the newest days first, then those they are compared with; these are left out where no bill
        period is there to compare with.
    change_percent: of the average day, to a tenth; null where the two cannot be compared.
    verdict: how the average day stands to that of the base; NOT_COMPARABLE where a total is not known, or
        one period is longer than the other by more than a fifth.
    earliest: the first day of which usage may be asked for: of the years kept, since the account was opened.
    """

    service_type: ServiceType
    unit: str
    flow: FlowDirection
    granularity: UsageGranularity
    base: ComparisonBase
    series: list[UsageComparisonSeries]
    earliest: date | None

    @strawberry.field
    def change_percent(self) -> float | None:
        change = self.change()
        return None if change is None else float(change)

    @strawberry.field
    def verdict(self, info: Info) -> ComparisonVerdict:
        return verdict_of(self.change(), Decimal(info.context.thresholds.about_the_same_percent))

    def change(self) -> Decimal | None:
        """The change of the average day in percent; None where the series cannot be compared."""
        averages = [each.exact_average() for each in self.series]
        if len(averages) < BOTH or averages[0] is None or averages[1] is None:
            return None
        now, base = (_span(each.period) for each in self.series)
        return percent_change(averages[0], averages[1]) if similar_length(now, base) else None


@dataclass(frozen=True, slots=True)
class UsageComparisonRequest:
    """What a caller wants compared."""

    service: ServiceType
    unit: str | None
    granularity: UsageGranularity
    base: ComparisonBase


async def usage_comparison(info: Info, account: Any, asked: UsageComparisonRequest) -> UsageComparison | None:
    """The comparison of an account's usage; None where nobody measures, or nothing was read.

    BadInput where the unit is one of power, which does not add up.
    """
    if asked.unit is not None and not is_summable(asked.unit):
        raise BadInput(f"{asked.unit} does not add up: usage is compared in a unit of energy or volume.")
    today, zone = account.today(info), account.zone_in(info)
    floor = earliest_day(today, info.context.rules)
    spans = calendar_spans(asked.granularity, asked.base, today)
    wanted = loaded_spans(spans, asked.granularity, today, floor) if spans else [DateSpan(floor, today)]
    rows = await load_readings(info, account, STORED_READING[asked.granularity], wanted) or []
    compared = spans.both() if spans else _billed(combine_meters(rows, asked.service, asked.unit), asked.base)
    made = combine_meters(rows_within(rows, compared, zone), asked.service, asked.unit)
    if made is None:
        return None
    return UsageComparison(
        service_type=asked.service,
        unit=made.unit,
        flow=made.flow,
        granularity=asked.granularity,
        base=asked.base,
        series=[_series(made, asked.granularity, zone, each) for each in compared],
        earliest=max(floor, account.opened_on or floor),
    )


def _billed(made: CombinedMeters | None, base: ComparisonBase) -> list[DateSpan]:
    """From the first day of the first bill period to the last one's last, on either side."""
    sides = paired_periods(bill_periods(made), base) if made else ()
    return [DateSpan(min(e.since for e in side), max(e.until for e in side)) for side in sides if side]


def _series(
    made: CombinedMeters, granularity: UsageGranularity, zone: ZoneInfo, span: DateSpan
) -> UsageComparisonSeries:
    readings = combined_readings(made, granularity, zone, span)
    return UsageComparisonSeries(
        label=span_label(span, granularity) + (", delivered less received" if made.netted else ""),
        period=Period(start=span.since, end=span.until),
        total=total_value(readings),
        readings=readings,
    )


def _span(period: Period) -> DateSpan:
    return DateSpan(period.start, period.end or period.start)
