"""The demo's fixed calendar and its dice: one today, one zone, and how days become instants."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 15)
NOW = int(datetime(2026, 11, 15, 12, tzinfo=NEW_YORK).timestamp())
FIRST_DAY = date(2023, 8, 1)  # a little before the three years that can be searched
HISTORY_START = date(2023, 11, 16)
DAY = 86_400
HOUR = 3_600
MONTHS = 12


def days_ago(days: int) -> date:
    """The day so many days before today."""
    return TODAY - timedelta(days=days)


def add_days(day: date, days: int) -> date:
    """The day so many days after this one."""
    return day + timedelta(days=days)


@cache
def midnight(day: date) -> int:
    """The instant (epoch seconds) at which a day begins in New York."""
    return int(datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).timestamp())


def epoch_seconds(text: str) -> int:
    """Epoch seconds of an ISO time that carries its offset."""
    return int(datetime.fromisoformat(text).timestamp())


def local_time(at: int) -> datetime:
    """An instant as New York's clocks show it, with its offset."""
    return datetime.fromtimestamp(at, NEW_YORK)


def local_day(at: int) -> date:
    """The day of an instant in New York."""
    return local_time(at).date()


def local_iso(at: int | None) -> str | None:
    """ISO with New York's offset: 2026-11-01T01:30:00-04:00."""
    return None if at is None else local_time(at).isoformat()


def naive_iso(at: int | None) -> str | None:
    """New York's clock without offset: 2026-11-01T01:30:00."""
    return None if at is None else local_time(at).replace(tzinfo=None).isoformat()


def utc_iso(at: int | None) -> str | None:
    """ISO in UTC: 2026-11-01T05:30:00Z."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat()[:19] + "Z"


def next_month(year: int, month: int) -> tuple[int, int]:
    """The month that follows."""
    return (year, month + 1) if month < MONTHS else (year + 1, 1)


def seeded_random(seed: int, name: object) -> Random:
    """The same throws for the same seed and name, on every machine."""
    return Random(f"{seed}:{name}")  # noqa: S311 - believable data, no secret


def chance(rng: Random, probability: float) -> bool:
    """True as often as the probability says."""
    return rng.random() < probability


def random_count(rng: Random, mean: float) -> int:
    """A number of events around a mean: often few, at times many."""
    return int(rng.expovariate(1 / mean) / 2 + rng.random() * mean + rng.random())


def random_day(rng: Random, since: date, until: date) -> date:
    """A day between two, both included."""
    return add_days(since, rng.randint(0, max(0, (until - since).days)))


def random_office_time(rng: Random, day: date) -> int:
    """An instant of a day when people call and write: 7:00 to 21:00 in New York, never after now."""
    return min(midnight(day) + rng.randint(7 * HOUR, 21 * HOUR), NOW - 60)
