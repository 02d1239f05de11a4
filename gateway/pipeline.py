"""All that surrounds the questions to a source, in one place: each line a `Fetch` around a `Fetch`."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from gateway.cache.caching import CachedFetch
from gateway.cache.invalidations import Invalidations
from gateway.cache.policy import CachePolicy
from gateway.cache.store import Store
from gateway.cache.tags import Change, tags_of_change
from gateway.catalog.model import Catalog, SourceEntry
from gateway.contract.batch import Fetch, Lookup, Row
from gateway.mapping.validated import Validated
from gateway.resilience.circuit_breaker import BreakerPolicy, CircuitBreaker, CircuitState
from gateway.resilience.concurrency_limit import ConcurrencyLimit, ConcurrencyPolicy
from gateway.resilience.deadline import Deadline
from gateway.resilience.hedging import Hedging
from gateway.resilience.retry import Retry, RetryPolicy
from gateway.resilience.retry_budget import RetryBudget
from gateway.telemetry.measured import Measured
from gateway.telemetry.source_stats import SourceStats
from gateway.telemetry.tracing import Traced, Tracing

log = logging.getLogger("gateway")


@dataclass(slots=True)
class PipelineBuilder:
    """Made once, at start. What it has made for each source is there for whoever shows it."""

    catalog: Catalog
    store: Store
    drops: Invalidations = field(default_factory=Invalidations)
    source_stats: dict[str, SourceStats] = field(default_factory=dict)
    caches: dict[str, CachedFetch] = field(default_factory=dict)
    breakers: list[CircuitBreaker] = field(default_factory=list)
    tracing: Tracing | None = None

    def build(self, name: str, fetch: Fetch) -> Fetch:
        """The fetch of a source with all that its catalog entry says, innermost first."""
        entry = self.catalog.sources[name]
        say, tally = entry.policies, self.source_stats.setdefault(name, SourceStats(name))
        retrying = say.retry if isinstance(say.retry, RetryPolicy) else RetryPolicy(times=0)
        budget = RetryBudget(retrying.share)
        keeps = self._keeps(name)
        if self.tracing is not None:
            fetch = Traced(name, fetch, self.tracing.tracer)
        fetch = Deadline(name, Measured(fetch, tally))
        if isinstance(say.breaker, BreakerPolicy):
            fetch = breaker = CircuitBreaker(
                name, fetch, say.breaker, partial(_told, tally), partial(_opened, tally)
            )
            self.breakers.append(breaker)
        places = say.queue.places(entry.settings) if isinstance(say.queue, ConcurrencyPolicy) else None
        if say.hedge:
            fetch = Hedging(fetch, budget, tally, places)
        if places is not None:
            fetch = ConcurrencyLimit(fetch, places, tally)
        fetch = Retry(fetch, retrying, budget, tally)
        if keeps:
            fetch = self._kept(entry, Validated(name, fetch, self._reads(keeps)), keeps, tally)
        return fetch

    def heard(self, tags: Sequence[str]) -> None:
        """What these tags are about has changed: what is under way now is neither joined nor remembered."""
        self.drops.note(tags)
        for each in self.caches.values():
            each.forget(tags)

    def missed(self) -> None:
        """Anything may have changed up to now: nobody could tell."""
        self.drops.note_all()
        for each in self.caches.values():
            each.flights.forget()

    async def changed(self, changes: Iterable[Change]) -> int:
        """Forget all that these touch. How many remembered answers that was, in this gateway's store."""
        lookups: dict[str, list[Lookup]] = {}
        for (record, _), entry in self.catalog.entries.items():
            lookups.setdefault(record, []).append(entry.lookup)
        tags = list(
            dict.fromkeys(
                tag for each in changes for tag in tags_of_change(each, lookups.get(each.record, ()))
            )
        )
        self.heard(tags)  # first: an answer that is on its way was asked for before the change
        return await self.store.drop(tags)

    async def aclose(self) -> None:
        """End what is asked in the background."""
        for keeper in self.caches.values():
            await keeper.close()
        for breaker in self.breakers:
            await breaker.close()

    def _kept(
        self, entry: SourceEntry, fetch: Fetch, keeps: Mapping[Lookup, CachePolicy], tally: SourceStats
    ) -> CachedFetch:
        patience = entry.settings.timeout
        keeper = CachedFetch(fetch, self.store, keeps, tally, self.drops, patience)
        self.caches[entry.name] = keeper
        return keeper

    def _reads(self, keeps: Mapping[Lookup, CachePolicy]) -> dict[Lookup, Callable[[Row], object]]:
        entries = self.catalog.entries.values()
        return {each.lookup: each.mapper.read for each in entries if each.lookup in keeps}

    def _keeps(self, name: str) -> dict[Lookup, CachePolicy]:
        mine = [each for each in self.catalog.entries.values() if each.lookup.source == name]
        return {each.lookup: each.cache_policy for each in mine if each.cache_policy is not None}


def _told(tally: SourceStats, state: CircuitState) -> None:
    tally.state = state.value
    if state is CircuitState.CLOSED:
        log.info("%s: its breaker is closed", tally.source)


def _opened(tally: SourceStats, before: CircuitState) -> None:
    tally.opened += 1
    if before is CircuitState.CLOSED:  # each trial that fails is no news
        log.warning("%s: its breaker is open", tally.source)
