"""A bulkhead: limits how many calls run at once; further calls wait, and callers take turns."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.concurrency.fair_queue import FairQueue, Place
from gateway.errors import Overloaded, SourceError, SourceTimeout

SHORTEST_LOOK = 1.0  # seconds
_UNANSWERED = (asyncio.CancelledError, TimeoutError, SourceTimeout)


class Bulkhead:
    """Lives as long as what it protects. A freed place passes straight to the first call in the queue.

    Any number of calls may wait if `max_queue` is None.
    """

    def __init__(
        self,
        max_in_flight: int,
        max_queue: int | None = None,
        queue_timeout: float = math.inf,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_in_flight, self.max_queue, self.queue_timeout = max_in_flight, max_queue, queue_timeout
        self.now = now
        self.in_flight = 0
        self.queue = FairQueue()
        self.last_answer = -math.inf  # when a call last ended; timeouts and cancellations do not count

    def try_acquire(self) -> bool:
        if self.in_flight >= self.max_in_flight:
            return False
        self.in_flight += 1
        return True

    async def acquire(self, timeout: float = math.inf, caller: str = "") -> bool:  # noqa: ASYNC109  # capped by queue_timeout
        """Take a place, waiting if need be. False if the queue is full or the wait takes too long."""
        if self.try_acquire():
            return True
        if self.max_queue is not None and len(self.queue) >= self.max_queue:
            return False
        place: Place = asyncio.get_running_loop().create_future()
        self.queue.append(caller, place)
        longest = min(self.queue_timeout, timeout)
        try:
            async with asyncio.timeout(None if longest == math.inf else longest):
                await asyncio.shield(place)
        except TimeoutError:
            return self._leave_queue(caller, place)
        except asyncio.CancelledError:
            if self._leave_queue(caller, place):
                self.release()
            raise
        return True

    def answers(self) -> bool:
        """Whether a call was answered within the time that a call may wait in the queue."""
        return self.now() - self.last_answer <= max(self.queue_timeout, SHORTEST_LOOK)

    def release(self) -> None:
        """Hand the place to the first call in the queue, or free it."""
        if self.queue:
            self.queue.popleft().set_result(None)
        else:
            self.in_flight -= 1

    def permit(self) -> "Permit":
        """Begin a wait for a place; `async with` the permit to take and release it."""
        return Permit(self, self.now())

    def _leave_queue(self, caller: str, place: Place) -> bool:
        """Leave the queue; return whether the place was handed over all the same, at the last moment."""
        if place.done():
            return True
        self.queue.remove(caller, place)
        return False


@dataclass(slots=True)
class Permit:
    """One call's permit of a bulkhead with an unlimited queue."""

    bulkhead: Bulkhead
    requested_at: float
    started_at: float | None = None

    async def __aenter__(self) -> None:
        await self.bulkhead.acquire()
        self.started_at = self.bulkhead.now()

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.bulkhead.release()
        if kind is None or not issubclass(kind, _UNANSWERED):
            self.bulkhead.last_answer = self.bulkhead.now()

    def timeout_error(self, source: str, seconds: float, subject: str = "") -> SourceError:
        """Return the error of a call whose `seconds` are over. `subject` begins its log line.

        A source that answered other calls during the wait in the queue is well: the gateway sends too many. If it
        answered none, the wait was for the source itself.
        """
        started_at = math.inf if self.started_at is None else self.started_at
        if started_at - self.requested_at > seconds / 2 and self.bulkhead.last_answer > self.requested_at:
            return Overloaded(source, f"{subject}queued")
        return SourceTimeout(source, f"{subject}no answer in {seconds} s")
