"""The middleware around each source: every step is a `Fetch` around a `Fetch`."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from gateway.cache.caching import CachedFetch
from gateway.cache.policy import CachePolicy
from gateway.cache.store import Invalidator, Store
from gateway.catalog.model import Catalog, SourceEntry
from gateway.contract.batch import Fetch, Lookup
from gateway.mapping.mapper import Validated
from gateway.resilience.circuit import BreakerPolicy, Circuit, CircuitState, FailureRatio
from gateway.resilience.circuit_breaker import CircuitBreaker
from gateway.resilience.concurrency_limit import ConcurrencyLimit, ConcurrencyPolicy
from gateway.resilience.deadline import Deadline
from gateway.resilience.hedging import Hedging
from gateway.resilience.retry import Retry, RetryBudget, RetryPolicy
from gateway.telemetry.source_stats import Measured, SourceStats
from gateway.telemetry.tracing import Traced, Tracing

log = logging.getLogger("gateway")


@dataclass(slots=True)
class PipelineBuilder:
    """Made once, at start. Keeps what it builds for metrics, invalidation and closing."""

    catalog: Catalog
    store: Store
    tracing: Tracing | None = None
    source_stats: dict[str, SourceStats] = field(default_factory=dict)
    caches: dict[str, CachedFetch] = field(default_factory=dict)
    breakers: list[CircuitBreaker] = field(default_factory=list)

    def build(self, name: str, fetch: Fetch) -> Fetch:
        """Wrap a source's fetch in the middleware that its catalog entry asks for, innermost first."""
        source = self.catalog.sources[name]
        policies, stats = source.policies, self.source_stats.setdefault(name, SourceStats(name))
        retry = policies.retry if isinstance(policies.retry, RetryPolicy) else RetryPolicy(max_retries=0)
        budget = RetryBudget(retry.budget)
        limit = policies.concurrency
        bulkhead = limit.bulkhead(source.settings) if isinstance(limit, ConcurrencyPolicy) else None
        if self.tracing is not None:
            fetch = Traced(name, fetch, self.tracing.tracer)
        fetch = Measured(fetch, stats)
        fetch = Deadline(fetch)
        if isinstance(policies.breaker, BreakerPolicy):
            fetch = self._circuit_breaker(fetch, policies.breaker, stats)
        if policies.hedge:
            fetch = Hedging(fetch, budget, stats, bulkhead)
        if bulkhead is not None:
            fetch = ConcurrencyLimit(fetch, bulkhead, stats)
        fetch = Retry(fetch, retry, budget, stats)
        if cached := self._cache_policies(name):
            fetch = self._validated(fetch, source, cached)
            fetch = self._cached(fetch, source, cached, stats)
        return fetch

    def invalidator(self) -> Invalidator:
        """Return the invalidator of every cache that this builder makes."""
        lookups: dict[str, list[Lookup]] = {}
        for (record, _), entry in self.catalog.entries.items():
            lookups.setdefault(record, []).append(entry.lookup)
        return Invalidator(self.store, lookups)

    async def aclose(self) -> None:
        """Cancel background calls: revalidations and trials of circuit breakers."""
        for cache in self.caches.values():
            await cache.flights.close()
        for breaker in self.breakers:
            await breaker.close()

    def _circuit_breaker(self, fetch: Fetch, policy: BreakerPolicy, stats: SourceStats) -> CircuitBreaker:
        circuit = Circuit(FailureRatio(policy), policy.open_for, partial(_on_change, stats))
        breaker = CircuitBreaker(stats.source, fetch, circuit)
        self.breakers.append(breaker)
        return breaker

    def _validated(self, fetch: Fetch, source: SourceEntry, cached: Mapping[Lookup, CachePolicy]) -> Validated:
        entries = self.catalog.entries.values()
        mappers = {entry.lookup: entry.mapper.read for entry in entries if entry.lookup in cached}
        return Validated(source.name, fetch, mappers)

    def _cached(
        self, fetch: Fetch, source: SourceEntry, cached: Mapping[Lookup, CachePolicy], stats: SourceStats
    ) -> CachedFetch:
        cache = CachedFetch(fetch, self.store, cached, stats, source.settings.timeout)
        self.caches[source.name] = cache
        self.store.invalidations.listeners.append(cache.forget)
        return cache

    def _cache_policies(self, name: str) -> dict[Lookup, CachePolicy]:
        entries = self.catalog.entries_of(name)
        return {entry.lookup: entry.cache_policy for entry in entries if entry.cache_policy is not None}


def _on_change(stats: SourceStats, circuit: Circuit, before: CircuitState) -> None:
    stats.breaker_state, stats.breaker_opened = circuit.state.value, circuit.opened
    if circuit.state is CircuitState.CLOSED:
        log.info("%s: circuit breaker closed", stats.source)
    elif before is CircuitState.CLOSED:
        log.warning("%s: circuit breaker opened", stats.source)
