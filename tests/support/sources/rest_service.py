"""A REST service on loopback over given rows, whose habits the worlds choose."""

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

MOST_KEYS = 50
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Shelf:
    """The rows a service holds, and every request it was sent."""

    rows: Sequence[Row]
    requests: list[str] = field(default_factory=list)

    def of(self, owners: Sequence[str], inside: Callable[[datetime], bool] = bool) -> list[Row]:
        """The owners' rows of these moments, newest first; ties by id from a to z, unlike the contract."""
        if len(owners) > MOST_KEYS:
            raise web.HTTPBadRequest(text="too many keys")
        wanted = set(owners)
        rows = [row for row in self.rows if row["owner"] in wanted and inside(moment(row))]
        rows.sort(key=lambda row: row["id"])
        return sorted(rows, key=moment, reverse=True)


def moment(row: Row) -> datetime:
    """When it happened."""
    return datetime.fromisoformat(row["at"])


def query(request: web.Request) -> Mapping[str, list[str]]:
    """The query by hand: names and values decoded last, so that %2C is no comma."""
    values: dict[str, list[str]] = {}
    _, _, text = request.raw_path.partition("?")
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        values.setdefault(unquote(name), []).append(value)
    return values


def comma(request: web.Request, name: str) -> list[str]:
    """Keys of a comma list, split before they are decoded."""
    return [unquote_plus(part) for part in query(request)[name][0].split(",")]


def repeated(request: web.Request, name: str) -> list[str]:
    """Keys of a repeated parameter."""
    return [unquote_plus(value) for value in query(request)[name]]


def segment(request: web.Request, place: int) -> str:
    """One segment of the path, decoded after splitting."""
    path, _, _ = request.raw_path.partition("?")
    return unquote(path.split("/")[place])


def number(values: Mapping[str, Any], name: str, usual: int) -> int:
    """A whole number among the parameters."""
    return int(values.get(name, usual))


def parts(rows: Sequence[Row], size: int) -> Iterator[list[Row]]:
    """The rows page by page, an empty page where there are none."""
    yield list(rows[:size])
    for start in range(size, len(rows), size):
        yield list(rows[start : start + size])


@asynccontextmanager
async def serving(
    handler: Handler, requests: list[str] | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """The address of a service that answers everything with `handler`, as long as the context lasts."""

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
async def listening(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """The address of a service that does on each connection what `talk` does."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def talking(*sayings: bytes, close: bool = True) -> AsyncIterator[str]:
    """The address of a service that answers each request with the next saying, byte for byte."""
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

    async with listening(talk) as url:
        yield url


def answer(body: bytes, head: str = "") -> bytes:
    """An answer of HTTP, byte for byte."""
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{head}\r\n"
    return lines.encode() + body
