"""Which usage is compared with which: bill periods a year apart, or one after the other.

Source: domain facts, section 4 (USAGE_UP; bill periods are paired as bills are). Pure functions over records.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from gateway.resolvers.comparisons.verdicts import percent_change
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.usage.readings import BilledUsage, ReadQuality

YEAR_DOUBLED = 2 * 365
TOLERANCE = 20  # days
FIFTH = 5  # of two spans of one length the longer is at most this part longer


def span_days(span: DateSpan) -> int:
    """How many days it has, both ends counted."""
    return (span.until - span.since).days + 1


def similar_length(one: DateSpan, other: DateSpan) -> bool:
    """Whether two spans are about as long: the shorter lacks at most a fifth of the longer's days."""
    shorter, longer = sorted((span_days(one), span_days(other)))
    return (longer - shorter) * FIFTH <= longer


def last_year_span(now: DateSpan, spans: Iterable[DateSpan]) -> DateSpan | None:
    """The span whose middle is closest to 365 days before that of `now`, within 20 days; the newer of two."""
    near = [(abs(_middle_doubled(each) - _middle_doubled(now) + YEAR_DOUBLED), each) for each in spans]
    close = [pair for pair in near if pair[0] <= 2 * TOLERANCE]
    return min(close, key=lambda pair: (pair[0], -pair[1].until.toordinal()), default=(0, None))[1]


def previous_span(now: DateSpan, spans: Iterable[DateSpan]) -> DateSpan | None:
    """The newest span that ended before `now` began, at most 20 days before."""
    gaps = [((now.since - each.until).days - 1, each) for each in spans]
    return min((pair for pair in gaps if 0 <= pair[0] <= TOLERANCE), key=_first, default=(0, None))[1]


def average_per_day(rows: Sequence[BilledUsage]) -> Decimal | None:
    """What was used on an average day of these bill periods, in their unit.

    `rows` are of one service point, unit and flow. None where there are none, or one of them is not known.
    """
    values = [value for each in rows if (value := _value(each)) is not None]
    days = sum(span_days(_span(each)) for each in rows)
    return sum(values, Decimal(0)) / days if values and len(values) == len(rows) and days > 0 else None


def usage_change(rows: Sequence[BilledUsage]) -> tuple[BilledUsage, BilledUsage, Decimal] | None:
    """The newest bill period, the one it is compared with, and the change of its average day in percent.

    `rows` are of one service point, unit and flow, in any order. The base is the period of a year ago;
    where that is not known, not about as long or was nothing, the one before. None where neither will do.
    """
    told = _told(rows)
    newest = max(told, key=lambda each: (each.until, each.since), default=None)
    now = told[newest] if newest else None
    if newest is None or now is None:
        return None
    for span in (last_year_span(newest, told), previous_span(newest, told)):
        base = told[span] if span and similar_length(newest, span) else None
        change = _change(now, base) if base else None
        if base is not None and change is not None:
            return now, base, change
    return None


def _told(rows: Sequence[BilledUsage]) -> dict[DateSpan, BilledUsage | None]:
    """The row of each period; None where two rows tell it differently."""
    told: dict[DateSpan, BilledUsage | None] = {}
    for each in rows:
        span = _span(each)
        first = told.setdefault(span, each)
        if first is not None and _value(first) != _value(each):
            told[span] = None
    return told


def _change(now: BilledUsage, base: BilledUsage) -> Decimal | None:
    mine, theirs = average_per_day([now]), average_per_day([base])
    return None if mine is None or theirs is None else percent_change(mine, theirs)


def _value(row: BilledUsage) -> Decimal | None:
    return None if row.quality is ReadQuality.MISSING else row.value


def _span(row: BilledUsage) -> DateSpan:
    return DateSpan(row.since, row.until)


def _middle_doubled(span: DateSpan) -> int:
    """Twice the ordinal of its middle: whole even where that falls between two days."""
    return span.since.toordinal() + span.until.toordinal()


def _first(pair: tuple[int, DateSpan]) -> int:
    return pair[0]
