"""Statistics of requests by operation, since the start."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.telemetry.source_stats import LATENCY_BUCKETS, Histogram

MAX_NAMES = 200
OTHER = "(other)"  # no operation can have this name
SHED = "SHED"


@dataclass(slots=True)
class OperationCounts:
    """Requests of one operation: counts by outcome, and durations."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: Histogram = field(default_factory=lambda: Histogram(LATENCY_BUCKETS))


@dataclass(slots=True)
class OperationStats:
    """Counts for the lifetime of the application.

    Clients choose operation names, so only the `MAX_NAMES` used last are separate series. All others add up
    in `other`. Anonymous operations and invalid requests have the name "".
    """

    by_name: dict[str, OperationCounts] = field(default_factory=dict)  # the least recently used first
    other: OperationCounts = field(default_factory=OperationCounts)
    in_flight: int = 0

    def record(self, name: str, outcome: str, seconds: float) -> None:
        """Count a finished request. Shed requests have no duration."""
        counts = self._counts(name)
        counts.outcomes[outcome] += 1
        if outcome != SHED:
            counts.seconds.add(seconds)

    def items(self) -> Iterator[tuple[str, OperationCounts]]:
        """Counts by name, with `(other)` last."""
        yield from self.by_name.items()
        if self.other.outcomes:
            yield OTHER, self.other

    def _counts(self, name: str) -> OperationCounts:
        # Not a cachetools.LRUCache: reading its items for /metrics would count as use.
        counts = self.by_name.pop(name, None)
        if counts is None:
            counts = OperationCounts()
            if len(self.by_name) >= MAX_NAMES:
                evicted = self.by_name.pop(next(iter(self.by_name)))
                self.other.outcomes.update(evicted.outcomes)
                self.other.seconds.add_all(evicted.seconds)
        self.by_name[name] = counts
        return counts
