"""How requests fared since the start, by operation: plain numbers, for whoever shows them."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.telemetry.source_stats import LATENCY_BUCKETS, Histogram

MAX_NAMES = 200
OTHER = "(other)"
SHED = "SHED"


@dataclass(slots=True)
class OperationCounts:
    """How requests of one operation fared: how many by outcome, and their seconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: Histogram = field(default_factory=lambda: Histogram(LATENCY_BUCKETS))


@dataclass(slots=True)
class OperationStats:
    """Lives as long as the application.

    Names are the callers' own words: the 200 used last are told apart, all others together are `(other)`,
    which is no name an operation can have. Operations without a name, and requests that are none, are "".
    """

    by_name: OrderedDict[str, OperationCounts] = field(default_factory=OrderedDict)
    other: OperationCounts = field(default_factory=OperationCounts)
    in_flight: int = 0
    shed: int = 0

    def record(self, name: str, outcome: str, seconds: float) -> None:
        """One more request is over. Those turned away at the door are counted, not timed."""
        operation = self._operation(name)
        operation.outcomes[outcome] += 1
        if outcome == SHED:
            self.shed += 1
        else:
            operation.seconds.add(seconds)

    def items(self) -> Iterator[tuple[str, OperationCounts]]:
        """Every operation by its name, those that are not told apart last."""
        yield from self.by_name.items()
        if self.other.outcomes:
            yield OTHER, self.other

    def _operation(self, name: str) -> OperationCounts:
        known = self.by_name.get(name)
        if known is not None:
            self.by_name.move_to_end(name)
            return known
        if len(self.by_name) >= MAX_NAMES:
            _, forgotten = self.by_name.popitem(last=False)
            self.other.outcomes.update(forgotten.outcomes)
            self.other.seconds.add_all(forgotten.seconds)
        return self.by_name.setdefault(name, OperationCounts())
