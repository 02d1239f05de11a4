"""Spans as they end, kept in memory."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateway.telemetry.tracing import tracing_with


class RecordedSpans:
    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.tracing = tracing_with(SimpleSpanProcessor(self._exporter))

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        """All ended spans, by their start."""
        return sorted(self._exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    def tree(self) -> list[str]:
        """The path of each span, sorted: `query Find > round > Customer by id`."""
        by_id = {span.context.span_id: span for span in self.spans if span.context}

        def path(span: ReadableSpan) -> str:
            parent = by_id.get(span.parent.span_id) if span.parent else None
            return f"{path(parent)} > {span.name}" if parent else span.name

        return sorted(path(span) for span in self.spans)
