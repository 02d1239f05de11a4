"""Spans of requests, rounds of batches and upstream attempts, exported by OTLP over HTTP."""

from collections.abc import Callable, Mapping
from contextvars import Context, copy_context
from dataclasses import dataclass, replace
from typing import Any

from opentelemetry import context as contexts
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway.contract.batch import OK, Answers, Batch, Fetch, outcome_code
from gateway.errors import ConfigError

W3C = TraceContextTextMapPropagator()  # no baggage: clients' data is not sent upstream
SERVICE = "customer-360-gateway"
MISSING = (
    "Traces are on, but their exporter is not installed: "
    "run pip install 'customer-360-gateway[otel]', or set OTEL_TRACES_EXPORTER=none."
)


@dataclass(slots=True)
class Round:
    """Batches sent together. The span ends with the last batch.

    context: each batch runs in its own copy.
    """

    span: Span
    context: Context
    remaining: int

    def batch_done(self, _task: object) -> None:
        self.remaining -= 1
        if not self.remaining:
            self.span.end()


@dataclass(frozen=True, slots=True)
class Tracing:
    """The application's tracer. `close` flushes spans, and blocks."""

    tracer: Tracer
    close: Callable[[], None]

    def request(self, headers: Mapping[str, str]) -> Span:
        """Start the span of a request, as a child of the client's `traceparent` if there is one."""
        return self.tracer.start_span("graphql", W3C.extract(headers), SpanKind.SERVER)

    def start_round(self, request: Span, batches: int) -> Round:
        parent = set_span_in_context(request)
        span = self.tracer.start_span("round", parent, attributes={"gateway.batches": batches})
        context = copy_context()
        context.run(contexts.attach, set_span_in_context(span, parent))
        return Round(span, context, batches)


@dataclass(frozen=True, slots=True)
class Traced:
    """Middleware: a span for each attempt of a source's fetch."""

    fetch: Fetch
    tracer: Tracer

    async def __call__(self, batch: Batch) -> Answers:
        """Fetch within a span of the current round. A coalesced call belongs to the round that started it."""
        attributes: dict[str, str | int] = {
            "gateway.source": batch.lookup.source,
            "gateway.lookup": batch.lookup.name,
            "gateway.keys": len(batch.keys),
        }
        span = self.tracer.start_span(batch.lookup.name, kind=SpanKind.CLIENT, attributes=attributes)
        headers: dict[str, str] = {}
        W3C.inject(headers, set_span_in_context(span))
        outcome = "CANCELLED"
        try:
            answers = await self.fetch(replace(batch, options=replace(batch.options, headers=headers)))
            outcome = outcome_code(batch, answers)
            return answers
        finally:
            end_span(span, outcome, failed=outcome != OK)


def end_span(span: Span, outcome: str, *, failed: bool) -> None:
    """End a span with its outcome. Reasons are for the log only."""
    span.set_attribute("gateway.outcome", outcome)
    if failed:
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def otlp_tracing() -> Tracing:
    """Trace to the collector that the OTEL_* variables name. ConfigError without the exporter package."""
    exporter = exporter_class()()
    # Imported only where traces are on.
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    return tracing_with(BatchSpanProcessor(exporter))


def tracing_with(processor: Any) -> Tracing:
    """Trace to a span processor of the OpenTelemetry SDK."""
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

    resource = Resource({SERVICE_NAME: SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return Tracing(provider.get_tracer("gateway"), provider.shutdown)


def exporter_class() -> Any:
    """The exporter's class. ConfigError if its package is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError:
        raise ConfigError([MISSING]) from None
    return OTLPSpanExporter
