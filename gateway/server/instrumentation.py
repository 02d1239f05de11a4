"""Instrumentation of requests: counts, durations, spans and slow-request logs."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from gateway.cache.store import Store
from gateway.contract.batch import OK
from gateway.telemetry.operation_stats import OperationStats
from gateway.telemetry.request_record import (
    CLIENT_DISCONNECTED,
    HEADER,
    INTERNAL_ERROR,
    PARTIAL,
    REQUEST_ID,
    RequestRecord,
    milliseconds,
    query_plan,
    request_id,
    trace_context,
)
from gateway.telemetry.source_stats import SourceStats
from gateway.telemetry.tracing import Tracing, end_span

log = logging.getLogger("gateway.slow")
HASH_DIGITS = 12  # of a document's SHA-256
SUCCESSFUL: Final = (OK, PARTIAL)
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
            response.headers[HEADER] = record.id
            return response

    @contextmanager
    def _recorded(self, headers: Mapping[str, str]) -> Iterator[RequestRecord]:
        record = self._start(headers)
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

    def _start(self, headers: Mapping[str, str]) -> RequestRecord:
        name, now = request_id(headers), self.now()
        if self.tracing is None:
            return RequestRecord(name, self.now, now, trace_context(headers))
        return RequestRecord(name, self.now, now, {}, self.tracing, self.tracing.request(headers))

    def _finish(self, record: RequestRecord) -> None:
        seconds = self.now() - record.started_at
        self.operations.record(record.operation, record.outcome, seconds)
        if record.span is not None:
            record.span.update_name(f"{record.kind} {record.operation}".strip() or "graphql")
            record.span.set_attributes(
                {
                    "gateway.request": record.id,
                    "graphql.operation.name": record.operation,
                    "graphql.operation.type": record.kind,
                }
            )
            end_span(record.span, record.outcome, failed=record.outcome not in SUCCESSFUL)
        if seconds >= self.slow_seconds:
            log.warning("slow request", extra=_slow_request_fields(record, seconds))


def _slow_request_fields(record: RequestRecord, seconds: float) -> dict[str, object]:
    """Fields of a slow request's log line, without variables, keys or rows."""
    digest = hashlib.sha256(record.document.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "operation": record.operation,
        "document": digest[:HASH_DIGITS] if record.document else "",
        "ms": milliseconds(seconds),
        "outcome": record.outcome,
        "plan": query_plan(record.batches, record.started_at + seconds),
    }
