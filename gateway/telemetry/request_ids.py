"""What ties lines, spans and answers of one request together, here and at the systems that it asks."""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from secrets import token_hex

HEADER = "X-Request-Id"
TRACE_PARENT, TRACE_STATE = "traceparent", "tracestate"
DIGITS = 32  # of an id of our own
MAX_TRACE_STATE = 512  # characters, as W3C Trace Context has it

REQUEST_ID: ContextVar[str] = ContextVar(
    "request", default=""
)  # the id of the request that is being answered

_SANE = re.compile(r"[A-Za-z0-9._-]{1,128}")
_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def request_id(headers: Mapping[str, str]) -> str:
    """The caller's own id of a request where it is 1 to 128 of A-Z a-z 0-9 . _ -; a new one elsewhere."""
    given = headers.get(HEADER.lower(), "")
    return given if _SANE.fullmatch(given) else token_hex(DIGITS // 2)


def trace_context(headers: Mapping[str, str]) -> dict[str, str]:
    """The W3C trace context of a request as it came: who does not trace himself passes it on."""
    parent = headers.get(TRACE_PARENT, "")
    if not _PARENT.fullmatch(parent):
        return {}
    state = headers.get(TRACE_STATE, "")
    fits = state and len(state) <= MAX_TRACE_STATE and state.isascii() and state.isprintable()
    return {TRACE_PARENT: parent, TRACE_STATE: state} if fits else {TRACE_PARENT: parent}
