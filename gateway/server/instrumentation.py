"""Instrumentation of requests: counts, durations, spans and slow-request logs."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from gateway.cache.store import Store
from gateway.telemetry.operation_stats import OperationStats
from gateway.telemetry.request_record import CLIENT_DISCONNECTED, INTERNAL_ERROR, REQUEST_ID, RequestRecord
from gateway.telemetry.source_stats import SourceStats
from gateway.telemetry.tracing import Tracing

log = logging.getLogger("gateway.slow")
Handler = Callable[[Request, RequestRecord], Awaitable[Response]]


@dataclass(slots=True)
class Instrumentation:
    """The statistics of the application.

    slow_seconds: requests that take longer are logged.
    now: a clock in seconds.
    ready: whether the gateway can serve; sources may be down.
    source_stats, store: set while sources are open.
    """

    slow_seconds: float = float("inf")
    tracing: Tracing | None = None
    now: Callable[[], float] = time.perf_counter
    ready: bool = False
    operations: OperationStats = field(default_factory=OperationStats)
    source_stats: Mapping[str, SourceStats] = field(default_factory=dict)
    store: Store | None = None

    @contextmanager
    def serving(self, source_stats: Mapping[str, SourceStats], store: Store) -> Iterator[None]:
        """The time in which sources are open, and the gateway is ready."""
        self.source_stats, self.store, self.ready = source_stats, store, True
        try:
            yield
        finally:
            self.ready = False

    async def observe(self, request: Request, handler: Handler) -> Response:
        """Handle a request: count, time and trace it, and return its id in a header."""
        with self._recorded(request.headers) as record:
            response = await handler(request, record)
            response.headers["X-Request-Id"] = record.id
            return response

    @contextmanager
    def _recorded(self, headers: Mapping[str, str]) -> Iterator[RequestRecord]:
        record = RequestRecord.start(headers, self.now, self.tracing)
        token = REQUEST_ID.set(record.id)
        self.operations.in_flight += 1
        try:
            yield record
        except asyncio.CancelledError:
            record.outcome = CLIENT_DISCONNECTED
            raise
        except Exception:
            record.outcome = INTERNAL_ERROR
            raise
        finally:
            self.operations.in_flight -= 1
            self._finish(record)
            REQUEST_ID.reset(token)

    def _finish(self, record: RequestRecord) -> None:
        seconds = self.now() - record.started_at
        self.operations.record(record.operation, record.outcome, seconds)
        record.end_span()
        if seconds >= self.slow_seconds:
            log.warning("slow request", extra=record.summary(seconds))
