"""Which bill periods of usage are compared: those a year apart, or one after the other.

Source: domain facts, section 4 (USAGE_UP). Bill periods are paired as bills are.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from gateway.resolvers.comparisons.verdicts import percent_change
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.usage.readings import BilledUsage, ReadQuality

YEAR_DOUBLED = 2 * 365
TOLERANCE = 20  # days
FIFTH = 5  # of two spans of similar length, the longer one is longer by at most this part of it


def span_days(span: DateSpan) -> int:
    """The number of days, both ends included."""
    return (span.until - span.since).days + 1


def similar_length(one: DateSpan, other: DateSpan) -> bool:
    """Whether the shorter span lacks at most a fifth of the longer one's days."""
    shorter, longer = sorted((span_days(one), span_days(other)))
    return (longer - shorter) * FIFTH <= longer


def last_year_span(now: DateSpan, spans: Iterable[DateSpan]) -> DateSpan | None:
    """The span whose middle is closest to 365 days before that of `now`, within 20 days; the newer of two."""
    distances = [(abs(_middle_doubled(span) - _middle_doubled(now) + YEAR_DOUBLED), span) for span in spans]
    near = [pair for pair in distances if pair[0] <= 2 * TOLERANCE]
    return min(near, key=lambda pair: (pair[0], -pair[1].until.toordinal()), default=(0, None))[1]


def previous_span(now: DateSpan, spans: Iterable[DateSpan]) -> DateSpan | None:
    """The newest span that ended before `now` began, at most 20 days before."""
    gaps = [((now.since - span.until).days - 1, span) for span in spans]
    near = [pair for pair in gaps if 0 <= pair[0] <= TOLERANCE]
    return min(near, key=lambda pair: pair[0], default=(0, None))[1]


def average_per_day(rows: Sequence[BilledUsage]) -> Decimal | None:
    """The use on an average day of these bill periods, in their unit; None where one is not known.

    `rows` are of one service point, unit and flow.
    """
    values = [value for row in rows if (value := _value(row)) is not None]
    days = sum(span_days(_span(row)) for row in rows)
    return sum(values, Decimal(0)) / days if values and len(values) == len(rows) and days > 0 else None


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
        first = by_span.setdefault(_span(row), row)
        if first is not None and _value(first) != _value(row):
            by_span[_span(row)] = None
    return by_span


def _change(now: BilledUsage, base: BilledUsage) -> Decimal | None:
    average, base_average = average_per_day([now]), average_per_day([base])
    return None if average is None or base_average is None else percent_change(average, base_average)


def _value(row: BilledUsage) -> Decimal | None:
    return None if row.quality is ReadQuality.MISSING else row.value


def _span(row: BilledUsage) -> DateSpan:
    return DateSpan(row.since, row.until)


def _middle_doubled(span: DateSpan) -> int:
    """Twice the ordinal of the middle, a whole number even where that falls between two days."""
    return span.since.toordinal() + span.until.toordinal()
