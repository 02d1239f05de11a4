"""So many calls at a time at one system; and whose doing it is when there was no time left for one."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from gateway.errors import NotAsked, SourceError, SourceTimeout

_NOT_HEARD = (asyncio.CancelledError, TimeoutError, SourceTimeout)


class Bulkhead:
    """Made for one source: `places` calls at a time, each of which has `seconds`, its wait included.

    `now` counts seconds, and only up.
    """

    def __init__(
        self, source: str, places: int, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.source, self.seconds, self.now = source, seconds, now
        self.places = asyncio.Semaphore(places)
        self.heard = -math.inf  # when a call last ended otherwise than by its time

    def turn(self) -> "Permit":
        """The wait for a place, from now on, and the place itself: `async with` it."""
        return Permit(self, self.now())


@dataclass(slots=True)
class Permit:
    """One call's. Whoever limits its time asks `late` afterwards what to say."""

    room: Bulkhead
    asked_at: float
    began_at: float | None = None

    async def __aenter__(self) -> None:
        """First come, first served."""
        await self.room.places.acquire()
        self.began_at = self.room.now()

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """The place is the next one's."""
        self.room.places.release()
        if kind is None or not issubclass(kind, _NOT_HEARD):
            self.room.heard = self.room.now()

    def late(self, about: str = "") -> SourceError:
        """Why there is no answer now that its seconds are over. `about` is for the log.

        A wait in our own room is no sign that the system fails, as long as it answers those before us. Where
        it answered nobody meanwhile, we have waited for the system itself.
        """
        began_at = math.inf if self.began_at is None else self.began_at
        if began_at - self.asked_at > self.room.seconds / 2 and self.room.heard > self.asked_at:
            return NotAsked(self.room.source, f"{about}queued")
        return SourceTimeout(self.room.source, f"{about}no answer in {self.room.seconds} s")
