"""Simulates a service point's usage by day, interval and billing period, consistent with each other."""

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
DAILY_DAYS = 400  # simulated by day; older billed usage is spread over its days
KEPT_DAYS = 800  # kept daily reads: two years of whole months
SETTLED_DAYS = 60  # older missing reads have been estimated
INTERVAL_DAYS = 14
FIRST_DAILY = days_ago(DAILY_DAYS).toordinal()
FIRST_KEPT = days_ago(KEPT_DAYS).toordinal()
LAST_DAILY = TODAY.toordinal()  # exclusive
GOOD, ESTIMATED, MISSING = 17, 9, 10
DELIVERED, RECEIVED = "1", "19"
YEAR = 365.25
LEAK_FLOW = 4


@dataclass(frozen=True, slots=True)
class Meter:
    """A service point's usage by day from FIRST_DAILY on, and by season before that."""

    point: ServicePoint
    days: list[int]  # thousandths, from FIRST_DAILY on
    received: list[int]

    def quantity(self, start: date, end: date, noise: float) -> int:
        """Thousandths used from `start` to `end`, exclusive."""
        first = start.toordinal() - FIRST_DAILY
        if first >= 0:
            return sum(self.days[first : end.toordinal() - FIRST_DAILY])
        factor_sums = season_sums(self.point.service)
        begin = FIRST_DAY.toordinal()
        sum_of_days = factor_sums[end.toordinal() - begin] - factor_sums[start.toordinal() - begin]
        return int(self.point.base * sum_of_days * noise)

    def returned(self, start: date, end: date) -> int:
        """Thousandths received from the customer in that time."""
        first = max(0, start.toordinal() - FIRST_DAILY)
        return sum(self.received[first : max(0, end.toordinal() - FIRST_DAILY)])


def seasonal_factor(service: str, day: date) -> float:
    """The usage of a day of the year relative to an average day; rounded, to be the same everywhere."""
    turn = 2 * math.pi * day.timetuple().tm_yday / YEAR
    if service == "G":
        return max(0.12, round(1 + 0.95 * math.cos(turn - 0.3), 6))
    if service == "W":
        return round(1 - 0.22 * math.cos(turn - 0.2), 6)
    return round(1 + 0.28 * math.cos(2 * turn - 0.6), 6)


@cache
def season_sums(service: str) -> Sequence[float]:
    """Running sums of the seasonal factors since FIRST_DAY."""
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
    """Simulate the daily usage of a service point."""
    draw = rng.random
    days = [int(point.base * weight * (0.7 + 0.6 * draw())) for weight in _recent_seasons(point.service)]
    traits = account.traits
    for newest, factor in traits.shape:
        for day in range(len(days) - 1 - newest, len(days)):
            days[day] = int(days[day] * factor)
    if traits.closed:
        after = max(0, traits.closed.toordinal() - FIRST_DAILY)
        days[after:] = [0] * len(days[after:])
    if traits.opened > days_ago(DAILY_DAYS):
        before = traits.opened.toordinal() - FIRST_DAILY
        days[:before] = [0] * before
    is_net_metered = "NETM" in traits.programs and point.service == "E"
    received = [int(point.base * 0.5 * draw()) for _ in days] if is_net_metered else []
    return Meter(point, days, received)


def older_days(point: ServicePoint, billed: Iterable[Segment]) -> dict[int, int]:
    """Thousandths used on each day of the billing periods that began before FIRST_DAILY.

    They sum to the billed usage. A separate generator keeps other draws independent of KEPT_DAYS.
    """
    draw = seeded_random(KEPT_DAYS, point.id).random
    days: dict[int, int] = {}
    for segment in billed:
        first, end = segment.start.toordinal(), segment.end.toordinal()
        if first >= FIRST_DAILY:
            break
        span = range(first, end)
        weights = [seasonal_factor(point.service, date.fromordinal(day)) * (0.7 + 0.6 * draw()) for day in span]
        total = sum(weights)
        days |= {day: int(segment.used * weight / total) for day, weight in zip(span, weights, strict=True)}
        days[end - 1] += segment.used - sum(days[day] for day in span)
    return days


def _days_range(account: Account) -> tuple[int, int]:
    traits = account.traits
    first = max(FIRST_KEPT, traits.opened.toordinal())
    last = LAST_DAILY if traits.closed is None else min(LAST_DAILY, traits.closed.toordinal())
    return first, last


def daily_rows(rng: Random, account: Account, meter: Meter, older: Mapping[int, int]) -> Iterator[Row]:
    """The daily reads; a few are estimated, and a few of the newest are missing."""
    point, unit = meter.point, UNITS[meter.point.service]
    draw = seeded_random(KEPT_DAYS, f"{point.id} read").random
    first, last = _days_range(account)
    first = max(first, min(older, default=FIRST_DAILY))
    has_estimates = account.traits.estimated > 0
    for ordinal in range(first, last):
        recent = ordinal >= FIRST_DAILY
        used = older[ordinal] if ordinal in older else meter.days[ordinal - FIRST_DAILY]
        luck = (rng.random() if recent else draw()) * (0.04 if has_estimates else 1)
        quality = _quality(luck, settled=ordinal < LAST_DAILY - SETTLED_DAYS)
        day = date.fromordinal(ordinal)
        yield (point.id, day, DELIVERED, unit, None if quality == MISSING else used, quality)
        if meter.received and recent:
            yield (point.id, day, RECEIVED, unit, meter.received[ordinal - FIRST_DAILY], GOOD)


def _quality(luck: float, *, settled: bool) -> int:
    if luck > 0.012:  # noqa: PLR2004  # odds of an estimate
        return GOOD
    return ESTIMATED if settled or luck > 0.003 else MISSING  # noqa: PLR2004  # odds of a missing read


def interval_rows(rng: Random, account: Account, meter: Meter) -> Iterator[Row]:
    """The interval reads of the last fourteen days; they sum to the daily reads."""
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
    """Spread a day's usage over its intervals; a leak also flows at night."""
    floor = LEAK_FLOW if leak else 0
    weights = [rng.random() * (0.4 + math.sin(math.pi * part / parts)) for part in range(parts)]
    if not leak:
        weights[: parts // 6] = [0.0] * (parts // 6)
    remaining = max(0, used - floor * parts)
    total = sum(weights)
    values = [floor + int(remaining * weight / total) for weight in weights]
    values[parts // 2] += max(0, used - sum(values))
    return values


def record(rng: Random, account: Account, meters: Sequence[Meter], bills: Sequence[Bill], rows: Rows) -> None:
    """Write daily and, for interval meters, interval reads; `bills` give the usage before FIRST_DAILY."""
    for index, meter in enumerate(meters):
        older = older_days(meter.point, (bill.segments[index] for bill in bills))
        rows.extend(DAILY, daily_rows(rng, account, meter, older))
        if meter.point.minutes and account.traits.closed is None:
            rows.extend(INTERVAL, interval_rows(rng, account, meter))
