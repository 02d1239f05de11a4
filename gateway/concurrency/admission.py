"""Admission of work by what the process can do now: cheap before expensive, callers in fair shares, the rest is shed.

Work has a cost class, and each class a lane. A lane starts its work while the points in it are within the adaptive
limit. An idle lane starts any work, so that nothing is too large to start. Work that does not start waits a short time.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import takewhile
from typing import Final

from gateway.concurrency.adaptive_limit import AdaptiveLimit
from gateway.concurrency.fair_share import FairShare

CLASSES: Final = {"cheap": 300, "moderate": 1_000, "expensive": None}  # the most points of each
TURN: Final = 0.2  # seconds: a lane that started nothing for so long need not wait for cheaper ones
MAX_WAITING: Final = 100  # in a lane
NEWEST_FIRST: Final = 1.0  # seconds after something was shed
OVERLOADED: Final = 3.0  # seconds of shedding cheap work, until the gate counts as overloaded
CALM: Final = 2.0  # seconds without, until it does not


class State(Enum):
    WAITING = auto()
    STARTED = auto()
    SHED = auto()
    ENDED = auto()


@dataclass(slots=True, eq=False)
class Work:
    """Some work of a caller. `decided` is called once it starts or is shed, if it had to wait."""

    points: int
    caller: str
    expires_at: float
    decided: Callable[[], None] = lambda: None
    state: State = State.WAITING


@dataclass(slots=True)
class Lane:
    """The work of one cost class. `waiting` is by caller, the oldest first."""

    name: str
    points: int = 0
    in_progress: int = 0
    waiting: dict[str, deque[Work]] = field(default_factory=dict)
    length: int = 0
    started_at: float = float("-inf")
    shed: int = 0

    def fits(self, points: int, limit: float) -> bool:
        return not self.in_progress or self.points + points <= limit

    def add(self, work: Work) -> None:
        self.waiting.setdefault(work.caller, deque()).append(work)
        self.length += 1

    def remove(self, work: Work) -> None:
        queue = self.waiting[work.caller]
        queue.remove(work)
        self.length -= 1
        if not queue:
            del self.waiting[work.caller]

    def expired(self, now: float) -> list[Work]:
        return [work for queue in self.waiting.values() for work in queue if work.expires_at <= now]

    def longest(self) -> Work:
        """The oldest work of the caller with the most of it."""
        return max(self.waiting.values(), key=len)[0]


class Gate:
    """Lives as long as the process serves. Its owner calls `tick` many times a second."""

    def __init__(self, limit: AdaptiveLimit | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.now = limit or AdaptiveLimit(), now
        self.lanes = [Lane(name) for name in CLASSES]  # from cheap to expensive
        self._share = FairShare()
        self._shed_at = self._cheap_shed_at = self._cheap_shed_since = float("-inf")

    def lane(self, points: int) -> Lane:
        return next(
            lane for lane, most in zip(self.lanes, CLASSES.values(), strict=True) if most is None or points <= most
        )

    def ask(self, work: Work) -> None:
        """Start the work, or let it wait. In a full lane, the caller that waits for the most loses its oldest."""
        lane = self.lane(work.points)
        if not lane.length and self._may_start(lane, work):
            self._start(lane, work)
            return
        lane.add(work)
        if lane.length > MAX_WAITING:
            self._shed(lane, lane.longest())

    def end(self, work: Work) -> None:
        """End work that has started, or does not want to wait any more."""
        lane = self.lane(work.points)
        if work.state is State.WAITING:
            lane.remove(work)
        elif work.state is State.STARTED:
            lane.in_progress -= 1
            lane.points -= work.points
        work.state = State.ENDED
        self._start_waiting()

    def tick(self, busy: float, late: float) -> None:
        """Take a look at the event loop: the share of time that it worked, and how late it is in seconds."""
        now = self.now()
        for lane in self.lanes:
            for work in lane.expired(now):
                self._shed(lane, work)
        self.limit.observe(busy, late, is_short=any(lane.length for lane in self.lanes))
        self._start_waiting()

    def is_overloaded(self) -> bool:
        """Whether even cheap work is shed, for some seconds."""
        is_shedding = self.now() - self._cheap_shed_at <= CALM
        return is_shedding and self._cheap_shed_at - self._cheap_shed_since >= OVERLOADED

    def _start_waiting(self) -> None:
        for lane in self.lanes:
            while lane.length and self._may_start(lane, work := self._next(lane)):
                lane.remove(work)
                self._start(lane, work)
                work.decided()

    def _may_start(self, lane: Lane, work: Work) -> bool:
        if not lane.fits(work.points, self.limit.value):
            return False
        return self.now() - lane.started_at >= TURN or not any(each.length for each in self._cheaper(lane))

    def _cheaper(self, lane: Lane) -> Iterable[Lane]:
        return takewhile(lambda each: each is not lane, self.lanes)

    def _next(self, lane: Lane) -> Work:
        """Of the caller that has used the least: the oldest, but the newest where the oldest come too late."""
        caller = min(lane.waiting, key=self._share.used)
        return lane.waiting[caller][-1 if self.now() - self._shed_at < NEWEST_FIRST else 0]

    def _start(self, lane: Lane, work: Work) -> None:
        work.state, lane.started_at = State.STARTED, self.now()
        lane.in_progress += 1
        lane.points += work.points
        self._share.add(work.caller, work.points, lane.started_at)

    def _shed(self, lane: Lane, work: Work) -> None:
        lane.remove(work)
        lane.shed += 1
        work.state, self._shed_at = State.SHED, self.now()
        if lane is self.lanes[0]:
            if self._shed_at - self._cheap_shed_at > CALM:
                self._cheap_shed_since = self._shed_at
            self._cheap_shed_at = self._shed_at
        work.decided()
