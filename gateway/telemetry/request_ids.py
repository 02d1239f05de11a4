"""Request ids and trace context: they connect logs, spans and upstream calls of one request."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from secrets import token_hex

HEADER = "X-Request-Id"
TRACE_PARENT, TRACE_STATE = "traceparent", "tracestate"
GENERATED_BYTES = 16
MAX_TRACE_STATE = 512  # characters, as in W3C Trace Context

REQUEST_ID: ContextVar[str] = ContextVar("request", default="")

_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_VALID_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def request_id(headers: Mapping[str, str]) -> str:
    """The client's request id if it is 1 to 128 of A-Z a-z 0-9 . _ -; otherwise a new one."""
    sent = headers.get(HEADER.lower(), "")
    return sent if _VALID_ID.fullmatch(sent) else token_hex(GENERATED_BYTES)


def trace_context(headers: Mapping[str, str]) -> dict[str, str]:
    """The valid W3C trace context of a request, to pass on upstream when tracing is off."""
    parent = headers.get(TRACE_PARENT, "")
    if not _VALID_PARENT.fullmatch(parent):
        return {}
    state = headers.get(TRACE_STATE, "")
    is_valid = state and len(state) <= MAX_TRACE_STATE and state.isascii() and state.isprintable()
    return {TRACE_PARENT: parent, TRACE_STATE: state} if is_valid else {TRACE_PARENT: parent}
