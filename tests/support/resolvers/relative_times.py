"""Times relative to now in the tests' utility.

Its clock runs during a test. A boundary is exact only on the side that time moves away from; on the other
side it is an hour off. Tests of single rules have a fixed clock and cover both sides.
"""

from datetime import UTC, date, timedelta

from support.harness import NOW

INSTANT = NOW.astimezone(UTC)


def ago(days: int = 0, **past: int) -> str:
    """A past instant as text."""
    return (INSTANT - timedelta(days=days, **past)).isoformat()


def ahead(days: int = 0, **to_come: int) -> str:
    """A future instant as text."""
    return (INSTANT + timedelta(days=days, **to_come)).isoformat()


def day(back: int) -> date:
    """The day this number of days ago, in New York."""
    return NOW.date() - timedelta(days=back)
