"""Readings of both sides of a comparison in pairs: by day and hour of the account's zone, not by position.

A reading pairs with that of the same hour of the day that its own day is compared with. 29 February, and an
hour that clocks skip, have no partner. An hour that clocks repeat is two readings: the first pairs with the first,
the second with the second. Where the other side has that hour once, both pair with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gateway.resolvers.comparisons.usage_pairs import DAY, FINE
from gateway.resolvers.comparisons.usage_sides import MONTHLY, Sides
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.usage.readings import UsageGranularity, UsageReading

Slots = dict["Slot", list[UsageReading]]


class Slot(NamedTuple):
    """A place on both sides: one in the recent days, or after one of them, and the time of day.

    day: a day of the recent side
    base_only: the day of the other side, where no recent day is compared with it
    """

    day: date
    base_only: date
    time: time


@dataclass(frozen=True, slots=True)
class ReadingPair:
    """A reading, and the one that it is compared with; None where a side has none.

    exists: whether the side without a reading has such a day and hour: then its reading is missing
    repeated: whether two pairs share the reading of one side, because clocks were put back on the other
    """

    now: UsageReading | None
    base: UsageReading | None
    exists: bool = True
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Pairing:
    """How readings of two sides are paired."""

    sides: Sides
    granularity: UsageGranularity
    zone: ZoneInfo

    def pairs(self, now: Sequence[UsageReading], base: Sequence[UsageReading]) -> list[ReadingPair]:
        """Every reading of both sides, in pairs, oldest first."""
        partners = self._partners()
        slots = self._slots(now, {day: Slot(day, date.min, time()) for day in partners})
        base_slots = self._slots(base, self._base_slots(partners))
        every = sorted({*slots, *base_slots})
        by_slot = (self._pairs_at(slot, slots.get(slot, []), base_slots.get(slot, []), partners) for slot in every)
        return _in_order([pair for pairs in by_slot for pair in pairs])

    def _partners(self) -> dict[date, date | None]:
        """The other side's day for each recent day; of months and bill periods, for their first days."""
        sides, base = self.sides, self.sides.base
        if sides.periods is not None:
            return {span.since: other.since if other else None for span, other in sides.periods.items()}
        if self.granularity in MONTHLY:
            return dict(_months(sides.now, base)) if self.granularity is UsageGranularity.MONTH else _whole(sides)
        return {day: _inside(base, sides.shift.partner(day)) for day in _days(sides.now)}

    def _base_slots(self, partners: Mapping[date, date | None]) -> dict[date, Slot]:
        """The slot of each day of the other side. A day without a recent one follows the day before it."""
        now_of = {other: day for day, other in partners.items() if other is not None}
        slots, last = {}, min(partners, default=self.sides.now.since)
        for day in sorted({*now_of, *(_days(self.sides.base) if self.sides.base else ())}):
            last = now_of.get(day, last)
            slots[day] = Slot(last, date.min if day in now_of else day, time())
        return slots

    def _slots(self, readings: Sequence[UsageReading], by_day: Mapping[date, Slot]) -> Slots:
        slots: Slots = {}
        for reading in readings:
            slot = by_day.get(reading.start.date(), Slot(reading.start.date(), date.min, time()))
            slots.setdefault(slot._replace(time=self._time(reading.start)), []).append(reading)
        return slots

    def _time(self, start: datetime) -> time:
        if self.granularity not in FINE:
            return time()
        return start.time().replace(minute=0, second=0) if self.granularity is UsageGranularity.HOUR else start.time()

    def _pairs_at(
        self,
        slot: Slot,
        now: Sequence[UsageReading],
        base: Sequence[UsageReading],
        partners: Mapping[date, date | None],
    ) -> Iterator[ReadingPair]:
        if not now or not base:
            is_on_both = slot.base_only == date.min
            day = partners.get(slot.day) if now else slot.day if is_on_both else None
            exists = day is not None and self._exists(day, slot.time)
            yield from (ReadingPair(reading, None, exists) for reading in now)
            yield from (ReadingPair(None, reading, exists) for reading in base)
            return
        repeated = len(now) != len(base)
        for number in range(max(len(now), len(base))):
            yield ReadingPair(now[min(number, len(now) - 1)], base[min(number, len(base) - 1)], repeated=repeated)

    def _exists(self, day: date, at: time) -> bool:
        """Whether clocks of the zone show this time on this day."""
        if self.granularity not in FINE:
            return True
        wall = datetime.combine(day, at, self.zone)
        return wall.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) == wall.replace(tzinfo=None)


def _in_order(pairs: Sequence[ReadingPair]) -> list[ReadingPair]:
    """Pairs in the order of recent readings: a repeated hour comes after all of the first one."""
    starts: list[datetime] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for pair in pairs:
        starts.append(pair.now.start if pair.now else latest)
        latest = max(latest, starts[-1])
    return [pair for _, pair in sorted(zip(starts, pairs, strict=True), key=lambda each: each[0])]


def _days(span: DateSpan) -> Iterator[date]:
    return (span.since + number * DAY for number in range((span.until - span.since).days + 1))


def _inside(span: DateSpan | None, day: date | None) -> date | None:
    return day if span and day and span.since <= day <= span.until else None


def _whole(sides: Sides) -> dict[date, date | None]:
    return {sides.now.since: sides.base.since if sides.base else None}


def _months(now: DateSpan, base: DateSpan | None) -> Iterator[tuple[date, date | None]]:
    """The first day of each month of a span, with that of the other span's month at the same place."""
    others = _firsts(base) if base else []
    for number, day in enumerate(_firsts(now)):
        yield day, others[number] if number < len(others) else None


def _firsts(span: DateSpan) -> list[date]:
    return [day for day in _days(span) if day in (span.since, day.replace(day=1))]
