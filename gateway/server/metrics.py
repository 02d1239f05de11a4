"""The gateway's numbers as Prometheus reads them: made from plain counts when somebody looks."""

from collections.abc import Iterator, Mapping
from itertools import accumulate
from operator import attrgetter
from typing import Final

from prometheus_client.core import CounterMetricFamily as Counts
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

Tallies = Mapping[str, SourceStats]

BY_SOURCE: Final = (
    (Gauge, "upstream_under_way", "in_flight", "Batches the source is being asked."),
    (Gauge, "upstream_last_answer_timestamp_seconds", "last_answer_at", "When it last answered."),
    (Counts, "upstream_retries", "retries", "Batches asked again because the answer was a failure."),
    (Counts, "upstream_hedges", "hedges", "Batches asked a second time because the answer took long."),
    (Counts, "upstream_turned_away", "rejected", "Batches not asked: too many waited already."),
    (Counts, "breaker_opened", "breaker_opened", "How often the breaker opened."),
)
KEPT: Final = (
    ("fresh", "cache_hits"),
    ("stale", "cache_stale"),
    ("missed", "cache_misses"),
    ("last_resort", "cache_stale_if_error"),
    ("joined", "cache_coalesced"),
)


class MetricsCollector(Collector):
    """A collector of Prometheus: reads what is counted anyway."""

    def __init__(self, seeing: Instrumentation) -> None:
        self._instrumentation = seeing

    def collect(self) -> Iterator[Metric]:
        """Every number there is, as of now."""
        yield from _requests(self._instrumentation.requests)
        yield from _upstream(self._instrumentation.source_stats)
        yield from _breakers(self._instrumentation.source_stats)
        yield from _kept(self._instrumentation.source_stats)
        yield from _store(self._instrumentation.store)

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: names are checked when the numbers are read."""
        return iter(())


def _requests(requests: OperationStats) -> Iterator[Metric]:
    total = Counts("gateway_requests", "Requests by operation and outcome.", labels=("operation", "outcome"))
    seconds = HistogramFamily(
        "gateway_request_duration_seconds",
        "From the request to the answer, but for those shed.",
        labels=("operation",),
    )
    for name, each in requests.items():
        for outcome, count in each.outcomes.items():
            total.add_metric((name, outcome), count)
        _add(seconds, name, each.seconds)
    yield from (total, seconds)
    yield Gauge("gateway_requests_under_way", "Requests being answered.", value=requests.in_flight)
    yield Counts("gateway_requests_shed", "Requests turned away at the door.", value=requests.shed)


def _upstream(tallies: Tallies) -> Iterator[Metric]:
    attempts = Counts(
        "gateway_upstream_attempts", "Batches sent, by what came of them.", labels=("source", "outcome")
    )
    for source, tally in tallies.items():
        for outcome, count in tally.outcomes.items():
            attempts.add_metric((source, outcome), count)
    yield attempts
    yield _spread(tallies, "upstream_attempt_duration_seconds", "seconds", "From the batch to its answers.")
    yield _spread(tallies, "upstream_batch_keys", "batch_sizes", "Keys in a batch.")
    for kind, name, field, words in BY_SOURCE:
        family = kind(f"gateway_{name}", words, labels=("source",))
        for source, tally in tallies.items():
            value = attrgetter(field)(tally)
            if value is not None:
                family.add_metric((source,), value)
        yield family


def _breakers(tallies: Tallies) -> Iterator[Metric]:
    state = Gauge("gateway_breaker_state", "1 for the state the breaker is in.", labels=("source", "state"))
    for source, tally in tallies.items():
        for each in CircuitState:
            state.add_metric((source, each.value), float(tally.breaker_state == each.value))
    yield state


def _kept(tallies: Tallies) -> Iterator[Metric]:
    keys = Counts(
        "gateway_cache_keys", "Keys of lookups that are kept, by how answered.", labels=("source", "result")
    )
    for source, tally in tallies.items():
        for result, field in KEPT:
            keys.add_metric((source, result), attrgetter(field)(tally))
    yield keys


def _store(store: Store | None) -> Iterator[Metric]:
    if store is not None:
        text = "Tags of cached answers that were invalidated."
        yield Counts("gateway_cache_invalidated_tags", text, value=store.invalidations.tags)
    if isinstance(store, MemoryStore):
        entries = store.cache.entries
        yield Gauge("gateway_cache_entries", "Keys with cached answers in this process.", value=len(entries))
        yield Gauge("gateway_cache_bytes", "About how much memory they take.", value=entries.currsize)
        yield Counts("gateway_cache_evicted", "Keys evicted for want of memory.", value=entries.evictions)
    if isinstance(store, RedisStore):
        yield from _redis(store)


def _redis(store: RedisStore) -> Iterator[Metric]:
    """What this process knows of Redis. Reading metrics sends no command."""
    up = Gauge("gateway_redis_up", "0 while the gateway does without Redis.", labels=("role",))
    for guard in (store.reads, store.writes):
        up.add_metric((guard.name,), float(guard.is_up))
    yield up
    pending = store.log.pending
    count = float("inf") if ALL_TAGS in pending else len(pending)
    text = "Invalidated tags that Redis has not stored yet; +Inf for all tags."
    yield Gauge("gateway_redis_pending_invalidations", text, value=count)


def _spread(tallies: Tallies, name: str, field: str, words: str) -> Metric:
    family = HistogramFamily(f"gateway_{name}", words, labels=("source",))
    for source, tally in tallies.items():
        _add(family, source, attrgetter(field)(tally))
    return family


def _add(family: HistogramFamily, label: str, histogram: Histogram) -> None:
    bounds = [*(str(each) for each in histogram.bounds), "+Inf"]
    counts = accumulate(histogram.counts)
    buckets = [(bound, float(count)) for bound, count in zip(bounds, counts, strict=True)]
    family.add_metric((label,), buckets, histogram.total)
