"""What is to be seen of one request: its id, its operation, what came of it, and what it asked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from graphql import DocumentNode, get_operation_ast
from opentelemetry.trace import Span

from gateway.contract.batch import RequestOptions
from gateway.contract.outcomes import OK
from gateway.telemetry.query_plan import PARTIAL, BatchRecord, KeyResult
from gateway.telemetry.tracing import Round, Tracing

MAX_NAME_LENGTH = 64  # characters of an operation's name

REFUSED: Final = "REFUSED"  # it never ran
FAILED: Final = "FAILED"  # it ran, and nothing is left of its data
CLIENT_DISCONNECTED: Final = "CLIENT_DISCONNECTED"  # nobody waited for it any more
INTERNAL_ERROR: Final = "INTERNAL_ERROR"  # a bug of ours


@dataclass(slots=True)
class RequestRecord:
    """Made for one request. `upstream` are headers that go with every question; `now` counts seconds."""

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

    def upstream_options(self, wish: RequestOptions) -> RequestOptions:
        """The wish, with what ties its questions to this request."""
        return replace(wish, request=self.id, headers=self.upstream)

    def start_operation(self, text: str, parsed: DocumentNode | None, operation: str | None) -> None:
        """This document is about to run."""
        node = get_operation_ast(parsed, operation) if parsed else None
        if node is not None:
            self.document, self.kind = text, node.operation.value
            self.operation = node.name.value[:MAX_NAME_LENGTH] if node.name else ""

    def ended(self, *, ran: bool, known: bool, errors: int) -> None:
        """It came to an end: whether it ran, whether it has data, and how many errors."""
        if ran:
            self.outcome = (PARTIAL if errors else OK) if known else FAILED

    def start_batch(self, lookup: str, keys: int) -> BatchRecord:
        """A batch of so many keys goes out."""
        call = BatchRecord(lookup, keys, self.now())
        self.batches.append(call)
        return call

    def finish_batch(self, call: BatchRecord, told: Collection[KeyResult]) -> None:
        """It came back. What it said is read only if the request turns out to be slow."""
        call.ended, call.results = self.now(), told

    def start_round(self, batches: int) -> Round | None:
        """So many batches go out in the same moment; None where nobody traces."""
        if self.tracing is None or self.span is None or not batches:
            return None
        return self.tracing.start_round(self.span, batches)
