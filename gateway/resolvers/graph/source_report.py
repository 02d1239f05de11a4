"""How every system fared that was asked for one response: what `extensions.sources` says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.errors import NotConfigured, SourceError
from gateway.loading.finder import LoadResult
from gateway.resolvers.graph.source_status import precedence, state_of


@dataclass(slots=True)
class _System:
    """What its answers say together: the worst of them, and the oldest."""

    as_of: datetime | None = None
    from_cache: bool = False
    stale: bool = False
    error: SourceError | None = None

    def hear(self, found: LoadResult[Any]) -> None:
        if found.error is not None:
            self.error = worse(self.error, found.error)
            return
        if self.as_of is None or (found.as_of is not None and found.as_of < self.as_of):
            self.as_of = found.as_of
        self.from_cache = self.from_cache or found.from_cache
        self.stale = self.stale or found.stale

    def told(self, now: datetime) -> dict[str, Any]:
        """As the response has it."""
        age = None if self.as_of is None else max(0, int((now - self.as_of).total_seconds()))
        # That it has no such records says nothing of those that it has: they may be old.
        error = None if self.as_of and isinstance(self.error, NotConfigured) else self.error
        return {
            "state": state_of(error, stale=self.stale).name,
            "asOf": None if self.as_of is None else self.as_of.isoformat(),
            "ageSeconds": age,
            "fromCache": self.from_cache,
            "retryable": self.stale if error is None else error.retryable,
        }


def worse(one: SourceError | None, other: SourceError) -> SourceError:
    """Of two failures the one that is told of the system: see `precedence`."""
    return other if one is None or _precedence(other) < _precedence(one) else one


def _precedence(error: SourceError) -> tuple[int, bool]:
    return precedence(state_of(error), retryable=error.retryable)


def source_report(answers: Iterable[tuple[type, Iterable[LoadResult[Any]]]]) -> dict[str, dict[str, Any]]:
    """By the name of each system that was asked: state, asOf, ageSeconds, fromCache, retryable.

    `asOf` is an instant with its offset, that of the oldest part; null where nothing came.
    """
    systems: dict[str, _System] = {}
    for record, founds in answers:
        system = systems.setdefault(record.SYSTEM.name, _System())  # type: ignore[attr-defined]  # a record
        for each in founds:
            system.hear(each)
    now = datetime.now(UTC)
    return {name: system.told(now) for name, system in systems.items()}
