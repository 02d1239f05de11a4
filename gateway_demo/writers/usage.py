"""How much a service point uses: by day, by interval, and by billing period, all of one cloth."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from gateway_demo.plan.clock import FIRST_DAY, TODAY, add_days, chance, days_ago, midnight, seeded_random
from gateway_demo.plan.model import Account, ServicePoint
from gateway_demo.plan.rows import Row, Rows
from gateway_demo.stores.usage_tables import DAILY, INTERVAL
from gateway_demo.writers.ledger import Bill, Segment

UNITS = {"E": "KWH", "G": "THM", "W": "CCF"}
DAILY_DAYS = 400  # made up day by day; what was billed before is spread over its days
KEPT_DAYS = 800  # a year of whole months, the year before it, and what the calendar adds
SETTLED_DAYS = 60  # by then, what is missing has been estimated
INTERVAL_DAYS = 14
FIRST_DAILY = days_ago(DAILY_DAYS).toordinal()
FIRST_KEPT = days_ago(KEPT_DAYS).toordinal()
LAST_DAILY = TODAY.toordinal()  # not included: today is not over
GOOD, ESTIMATED, MISSING = 17, 9, 10
DELIVERED, RECEIVED = "1", "19"
YEAR = 365.25
SMALLEST_FLOW = 4


@dataclass(frozen=True, slots=True)
class Meter:
    """What a service point used each day lately, and how it uses the year round before that."""

    point: ServicePoint
    days: list[int]  # thousandths, from FIRST_DAILY on
    received: list[int]

    def quantity(self, start: date, end: date, noise: float) -> int:
        """Thousandths used from a day up to, not including, another."""
        first = start.toordinal() - FIRST_DAILY
        if first >= 0:
            return sum(self.days[first : end.toordinal() - FIRST_DAILY])
        seasons = season_sums(self.point.service)
        begin = FIRST_DAY.toordinal()
        sum_of_days = seasons[end.toordinal() - begin] - seasons[start.toordinal() - begin]
        return int(self.point.base * sum_of_days * noise)

    def returned(self, start: date, end: date) -> int:
        """Thousandths fed back in that time."""
        first = max(0, start.toordinal() - FIRST_DAILY)
        return sum(self.received[first : max(0, end.toordinal() - FIRST_DAILY)])


def seasonal_factor(service: str, day: date) -> float:
    """How a day of the year compares with an ordinary one; rounded, so that no machine differs."""
    turn = 2 * math.pi * day.timetuple().tm_yday / YEAR
    if service == "G":
        return max(0.12, round(1 + 0.95 * math.cos(turn - 0.3), 6))
    if service == "W":
        return round(1 - 0.22 * math.cos(turn - 0.2), 6)
    return round(1 + 0.28 * math.cos(2 * turn - 0.6), 6)


@cache
def season_sums(service: str) -> Sequence[float]:
    """Running sums of the seasons since the first day of the history."""
    sums = [0.0]
    day = FIRST_DAY
    while day <= add_days(TODAY, 31):
        sums.append(sums[-1] + seasonal_factor(service, day))
        day += timedelta(days=1)
    return sums


@cache
def _recent_seasons(service: str) -> list[float]:
    return [seasonal_factor(service, date.fromordinal(each)) for each in range(FIRST_DAILY, LAST_DAILY + 1)]


def temperature(start: date, end: date) -> int:
    """Average temperature of a period in thousandths of a degree Fahrenheit."""
    middle = start.toordinal() + (end - start).days // 2
    turn = 2 * math.pi * date.fromordinal(middle).timetuple().tm_yday / YEAR
    swing = (middle * 7919) % 61 / 10 - 3
    return round((51 - 24 * math.cos(turn - 0.35) + swing) * 10) * 100


def simulate_meter(rng: Random, account: Account, point: ServicePoint) -> Meter:
    """Make up what a point used lately."""
    throw = rng.random
    days = [int(point.base * weight * (0.7 + 0.6 * throw())) for weight in _recent_seasons(point.service)]
    traits = account.traits
    for newest, factor in traits.shape:
        for each in range(len(days) - 1 - newest, len(days)):
            days[each] = int(days[each] * factor)
    if traits.closed:
        after = max(0, traits.closed.toordinal() - FIRST_DAILY)
        days[after:] = [0] * len(days[after:])
    if traits.opened > days_ago(DAILY_DAYS):
        before = traits.opened.toordinal() - FIRST_DAILY
        days[:before] = [0] * before
    net = "NETM" in traits.programs and point.service == "E"
    received = [int(point.base * 0.5 * throw()) for _ in days] if net else []
    return Meter(point, days, received)


def older_days(point: ServicePoint, billed: Iterable[Segment]) -> dict[int, int]:
    """Thousandths used on each day of the bill periods that began before FIRST_DAILY.

    They sum to what was billed. They have dice of their own: how many days are kept changes nothing else.
    """
    throw = seeded_random(KEPT_DAYS, point.id).random
    days: dict[int, int] = {}
    for each in billed:
        first, end = each.start.toordinal(), each.end.toordinal()
        if first >= FIRST_DAILY:
            break
        span = range(first, end)
        weights = [
            seasonal_factor(point.service, date.fromordinal(day)) * (0.7 + 0.6 * throw()) for day in span
        ]
        total = sum(weights)
        days |= {day: int(each.used * own / total) for day, own in zip(span, weights, strict=True)}
        days[end - 1] += each.used - sum(days[day] for day in span)
    return days


def _span(account: Account) -> tuple[int, int]:
    traits = account.traits
    first = max(FIRST_KEPT, traits.opened.toordinal())
    last = LAST_DAILY if traits.closed is None else min(LAST_DAILY, traits.closed.toordinal())
    return first, last


def daily_rows(rng: Random, account: Account, meter: Meter, older: Mapping[int, int]) -> Iterator[Row]:
    """The daily reads; a few are estimated, and of the newest a few missing."""
    point, unit = meter.point, UNITS[meter.point.service]
    throw = seeded_random(KEPT_DAYS, f"{point.id} read").random
    first, last = _span(account)
    first = max(first, min(older, default=FIRST_DAILY))
    rough = account.traits.estimated > 0
    for ordinal in range(first, last):
        recent = ordinal >= FIRST_DAILY
        used = older[ordinal] if ordinal in older else meter.days[ordinal - FIRST_DAILY]
        luck = (rng.random() if recent else throw()) * (0.04 if rough else 1)
        quality = _quality(luck, settled=ordinal < LAST_DAILY - SETTLED_DAYS)
        day = date.fromordinal(ordinal)
        yield (point.id, day, DELIVERED, unit, None if quality == MISSING else used, quality)
        if meter.received and recent:
            yield (point.id, day, RECEIVED, unit, meter.received[ordinal - FIRST_DAILY], GOOD)


def _quality(luck: float, *, settled: bool) -> int:
    if luck > 0.012:  # noqa: PLR2004  # the odds of an estimate
        return GOOD
    return ESTIMATED if settled or luck > 0.003 else MISSING  # noqa: PLR2004  # and of a read that never came


def interval_rows(rng: Random, account: Account, meter: Meter) -> Iterator[Row]:
    """The interval reads of the last fourteen days; they add up to the daily ones."""
    point, unit = meter.point, UNITS[meter.point.service]
    seconds = point.minutes * 60
    for back in range(INTERVAL_DAYS, 0, -1):
        day = days_ago(back)
        begin, end = midnight(day), midnight(add_days(day, 1))
        parts = (end - begin) // seconds
        used = meter.days[day.toordinal() - FIRST_DAILY]
        for part, value in enumerate(_split(rng, used, parts, leak=account.traits.leak)):
            start = begin + part * seconds
            missing = not account.traits.leak and chance(rng, 0.01)
            quality = MISSING if missing else ESTIMATED if chance(rng, 0.01) else GOOD
            qty = None if missing else value
            yield (point.id, start, DELIVERED, start + seconds, point.minutes, unit, qty, quality)


def _split(rng: Random, used: int, parts: int, *, leak: bool) -> list[int]:
    """A day's use spread over its intervals; a leak runs through the night too."""
    floor = SMALLEST_FLOW if leak else 0
    weights = [rng.random() * (0.4 + math.sin(math.pi * part / parts)) for part in range(parts)]
    if not leak:
        weights[: parts // 6] = [0.0] * (parts // 6)
    rest = max(0, used - floor * parts)
    total = sum(weights)
    values = [floor + int(rest * weight / total) for weight in weights]
    values[parts // 2] += max(0, used - sum(values))
    return values


def record(rng: Random, account: Account, meters: Sequence[Meter], bills: Sequence[Bill], rows: Rows) -> None:
    """Daily and, for smart meters, interval reads; `bills` say what was used before FIRST_DAILY."""
    for index, meter in enumerate(meters):
        older = older_days(meter.point, (bill.segments[index] for bill in bills))
        rows.extend(DAILY, daily_rows(rng, account, meter, older))
        if meter.point.minutes and account.traits.closed is None:
            rows.extend(INTERVAL, interval_rows(rng, account, meter))
