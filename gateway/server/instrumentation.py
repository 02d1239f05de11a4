"""Instrumentation of requests: statistics by operation, spans and slow-request logs."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from gateway.authentication.api_keys import KeyTable
from gateway.cache.store import Store
from gateway.concurrency.admission import Gate
from gateway.errors import GatewayError
from gateway.limits.rates import Rates
from gateway.server.internal_error import internal_error
from gateway.telemetry.request_record import CLIENT_DISCONNECTED, INTERNAL_ERROR, REQUEST_ID, RequestRecord
from gateway.telemetry.source_stats import LATENCY_BUCKETS, Histogram, SourceStats
from gateway.telemetry.tracing import Tracing

log = logging.getLogger("gateway.slow")
limit_log = logging.getLogger("gateway.limits")
MAX_NAMES = 200
OTHER = "(other)"  # no operation can have this name
SHED = "SHED"
COST_BUCKETS = (10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 10_000.0, 30_000.0, 100_000.0, 300_000.0)
Handler = Callable[[Request, RequestRecord], Awaitable[Response]]


class AtConcurrencyLimit(GatewayError):
    """A request that was shed."""

    code = "OVERLOADED"


@dataclass(slots=True)
class OperationCounts:
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: Histogram = field(default_factory=lambda: Histogram(LATENCY_BUCKETS))


@dataclass(slots=True)
class OperationStats:
    """Counts for the lifetime of the application.

    Clients choose operation names, so only the first `MAX_NAMES` are separate series. All later names add up
    in `other`. No count moves from one series to another. Anonymous operations and invalid requests have the name "".
    """

    by_name: dict[str, OperationCounts] = field(default_factory=dict)
    other: OperationCounts = field(default_factory=OperationCounts)
    in_flight: int = 0

    @contextmanager
    def place(self, limit: int) -> Iterator[None]:
        """Be in flight within the block. AtConcurrencyLimit beyond `limit`."""
        if self.in_flight >= limit:
            raise AtConcurrencyLimit("The gateway is at its concurrency limit: try again in a second.")
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def record(self, name: str, outcome: str, seconds: float) -> None:
        """Count a finished request. Shed requests have no duration."""
        counts = self._counts(name)
        counts.outcomes[outcome] += 1
        if outcome != SHED:
            counts.seconds.add(seconds)

    def items(self) -> Iterator[tuple[str, OperationCounts]]:
        """Counts by name, with `(other)` last."""
        yield from self.by_name.items()
        if self.other.outcomes:
            yield OTHER, self.other

    def _counts(self, name: str) -> OperationCounts:
        if name in self.by_name or len(self.by_name) < MAX_NAMES:
            return self.by_name.setdefault(name, OperationCounts())
        return self.other


@dataclass(slots=True)
class LimitStats:
    """Counts for the lifetime of the application.

    breaches: by limit and mode.
    estimated, actual: points of operations.
    """

    breaches: Counter[tuple[str, str]] = field(default_factory=Counter)
    estimated: Histogram = field(default_factory=lambda: Histogram(COST_BUCKETS))
    actual: Histogram = field(default_factory=lambda: Histogram(COST_BUCKETS))

    def record(self, record: RequestRecord) -> None:
        """Count the costs of a finished request, and log what was above a limit."""
        if record.estimated_cost is not None:
            self.estimated.add(record.estimated_cost)
        if record.actual_cost is not None:
            self.actual.add(record.actual_cost)
        # A page may be too large in many places of one document.
        largest = {breach.limit: breach for breach in sorted(record.breaches, key=lambda each: each.measured)}
        for breach in largest.values():
            self.breaches[breach.limit, breach.mode] += 1
            limit_log.warning("limit exceeded", extra={"operation": record.operation, **breach._asdict()})


@dataclass(slots=True)
class Instrumentation:
    """The statistics of the application.

    slow_seconds: requests that take longer are logged.
    now: a clock in seconds.
    ready: whether the gateway can serve; sources may be down.
    source_stats, store: set while sources are open.
    keys: the API keys; None without a store of them.
    gate: admits the work of requests.
    rates: the points of callers.
    """

    slow_seconds: float = float("inf")
    tracing: Tracing | None = None
    now: Callable[[], float] = time.perf_counter
    ready: bool = False
    operations: OperationStats = field(default_factory=OperationStats)
    limits: LimitStats = field(default_factory=LimitStats)
    source_stats: Mapping[str, SourceStats] = field(default_factory=dict)
    store: Store | None = None
    keys: KeyTable | None = None
    gate: Gate = field(default_factory=Gate)
    rates: Rates = field(default_factory=Rates)

    @contextmanager
    def serving(
        self, source_stats: Mapping[str, SourceStats], store: Store, keys: KeyTable | None = None
    ) -> Iterator[None]:
        """The time in which sources are open, and the gateway is ready."""
        self.source_stats, self.store, self.keys, self.ready = source_stats, store, keys, True
        try:
            yield
        finally:
            self.ready = False

    async def observe(self, request: Request, handler: Handler) -> Response:
        """Handle a request: count, time and trace it, and return its id in a header."""
        record = RequestRecord.start(request.headers, self.now, self.tracing)
        token = REQUEST_ID.set(record.id)
        try:
            response = await handler(request, record)
        except asyncio.CancelledError:
            record.outcome = CLIENT_DISCONNECTED
            raise
        except Exception as error:  # noqa: BLE001  # the single exit
            record.outcome = INTERNAL_ERROR
            response = internal_error(error)
        finally:
            self._finish(record)
            REQUEST_ID.reset(token)
        response.headers["X-Request-Id"] = record.id
        return response

    def _finish(self, record: RequestRecord) -> None:
        seconds = self.now() - record.started_at
        self.operations.record(record.operation, record.outcome, seconds)
        self.limits.record(record)
        record.end_span()
        if seconds >= self.slow_seconds:
            log.warning("slow request", extra=record.summary(seconds))
