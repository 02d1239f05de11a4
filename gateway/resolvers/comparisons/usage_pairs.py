"""Which usage is compared with which: bill periods a year apart, or one after the other.

Source: domain facts, section 4 (USAGE_UP; bill periods are paired as bills are). Pure functions over records.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from gateway.resolvers.comparisons.verdicts import percent
from gateway.resolvers.graph.date_ranges import Span
from gateway.resolvers.usage.readings import BilledUsage, ReadQuality

YEAR_DOUBLED = 2 * 365
TOLERANCE = 20  # days
FIFTH = 5  # of two spans of one length the longer is at most this part longer


def days_of(span: Span) -> int:
    """How many days it has, both ends counted."""
    return (span.until - span.since).days + 1


def same_length(one: Span, other: Span) -> bool:
    """Whether two spans are about as long: the shorter lacks at most a fifth of the longer's days."""
    shorter, longer = sorted((days_of(one), days_of(other)))
    return (longer - shorter) * FIFTH <= longer


def last_year_of(now: Span, spans: Iterable[Span]) -> Span | None:
    """The span whose middle is closest to 365 days before that of `now`, within 20 days; the newer of two."""
    near = [(abs(_middle_doubled(each) - _middle_doubled(now) + YEAR_DOUBLED), each) for each in spans]
    close = [pair for pair in near if pair[0] <= 2 * TOLERANCE]
    return min(close, key=lambda pair: (pair[0], -pair[1].until.toordinal()), default=(0, None))[1]


def previous_of(now: Span, spans: Iterable[Span]) -> Span | None:
    """The newest span that ended before `now` began, at most 20 days before."""
    gaps = [((now.since - each.until).days - 1, each) for each in spans]
    return min((pair for pair in gaps if 0 <= pair[0] <= TOLERANCE), key=_first, default=(0, None))[1]


def per_day(rows: Sequence[BilledUsage]) -> Decimal | None:
    """What was used on an average day of these bill periods, in their unit.

    `rows` are of one service point, unit and flow. None where there are none, or one of them is not known.
    """
    values = [value for each in rows if (value := _value(each)) is not None]
    days = sum(days_of(_span(each)) for each in rows)
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
    for span in (last_year_of(newest, told), previous_of(newest, told)):
        base = told[span] if span and same_length(newest, span) else None
        change = _change(now, base) if base else None
        if base is not None and change is not None:
            return now, base, change
    return None


def _told(rows: Sequence[BilledUsage]) -> dict[Span, BilledUsage | None]:
    """The row of each period; None where two rows tell it differently."""
    told: dict[Span, BilledUsage | None] = {}
    for each in rows:
        span = _span(each)
        first = told.setdefault(span, each)
        if first is not None and _value(first) != _value(each):
            told[span] = None
    return told


def _change(now: BilledUsage, base: BilledUsage) -> Decimal | None:
    mine, theirs = per_day([now]), per_day([base])
    return None if mine is None or theirs is None else percent(mine, theirs)


def _value(row: BilledUsage) -> Decimal | None:
    return None if row.quality is ReadQuality.MISSING else row.value


def _span(row: BilledUsage) -> Span:
    return Span(row.since, row.until)


def _middle_doubled(span: Span) -> int:
    """Twice the ordinal of its middle: whole even where that falls between two days."""
    return span.since.toordinal() + span.until.toordinal()


def _first(pair: tuple[int, Span]) -> int:
    return pair[0]
