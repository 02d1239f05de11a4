"""One call as a fault sees it: what was asked, the caller's patience, and the bare connection below."""

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
_AT_ONCE = struct.pack("ii", 1, 0)  # lingers for no time: what is not sent is thrown away, and RST says so


class ResettableProtocol(HttpToolsProtocol):
    """HTTP whose connections can be laid hands on: ASGI alone can neither reset nor cut one."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the connection beside what every call knows."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer of a system, real or not."""

    status: int
    headers: Sequence[Header]
    body: bytes

    def with_body(self, body: bytes) -> "Response":
        """The same, saying something else, with its true length."""
        kept = [header for header in self.headers if header[0].lower() != b"content-length"]
        return Response(self.status, [*kept, (b"content-length", b"%d" % len(body))], body)


class Call:
    """One call to a system, whose question was read to its end."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, body: bytes) -> None:
        self._scope, self._receive, self.send, self._body = scope, receive, send, body
        self._is_read = False

    def asked(self) -> frozenset[str]:
        """The keys in the question: in its path, its query and its JSON, GraphQL's variables too."""
        query = parse_qsl(self._scope["query_string"].decode("latin-1"))
        given = [word for _, value in query for word in (value, *value.split(","))]
        return keys_in([*self._scope["path"].split("/"), *given, *_words(_json(self._body))])

    async def receive(self) -> Message:
        """What the system reads: the question, which was read before, and then whatever comes."""
        if self._is_read:
            return await self._receive()
        self._is_read = True
        return {"type": "http.request", "body": self._body, "more_body": False}

    async def hung_up(self, within: float | None) -> bool:
        """Whether the caller ends the connection within so many seconds (None: it is waited for)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._end()
            return True
        return False

    async def begin(self, status: int, headers: Iterable[Header]) -> None:
        """Send the head of an answer."""
        await self.send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def go_on(self, piece: bytes, *, last: bool = False) -> None:
        """Send a piece of its body."""
        await self.send({"type": "http.response.body", "body": piece, "more_body": not last})

    async def hang_up(self) -> None:
        """End the connection behind what was sent."""
        self._transport.close()
        await self._end()

    async def reset(self) -> None:
        """End the connection with RST, whatever was sent or not."""
        # What is ending already has given its socket back, maybe to somebody else.
        if not self._transport.is_closing():
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._transport.abort()
        await self._end()

    @property
    def is_over(self) -> bool:
        """Whether the connection is ended already, so that nobody reads on."""
        return self._transport.is_closing()

    @property
    def _transport(self) -> asyncio.Transport:
        transport: asyncio.Transport = self._scope["state"][_TRANSPORT]
        return transport

    async def _end(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


async def read_call(scope: Scope, receive: Receive, send: Send) -> Call:
    """The call, when its question has come to its end."""
    body, goes_on = b"", True
    while goes_on:
        message = await receive()
        body += message.get("body", b"")
        goes_on = message.get("more_body", False)
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
    # A GraphQL document may hold its keys itself.
    return [value, *re.findall('"([^"\\\\]*)"', value)] if isinstance(value, str) else []
