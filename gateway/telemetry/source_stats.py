"""What became of the questions to one source since the start: plain numbers, for whoever shows them."""

from bisect import bisect_left
from collections import Counter, deque
from dataclasses import dataclass, field

LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
BATCH_SIZE_BUCKETS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
SAMPLE_SIZE = 200
REFRESH_EVERY = 20
QUANTILE = 0.95


class Spread:
    """How numbers are spread: how many lie up to each bound, and beyond the last."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds, self.total = bounds, 0.0
        self.counts = [0] * (len(bounds) + 1)

    def add(self, value: float) -> None:
        """One more number."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def add_all(self, other: "Spread") -> None:
        """All the numbers of another of the same bounds."""
        self.counts = [mine + its for mine, its in zip(self.counts, other.counts, strict=True)]
        self.total += other.total


class RollingQuantile:
    """The recent ones of many numbers: what `NEARLY_ALL` of them do not exceed.

    That is `usual`, found anew with every so many numbers, as sorting takes time; None before the first.
    """

    __slots__ = ("added", "numbers", "usual")

    def __init__(self) -> None:
        self.numbers: deque[float] = deque(maxlen=SAMPLE_SIZE)
        self.usual: float | None = None
        self.added = 0

    def add(self, value: float) -> None:
        """One more number."""
        self.numbers.append(value)
        self.added += 1
        if self.added % REFRESH_EVERY == 0:
            self.usual = sorted(self.numbers)[int(QUANTILE * len(self.numbers))]


@dataclass(slots=True)
class SourceStats:
    """Made for one source, and lives as long as the application. Everything counts from the start.

    `outcomes` are attempts by what came of them (OK, or the worst code of the batch). Of keys of lookups that
    are kept: `fresh` and `stale` were answered from what is remembered, `missed` had to be asked,
    `last_resort` were answered from what is remembered because the source failed, `joined` waited for
    a question that was under way. `recent` are the seconds of the attempts that were OK. `state` is the
    breaker's.
    """

    source: str
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: Spread = field(default_factory=lambda: Spread(LATENCY_BUCKETS))
    sizes: Spread = field(default_factory=lambda: Spread(BATCH_SIZE_BUCKETS))
    recent: RollingQuantile = field(default_factory=RollingQuantile)
    under_way: int = 0
    retries: int = 0
    hedges: int = 0
    turned_away: int = 0
    fresh: int = 0
    stale: int = 0
    missed: int = 0
    last_resort: int = 0
    joined: int = 0
    state: str = "CLOSED"
    opened: int = 0
    last_answer: float | None = None  # seconds since 1970
