"""Moments around the time that it is in the tests' utility.

Its clock runs while a test does. So a boundary is itself only on the side from which time moves away; on the
other it is an hour off. Both sides of it stand in the tests of the rules alone, whose clock stands still.
"""

from datetime import UTC, date, timedelta

from support.world import NOW

INSTANT = NOW.astimezone(UTC)


def ago(days: int = 0, **past: int) -> str:
    """The instant so long ago, in writing."""
    return (INSTANT - timedelta(days=days, **past)).isoformat()


def ahead(days: int = 0, **to_come: int) -> str:
    """The instant so far ahead, in writing."""
    return (INSTANT + timedelta(days=days, **to_come)).isoformat()


def day(back: int) -> date:
    """The day so many days ago, by New York's clock."""
    return NOW.date() - timedelta(days=back)
