"""How requests fared since the start, by operation: plain numbers, for whoever shows them."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.telemetry.source_stats import SECONDS, Spread

NAMES_MOST = 200
OTHER = "(other)"
SHED = "SHED"


@dataclass(slots=True)
class Operation:
    """How requests of one operation fared: how many by outcome, and their seconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: Spread = field(default_factory=lambda: Spread(SECONDS))


@dataclass(slots=True)
class Requests:
    """Lives as long as the application.

    Names are the callers' own words: the 200 used last are told apart, all others together are `(other)`,
    which is no name an operation can have. Operations without a name, and requests that are none, are "".
    """

    operations: OrderedDict[str, Operation] = field(default_factory=OrderedDict)
    other: Operation = field(default_factory=Operation)
    under_way: int = 0
    shed: int = 0

    def over(self, name: str, outcome: str, seconds: float) -> None:
        """One more request is over. Those turned away at the door are counted, not timed."""
        operation = self._operation(name)
        operation.outcomes[outcome] += 1
        if outcome == SHED:
            self.shed += 1
        else:
            operation.seconds.add(seconds)

    def told(self) -> Iterator[tuple[str, Operation]]:
        """Every operation by its name, those that are not told apart last."""
        yield from self.operations.items()
        if self.other.outcomes:
            yield OTHER, self.other

    def _operation(self, name: str) -> Operation:
        known = self.operations.get(name)
        if known is not None:
            self.operations.move_to_end(name)
            return known
        if len(self.operations) >= NAMES_MOST:
            _, forgotten = self.operations.popitem(last=False)
            self.other.outcomes.update(forgotten.outcomes)
            self.other.seconds.add_all(forgotten.seconds)
        return self.operations.setdefault(name, Operation())
