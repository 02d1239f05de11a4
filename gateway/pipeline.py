"""The pipeline of each source: the layers that a batch passes through, as one list."""

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from gateway.cache.caching import CachedFetch
from gateway.cache.store import Store
from gateway.catalog.model import Catalog
from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Fetch, Lookup
from gateway.mapping.rows import Validated
from gateway.resilience.circuit import BreakerPolicy, Circuit, CircuitState, FailureRatio
from gateway.resilience.circuit_breaker import CircuitBreaker, LookupBreakers
from gateway.resilience.concurrency_limit import ConcurrencyLimit, ConcurrencyPolicy
from gateway.resilience.deadline import Deadline
from gateway.resilience.hedging import Hedging
from gateway.resilience.late_loop import LateLoop
from gateway.resilience.retry import Retry, RetryBudget, RetryPolicy
from gateway.telemetry.source_stats import Measured, SourceStats
from gateway.telemetry.tracing import Traced, Tracing

log = logging.getLogger("gateway")
Layer = Callable[[Fetch], Fetch]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The layers of one source, the outermost last, and its statistics."""

    layers: Sequence[Fetch]
    stats: SourceStats

    @property
    def fetch(self) -> Fetch:
        return self.layers[-1]

    async def aclose(self) -> None:
        """Cancel background calls: revalidations and trials of circuit breakers."""
        for layer in self.layers:
            if isinstance(layer, CachedFetch):
                await layer.flights.close()
            elif isinstance(layer, CircuitBreaker | LookupBreakers):
                await layer.close()


def build_pipeline(catalog: Catalog, name: str, fetch: Fetch, store: Store, tracing: Tracing | None = None) -> Pipeline:
    """Wrap a source's fetch in its layers, the innermost first."""
    layers, stats = [fetch], SourceStats(name)
    for layer in reversed(_layers(catalog, name, store, stats, tracing)):
        layers.append(layer(layers[-1]))
    return Pipeline(layers, stats)


def _layers(catalog: Catalog, name: str, store: Store, stats: SourceStats, tracing: Tracing | None) -> list[Layer]:
    """What a batch passes through, in this order, before it comes to the source itself."""
    source = catalog.sources[name]
    words, timeout = source.policies, source.settings.timeout
    retry = words.retry if isinstance(words.retry, RetryPolicy) else RetryPolicy(max_retries=0)
    budget = RetryBudget(retry.budget)
    limit, breaker = words.concurrency, words.breaker if isinstance(words.breaker, BreakerPolicy) else None
    bulkhead = limit.bulkhead(source.settings) if isinstance(limit, ConcurrencyPolicy) else Bulkhead(sys.maxsize)
    entries = catalog.entries_of(name)
    cached = {entry.lookup: entry.cache_policy for entry in entries if entry.cache_policy is not None}
    mappers = {entry.lookup: entry.mapper for entry in entries if entry.lookup in cached}
    layers: list[Layer | None] = [
        partial(CachedFetch, store=store, policies=cached, stats=stats, source_timeout=timeout) if cached else None,
        partial(Validated, mappers=mappers) if cached else None,
        partial(Retry, policy=retry, budget=budget, stats=stats),
        partial(ConcurrencyLimit, bulkhead=bulkhead, stats=stats) if limit else None,
        partial(Hedging, budget=budget, stats=stats, bulkhead=bulkhead) if words.hedge else None,
        partial(CircuitBreaker, circuit=_circuit(breaker, stats)) if breaker else None,
        partial(LookupBreakers, circuit=partial(_lookup_circuit, breaker, stats)) if breaker else None,
        Deadline,
        partial(Measured, stats=stats),
        LateLoop,
        partial(Traced, tracer=tracing.tracer) if tracing else None,
    ]
    return [layer for layer in layers if layer is not None]


def _circuit(policy: BreakerPolicy, stats: SourceStats) -> Circuit:
    return Circuit(FailureRatio(policy), policy.open_for, partial(_on_change, stats))


def _on_change(stats: SourceStats, circuit: Circuit, before: CircuitState) -> None:
    stats.breaker_state, stats.breaker_opened = circuit.state.value, circuit.opened
    stats.breaker_trial_at = circuit.trial_at
    if circuit.state is CircuitState.CLOSED:
        log.info("%s: circuit breaker closed", stats.source)
    elif before is CircuitState.CLOSED:
        log.warning("%s: circuit breaker opened", stats.source)


def _lookup_circuit(policy: BreakerPolicy, stats: SourceStats, lookup: Lookup) -> Circuit:
    return Circuit(FailureRatio(policy), policy.open_for, partial(_on_lookup_change, stats, lookup))


def _on_lookup_change(stats: SourceStats, lookup: Lookup, circuit: Circuit, before: CircuitState) -> None:
    stats.lookup_breakers[lookup.name] = circuit.state.value, circuit.opened
    if circuit.state is CircuitState.CLOSED:
        log.info("%s: %s: circuit breaker closed", lookup.source, lookup.name)
    elif before is CircuitState.CLOSED:
        text = "%s: %s: circuit breaker opened, as its answers cannot be read"
        log.warning(text, lookup.source, lookup.name)
