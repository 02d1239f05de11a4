"""Which days of usage are compared with which, and which of them have to be asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.resolvers.comparisons.usage_pairs import last_year_span, span_days
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.date_ranges import DateSpan, months_before
from gateway.resolvers.usage.readings import UsageGranularity

YEAR_MONTHS = 12  # months; and so many bill periods are compared
LAST_DAYS = {UsageGranularity.DAY: 30, UsageGranularity.HOUR: 7, UsageGranularity.INTERVAL: 7}
FINE = (UsageGranularity.HOUR, UsageGranularity.INTERVAL)
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class ComparedSpans:
    """The days that are compared, and those they are compared with."""

    now: DateSpan
    base: DateSpan

    def both(self) -> list[DateSpan]:
        """The days that are compared first."""
        return [self.now, self.base]


def calendar_spans(granularity: UsageGranularity, base: ComparisonBase, today: date) -> ComparedSpans | None:
    """The last whole days or months before today, and the same a year earlier or those just before.

    A year earlier are the same dates; of 29 February the 28th. None of bill periods: no calendar has them.
    """
    if granularity is UsageGranularity.BILL_PERIOD:
        return None
    now = _newest(granularity, today)
    if granularity not in LAST_DAYS:
        return ComparedSpans(
            now, DateSpan(months_before(now.since, YEAR_MONTHS), now.since - timedelta(days=1))
        )
    if base is ComparisonBase.SAME_PERIOD_LAST_YEAR:
        return ComparedSpans(
            now, DateSpan(months_before(now.since, YEAR_MONTHS), months_before(now.until, YEAR_MONTHS))
        )
    return ComparedSpans(
        now, DateSpan(now.since - timedelta(days=span_days(now)), now.since - timedelta(days=1))
    )


def _newest(granularity: UsageGranularity, today: date) -> DateSpan:
    yesterday = today - timedelta(days=1)
    if granularity in LAST_DAYS:
        return DateSpan(today - timedelta(days=LAST_DAYS[granularity]), yesterday)
    first = today.replace(day=1)
    return DateSpan(months_before(first, YEAR_MONTHS), first - timedelta(days=1))


def loaded_spans(
    spans: ComparedSpans, granularity: UsageGranularity, today: date, floor: date
) -> list[DateSpan]:
    """What to ask for: nothing before the earliest searchable day.

    Up to today, as the usage field asks: both are one question then. A year of hours or intervals is too
    much to ask for the sake of two weeks of it: there each span is a question.
    """
    far = spans.base.until < spans.now.since - timedelta(days=1)
    wanted = [DateSpan(spans.base.since, today)]
    if granularity in FINE and far:
        wanted = [DateSpan(spans.now.since, today), spans.base]
    return [DateSpan(max(floor, each.since), each.until) for each in wanted if each.until >= floor]


def paired_periods(
    periods: Iterable[DateSpan], base: ComparisonBase
) -> tuple[list[DateSpan], list[DateSpan]]:
    """The last 12 bill periods, and those of a year ago or the 12 before; newest first.

    Fewer where there are fewer.
    """
    newest = sorted(set(periods), key=lambda each: (each.until, each.since), reverse=True)
    now, before = newest[:YEAR_MONTHS], newest[YEAR_MONTHS:]
    if base is ComparisonBase.PREVIOUS_BILL:
        return now, before[:YEAR_MONTHS]
    found = [last_year_span(each, newest) for each in now]
    return now, list(dict.fromkeys(each for each in found if each is not None))


def span_label(span: DateSpan, granularity: UsageGranularity) -> str:
    """The span as a title: "Nov 2025 - Oct 2026" of months, "16 Oct 2026 - 14 Nov 2026" of days."""
    monthly = granularity in (UsageGranularity.MONTH, UsageGranularity.YEAR)
    return " - ".join(_said(day, monthly=monthly) for day in (span.since, span.until))


def _said(day: date, *, monthly: bool) -> str:
    said = f"{NAMES[day.month - 1]} {day.year}"
    return said if monthly else f"{day.day} {said}"
