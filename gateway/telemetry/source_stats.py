"""Counters of one source since the start, for metrics and for hedging, and the middleware that counts."""

import time
from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from gateway.contract.batch import OK, Answers, Batch, Fetch, outcome_code
from gateway.telemetry.field_presence import FieldPresence

LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
BATCH_SIZE_BUCKETS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
SAMPLE_SIZE = 200
REFRESH_EVERY = 20
QUANTILE = 0.95
# "stale_if_error": an old answer instead of an error; "coalesced": of a call already in flight.
CacheResult = Literal["hit", "stale", "miss", "stale_if_error", "coalesced"]


class Histogram:
    """Counts of numbers by bucket; the last bucket has no upper bound."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds, self.total = bounds, 0.0
        self.counts = [0] * (len(bounds) + 1)

    def add(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class RollingQuantile:
    """The 95th percentile of the newest numbers; None before the first refresh.

    `quantile` is refreshed after every `REFRESH_EVERY` numbers, because sorting takes time.
    """

    __slots__ = ("added", "numbers", "quantile")

    def __init__(self) -> None:
        self.numbers: deque[float] = deque(maxlen=SAMPLE_SIZE)
        self.quantile: float | None = None
        self.added = 0

    def add(self, value: float) -> None:
        self.numbers.append(value)
        self.added += 1
        if self.added % REFRESH_EVERY == 0:
            self.quantile = sorted(self.numbers)[int(QUANTILE * len(self.numbers))]


@dataclass(slots=True)
class SourceStats:
    """Made for one source, and lives as long as the application."""

    source: str
    outcomes: Counter[str] = field(default_factory=Counter)  # calls by OK, CANCELLED, or their gravest code
    seconds: Histogram = field(default_factory=lambda: Histogram(LATENCY_BUCKETS))
    batch_sizes: Histogram = field(default_factory=lambda: Histogram(BATCH_SIZE_BUCKETS))
    recent_seconds: RollingQuantile = field(default_factory=RollingQuantile)  # of successful calls
    in_flight: int = 0
    retries: int = 0
    hedges: int = 0
    rejected: int = 0  # not sent: the queue was full, or the wait too long
    cache: Counter[CacheResult] = field(default_factory=Counter)  # keys by result
    breaker_state: str = "CLOSED"
    breaker_opened: int = 0
    breaker_trial_at: float = 0.0  # seconds of `time.monotonic` at which an open breaker lets a trial pass
    lookup_breakers: dict[str, tuple[str, int]] = field(default_factory=dict)  # state and openings, once one has opened
    last_answer_at: float | None = None  # seconds since 1970
    fields: FieldPresence = field(default_factory=FieldPresence)

    def breaker_wait(self) -> float | None:
        """Seconds until the source is tried again; None while the breaker lets calls pass."""
        return None if self.breaker_state == "CLOSED" else max(0.0, self.breaker_trial_at - time.monotonic())


@dataclass(slots=True)
class Measured:
    """Counts and times every call of a source itself: it is the innermost middleware."""

    fetch: Fetch
    stats: SourceStats
    now: Callable[[], float] = time.perf_counter
    wall_clock: Callable[[], float] = time.time

    async def __call__(self, batch: Batch) -> Answers:
        stats, started_at, outcome = self.stats, self.now(), "CANCELLED"
        stats.in_flight += 1
        try:
            answers = await self.fetch(batch)
            outcome = outcome_code(batch, answers)
            if not batch.window.count:
                stats.fields.count(batch.lookup, answers)
            return answers
        finally:
            seconds = self.now() - started_at
            stats.in_flight -= 1
            stats.seconds.add(seconds)
            stats.batch_sizes.add(len(batch.keys))
            stats.outcomes[outcome] += 1
            if outcome == OK:
                stats.recent_seconds.add(seconds)
                stats.last_answer_at = self.wall_clock()
