"""Spans: one for each request, each round of it, and each question to a system. None where nobody traces."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, replace

from opentelemetry import context as contexts
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.contract.outcomes import OK, outcome_code

W3C = TraceContextTextMapPropagator()  # no baggage: what is in it is the caller's, and goes nowhere


def nothing() -> None:
    """Nothing is to be closed."""


@asynccontextmanager
async def tracing_closed(tracing: "Tracing | None") -> AsyncIterator[None]:
    """Send what has not been sent, once all inside is over."""
    try:
        yield
    finally:
        if tracing is not None:
            await asyncio.to_thread(tracing.close)


@dataclass(slots=True)
class Round:
    """Batches that went out together: its span ends when the last of them is back.

    `context` is what each of them is to run in, in a copy of its own.
    """

    span: Span
    context: Context
    remaining: int

    def batch_done(self, _task: object) -> None:
        """One is back."""
        self.remaining -= 1
        if not self.remaining:
            self.span.end()


@dataclass(frozen=True, slots=True)
class Tracing:
    """Made once, at start, where somebody wants traces. `close` sends what has not been sent; it may wait."""

    tracer: Tracer
    close: Callable[[], None] = nothing

    def request(self, headers: Mapping[str, str]) -> Span:
        """A span for a request: below the caller's own, where `traceparent` names one."""
        return self.tracer.start_span("graphql", W3C.extract(headers), SpanKind.SERVER)

    def start_round(self, request: Span, batches: int) -> Round:
        """A span for so many batches that go out in the same moment."""
        within = set_span_in_context(request)
        span = self.tracer.start_span("round", within, attributes={"gateway.batches": batches})
        context = copy_context()
        context.run(contexts.attach, set_span_in_context(span, within))
        return Round(span, context, batches)


@dataclass(frozen=True, slots=True)
class Traced:
    """Surrounds a source's fetch, and lives as long as the application: a span for each attempt."""

    source: str
    fetch: Fetch
    tracer: Tracer

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`. Below the round that asks, or first asked, where several wait for one answer."""
        span = self.tracer.start_span(batch.lookup.name, kind=SpanKind.CLIENT, attributes=self._known(batch))
        headers: dict[str, str] = {}
        W3C.inject(headers, set_span_in_context(span))
        word = "CANCELLED"
        try:
            answers = await self.fetch(replace(batch, options=replace(batch.options, headers=headers)))
            word = outcome_code(batch, answers)
            return answers
        finally:
            end_span(span, word, failed=word != OK)

    def _known(self, batch: Batch) -> dict[str, str | int]:
        return {
            "gateway.source": self.source,
            "gateway.lookup": batch.lookup.name,
            "gateway.keys": len(batch.keys),
        }


def end_span(span: Span, word: str, *, failed: bool) -> None:
    """End a span with what came of it. Why is said nowhere: reasons are for the log."""
    span.set_attribute("gateway.outcome", word)
    if failed:
        span.set_status(Status(StatusCode.ERROR))
    span.end()
