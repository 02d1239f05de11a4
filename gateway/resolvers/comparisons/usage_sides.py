"""The two sides of a usage comparison: which days, how far apart, and which bill periods are paired.

Days are the account's own. A range of whole months is compared with as many whole months; any other range of
the year before with the same dates, and the range before with as many days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gateway.contract.times import moved
from gateway.resolvers.comparisons.usage_pairs import (
    DAY,
    FINE,
    YEAR_MONTHS,
    calendar_spans,
    last_year_span,
    loaded_spans,
    paired_periods,
    previous_span,
    span_days,
)
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.date_ranges import DateSpan, months_before
from gateway.resolvers.usage.readings import UsageGranularity

MONTHLY = (UsageGranularity.MONTH, UsageGranularity.YEAR)


@dataclass(frozen=True, slots=True)
class Shift:
    """How far one side lies before the other: whole months, or days."""

    months: int = 0
    days: int = 0

    def partner(self, day: date) -> date | None:
        """The day that a day is compared with; None where the earlier month has no such day."""
        if self.days:
            return moved(day, -self.days * DAY)
        year, month = divmod(day.year * 12 + day.month - 1 - self.months, 12)
        try:
            return date(year, month + 1, day.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Sides:
    """The recent days, and the days that they are compared with.

    base: None where there is no bill period to compare with
    periods: of bill periods, the partner of each recent one
    """

    now: DateSpan
    base: DateSpan | None
    shift: Shift = Shift(months=YEAR_MONTHS)
    periods: Mapping[DateSpan, DateSpan | None] | None = None

    @property
    def spans(self) -> list[DateSpan]:
        return [self.now] if self.base is None else [self.now, self.base]


def recent_sides(granularity: UsageGranularity, base: ComparisonBase, until: date) -> Sides | None:
    """The last whole days or months before a day; None for bill periods, which no calendar gives."""
    spans = calendar_spans(granularity, base, until)
    if spans is None:
        return None
    by_year = granularity in MONTHLY or base is ComparisonBase.SAME_PERIOD_LAST_YEAR
    return Sides(*spans, Shift(months=YEAR_MONTHS) if by_year else Shift(days=span_days(spans[0])))


def range_sides(now: DateSpan, base: ComparisonBase) -> Sides:
    """A chosen range, with the same one of the year before or the range right before it."""
    months = _whole_months(now)
    if base is ComparisonBase.PREVIOUS_BILL and not months:
        days = span_days(now)
        return Sides(now, DateSpan(moved(now.since, -days * DAY), now.since - DAY), Shift(days=days))
    shift = Shift(months=YEAR_MONTHS if base is ComparisonBase.SAME_PERIOD_LAST_YEAR else months)
    until = months_before(now.until, shift.months)
    if months:
        until = months_before(now.until + DAY, shift.months) - DAY
    return Sides(now, DateSpan(months_before(now.since, shift.months), until), shift)


def _whole_months(span: DateSpan) -> int:
    """The number of calendar months that a range consists of; 0 for another range."""
    after = span.until + DAY
    if span.since.day != 1 or after.day != 1:
        return 0
    return (after.year - span.since.year) * 12 + after.month - span.since.month


def billed_sides(periods: Sequence[DateSpan], base: ComparisonBase, chosen: DateSpan | None) -> Sides | None:
    """Bill periods with those of a year ago, or with as many before; None where there are none.

    chosen: only bill periods that end in this range; by default, the last twelve
    """
    newest = sorted(set(periods), key=lambda span: (span.until, span.since), reverse=True)
    if chosen is None:
        now, _ = paired_periods(newest, base)
    else:
        now = [span for span in newest if chosen.since <= span.until <= chosen.until]
    if not now:
        return None if chosen is None else Sides(chosen, None, periods={})
    if base is ComparisonBase.SAME_PERIOD_LAST_YEAR:
        return _sides_of({span: last_year_span(span, newest) for span in now})
    before = _right_before(now[-1], newest, len(now))
    return _sides_of(dict(zip(now, [*before, *[None] * len(now)], strict=False)))


def _right_before(span: DateSpan, periods: Sequence[DateSpan], count: int) -> list[DateSpan]:
    """Up to `count` bill periods that ended before a span began, newest first, up to the first gap."""
    before: list[DateSpan] = []
    while len(before) < count and (earlier := previous_span(before[-1] if before else span, periods)):
        before.append(earlier)
    return before


def last_bill_sides(periods: Sequence[DateSpan], base: ComparisonBase) -> Sides | None:
    """The newest bill period with that of a year ago, or with the one that ended before it."""
    newest = max(periods, key=lambda span: (span.until, span.since), default=None)
    if newest is None:
        return None
    partner_of = last_year_span if base is ComparisonBase.SAME_PERIOD_LAST_YEAR else previous_span
    return _sides_of({newest: partner_of(newest, periods)})


def _sides_of(periods: Mapping[DateSpan, DateSpan | None]) -> Sides:
    """From the first day of each side's first period to the last day of its last."""
    partners = [span for span in periods.values() if span is not None]
    return Sides(_hull([*periods]), _hull(partners) if partners else None, periods=periods)


def _hull(spans: Sequence[DateSpan]) -> DateSpan:
    return DateSpan(min(span.since for span in spans), max(span.until for span in spans))


def spans_to_load(
    sides: Sides, granularity: UsageGranularity, until: date, floor: date, *, chosen: bool
) -> list[DateSpan]:
    """The days to load, none before `floor`: both sides at once, or apart where much lies between them.

    until: the day up to which recent usage is loaded, as the usage field does: both are one load
    chosen: whether the caller chose the range, of which nothing later is loaded
    """
    if sides.base is None:
        return [sides.now]
    if not chosen:
        return loaded_spans((sides.now, sides.base), granularity, until, floor)
    gap = (sides.now.since - sides.base.until).days - 1
    is_apart = gap > 0 if granularity in FINE else gap > span_days(sides.now)
    spans = [sides.now, sides.base] if is_apart else [DateSpan(sides.base.since, sides.now.until)]
    return [DateSpan(max(floor, span.since), span.until) for span in spans if span.until >= floor]
