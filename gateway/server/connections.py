"""HTTP/1.1 connections with bounds that uvicorn does not set: on heads, pipelines, and clients that do not read.

What is cut, and after which time or size, is one constant each. `docs/threat-model.md` lists them.
"""

import asyncio
from collections import deque
from typing import Any, Final

import msgspec
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from gateway.server.security_headers import DEFAULTS

MAX_HEAD_BYTES: Final = 32 * 1024  # of the request line and all headers; also between two pieces of a body
MAX_HEADERS: Final = 100
MAX_PIPELINED: Final = 8  # requests of one connection that wait for the answer before
MAX_PIPELINED_BYTES: Final = 16 * 1024  # of the body of one of these
HEAD_SECONDS: Final = 5.0  # from the first byte of a head, or from accepting a connection, to the head's end
KEEP_ALIVE_SECONDS: Final = 75  # longer than load balancers keep idle connections
SEND_SECONDS: Final = 10.0  # in which a client takes at least SEND_BYTES of an answer that waits for it
SEND_BYTES: Final = 10_000
MAX_UNSENT_BYTES: Final = 128 * 1024 * 1024  # of all answers that wait for their clients

Pipeline = deque[tuple[RequestResponseCycle, ASGI3Application]]


class Refusal(Exception):
    """A request that is not read to its end. `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


MALFORMED: Final = Refusal(400, "The request is not valid HTTP/1.1.")
HEAD_TOO_LARGE: Final = Refusal(431, f"The headers are too large: send at most {MAX_HEAD_BYTES} bytes.")
TOO_MANY_HEADERS: Final = Refusal(431, f"Too many headers: send at most {MAX_HEADERS}.")
HEAD_TOO_SLOW: Final = Refusal(408, "The headers did not arrive in time: send the request again.")
UPGRADE: Final = Refusal(400, "Upgrades are not supported: send the request as HTTP/1.1.")
TOO_PIPELINED: Final = Refusal(400, "Too many pipelined requests: wait for answers.")
FULL: Final = Refusal(503, "The gateway has too many connections: try again in a second.")


class PipelineFlow(FlowControl):
    """Reads nothing while requests wait for the answer before them."""

    def __init__(self, transport: asyncio.Transport, pipeline: Pipeline) -> None:
        super().__init__(transport)
        self._pipeline = pipeline

    def resume_reading(self) -> None:
        if not self._pipeline:
            super().resume_reading()


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Its server calls `check` every second.

    waiting_since: since when a head is not complete; None while a request is in work, and between requests.
    unparsed: bytes since the request began, or since the last piece of its body.
    is_deaf: whatever the client sends is discarded.
    """

    flow: FlowControl

    def __init__(self, *arguments: Any, max_connections: int, **words: Any) -> None:
        super().__init__(*arguments, **words)
        self.max_connections = max_connections
        self.waiting_since: float | None = self.loop.time()
        self.unparsed = 0
        self.is_deaf = False
        self._refusal = MALFORMED
        self._unsent, self._unsent_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = PipelineFlow(transport, self.pipeline)
        if len(self.connections) > self.max_connections and not self._close_idle():
            self._refuse(FULL)

    @property
    def is_idle(self) -> bool:
        """Whether no request is in work."""
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        if self.is_deaf or self.transport.is_closing():
            return
        if self.waiting_since is None and self.is_idle:
            self.waiting_since = self.loop.time()
        self.unparsed += len(data)
        super().data_received(data)
        if self.unparsed > MAX_HEAD_BYTES and not self.is_deaf:
            self._refuse(HEAD_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if len(self.pipeline) >= MAX_PIPELINED:
            self._fail(TOO_PIPELINED)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.scope.get("method"):
            return  # a trailer: it must not change the headers, which the application has read
        if len(self.headers) >= MAX_HEADERS:
            self._fail(TOO_MANY_HEADERS)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.unparsed > MAX_HEAD_BYTES and self._head_bytes() > MAX_HEAD_BYTES:
            self._fail(HEAD_TOO_LARGE)
        if self.parser.should_upgrade():  # httptools reads no body after such a head
            self._fail(UPGRADE)
        self.waiting_since, self.unparsed = None, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self.unparsed = 0
        super().on_body(body)
        if self.pipeline and len(self.cycle.body) > MAX_PIPELINED_BYTES:
            self._fail(TOO_PIPELINED)

    def on_message_complete(self) -> None:
        self.unparsed = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.is_idle and self.cycle.more_body:  # the rest of the body would be read for nothing
            self.is_deaf = True
            self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  # the refusal has a better one
        """Called by uvicorn for everything that the parser does not accept, and for what `_fail` raised."""
        self._refuse(self._refusal)

    def check(self, now: float) -> int:
        """Cut the connection if its client is too slow. The bytes of answers that it has not taken."""
        if self.waiting_since is not None and now - self.waiting_since > HEAD_SECONDS and not self.is_deaf:
            self._refuse(HEAD_TOO_SLOW)
        unsent = self.transport.get_write_buffer_size()
        if not 0 < unsent <= self._unsent or self._unsent - unsent >= SEND_BYTES:
            self._unsent, self._unsent_since = unsent, now
        elif now - self._unsent_since > SEND_SECONDS:
            self.transport.abort()
        return unsent

    def _fail(self, refusal: Refusal) -> None:
        """End parsing: httptools makes of it an error of its own."""
        self._refusal = refusal
        raise refusal

    def _refuse(self, refusal: Refusal) -> None:
        """Answer with an error and close. Complete requests before it are answered first."""
        self.is_deaf = True
        if self.is_idle or (self.cycle.more_body and not self.pipeline and not self.cycle.response_started):
            self.transport.write(refusal_response(refusal))
            self.transport.close()
        elif self.cycle.more_body:
            self.transport.abort()
        else:
            self.cycle.keep_alive = False

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _close_idle(self) -> bool:
        """Close a connection that waits between two requests, if there is one."""
        for each in self.connections:
            if isinstance(each, BoundedProtocol) and each.timeout_keep_alive_task and not each.transport.is_closing():
                each.transport.close()
                return True
        return False


def refusal_response(refusal: Refusal) -> bytes:
    body = msgspec.json.encode({"errors": [{"message": str(refusal)}]})
    headers = {**DEFAULTS, "content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
    if refusal.status == FULL.status:
        headers["retry-after"] = "1"
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[refusal.status] + lines.encode() + b"\r\n" + body
