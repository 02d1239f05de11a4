"""The demo's fixed calendar, conversions between days and instants, and seeded random draws."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
TODAY = date(2026, 11, 15)
NOW = int(datetime(2026, 11, 15, 12, tzinfo=NEW_YORK).timestamp())
FIRST_DAY = date(2023, 8, 1)  # a few months before the three searchable years
HISTORY_START = date(2023, 11, 16)
DAY = 86_400
HOUR = 3_600
MONTHS = 12


def days_ago(days: int) -> date:
    """The date `days` days before today."""
    return TODAY - timedelta(days=days)


def add_days(day: date, days: int) -> date:
    return day + timedelta(days=days)


@cache
def midnight(day: date) -> int:
    """The epoch second at which a day begins in New York."""
    return int(datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).timestamp())


def epoch_seconds(text: str) -> int:
    """The epoch seconds of an ISO time with an offset."""
    return int(datetime.fromisoformat(text).timestamp())


def local_time(at: int) -> datetime:
    """The New York local time of an epoch second."""
    return datetime.fromtimestamp(at, NEW_YORK)


def local_day(at: int) -> date:
    """The New York date of an epoch second."""
    return local_time(at).date()


def local_iso(at: int | None) -> str | None:
    """Format with New York's offset: 2026-11-01T01:30:00-04:00."""
    return None if at is None else local_time(at).isoformat()


def naive_iso(at: int | None) -> str | None:
    """Format as New York time without offset: 2026-11-01T01:30:00."""
    return None if at is None else local_time(at).replace(tzinfo=None).isoformat()


def utc_iso(at: int | None) -> str | None:
    """Format in UTC: 2026-11-01T05:30:00Z."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat()[:19] + "Z"


def next_month(year: int, month: int) -> tuple[int, int]:
    return (year, month + 1) if month < MONTHS else (year + 1, 1)


def seeded_random(seed: int, name: object) -> Random:
    """A generator that draws the same values for a seed and name on every machine."""
    return Random(f"{seed}:{name}")  # noqa: S311 - sample data, not cryptography


def chance(rng: Random, probability: float) -> bool:
    return rng.random() < probability


def random_count(rng: Random, mean: float) -> int:
    """Draw a skewed number of events with about this mean."""
    return int(rng.expovariate(1 / mean) / 2 + rng.random() * mean + rng.random())


def random_day(rng: Random, since: date, until: date) -> date:
    """Draw a date between two dates, both inclusive."""
    return add_days(since, rng.randint(0, max(0, (until - since).days)))


def random_office_time(rng: Random, day: date) -> int:
    """Draw an instant between 7:00 and 21:00 New York time, never in the demo's future."""
    return min(midnight(day) + rng.randint(7 * HOUR, 21 * HOUR), NOW - 60)
