"""The record of one request for telemetry: its id, operation, outcome and batches."""

import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any, Final, NamedTuple, Protocol

from graphql import OperationDefinitionNode
from opentelemetry.trace import Span

from gateway.contract.batch import OK, RequestOptions
from gateway.errors import SourceError
from gateway.telemetry.tracing import Round, Tracing, end_span

TRACE_PARENT, TRACE_STATE = "traceparent", "tracestate"
MAX_TRACE_STATE = 512  # characters, as in W3C Trace Context
MAX_NAME_LENGTH = 64
GENERATED_BYTES = 16
HASH_DIGITS = 12  # of a document's SHA-256
REQUEST_ID: ContextVar[str] = ContextVar("request", default="")  # connects logs, spans and upstream calls

PARTIAL: Final = "PARTIAL"
UNANSWERED: Final = "UNANSWERED"
REFUSED: Final = "REFUSED"  # the operation never ran
FAILED: Final = "FAILED"  # the operation ran, and its data is null
CLIENT_DISCONNECTED: Final = "CLIENT_DISCONNECTED"
INTERNAL_ERROR: Final = "INTERNAL_ERROR"  # a bug in the gateway

_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_VALID_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class Breach(NamedTuple):
    """More than a limit allows. `mode` says whether it was refused."""

    limit: str
    mode: str
    measured: int
    maximum: int


class Quota(NamedTuple):
    """The points of a caller.

    capacity: in a minute.
    remaining: now.
    reset: seconds until all are back.
    """

    capacity: int
    remaining: int
    reset: int


class KeyResult(Protocol):
    """The part of a load result that a query plan reads."""

    @property
    def error(self) -> SourceError | None: ...

    @property
    def from_cache(self) -> bool: ...


@dataclass(slots=True)
class BatchRecord:
    """One batch of a request. Times are seconds of the request record's clock."""

    lookup: str
    keys: int
    started_at: float
    ended_at: float | None = None
    results: Collection[KeyResult] = ()

    @property
    def outcome(self) -> str:
        """OK; PARTIAL if some keys failed; an error code if all did; UNANSWERED."""
        if self.ended_at is None:
            return UNANSWERED
        errors = [result.error for result in self.results if result.error is not None]
        if not errors:
            return OK
        return errors[0].code if len(errors) == len(self.results) else PARTIAL

    def seconds(self, now: float) -> float:
        return (now if self.ended_at is None else self.ended_at) - self.started_at


@dataclass(slots=True)
class RequestRecord:
    """Telemetry of one request.

    now: a clock in seconds.
    upstream: headers to send with every upstream call.
    kind: query, mutation or subscription.
    document: the text of the document.
    breaches: of limits.
    estimated_cost, actual_cost: in points; None of an operation that did not run.
    quota: that of the caller; None without a limit.
    """

    id: str = ""
    now: Callable[[], float] = time.perf_counter
    started_at: float = 0.0
    upstream: Mapping[str, str] = field(default_factory=dict)
    tracing: Tracing | None = None
    span: Span | None = None
    operation: str = ""
    kind: str = ""
    document: str = ""
    outcome: str = REFUSED
    batches: list[BatchRecord] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)
    estimated_cost: int | None = None
    actual_cost: int | None = None
    quota: Quota | None = None

    @classmethod
    def start(cls, headers: Mapping[str, str], now: Callable[[], float], tracing: Tracing | None) -> "RequestRecord":
        name, started_at = request_id(headers), now()
        if tracing is None:
            return cls(name, now, started_at, trace_context(headers))
        return cls(name, now, started_at, {}, tracing, tracing.request(headers))

    def upstream_options(self, options: RequestOptions) -> RequestOptions:
        """Add the request id and the trace context to the options of a request."""
        return replace(options, request=self.id, headers=self.upstream)

    def start_operation(self, document: str, node: OperationDefinitionNode) -> None:
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
        if self.tracing is None or self.span is None:
            return None
        return self.tracing.start_round(self.span, batches)

    def end_span(self) -> None:
        if self.span is None:
            return
        self.span.update_name(f"{self.kind} {self.operation}".strip() or "graphql")
        self.span.set_attributes(
            {"gateway.request": self.id, "graphql.operation.name": self.operation, "graphql.operation.type": self.kind}
        )
        end_span(self.span, self.outcome, failed=self.outcome not in (OK, PARTIAL))

    def summary(self, seconds: float) -> dict[str, object]:
        """What the log says of a slow request, without variables, keys or rows."""
        digest = hashlib.sha256(self.document.encode("utf-8", "surrogatepass")).hexdigest()
        return {
            "operation": self.operation,
            "document": digest[:HASH_DIGITS] if self.document else "",
            "ms": milliseconds(seconds),
            "outcome": self.outcome,
            "plan": query_plan(self.batches, self.started_at + seconds),
        }


def query_plan(batches: Iterable[BatchRecord], now: float) -> list[dict[str, Any]]:
    """Summarize batches by lookup, in the order of their first batch.

    `ms` adds up the batches of a lookup, even if they ran in parallel. `cached` counts keys from the cache.
    """
    by_lookup: dict[str, list[BatchRecord]] = {}
    for batch in batches:
        by_lookup.setdefault(batch.lookup, []).append(batch)
    return [
        {
            "lookup": lookup,
            "batches": len(group),
            "keys": sum(batch.keys for batch in group),
            "cached": sum(result.from_cache for batch in group for result in batch.results),
            "ms": milliseconds(sum(batch.seconds(now) for batch in group)),
            "outcome": dict(Counter(batch.outcome for batch in group)),
        }
        for lookup, group in by_lookup.items()
    ]


def milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 1)


def request_id(headers: Mapping[str, str]) -> str:
    """The client's request id if it is 1 to 128 of A-Z a-z 0-9 . _ -; otherwise a new one."""
    sent = headers.get("x-request-id", "")
    return sent if _VALID_ID.fullmatch(sent) else token_hex(GENERATED_BYTES)


def trace_context(headers: Mapping[str, str]) -> dict[str, str]:
    """The valid W3C trace context of a request, to pass on upstream when tracing is off."""
    parent = headers.get(TRACE_PARENT, "")
    if not _VALID_PARENT.fullmatch(parent):
        return {}
    state = headers.get(TRACE_STATE, "")
    is_valid = state and len(state) <= MAX_TRACE_STATE and state.isascii() and state.isprintable()
    return {TRACE_PARENT: parent, TRACE_STATE: state} if is_valid else {TRACE_PARENT: parent}
