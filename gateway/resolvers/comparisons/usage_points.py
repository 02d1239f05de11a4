"""The points of a usage comparison: two readings side by side, and how they differ."""

from datetime import timedelta
from decimal import Decimal

import strawberry

from gateway.access.audiences import PARTNER
from gateway.resolvers.comparisons.reasons import NotComparable, NotComparableReason, change_state
from gateway.resolvers.comparisons.usage_pairing import ReadingPair
from gateway.resolvers.comparisons.usage_pairs import FINE, similar_length, span_days
from gateway.resolvers.comparisons.verdicts import EXACT, percent_change
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.graph.descriptions import described
from gateway.resolvers.graph.known import KnownState, own_state
from gateway.resolvers.graph.tags import known_to
from gateway.resolvers.usage.readings import UsageGranularity, UsageReading

POINT_TEXTS = {
    NotComparableReason.NO_PARTNER: "The other period has no such day, hour or bill period.",
    NotComparableReason.READINGS_MISSING: "A reading is missing.",
    NotComparableReason.LENGTHS_DIFFER: "The two readings cover times of different lengths.",
    NotComparableReason.BASE_IS_ZERO: "The other reading is zero, so no percentage follows.",
}
TICK = timedelta(microseconds=1)


@described
@known_to(PARTNER)
class UsageComparisonPoint:
    """A reading of the recent period beside that of the same day, hour, month or bill period of the other.

    current: The reading of the recent period; null where that period has no such day or hour, or no reading.
    earlier: The reading of the other period; null where that period has no such day or hour, or no reading.
    is_repeated_hour: True where clocks were put back in one period only. Two points then share one reading
        of the other period, so take totals from `series`.
    """

    pair: strawberry.Private[ReadingPair]
    granularity: strawberry.Private[UsageGranularity]
    current: UsageReading | None
    current_state = own_state(lambda point: _state(point.current, point.pair))
    earlier: UsageReading | None
    earlier_state = own_state(lambda point: _state(point.earlier, point.pair))
    is_repeated_hour: bool

    @strawberry.field
    def change_percent(self) -> float | None:
        """The change of the use per day in percent, rounded to a tenth; of hours and intervals, of their use.

        Null where the readings cannot be compared.
        """
        change = self._change()
        return float(change) if isinstance(change, Decimal) else None

    change_percent_state = own_state(lambda point: change_state(point.why()))

    @strawberry.field
    def not_comparable_reason(self) -> NotComparableReason | None:
        """Why there is no change in percent; null where there is one."""
        why = self.why()
        return why and why.reason

    @strawberry.field
    def not_comparable_text(self) -> str | None:
        """The reason as a sentence for people, in the language of the request. Null where there is a percentage."""
        why = self.why()
        return why and why.text

    def why(self) -> NotComparable | None:
        change = self._change()
        return None if isinstance(change, Decimal) else NotComparable(change, POINT_TEXTS[change])

    def _change(self) -> Decimal | NotComparableReason:
        """The change of the use per day, or why there is none."""
        now, base = self.current, self.earlier
        if now is None or base is None:
            is_missing = self.pair.exists or any(each and each.value is None for each in (now, base))
            return NotComparableReason.READINGS_MISSING if is_missing else NotComparableReason.NO_PARTNER
        if now.value is None or base.value is None:
            return NotComparableReason.READINGS_MISSING
        length, base_length = (_length(reading, self.granularity) for reading in (now, base))
        if not _is_similar(now, base, self.granularity):
            return NotComparableReason.LENGTHS_DIFFER
        change = percent_change(EXACT.multiply(now.value, base_length), EXACT.multiply(base.value, length))
        return NotComparableReason.BASE_IS_ZERO if change is None else change


def _state(reading: UsageReading | None, pair: ReadingPair) -> KnownState:
    if reading is not None:
        return KnownState.KNOWN
    return KnownState.UNKNOWN if pair.exists else KnownState.NONE


def _days(reading: UsageReading) -> DateSpan:
    return DateSpan(reading.start.date(), max(reading.start, reading.end - TICK).date())


def _length(reading: UsageReading, granularity: UsageGranularity) -> Decimal:
    """The days of a reading; 1 for hours and intervals, which have equal lengths where they are compared."""
    return Decimal(1 if granularity in FINE else span_days(_days(reading)))


def _is_similar(now: UsageReading, base: UsageReading, granularity: UsageGranularity) -> bool:
    if granularity in FINE:
        return now.end - now.start == base.end - base.start
    return similar_length(_days(now), _days(base))


def point_of(pair: ReadingPair, granularity: UsageGranularity) -> UsageComparisonPoint:
    return UsageComparisonPoint(
        pair=pair, granularity=granularity, current=pair.now, earlier=pair.base, is_repeated_hour=pair.repeated
    )
