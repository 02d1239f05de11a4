"""Endpoints for operators: liveness, readiness, and metrics collected on each scrape."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Final, get_args

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily as Counter
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import HistogramMetricFamily as HistogramFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.cache.redis.invalidation_log import ALL_TAGS
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import MemoryStore, Store
from gateway.concurrency.admission import Gate, Lane
from gateway.concurrency.loop_lag import LOOP_LAG
from gateway.resilience.circuit import CircuitState
from gateway.server.instrumentation import SHED, Instrumentation, LimitStats, OperationStats
from gateway.telemetry.source_stats import CacheResult, Histogram, SourceStats

Endpoint = Callable[[Request], Awaitable[Response]]
Sample = tuple[tuple[str, ...], float | None]  # values of the labels, and the number; None: no sample
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


PER_CLASS: Final[tuple[tuple[Family, str, str, Callable[[Lane], float]], ...]] = (
    (Gauge, "points", "Points in progress, by cost class.", lambda lane: lane.points),
    (Gauge, "waiting", "Requests that wait to begin, by cost class.", lambda lane: lane.length),
    (Counter, "shed", "Requests shed because the gateway was busy, by cost class.", lambda lane: lane.shed),
)


def health_endpoint(answer: Callable[[], tuple[int, str]]) -> Endpoint:
    async def health(_request: Request) -> Response:
        status, text = answer()
        return PlainTextResponse(text, status)

    return health


def metrics_endpoint(instrumentation: Instrumentation) -> Endpoint:
    registry = CollectorRegistry()  # one per application: a process may run several
    registry.register(MetricsCollector(instrumentation))
    ProcessCollector(registry=registry)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return metrics


class MetricsCollector(Collector):
    def __init__(self, instrumentation: Instrumentation) -> None:
        self._instrumentation = instrumentation

    def collect(self) -> Iterator[Metric]:
        yield from _requests(self._instrumentation.operations)
        yield from _limits(self._instrumentation.limits)
        text = "Requests answered without a rate limit, because Redis did not tell the points of their caller."
        yield Counter("gateway_rate_limit_unchecked", text, value=self._instrumentation.rates.unchecked)
        yield from _admission(self._instrumentation.gate)
        yield from _upstream(self._instrumentation.source_stats)
        yield from _lookup_breakers(self._instrumentation.source_stats)
        yield from _fields(self._instrumentation.source_stats)
        yield from _store(self._instrumentation.store)
        if (keys := self._instrumentation.keys) is not None:
            text = "Seconds since the API keys were read from the store, which happens every two seconds."
            yield Gauge("gateway_keys_age_seconds", text, value=keys.age)

    def describe(self) -> Iterator[Metric]:
        """Describe nothing: metrics are named when they are collected."""
        return iter(())


def _requests(operations: OperationStats) -> Iterator[Metric]:
    items = list(operations.items())
    outcomes = [((name, key), n) for name, counts in items for key, n in counts.outcomes.items()]
    text = "Requests by operation and outcome."
    yield _labeled(Counter, "requests", text, ("operation", "outcome"), outcomes)
    seconds = {name: counts.seconds for name, counts in items}
    text = "Time from request to response, without shed requests."
    yield _histograms("request_duration_seconds", text, "operation", seconds)
    yield Gauge("gateway_requests_in_flight", "Requests in flight.", value=operations.in_flight)
    text = "How late timers of the event loop fired, in all. Near 1 a second: the gateway is overloaded."
    yield Counter("gateway_event_loop_late_seconds", text, value=LOOP_LAG.late_seconds)
    text = "Requests refused with 503 at the concurrency limit."
    yield Counter("gateway_requests_shed", text, value=sum(counts.outcomes[SHED] for _, counts in items))


def _limits(limits: LimitStats) -> Iterator[Metric]:
    text = "Requests above a limit, by its mode: `enforce` refused them, `measure` did not."
    yield _labeled(Counter, "limit_breaches", text, ("limit", "mode"), limits.breaches.items())
    text = "Points of operations: estimated before they ran, and actual."
    yield _histograms("operation_cost_points", text, "kind", {"estimated": limits.estimated, "actual": limits.actual})


def _admission(gate: Gate) -> Iterator[Metric]:
    """The gate in front of execution. `class` is a cost class."""
    text = "Points that each cost class may have in progress. It falls while the event loop is late."
    yield Gauge("gateway_admission_limit_points", text, value=gate.limit.value)
    for family, name, text, read in PER_CLASS:
        yield _labeled(
            family, f"admission_{name}", text, ("class",), [((each.name,), read(each)) for each in gate.lanes]
        )


def _upstream(by_source: Mapping[str, SourceStats]) -> Iterator[Metric]:
    items = by_source.items()
    outcomes = [((source, key), n) for source, stats in items for key, n in stats.outcomes.items()]
    text = "Batches sent to a source, by outcome."
    yield _labeled(Counter, "upstream_attempts", text, ("source", "outcome"), outcomes)
    seconds = {source: stats.seconds for source, stats in items}
    yield _histograms("upstream_attempt_duration_seconds", "Time from batch to answers.", "source", seconds)
    sizes = {source: stats.batch_sizes for source, stats in items}
    yield _histograms("upstream_batch_keys", "Keys in a batch.", "source", sizes)
    for family, name, read, text in PER_SOURCE:
        yield _labeled(family, name, text, ("source",), [((source,), read(stats)) for source, stats in items])
    states = [
        ((source, state.value), float(stats.breaker_state == state.value))
        for source, stats in items
        for state in CircuitState
    ]
    text = "1 for the circuit breaker's current state."
    yield _labeled(Gauge, "breaker_state", text, ("source", "state"), states)
    keys = [((source, key), stats.cache[key]) for source, stats in items for key in get_args(CacheResult)]
    text = "Keys of cached lookups, by cache result."
    yield _labeled(Counter, "cache_keys", text, ("source", "result"), keys)


def _lookup_breakers(by_source: Mapping[str, SourceStats]) -> Iterator[Metric]:
    """The circuit breakers of lookups that have opened since the start; most never do, and make no series."""
    breakers = [
        ((source, name), each) for source, stats in by_source.items() for name, each in stats.lookup_breakers.items()
    ]
    opened = [(labels, float(count)) for labels, (_, count) in breakers]
    text = "Times the circuit breaker of a lookup opened, for lookups whose breaker ever did."
    yield _labeled(Counter, "lookup_breaker_opened", text, ("source", "lookup"), opened)
    states = [
        ((*labels, state.value), float(current == state.value))
        for labels, (current, _) in breakers
        for state in CircuitState
    ]
    text = "1 for the current state of a lookup's circuit breaker, for lookups whose breaker ever opened."
    yield _labeled(Gauge, "lookup_breaker_state", text, ("source", "lookup", "state"), states)


def _fields(by_source: Mapping[str, SourceStats]) -> Iterator[Metric]:
    """The mapped fields that some rows did not have; most fields are in every row, and make no series."""
    lookups = [lookup for stats in by_source.values() for lookup in stats.fields.lookups.items()]
    lacking = [((lookup.name, path.name), path) for lookup, paths in lookups for path in paths if path.missing]
    rows = [((*labels, "seen"), path.seen) for labels, path in lacking]
    rows += [((*labels, "missing"), path.missing) for labels, path in lacking]
    text = "Sampled rows with and without a mapped field, for fields that some rows lack."
    yield _labeled(Counter, "field_rows", text, ("lookup", "field", "presence"), rows)
    drifted = [(labels, float(path.drifted)) for labels, path in lacking]
    text = "1 for a mapped field that recent rows do not have any more."
    yield _labeled(Gauge, "field_drifted", text, ("lookup", "field"), drifted)


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
    roles = [((guard.name,), guard.is_up) for guard in (store.reads, store.writes)]
    yield _labeled(Gauge, "redis_up", "0 while the gateway works without Redis.", ("role",), roles)
    pending = store.log.pending
    count = float("inf") if ALL_TAGS in pending else len(pending)
    text = "Invalidated tags that Redis has not stored yet; +Inf for all tags."
    yield Gauge("gateway_redis_pending_invalidations", text, value=count)


def _labeled(family: Family, name: str, text: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    metric = family(f"gateway_{name}", text, labels=labels)
    for values, number in samples:
        if number is not None:
            metric.add_metric(values, number)
    return metric


def _histograms(name: str, text: str, label: str, histograms: Mapping[str, Histogram]) -> Metric:
    metric = HistogramFamily(f"gateway_{name}", text, labels=(label,))
    for value, histogram in histograms.items():
        bounds = [*map(str, histogram.bounds), "+Inf"]
        buckets = [(b, float(n)) for b, n in zip(bounds, accumulate(histogram.counts), strict=True)]
        metric.add_metric((value,), buckets, histogram.total)
    return metric
