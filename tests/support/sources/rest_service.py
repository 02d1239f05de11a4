"""A REST service on the loopback interface, over given rows."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, unquote_plus

from aiohttp import web

from gateway.contract.batch import Row

MAX_KEYS = 50
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class NoteStore:
    """The rows of a service, and the requests it received."""

    rows: Sequence[Row]
    requests: list[str] = field(default_factory=list)

    def of(self, owners: Sequence[str], inside: Callable[[datetime], bool] = bool) -> list[Row]:
        """The owners' rows of these moments, newest first; ties by id ascending, unlike the contract."""
        if len(owners) > MAX_KEYS:
            raise web.HTTPBadRequest(text="too many keys")
        keys = set(owners)
        rows = [row for row in self.rows if row["owner"] in keys and inside(moment(row))]
        rows.sort(key=lambda row: row["id"])
        return sorted(rows, key=moment, reverse=True)


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"])


def query(request: web.Request) -> Mapping[str, list[str]]:
    """The query, split before it is decoded, so that %2C is no comma."""
    values: dict[str, list[str]] = {}
    _, _, text = request.raw_path.partition("?")
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(unquote(name), []).append(value)
    return values


def comma_list(request: web.Request, name: str) -> list[str]:
    """Keys of a comma list, split before they are decoded."""
    return [unquote_plus(part) for part in query(request)[name][0].split(",")]


def repeated_values(request: web.Request, name: str) -> list[str]:
    """Keys of a repeated parameter."""
    return [unquote_plus(value) for value in query(request)[name]]


def segment(request: web.Request, place: int) -> str:
    """One segment of the path, decoded after splitting."""
    path, _, _ = request.raw_path.partition("?")
    return unquote(path.split("/")[place])


def number(values: Mapping[str, Any], name: str, usual: int) -> int:
    return int(values.get(name, usual))


def in_pages(rows: Sequence[Row], size: int) -> Iterator[list[Row]]:
    """The rows in pages; an empty page without rows."""
    yield list(rows[:size])
    for start in range(size, len(rows), size):
        yield list(rows[start : start + size])


@asynccontextmanager
async def serve(
    handler: Handler, requests: list[str] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """The URL of a service that responds with `handler`."""

    async def noted(request: web.Request) -> web.StreamResponse:
        if requests is not None:
            requests.append(f"{request.method} {request.raw_path}")
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", r"/{tail:[\s\S]*}", noted)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def listen(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """The URL of a service that runs `talk` on each connection."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def serve_bytes(*sayings: bytes, close: bool = True) -> AsyncIterator[str]:
    """The URL of a service that responds to each request with the next byte string."""
    left = list(sayings)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while left:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(left.pop(0))
                await writer.drain()
                if close:
                    break
            if not close:
                await reader.read()
        writer.close()

    async with listen(talk) as url:
        yield url


def http_response(body: bytes, head: str = "") -> bytes:
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{head}\r\n"
    return lines.encode() + body
