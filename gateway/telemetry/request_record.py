"""The record of one request for telemetry: its id, operation, outcome and batches."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from graphql import DocumentNode, get_operation_ast
from opentelemetry.trace import Span

from gateway.contract.batch import OK, RequestOptions
from gateway.telemetry.query_plan import PARTIAL, BatchRecord, KeyResult
from gateway.telemetry.tracing import Round, Tracing

MAX_NAME_LENGTH = 64

REFUSED: Final = "REFUSED"  # the operation never ran
FAILED: Final = "FAILED"  # the operation ran, and its data is null
CLIENT_DISCONNECTED: Final = "CLIENT_DISCONNECTED"
INTERNAL_ERROR: Final = "INTERNAL_ERROR"  # a bug in the gateway


@dataclass(slots=True)
class RequestRecord:
    """Telemetry of one request.

    now: a clock in seconds.
    upstream: headers to send with every upstream call.
    kind: query, mutation or subscription.
    document: the text of the document.
    """

    id: str
    now: Callable[[], float]
    started_at: float
    upstream: Mapping[str, str]
    tracing: Tracing | None = None
    span: Span | None = None
    operation: str = ""
    kind: str = ""
    document: str = ""
    outcome: str = REFUSED
    batches: list[BatchRecord] = field(default_factory=list)

    def upstream_options(self, options: RequestOptions) -> RequestOptions:
        """Add the request id and the trace context to the options of a request."""
        return replace(options, request=self.id, headers=self.upstream)

    def start_operation(self, document: str, parsed: DocumentNode | None, operation: str | None) -> None:
        node = get_operation_ast(parsed, operation) if parsed else None
        if node is not None:
            self.document, self.kind = document, node.operation.value
            self.operation = node.name.value[:MAX_NAME_LENGTH] if node.name else ""

    def end_operation(self, *, ran: bool, has_data: bool, errors: int) -> None:
        if ran:
            self.outcome = (PARTIAL if errors else OK) if has_data else FAILED

    def start_batch(self, lookup: str, keys: int) -> BatchRecord:
        batch = BatchRecord(lookup, keys, self.now())
        self.batches.append(batch)
        return batch

    def finish_batch(self, batch: BatchRecord, results: Collection[KeyResult]) -> None:
        """End a batch. Only a slow request's plan reads the results."""
        batch.ended_at, batch.results = self.now(), results

    def start_round(self, batches: int) -> Round | None:
        """Start the span of batches sent together; None without tracing."""
        if self.tracing is None or self.span is None or not batches:
            return None
        return self.tracing.start_round(self.span, batches)
