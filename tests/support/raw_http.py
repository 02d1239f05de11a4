"""HTTP as bytes on a socket, for requests that no client library sends."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

GOOD = b'{"query": "{ __typename }"}'


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def request(
    body: bytes = GOOD, *headers: str, path: str = "/graphql", method: str = "POST", length: int | None = None
) -> bytes:
    """A request as it should be, but for what the arguments change."""
    lines = [f"{method} {path} HTTP/1.1", "Host: gateway", "Content-Type: application/json"]
    lines += [f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@dataclass
class Connection:
    """A connection as a client has it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send as much as the gateway takes."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except (ConnectionError, BrokenPipeError):
            return

    async def rest(self) -> bytes:
        """What the gateway sends until it closes the connection."""
        data = b""
        try:
            while piece := await self.reader.read(65536):
                data += piece
        except ConnectionError:
            return data
        return data

    async def reply(self) -> Reply:
        """The next reply of a connection that stays open."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        (reply,) = replies(head + b"x" * _length(head))
        return Reply(reply.status, reply.headers, await self.reader.readexactly(_length(head)))


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[Connection]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.transport.abort()


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)


def replies(data: bytes) -> list[Reply]:
    """The replies in what a server sent; all of them say their length."""
    return list(_replies(data))


def _replies(data: bytes) -> Iterator[Reply]:
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        length = _length(head)
        yield Reply(int(first.split()[1]), {name.lower(): value for name, value in pairs}, rest[:length])
        data = rest[length:]
