"""Measures how late the event loop is. What comes too late because of that is no failure of a source."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gateway.concurrency.thread_load import ThreadLoad
from gateway.errors import DeadlineExceeded, Overloaded, SourceError

log = logging.getLogger("gateway")
INTERVAL = 0.05  # seconds between two looks at the clock
RECENT = 2.0  # seconds before a passed deadline that are looked at
MAX_SAMPLES = 1200  # a minute
LONG_PASS = 0.03  # seconds: a loop with such passes makes everything late that takes many of them
MAX_LATE_SHARE = 0.5  # of a time: beyond it, the gateway made its calls late, not their sources
LOG_INTERVAL = 10.0  # seconds


Listener = Callable[[float, float], None]


class LoopLag:
    """Adds up how late a timer of the event loop fires. `now` is in seconds, on the loop's clock.

    A timer that fires in time says little where each pass of the loop is long: what takes many passes is late
    then. So the time between two looks counts as late if the pass after them is long.

    late_seconds: the sum of the timer alone, since the process began.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.late_seconds = 0.0
        self._long_passes = 0.0  # seconds
        self._samples: deque[tuple[float, float]] = deque(maxlen=MAX_SAMPLES)  # moment, late seconds until then
        self._due = float("inf")
        self._users = 0
        self._timer: asyncio.TimerHandle | None = None
        self._last_late, self._load = 0.0, ThreadLoad()
        self._listeners: list[Listener] = []
        self._logged_at = float("-inf")

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure the running loop. Several runtimes of one loop share the measurement."""
        self._users += 1
        if self._users == 1:
            self.expect()
            self._schedule()
        try:
            yield
        finally:
            self._users -= 1
            if not self._users and self._timer is not None:
                self._timer.cancel()
                self._due = float("inf")
                self._samples.clear()

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Call the listener with each measurement: the share of time that the loop worked, and how late it is.

        It is as late as the timer was, or as the pass after it is long.
        """
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def expect(self) -> None:
        """Expect the next `tick` in INTERVAL seconds."""
        self._due = self.now() + INTERVAL

    def tick(self) -> None:
        """Add how late this call is."""
        now = self.now()
        self._last_late = max(0.0, now - self._due)
        self.late_seconds += self._last_late
        self._samples.append((now, self._late()))
        self.expect()

    def seconds_without_tick(self) -> float:
        """How late the next tick is by now; 0 while nothing is measured. Any thread may ask."""
        return max(0.0, self.now() - self._due)

    def pass_began_at(self, moment: float) -> None:
        """Add the interval before that moment, if the pass that began then was long. Tell listeners."""
        seconds = self.now() - moment
        if seconds >= LONG_PASS:
            self._long_passes += INTERVAL
        busy = self._load.share() if self._listeners else 0.0
        for each in self._listeners:
            each(busy, max(self._last_late, seconds))

    def _late(self) -> float:
        return self.late_seconds + self._long_passes

    def is_late(self, since: float) -> bool:
        """Whether the loop was late for most of the time since then."""
        now = self.now()
        late = self._late() + max(0.0, now - self._due) - self._late_until(since)
        return late > MAX_LATE_SHARE * max(now - since, INTERVAL)

    def timeout(self, source: str, reason: str) -> SourceError:
        """The error of a passed deadline: Overloaded if the loop was late in the last seconds."""
        if self.is_late(self.now() - RECENT):
            return self.overloaded(source, reason)
        return DeadlineExceeded(source, reason)

    def overloaded(self, source: str, reason: str) -> Overloaded:
        now = self.now()
        if now - self._logged_at > LOG_INTERVAL:
            self._logged_at = now
            log.warning("the gateway is overloaded: its event loop is late, and so are answers of healthy sources")
        return Overloaded(source, f"{reason}, while the event loop was late")

    def _late_until(self, moment: float) -> float:
        """The late seconds until then, as far as samples go back."""
        return next((late for at, late in reversed(self._samples) if at <= moment), self._earliest())

    def _earliest(self) -> float:
        return self._samples[0][1] if self._samples else self._late()

    def _schedule(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(INTERVAL, self._run)

    def _run(self) -> None:
        self.tick()
        asyncio.get_running_loop().call_soon(self.pass_began_at, self.now())
        self._schedule()


LOOP_LAG = LoopLag()  # of the process, which runs one event loop
