"""The usage of an account compared with the period before, or with a year ago (USE-1): what the schema shows."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

import strawberry

from gateway.access.audiences import PARTNER
from gateway.resolvers.comparisons import verdicts
from gateway.resolvers.comparisons.coverage import THOUSANDTH
from gateway.resolvers.comparisons.reasons import NotComparable, NotComparableReason, change_state
from gateway.resolvers.comparisons.usage_pairing import Pairing
from gateway.resolvers.comparisons.usage_pairs import similar_length
from gateway.resolvers.comparisons.usage_points import UsageComparisonPoint, point_of
from gateway.resolvers.comparisons.usage_reasons import Side
from gateway.resolvers.graph.context import Info
from gateway.resolvers.graph.decimals import rounded
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.formats import formatted, with_unit
from gateway.resolvers.graph.known import KnownState, known_state, own_state
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.graph.values import Period
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import FlowDirection, UsageGranularity, UsageReading

SIDES = 2  # of a comparison


@described
@known_to(PARTNER)
class UsageComparisonSeries:
    """The usage in one of the two periods of a comparison, of all service points of the service together.

    label: the period as a title, such as "Nov 2025 to Oct 2026"; it says so where received energy is
        subtracted.
    period: the first and the last day.
    unit: the comparison's unit; texts of this object end with its symbol.
    total: the sum of the readings. Null where a reading is missing.
    average_per_day: the total divided by the days of the period, rounded to a thousandth. Null where the
        total is null.
    coverage: the share of the period with readings, from 0 to 1. Time counts where every meter has a reading
        with a value. It is divided by the time from the first midnight to the one after the last day. It is rounded
        to a thousandth, and is 0 or 1 only exactly.
    readings: the readings from the period's first day to its last, oldest first. Gaps are MISSING readings.
    """

    LIST_SIZES: ClassVar = {"readings": 100}
    side: strawberry.Private[Side]
    is_in_life: strawberry.Private[bool]
    label: str
    period: Period
    unit: str
    total: Decimal | None
    total_state = own_state(lambda series: series.state_of_total())
    total_formatted: str | None = formatted("total", with_unit)
    coverage: Decimal
    readings: list[UsageReading]

    @strawberry.field
    def average_per_day(self) -> Decimal | None:
        average = self.exact_average()
        return None if average is None else rounded(average, THOUSANDTH)

    average_per_day_state = own_state(lambda series: series.state_of_total())
    average_per_day_formatted: str | None = formatted("average_per_day", with_unit)

    def exact_average(self) -> Decimal | None:
        days = self.period.days()
        return None if self.total is None or not days else self.total / days

    def state_of_total(self) -> KnownState:
        """Outside of the account's life, it has no usage."""
        return known_state(self.total, unknown=self.is_in_life)


@described
@known_to(PARTNER)
class UsageComparison:
    """Recent usage compared with the period before, or with the same period last year.

    service_type: the service whose usage is compared.
    unit: the unit of all values, such as kWh. Without a choice, the unit of energy or volume that most
        readings have.
    flow: the direction of the usage. NET is delivered less received energy: as a meter counts it, or as it
        is subtracted here where no meter does.
    is_netted: true where received energy is subtracted here; false where a meter counts the flow.
    granularity: the length of each reading.
    base: the period that recent usage is compared with.
    series: the recent period, then the one that it is compared with. The latter is left out where there is
        no bill period to compare with.
    points: the readings of both periods in pairs, oldest first. A reading pairs with that of the same day and
        hour by the account's clock. 29 February, and an hour that clocks skip, have no partner. Where clocks
        repeat an hour in one period only, both its readings pair with the same one.
    change_percent: the change of the average per day in percent, rounded to a tenth: (a - b) / |b|. Here a is
        the total of the recent period divided by its days, and b that of the other. Null where the two periods
        cannot be compared, or the other one has no usage.
    verdict: whether the recent period used more, less or about the same per day. NOT_COMPARABLE where a
        total is not known, or one period is longer than the other by more than a fifth.
    not_comparable_reason: why there is no change in percent. Null where there is one.
    not_comparable_text: the same as a sentence for people, in the language of the request. Null where there is a
        change in percent.
    earliest: the first day that usage can be asked for. It is limited by the years that are searched, and by
        the day on which the account was opened; null only after an error of the gateway itself.
    """

    LIST_SIZES: ClassVar = {"points": 100}
    pairing: strawberry.Private[Pairing]
    why: strawberry.Private[NotComparable | None]
    service_type: ServiceType
    unit: str
    flow: FlowDirection
    is_netted: bool
    granularity: UsageGranularity
    base: verdicts.ComparisonBase
    series: list[UsageComparisonSeries]
    earliest: date | None

    @strawberry.field
    def points(self) -> list[UsageComparisonPoint]:
        readings = [*(side.readings for side in self.series), []]
        return [point_of(pair, self.granularity) for pair in self.pairing.pairs(*readings[:SIDES])]

    @strawberry.field
    def change_percent(self) -> float | None:
        change = self.change()
        return None if change is None else float(change)

    change_percent_state = own_state(lambda comparison: change_state(comparison.why))

    @strawberry.field
    def not_comparable_reason(self) -> NotComparableReason | None:
        return self.why and self.why.reason

    @strawberry.field
    def not_comparable_text(self) -> str | None:
        return self.why and self.why.text

    @strawberry.field
    def verdict(self, info: Info) -> verdicts.ComparisonVerdict:
        return verdicts.verdict_of(self.change(), Decimal(info.context.thresholds.unchanged_percent))

    def change(self) -> Decimal | None:
        """The change of the average per day in percent; None where the series cannot be compared."""
        averages = [side.exact_average() for side in self.series]
        if len(averages) < SIDES or averages[0] is None or averages[1] is None:
            return None
        now, base = (side.side.span for side in self.series)
        return verdicts.percent_change(averages[0], averages[1]) if similar_length(now, base) else None
