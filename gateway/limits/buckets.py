"""Token buckets of cost points, one for each caller, by the generic cell rate algorithm (GCRA).

A bucket is one number: the instant at which it is full. Points move it into the future, by the time that they take to
come back. A bucket holds the points of one minute.
"""

import math
import time
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from cachetools import LRUCache

WINDOW: Final = 60.0  # seconds in which an empty bucket becomes full
MAX_CALLERS: Final = 100_000  # about 20 MB; a caller beyond them begins with a full bucket


class Level(NamedTuple):
    """The bucket of a caller after a question.

    is_granted: whether the points were taken.
    debt: seconds until it is full.
    """

    is_granted: bool
    debt: float


class Buckets(Protocol):
    """None as an answer: the buckets cannot be asked now."""

    async def take(self, caller: str, points: int, capacity: int) -> Level | None:
        """Take points out of a bucket, all or none."""

    async def correct(self, caller: str, points: int, capacity: int) -> Level | None:
        """Take points that were used already, or give back if they are negative. A bucket is never below empty."""


def seconds_of(points: int, capacity: int) -> float:
    """The seconds in which these points come back."""
    return points * WINDOW / capacity


class MemoryBuckets:
    """The buckets of one process, for the lifetime of the application.

    now: seconds of a clock. If it goes back, a caller waits at most a minute.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, max_callers: int = MAX_CALLERS) -> None:
        self._now = now
        self._full_at: LRUCache[str, float] = LRUCache(max_callers)

    async def take(self, caller: str, points: int, capacity: int) -> Level:
        now = self._now()
        debt = self._debt(caller, now)
        after = debt + seconds_of(points, capacity)
        is_granted = after <= WINDOW
        debt = after if is_granted else debt
        self._full_at[caller] = now + debt  # also if nothing is taken: the clock may have gone back
        return Level(is_granted, debt)

    async def correct(self, caller: str, points: int, capacity: int) -> Level:
        now = self._now()
        debt = min(max(self._debt(caller, now) + seconds_of(points, capacity), 0.0), WINDOW)
        self._full_at[caller] = now + debt
        return Level(is_granted=True, debt=debt)

    def _debt(self, caller: str, now: float) -> float:
        full_at: float = self._full_at.get(caller, -math.inf)
        return min(max(full_at - now, 0.0), WINDOW)
