"""Which days and bill periods of usage are compared: those a year apart, or one after the other.

Days are the account's own. Bill periods are paired as bills are (the requirements, USAGE_UP).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from gateway.resolvers.comparisons.verdicts import ComparisonBase, percent_change
from gateway.resolvers.graph.date_ranges import DateSpan, months_before
from gateway.resolvers.graph.wording import day_text, month_text, phrase
from gateway.resolvers.usage.readings import BilledUsage, ReadQuality, UsageGranularity

YEAR = 365  # days
TOLERANCE = 20  # days
YEAR_MONTHS = 12  # also the number of bill periods on either side
LAST_DAYS = {UsageGranularity.DAY: 30, UsageGranularity.HOUR: 7, UsageGranularity.INTERVAL: 7}
FINE = (UsageGranularity.HOUR, UsageGranularity.INTERVAL)
DAY = timedelta(days=1)
ComparedSpans = tuple[DateSpan, DateSpan]  # the recent days, and the days that they are compared with
FIFTH = 5  # of two spans of similar length, the longer one is longer by at most this part of it


def span_days(span: DateSpan) -> int:
    """The number of days, both ends included."""
    return (span.until - span.since).days + 1


def similar_length(one: DateSpan, other: DateSpan) -> bool:
    """Whether the shorter span lacks at most a fifth of the longer one's days."""
    shorter, longer = sorted((span_days(one), span_days(other)))
    return (longer - shorter) * FIFTH <= longer


def days_off_a_year(now: DateSpan, span: DateSpan) -> float | None:
    """The days from the middle of `span` to 365 days before that of `now`; None for more than 20."""
    days = abs(_middle(span) - _middle(now) + YEAR)
    return days if days <= TOLERANCE else None


def last_year_span(now: DateSpan, spans: Iterable[DateSpan]) -> DateSpan | None:
    """The span whose middle is closest to 365 days before that of `now`, within 20 days; the newer of two."""
    near = [(days, span) for span in spans if (days := days_off_a_year(now, span)) is not None]
    return min(near, key=lambda pair: (pair[0], -pair[1].until.toordinal()), default=(0, None))[1]


def previous_span(now: DateSpan, spans: Iterable[DateSpan]) -> DateSpan | None:
    """The newest span that ended before `now` began, at most 20 days before."""
    gaps = [((now.since - span.until).days - 1, span) for span in spans]
    near = [pair for pair in gaps if 0 <= pair[0] <= TOLERANCE]
    return min(near, key=lambda pair: pair[0], default=(0, None))[1]


def average_per_day(row: BilledUsage) -> Decimal | None:
    """The use on an average day of a bill period, in its unit; None where it is not known."""
    value, days = _value(row), span_days(row.period)
    return value / days if value is not None and days > 0 else None


def usage_change(rows: Sequence[BilledUsage]) -> tuple[BilledUsage, BilledUsage, Decimal] | None:
    """The newest bill period, its base, and the change of use per day in percent, to a tenth.

    `rows` are of one service point, unit and flow, in any order. The base is the period of a year ago. Where
    that is not known, of another length, or zero, it is the period before. None where neither fits.
    """
    by_span = _by_span(rows)
    newest = max(by_span, key=lambda span: (span.until, span.since), default=None)
    now = by_span[newest] if newest else None
    if newest is None or now is None:
        return None
    for span in (last_year_span(newest, by_span), previous_span(newest, by_span)):
        base = by_span[span] if span and similar_length(newest, span) else None
        change = _change(now, base) if base else None
        if base is not None and change is not None:
            return now, base, change
    return None


def _by_span(rows: Sequence[BilledUsage]) -> dict[DateSpan, BilledUsage | None]:
    """The row of each period; None where two rows give it different values."""
    by_span: dict[DateSpan, BilledUsage | None] = {}
    for row in rows:
        first = by_span.setdefault(row.period, row)
        if first is not None and _value(first) != _value(row):
            by_span[row.period] = None
    return by_span


def _change(now: BilledUsage, base: BilledUsage) -> Decimal | None:
    average, base_average = average_per_day(now), average_per_day(base)
    return None if average is None or base_average is None else percent_change(average, base_average)


def _value(row: BilledUsage) -> Decimal | None:
    return None if row.quality is ReadQuality.MISSING else row.value


def _middle(span: DateSpan) -> float:
    """The ordinal of the middle, which may fall between two days."""
    return (span.since.toordinal() + span.until.toordinal()) / 2


def calendar_spans(granularity: UsageGranularity, base: ComparisonBase, today: date) -> ComparedSpans | None:
    """The last whole days or months before today, and the same dates a year earlier or the days before.

    A year before 29 February is 28 February. None for bill periods, which no calendar gives.
    """
    if granularity is UsageGranularity.BILL_PERIOD:
        return None
    now = _recent(granularity, today)
    if granularity not in LAST_DAYS:
        return now, DateSpan(months_before(now.since, YEAR_MONTHS), now.since - DAY)
    if base is ComparisonBase.SAME_PERIOD_LAST_YEAR:
        last_year = (months_before(day, YEAR_MONTHS) for day in (now.since, now.until))
        return now, DateSpan(*last_year)
    return now, DateSpan(now.since - span_days(now) * DAY, now.since - DAY)


def _recent(granularity: UsageGranularity, today: date) -> DateSpan:
    if granularity in LAST_DAYS:
        return DateSpan(today - LAST_DAYS[granularity] * DAY, today - DAY)
    first = today.replace(day=1)
    return DateSpan(months_before(first, YEAR_MONTHS), first - DAY)


def loaded_spans(spans: ComparedSpans, granularity: UsageGranularity, today: date, floor: date) -> list[DateSpan]:
    """The days to load, none before `floor`.

    They reach up to today, as the usage field loads them: both are one load. Of hours and intervals, a whole
    year would be too much: the two sides are loaded apart.
    """
    now, base = spans
    candidates = [DateSpan(base.since, today)]
    if granularity in FINE and base.until < now.since - DAY:
        candidates = [DateSpan(now.since, today), base]
    return [DateSpan(max(floor, span.since), span.until) for span in candidates if span.until >= floor]


def paired_periods(periods: Iterable[DateSpan], base: ComparisonBase) -> tuple[list[DateSpan], list[DateSpan]]:
    """Up to 12 recent bill periods, and those of a year ago or the 12 before; newest first."""
    newest = sorted(set(periods), key=lambda span: (span.until, span.since), reverse=True)
    now, before = newest[:YEAR_MONTHS], newest[YEAR_MONTHS:]
    if base is ComparisonBase.PREVIOUS_BILL:
        return now, before[:YEAR_MONTHS]
    last_year = [last_year_span(period, newest) for period in now]
    return now, list(dict.fromkeys(period for period in last_year if period is not None))


def span_label(span: DateSpan, granularity: UsageGranularity) -> str:
    """The span as a title: "Nov 2025 to Oct 2026" of months, "Oct 16, 2026 to Nov 14, 2026" of days."""
    write = month_text if granularity in (UsageGranularity.MONTH, UsageGranularity.YEAR) else day_text
    return phrase("{start} to {end}", start=write(span.since), end=write(span.until))
