"""What a request asked: how often each lookup, of how many keys, how long. Never which keys, or what came."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.contract.outcomes import OK
from gateway.errors import SourceError

PARTIAL = "PARTIAL"
UNANSWERED = "UNANSWERED"


class KeyResult(Protocol):
    """What was told of one key."""

    @property
    def error(self) -> SourceError | None:
        """Why it is not known, if it is not."""

    @property
    def from_cache(self) -> bool:
        """Whether it was remembered."""


@dataclass(slots=True)
class BatchRecord:
    """One batch, on its way or answered. Times are seconds of the look's clock."""

    lookup: str
    keys: int
    started_at: float
    ended: float | None = None
    results: Collection[KeyResult] = ()

    @property
    def outcome(self) -> str:
        """OK, PARTIAL where some keys failed, the code of the failure where all did, UNANSWERED."""
        if self.ended is None:
            return UNANSWERED
        failed = [each.error for each in self.results if each.error is not None]
        if not failed:
            return OK
        return failed[0].code if len(failed) == len(self.results) else PARTIAL


def query_plan(calls: Iterable[BatchRecord], now: float) -> list[dict[str, Any]]:
    """The calls of a request, by lookup, in the order in which they were first asked.

    `ms` adds up the batches, which may have run side by side; `cached` are keys that were remembered.
    """
    by_lookup: dict[str, list[BatchRecord]] = {}
    for each in calls:
        by_lookup.setdefault(each.lookup, []).append(each)
    return [
        {
            "lookup": lookup,
            "batches": len(its),
            "keys": sum(each.keys for each in its),
            "cached": sum(one.from_cache for each in its for one in each.results),
            "ms": milliseconds(sum((now if c.ended is None else c.ended) - c.started_at for c in its)),
            "outcome": dict(Counter(each.outcome for each in its)),
        }
        for lookup, its in by_lookup.items()
    ]


def milliseconds(seconds: float) -> float:
    """Seconds as milliseconds, to a tenth."""
    return round(1000 * seconds, 1)
