"""A call and its connection, as faults need them: request keys, disconnects, close and reset."""

import asyncio
import re
import socket
import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway_demo.faults.mutations import keys_in

Header = tuple[bytes, bytes]
_TRANSPORT = "demo_transport"
_NO_LINGER = struct.pack("ii", 1, 0)  # no lingering: unsent data is dropped and RST is sent


class ResettableProtocol(HttpToolsProtocol):
    """An HTTP protocol that exposes its connection: ASGI can neither reset nor close one."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Add the transport to the state of every call."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


@dataclass(frozen=True, slots=True)
class Response:
    """A complete response, the system's own or a synthetic one."""

    status: int
    headers: Sequence[Header]
    body: bytes

    def with_body(self, body: bytes) -> "Response":
        """Replace the body and its Content-Length."""
        headers = [header for header in self.headers if header[0].lower() != b"content-length"]
        return Response(self.status, [*headers, (b"content-length", b"%d" % len(body))], body)


class Call:
    """A call to a system whose request body has been read."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, body: bytes) -> None:
        self._scope, self._receive, self.send, self._body = scope, receive, send, body
        self._is_read = False

    def requested_keys(self) -> frozenset[str]:
        """The keys in the request: in its path, query string and JSON body."""
        query = parse_qsl(self._scope["query_string"].decode("latin-1"))
        query_words = [word for _, value in query for word in (value, *value.split(","))]
        return keys_in([*self._scope["path"].split("/"), *query_words, *_words(_json(self._body))])

    async def receive(self) -> Message:
        """Receive for the system: the body already read, then further messages."""
        if self._is_read:
            return await self._receive()
        self._is_read = True
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def disconnected(self, within: float | None) -> bool:
        """Whether the caller disconnects within the given seconds (None: wait until it does)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._wait_for_disconnect()
            return True
        return False

    async def send_head(self, status: int, headers: Iterable[Header]) -> None:
        """Send status and headers."""
        await self.send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def send_body(self, piece: bytes, *, last: bool = False) -> None:
        """Send a piece of the body."""
        await self.send({"type": "http.response.body", "body": piece, "more_body": not last})

    async def close(self) -> None:
        """Close the connection after the data already sent."""
        self._transport.close()
        await self._wait_for_disconnect()

    async def reset(self) -> None:
        """Reset the connection (RST), discarding unsent data."""
        # A closing transport has released its socket, which may already be reused.
        if not self._transport.is_closing():
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self._transport.abort()
        await self._wait_for_disconnect()

    @property
    def is_closed(self) -> bool:
        """Whether the connection is closed."""
        return self._transport.is_closing()

    @property
    def _transport(self) -> asyncio.Transport:
        transport: asyncio.Transport = self._scope["state"][_TRANSPORT]
        return transport

    async def _wait_for_disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def read_call(scope: Scope, receive: Receive, send: Send) -> Call:
    """Read the request body and return the call."""
    body, more_body = b"", True
    while more_body:
        message = await receive()
        body += message.get("body", b"")
        more_body = message.get("more_body", False)
    return Call(scope, receive, send, body)


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _words(value: Any) -> list[str]:
    if isinstance(value, dict):
        return _words(list(value.values()))
    if isinstance(value, list):
        return [word for each in value for word in _words(each)]
    # A GraphQL document may contain keys as literals.
    return [value, *re.findall('"([^"\\\\]*)"', value)] if isinstance(value, str) else []
