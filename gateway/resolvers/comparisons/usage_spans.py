"""Which days of usage are compared with which, and which of them have to be asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.resolvers.comparisons.usage_pairs import days_of, last_year_of
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.date_ranges import Span, months_before
from gateway.resolvers.usage.readings import UsageGranularity

YEAR = 12  # months; and so many bill periods are compared
LAST_DAYS = {UsageGranularity.DAY: 30, UsageGranularity.HOUR: 7, UsageGranularity.INTERVAL: 7}
FINE = (UsageGranularity.HOUR, UsageGranularity.INTERVAL)
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Spans:
    """The days that are compared, and those they are compared with."""

    now: Span
    base: Span

    def both(self) -> list[Span]:
        """The days that are compared first."""
        return [self.now, self.base]


def calendar_spans(granularity: UsageGranularity, base: ComparisonBase, today: date) -> Spans | None:
    """The last whole days or months before today, and the same a year earlier or those just before.

    A year earlier are the same dates; of 29 February the 28th. None of bill periods: no calendar has them.
    """
    if granularity is UsageGranularity.BILL_PERIOD:
        return None
    now = _newest(granularity, today)
    if granularity not in LAST_DAYS:
        return Spans(now, Span(months_before(now.since, YEAR), now.since - timedelta(days=1)))
    if base is ComparisonBase.SAME_PERIOD_LAST_YEAR:
        return Spans(now, Span(months_before(now.since, YEAR), months_before(now.until, YEAR)))
    return Spans(now, Span(now.since - timedelta(days=days_of(now)), now.since - timedelta(days=1)))


def _newest(granularity: UsageGranularity, today: date) -> Span:
    yesterday = today - timedelta(days=1)
    if granularity in LAST_DAYS:
        return Span(today - timedelta(days=LAST_DAYS[granularity]), yesterday)
    first = today.replace(day=1)
    return Span(months_before(first, YEAR), first - timedelta(days=1))


def asked_spans(spans: Spans, granularity: UsageGranularity, today: date, floor: date) -> list[Span]:
    """What to ask for: nothing before the earliest searchable day.

    Up to today, as the usage field asks: both are one question then. A year of hours or intervals is too
    much to ask for the sake of two weeks of it: there each span is a question.
    """
    far = spans.base.until < spans.now.since - timedelta(days=1)
    wanted = [Span(spans.base.since, today)]
    if granularity in FINE and far:
        wanted = [Span(spans.now.since, today), spans.base]
    return [Span(max(floor, each.since), each.until) for each in wanted if each.until >= floor]


def paired_periods(periods: Iterable[Span], base: ComparisonBase) -> tuple[list[Span], list[Span]]:
    """The last 12 bill periods, and those of a year ago or the 12 before; newest first.

    Fewer where there are fewer.
    """
    newest = sorted(set(periods), key=lambda each: (each.until, each.since), reverse=True)
    now, before = newest[:YEAR], newest[YEAR:]
    if base is ComparisonBase.PREVIOUS_BILL:
        return now, before[:YEAR]
    found = [last_year_of(each, newest) for each in now]
    return now, list(dict.fromkeys(each for each in found if each is not None))


def label(span: Span, granularity: UsageGranularity) -> str:
    """The span as a title: "Nov 2025 - Oct 2026" of months, "16 Oct 2026 - 14 Nov 2026" of days."""
    monthly = granularity in (UsageGranularity.MONTH, UsageGranularity.YEAR)
    return " - ".join(_said(day, monthly=monthly) for day in (span.since, span.until))


def _said(day: date, *, monthly: bool) -> str:
    said = f"{NAMES[day.month - 1]} {day.year}"
    return said if monthly else f"{day.day} {said}"
