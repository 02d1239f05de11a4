"""Rate limits: whether a caller may spend the points of an operation.

The estimated points are taken before an operation runs. What it costs less is given back after, what it costs more is
taken. A cancelled request keeps its estimate: how much of it the systems have done is unknown.
"""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from gateway.access.caller import LOCAL, Caller
from gateway.config.limits import Limit, Mode
from gateway.config.settings import NO_RATE
from gateway.errors import BadInput, RateLimited
from gateway.errors.reasons import Reason
from gateway.limits.buckets import WINDOW, Buckets, Level, MemoryBuckets, seconds_of
from gateway.limits.expressions import MAX_POINTS
from gateway.telemetry.request_record import Breach, Quota, RequestRecord

MIN_POINTS: Final = 1  # of a request whose document cannot run


@dataclass(slots=True)
class Charge:
    """The points of one request: `estimated` before it runs, `used` after."""

    estimated: int
    used: int


@dataclass(slots=True)
class Rates:
    """Lives as long as the application.

    limit: of callers without points of their own.
    unchecked: requests that were answered because the buckets could not be asked.
    """

    limit: Limit = NO_RATE
    buckets: Buckets = field(default_factory=MemoryBuckets)
    unchecked: int = 0

    @asynccontextmanager
    async def charged(self, caller: Caller, points: int, record: RequestRecord) -> AsyncIterator[Charge]:
        """Execute an operation of these estimated points within the block, which sets what was used.

        Raises RateLimited, or BadInput if the bucket never holds that many points.
        """
        charge = Charge(points, points)
        limit = self._limit_of(caller)
        if limit.mode is Mode.OFF:
            yield charge
            return
        capacity, points = limit.maximum, max(points, MIN_POINTS)
        is_taken = await self._take(caller.id, points, limit, record)
        yield charge
        if is_taken and (more := max(charge.used, MIN_POINTS) - points):
            record.quota = _quota(await self.buckets.correct(caller.id, more, capacity), capacity) or record.quota

    def _limit_of(self, caller: Caller) -> Limit:
        """The limit of a caller. Its key's own points count also where there is no common limit."""
        if caller is LOCAL:
            return NO_RATE
        if caller.points_per_minute is None:
            return self.limit
        mode = Mode.ENFORCE if self.limit.mode is Mode.OFF else self.limit.mode
        return Limit(self.limit.name, caller.points_per_minute, mode)

    async def _take(self, caller: str, points: int, limit: Limit, record: RequestRecord) -> bool:
        """Take points. Return whether they were taken; they may be beyond a limit that is only measured."""
        capacity = limit.maximum
        level = await self.buckets.take(caller, points, capacity)
        record.quota = _quota(level, capacity)
        if level is None:
            self.unchecked += 1
            return False
        if level.is_granted:
            return True
        wait = level.debt + seconds_of(points, capacity) - WINDOW
        measured = min(math.ceil(capacity + wait * capacity / WINDOW), MAX_POINTS)
        record.breaches.append(Breach(limit.name, limit.mode.value, measured, capacity))
        if limit.mode is Mode.ENFORCE:
            raise _refusal(points, wait, capacity)
        return False


def _refusal(points: int, wait: float, capacity: int) -> RateLimited | BadInput:
    if points > capacity:
        message = (
            f"The operation costs {points} points, and you have {capacity} a minute: it can never run. "
            "Ask for fewer entries (`first`), or for fewer lists."
        )
        return BadInput(message, Reason.COST_TOO_HIGH, limitName="rate", limit=capacity, measured=points)
    return RateLimited(points, capacity, max(1, math.ceil(wait)))


def _quota(level: Level | None, capacity: int) -> Quota | None:
    if level is None:
        return None
    remaining = math.floor((WINDOW - level.debt) * capacity / WINDOW)
    return Quota(capacity, remaining, math.ceil(level.debt))
