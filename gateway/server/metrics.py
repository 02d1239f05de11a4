"""Prometheus metrics, collected from the application's statistics on each scrape."""

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import Final

from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import HistogramMetricFamily as HistogramFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from gateway.cache.redis.invalidation_log import ALL_TAGS
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import MemoryStore, Store
from gateway.resilience.circuit import CircuitState
from gateway.server.instrumentation import Instrumentation
from gateway.telemetry.operation_stats import OperationStats
from gateway.telemetry.source_stats import Histogram, SourceStats

StatsBySource = Mapping[str, SourceStats]
Family = type[Gauge] | type[Counter]

PER_SOURCE: Final[tuple[tuple[Family, str, Callable[[SourceStats], float | None], str], ...]] = (
    (Gauge, "upstream_in_flight", lambda s: s.in_flight, "Batches in flight to the source."),
    (
        Gauge,
        "upstream_last_success_timestamp_seconds",
        lambda s: s.last_answer_at,
        "Time of the last successful batch, in seconds since 1970.",
    ),
    (Counter, "upstream_retries", lambda s: s.retries, "Batches retried after a failure."),
    (Counter, "upstream_hedges", lambda s: s.hedges, "Hedged batches: a second attempt of a slow one."),
    (Counter, "upstream_rejected", lambda s: s.rejected, "Batches rejected because the queue was full."),
    (Counter, "breaker_opened", lambda s: s.breaker_opened, "Times the circuit breaker opened."),
)
CACHE_RESULTS: Final[Mapping[str, Callable[[SourceStats], int]]] = {
    "hit": lambda s: s.cache_hits,
    "stale": lambda s: s.cache_stale,
    "miss": lambda s: s.cache_misses,
    "stale_if_error": lambda s: s.cache_stale_if_error,
    "coalesced": lambda s: s.cache_coalesced,
}


class MetricsCollector(Collector):
    """Collects all metrics of one application."""

    def __init__(self, instrumentation: Instrumentation) -> None:
        self._instrumentation = instrumentation

    def collect(self) -> Iterator[Metric]:
        yield from _requests(self._instrumentation.operations)
        yield from _upstream(self._instrumentation.source_stats)
        yield _breakers(self._instrumentation.source_stats)
        yield _cache_keys(self._instrumentation.source_stats)
        yield from _store(self._instrumentation.store)

    def describe(self) -> Iterator[Metric]:
        """Describe nothing: metrics are named when they are collected."""
        return iter(())


def _requests(operations: OperationStats) -> Iterator[Metric]:
    total = Counter("gateway_requests", "Requests by operation and outcome.", labels=("operation", "outcome"))
    seconds = HistogramFamily(
        "gateway_request_duration_seconds",
        "Time from request to response, without shed requests.",
        labels=("operation",),
    )
    for name, counts in operations.items():
        for outcome, count in counts.outcomes.items():
            total.add_metric((name, outcome), count)
        _add(seconds, name, counts.seconds)
    yield from (total, seconds)
    yield Gauge("gateway_requests_in_flight", "Requests in flight.", value=operations.in_flight)
    yield Counter(
        "gateway_requests_shed", "Requests refused with 503 at the concurrency limit.", value=operations.shed
    )


def _upstream(by_source: StatsBySource) -> Iterator[Metric]:
    attempts = Counter(
        "gateway_upstream_attempts", "Batches sent to a source, by outcome.", labels=("source", "outcome")
    )
    seconds = HistogramFamily(
        "gateway_upstream_attempt_duration_seconds", "Time from batch to answers.", labels=("source",)
    )
    keys = HistogramFamily("gateway_upstream_batch_keys", "Keys in a batch.", labels=("source",))
    for source, stats in by_source.items():
        for outcome, count in stats.outcomes.items():
            attempts.add_metric((source, outcome), count)
        _add(seconds, source, stats.seconds)
        _add(keys, source, stats.batch_sizes)
    yield from (attempts, seconds, keys)
    for family, name, read, description in PER_SOURCE:
        metric = family(f"gateway_{name}", description, labels=("source",))
        for source, stats in by_source.items():
            value = read(stats)
            if value is not None:
                metric.add_metric((source,), value)
        yield metric


def _breakers(by_source: StatsBySource) -> Metric:
    metric = Gauge(
        "gateway_breaker_state", "1 for the circuit breaker's current state.", labels=("source", "state")
    )
    for source, stats in by_source.items():
        for state in CircuitState:
            metric.add_metric((source, state.value), float(stats.breaker_state == state.value))
    return metric


def _cache_keys(by_source: StatsBySource) -> Metric:
    metric = Counter(
        "gateway_cache_keys", "Keys of cached lookups, by cache result.", labels=("source", "result")
    )
    for source, stats in by_source.items():
        for result, read in CACHE_RESULTS.items():
            metric.add_metric((source, result), read(stats))
    return metric


def _store(store: Store | None) -> Iterator[Metric]:
    if store is not None:
        text = "Tags of cached answers that were invalidated."
        yield Counter("gateway_cache_invalidated_tags", text, value=store.invalidations.tags)
    if isinstance(store, MemoryStore):
        entries = store.cache.entries
        yield Gauge("gateway_cache_entries", "Keys with cached answers in this process.", value=len(entries))
        yield Gauge("gateway_cache_bytes", "Estimated memory of these answers.", value=entries.currsize)
        text = "Keys evicted because the cache was full."
        yield Counter("gateway_cache_evictions", text, value=entries.evictions)
    if isinstance(store, RedisStore):
        yield from _redis(store)


def _redis(store: RedisStore) -> Iterator[Metric]:
    """The state of Redis as this process knows it. Reading metrics sends no command."""
    up = Gauge("gateway_redis_up", "0 while the gateway works without Redis.", labels=("role",))
    for guard in (store.reads, store.writes):
        up.add_metric((guard.name,), float(guard.is_up))
    yield up
    pending = store.log.pending
    count = float("inf") if ALL_TAGS in pending else len(pending)
    text = "Invalidated tags that Redis has not stored yet; +Inf for all tags."
    yield Gauge("gateway_redis_pending_invalidations", text, value=count)


def _add(family: HistogramFamily, label: str, histogram: Histogram) -> None:
    bounds = [*map(str, histogram.bounds), "+Inf"]
    buckets = [(b, float(n)) for b, n in zip(bounds, accumulate(histogram.counts), strict=True)]
    family.add_metric((label,), buckets, histogram.total)
