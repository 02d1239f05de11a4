"""Which days of usage are compared, and which of them are loaded. Days are the account's own."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from gateway.resolvers.comparisons.usage_pairs import last_year_span, span_days
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.date_ranges import DateSpan, months_before
from gateway.resolvers.usage.readings import UsageGranularity

YEAR_MONTHS = 12  # also the number of bill periods on either side
LAST_DAYS = {UsageGranularity.DAY: 30, UsageGranularity.HOUR: 7, UsageGranularity.INTERVAL: 7}
FINE = (UsageGranularity.HOUR, UsageGranularity.INTERVAL)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = timedelta(days=1)


class ComparedSpans(NamedTuple):
    """The recent days, and the days that they are compared with."""

    now: DateSpan
    base: DateSpan


def calendar_spans(granularity: UsageGranularity, base: ComparisonBase, today: date) -> ComparedSpans | None:
    """The last whole days or months before today, and the same dates a year earlier or the days before.

    A year before 29 February is 28 February. None for bill periods, which no calendar gives.
    """
    if granularity is UsageGranularity.BILL_PERIOD:
        return None
    now = _recent(granularity, today)
    if granularity not in LAST_DAYS:
        return ComparedSpans(now, DateSpan(months_before(now.since, YEAR_MONTHS), now.since - DAY))
    if base is ComparisonBase.SAME_PERIOD_LAST_YEAR:
        last_year = (months_before(day, YEAR_MONTHS) for day in (now.since, now.until))
        return ComparedSpans(now, DateSpan(*last_year))
    return ComparedSpans(now, DateSpan(now.since - span_days(now) * DAY, now.since - DAY))


def _recent(granularity: UsageGranularity, today: date) -> DateSpan:
    if granularity in LAST_DAYS:
        return DateSpan(today - LAST_DAYS[granularity] * DAY, today - DAY)
    first = today.replace(day=1)
    return DateSpan(months_before(first, YEAR_MONTHS), first - DAY)


def loaded_spans(
    spans: ComparedSpans, granularity: UsageGranularity, today: date, floor: date
) -> list[DateSpan]:
    """The days to load, none before `floor`.

    They reach up to today, as the usage field loads them: both are one load. Of hours and intervals, a whole
    year would be too much: the two sides are loaded apart.
    """
    has_gap = spans.base.until < spans.now.since - DAY
    wanted = [DateSpan(spans.base.since, today)]
    if granularity in FINE and has_gap:
        wanted = [DateSpan(spans.now.since, today), spans.base]
    return [DateSpan(max(floor, span.since), span.until) for span in wanted if span.until >= floor]


def paired_periods(
    periods: Iterable[DateSpan], base: ComparisonBase
) -> tuple[list[DateSpan], list[DateSpan]]:
    """Up to 12 recent bill periods, and those of a year ago or the 12 before; newest first."""
    newest = sorted(set(periods), key=lambda span: (span.until, span.since), reverse=True)
    now, before = newest[:YEAR_MONTHS], newest[YEAR_MONTHS:]
    if base is ComparisonBase.PREVIOUS_BILL:
        return now, before[:YEAR_MONTHS]
    last_year = [last_year_span(period, newest) for period in now]
    return now, list(dict.fromkeys(period for period in last_year if period is not None))


def span_label(span: DateSpan, granularity: UsageGranularity) -> str:
    """The span as a title: "Nov 2025 - Oct 2026" of months, "16 Oct 2026 - 14 Nov 2026" of days."""
    is_monthly = granularity in (UsageGranularity.MONTH, UsageGranularity.YEAR)
    return " - ".join(_day_label(day, is_monthly=is_monthly) for day in (span.since, span.until))


def _day_label(day: date, *, is_monthly: bool) -> str:
    month = f"{MONTHS[day.month - 1]} {day.year}"
    return month if is_monthly else f"{day.day} {month}"
