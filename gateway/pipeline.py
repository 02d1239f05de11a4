"""The pipeline of each source: the layers that a batch passes through, as one list."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gateway.cache.caching import CachedFetch
from gateway.cache.store import Invalidator, Store
from gateway.catalog.model import Catalog
from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Fetch, Lookup
from gateway.mapping.mapper import Validated
from gateway.resilience.circuit import BreakerPolicy, Circuit, CircuitState, FailureRatio
from gateway.resilience.circuit_breaker import CircuitBreaker
from gateway.resilience.concurrency_limit import ConcurrencyLimit, ConcurrencyPolicy
from gateway.resilience.deadline import Deadline
from gateway.resilience.hedging import Hedging
from gateway.resilience.late_loop import LateLoop
from gateway.resilience.retry import Retry, RetryBudget, RetryPolicy
from gateway.telemetry.source_stats import Measured, SourceStats
from gateway.telemetry.tracing import Traced, Tracing

log = logging.getLogger("gateway")
Layer = Callable[[Fetch], Fetch]


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
        """Wrap a source's fetch in its layers, the innermost first."""
        for layer in reversed(self._layers(name)):
            fetch = layer(fetch)
            if isinstance(fetch, CircuitBreaker):
                self.breakers.append(fetch)
            elif isinstance(fetch, CachedFetch):
                self.caches[name] = fetch
        return fetch

    def _layers(self, name: str) -> list[Layer]:
        """What a batch passes through, in this order, before it comes to the source itself."""
        source, stats = self.catalog.sources[name], self.source_stats.setdefault(name, SourceStats(name))
        store, words, timeout = self.store, source.policies, source.settings.timeout
        retry = words.retry if isinstance(words.retry, RetryPolicy) else RetryPolicy(max_retries=0)
        budget = RetryBudget(retry.budget)
        limit, breaker = words.concurrency, words.breaker
        bulkhead = limit.bulkhead(source.settings) if isinstance(limit, ConcurrencyPolicy) else Bulkhead(sys.maxsize)
        entries = self.catalog.entries_of(name)
        cached = {entry.lookup: entry.cache_policy for entry in entries if entry.cache_policy is not None}
        mappers = {entry.lookup: entry.mapper for entry in entries if entry.lookup in cached}
        layers: list[Layer | None] = [
            partial(CachedFetch, store=store, policies=cached, stats=stats, source_timeout=timeout) if cached else None,
            partial(Validated, mappers=mappers) if cached else None,
            partial(Retry, policy=retry, budget=budget, stats=stats),
            partial(ConcurrencyLimit, bulkhead=bulkhead, stats=stats) if limit else None,
            partial(Hedging, budget=budget, stats=stats, bulkhead=bulkhead) if words.hedge else None,
            partial(CircuitBreaker, circuit=_circuit(breaker, stats)) if isinstance(breaker, BreakerPolicy) else None,
            Deadline,
            partial(Measured, stats=stats),
            LateLoop,
            partial(Traced, tracer=self.tracing.tracer) if self.tracing else None,
        ]
        return [layer for layer in layers if layer is not None]

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


def _circuit(policy: BreakerPolicy, stats: SourceStats) -> Circuit:
    return Circuit(FailureRatio(policy), policy.open_for, partial(_on_change, stats))


def _on_change(stats: SourceStats, circuit: Circuit, before: CircuitState) -> None:
    stats.breaker_state, stats.breaker_opened = circuit.state.value, circuit.opened
    if circuit.state is CircuitState.CLOSED:
        log.info("%s: circuit breaker closed", stats.source)
    elif before is CircuitState.CLOSED:
        log.warning("%s: circuit breaker opened", stats.source)
