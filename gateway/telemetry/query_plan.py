"""The query plan of a request: its batches by lookup, without keys or rows."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.contract.batch import OK
from gateway.errors import SourceError

PARTIAL = "PARTIAL"
UNANSWERED = "UNANSWERED"


class KeyResult(Protocol):
    """The part of a load result that a query plan reads."""

    @property
    def error(self) -> SourceError | None: ...

    @property
    def from_cache(self) -> bool: ...


@dataclass(slots=True)
class BatchRecord:
    """One batch of a request. Times are seconds of the request record's clock."""

    lookup: str
    keys: int
    started_at: float
    ended_at: float | None = None
    results: Collection[KeyResult] = ()

    @property
    def outcome(self) -> str:
        """OK; PARTIAL if some keys failed; an error code if all did; UNANSWERED."""
        if self.ended_at is None:
            return UNANSWERED
        errors = [result.error for result in self.results if result.error is not None]
        if not errors:
            return OK
        return errors[0].code if len(errors) == len(self.results) else PARTIAL

    def seconds(self, now: float) -> float:
        return (now if self.ended_at is None else self.ended_at) - self.started_at


def query_plan(batches: Iterable[BatchRecord], now: float) -> list[dict[str, Any]]:
    """Summarize batches by lookup, in the order of their first batch.

    `ms` adds up the batches of a lookup, even if they ran in parallel. `cached` counts keys from the cache.
    """
    by_lookup: dict[str, list[BatchRecord]] = {}
    for batch in batches:
        by_lookup.setdefault(batch.lookup, []).append(batch)
    return [
        {
            "lookup": lookup,
            "batches": len(group),
            "keys": sum(batch.keys for batch in group),
            "cached": sum(result.from_cache for batch in group for result in batch.results),
            "ms": milliseconds(sum(batch.seconds(now) for batch in group)),
            "outcome": dict(Counter(batch.outcome for batch in group)),
        }
        for lookup, group in by_lookup.items()
    ]


def milliseconds(seconds: float) -> float:
    """Seconds in milliseconds, to one decimal."""
    return round(1000 * seconds, 1)
