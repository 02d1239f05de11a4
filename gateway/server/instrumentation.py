"""All that is seen of the gateway while it runs, in one place."""

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
from gateway.contract.outcomes import OK
from gateway.telemetry.operation_stats import OperationStats
from gateway.telemetry.query_plan import PARTIAL, milliseconds, query_plan
from gateway.telemetry.request_ids import HEADER, REQUEST_ID, request_id, trace_context
from gateway.telemetry.request_record import CLIENT_DISCONNECTED, INTERNAL_ERROR, RequestRecord
from gateway.telemetry.source_stats import SourceStats
from gateway.telemetry.tracing import Tracing, end_span

log = logging.getLogger("gateway.slow")
DOCUMENT_DIGITS = 12  # of the SHA-256 of a document: enough to find it again
GOOD: Final = (OK, PARTIAL)
Handler = Callable[[Request, RequestRecord], Awaitable[Response]]


@dataclass(slots=True)
class Instrumentation:
    """Made once, at start. `slow` is from how many seconds on a request is slow; `now` counts seconds.

    `ready` is whether the gateway can serve: others may be down. `tallies` are those of the sources, and
    `store` is where answers are remembered, once they are open.
    """

    slow_seconds: float = float("inf")
    tracing: Tracing | None = None
    now: Callable[[], float] = time.perf_counter
    ready: bool = False
    requests: OperationStats = field(default_factory=OperationStats)
    source_stats: Mapping[str, SourceStats] = field(default_factory=dict)
    store: Store | None = None

    @contextmanager
    def serving(self, tallies: Mapping[str, SourceStats], store: Store) -> Iterator[None]:
        """While the sources are open, and the gateway can serve."""
        self.source_stats, self.store, self.ready = tallies, store, True
        try:
            yield
        finally:
            self.ready = False

    async def observe(self, request: Request, answer: Handler) -> Response:
        """The answer to a request, which is counted, timed and traced, and says its id."""
        with self._looking(request.headers) as look:
            response = await answer(request, look)
            response.headers[HEADER] = look.id
            return response

    @contextmanager
    def _looking(self, headers: Mapping[str, str]) -> Iterator[RequestRecord]:
        look = self._look(headers)
        token = REQUEST_ID.set(look.id)
        self.requests.in_flight += 1
        try:
            yield look
        except asyncio.CancelledError:
            look.outcome = CLIENT_DISCONNECTED
            raise
        except Exception:
            look.outcome = INTERNAL_ERROR
            raise
        finally:
            self.requests.in_flight -= 1
            self._over(look)
            REQUEST_ID.reset(token)

    def _look(self, headers: Mapping[str, str]) -> RequestRecord:
        name, began = request_id(headers), self.now()
        if self.tracing is None:
            return RequestRecord(name, self.now, began, trace_context(headers))
        return RequestRecord(name, self.now, began, {}, self.tracing, self.tracing.request(headers))

    def _over(self, look: RequestRecord) -> None:
        seconds = self.now() - look.started_at
        self.requests.record(look.operation, look.outcome, seconds)
        if look.span is not None:
            look.span.update_name(f"{look.kind} {look.operation}".strip() or "graphql")
            look.span.set_attributes(
                {
                    "gateway.request": look.id,
                    "graphql.operation.name": look.operation,
                    "graphql.operation.type": look.kind,
                }
            )
            end_span(look.span, look.outcome, failed=look.outcome not in GOOD)
        if seconds >= self.slow_seconds:
            log.warning("slow request", extra=_story(look, seconds))


def _story(look: RequestRecord, seconds: float) -> dict[str, object]:
    """What is told of a slow request: neither its variables nor its keys, nor anything that came back."""
    document = hashlib.sha256(look.document.encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "operation": look.operation,
        "document": document[:DOCUMENT_DIGITS] if look.document else "",
        "ms": milliseconds(seconds),
        "outcome": look.outcome,
        "plan": query_plan(look.batches, look.started_at + seconds),
    }
