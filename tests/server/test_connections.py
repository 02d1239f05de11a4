"""Connections are bounded: slow, large and pipelined requests cost themselves, and the next one is served."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from support.raw_http import Connection, Reply, connection, replies, request
from support.servers import DEFAULTS as DEFAULT_CONFIG
from support.servers import live_server
from support.sites import LARGE, Site

from gateway.server.connections import (
    HEAD_SECONDS,
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_PIPELINED,
    SEND_SECONDS,
    BoundedProtocol,
)
from gateway.server.listening import Server
from gateway.server.security_headers import DEFAULTS


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def served(site: Site, anyio_backend: str) -> AsyncIterator[tuple[str, Server]]:  # noqa: ARG001  # its loop
    async with live_server(site.app()) as each:
        yield each
        site.open.set()


async def answer_to(url: str, *pieces: bytes) -> Reply:
    """The only reply to these bytes; the gateway closes the connection after it."""
    async with connection(url) as client:
        for piece in pieces:
            await client.send(piece)
        (reply,) = replies(await client.rest())
        return reply


def get(path: str = "/", *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers]).encode() + b"\r\n\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [get("/", "A: " + "x" * MAX_HEAD_BYTES)],
        [b"GET / HTTP/1.1\r\nA: ", *[b"x" * 10_000] * 100],
        [get("/" + "x" * MAX_HEAD_BYTES)],
        [get("/", *["A: b"] * (MAX_HEADERS + 1))],
        [b"GET / HTTP/1.1\r\n", *[b"A: b\r\n"] * 10_000],
        [b"\r\n" * MAX_HEAD_BYTES],
    ],
    ids=["one", "in pieces", "a path", "many", "many without end", "empty lines"],
)
async def test_large_heads_are_refused(site: Site, served: tuple[str, Server], pieces: list[bytes]) -> None:
    reply = await answer_to(served[0], *pieces)
    assert reply.status == 431
    assert {name: reply.headers.get(name) for name in DEFAULTS} == DEFAULTS
    assert reply.headers["connection"] == "close"
    assert site.requests == []


async def test_heads_at_the_limits_are_served(served: tuple[str, Server]) -> None:
    many = get("/", "Connection: close", *["A: b"] * (MAX_HEADERS - 2))
    assert (await answer_to(served[0], many)).status == 200
    room = MAX_HEAD_BYTES - len(get("/", "Connection: close", "A: "))
    assert (await answer_to(served[0], get("/", "Connection: close", "A: " + "x" * room))).status == 200


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: x\r\n"])
async def test_slow_heads_are_cut(served: tuple[str, Server], sent: bytes) -> None:
    url, server = served
    async with connection(url) as client:
        await client.send(sent)
        (protocol,) = await accepted(server, 1)
        server.check_connections(protocol.loop.time() + HEAD_SECONDS - 0.5)
        assert not protocol.transport.is_closing()
        server.check_connections(protocol.loop.time() + HEAD_SECONDS + 0.5)
        (reply,) = replies(await client.rest())
        assert reply.status == 408


async def until(is_so: Callable[[], object]) -> None:
    """Let the server run until this holds."""
    while not is_so():  # noqa: ASYNC110  # the server has no event for it
        await asyncio.sleep(0)


async def accepted(server: Server, number: int) -> list[BoundedProtocol]:
    """The connections of a server, once there are this many."""
    await until(lambda: len(server.server_state.connections) >= number)
    return list(server.server_state.connections)  # type: ignore[arg-type]


async def test_the_second_head_of_a_connection_is_cut_too(site: Site, served: tuple[str, Server]) -> None:
    url, server = served
    async with connection(url) as client:
        await client.send(get())
        assert (await client.reply()).status == 200
        await client.send(b"\r\n")
        (protocol,) = await accepted(server, 1)
        await until(lambda: protocol.waiting_since is not None)
        server.check_connections(protocol.loop.time() + HEAD_SECONDS + 0.5)
        (reply,) = replies(await client.rest())
        assert reply.status == 408
    assert len(site.requests) == 1


async def test_a_request_in_work_is_not_cut(site: Site, served: tuple[str, Server]) -> None:
    url, server = served
    async with connection(url) as client:
        await client.send(get("/held"))
        await site.held.acquire()
        server.check_connections(asyncio.get_running_loop().time() + 3600)
        site.open.set()
        assert (await client.reply()).status == 200


async def test_pipelined_requests_are_answered_in_order(site: Site, served: tuple[str, Server]) -> None:
    async with connection(served[0]) as client:
        await client.send(get("/held") + get("/?1") + request(b"23", path="/read") + get("/?4"))
        await site.held.acquire()
        site.open.set()
        assert [(await client.reply()).body for _ in range(4)] == [b"/held", b"/", b"/read", b"/"]


async def test_more_pipelined_requests_are_not_read(site: Site, served: tuple[str, Server]) -> None:
    url, server = served
    async with connection(url) as client:
        await client.send(get("/held") + get() * 10_000)
        await site.held.acquire()
        (protocol,) = await accepted(server, 1)
        assert len(protocol.pipeline) == MAX_PIPELINED
        site.open.set()
        answered = replies(await client.rest())
    assert [reply.status for reply in answered] == [200] * (MAX_PIPELINED + 1)
    assert answered[-1].headers["connection"] == "close"


async def test_a_pipelined_body_is_bounded(site: Site, served: tuple[str, Server]) -> None:
    url, server = served
    async with connection(url) as client:
        await client.send(get("/held"))
        await site.held.acquire()
        await client.send(request(b"", path="/read", length=LARGE) + b"x" * 1_000_000)
        assert await client.rest() == b""
    assert not server.server_state.connections


async def test_what_follows_a_request_does_not_spoil_its_answer(site: Site, served: tuple[str, Server]) -> None:
    async with connection(served[0]) as client:
        await client.send(get("/held") + b"\x00\x01 no HTTP")
        await site.held.acquire()
        site.open.set()
        (reply,) = replies(await client.rest())
    assert (reply.status, reply.body, reply.headers["connection"]) == (200, b"/held", "close")


async def test_an_answer_before_the_body_ends_the_connection(served: tuple[str, Server]) -> None:
    reply = await answer_to(served[0], request(b"x", path="/", length=100_000_000_000))
    assert reply.status == 200


@pytest.mark.parametrize(
    "endless",
    [b"1;" + b"x" * 1_000_000, b"0\r\nA: " + b"x" * 1_000_000, b"0\r\n" + b"A: b\r\n" * 100_000],
    ids=["extension", "trailer", "trailers"],
)
async def test_what_is_no_body_is_bounded_within_bodies(served: tuple[str, Server], endless: bytes) -> None:
    head = b"POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert (await answer_to(served[0], head, endless)).status == 431


async def test_trailers_do_not_change_headers(site: Site, served: tuple[str, Server]) -> None:
    head = b"POST /read HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    reply = await answer_to(served[0], head, b"1\r\nx\r\n0\r\nAuthorization: Bearer x\r\n\r\n")
    assert reply.status == 200
    (seen,) = site.requests
    assert "authorization" not in seen.headers


@pytest.mark.parametrize("line", ["Upgrade: h2c", "Upgrade: websocket"])
async def test_upgrades_are_refused(site: Site, served: tuple[str, Server], line: str) -> None:
    reply = await answer_to(served[0], request(b"{}", "Connection: upgrade", line, path="/"))
    assert reply.status == 400
    assert site.requests == []


async def test_a_half_closed_client_is_closed(site: Site, served: tuple[str, Server]) -> None:
    for sent in (b"", b"GET / HT", get("/held"), request(b"x", path="/read", length=10)):
        async with connection(served[0]) as client:
            await client.send(sent)
            if sent.endswith((b"\n", b"x")):
                await site.held.acquire()
            client.writer.write_eof()
            assert await client.rest() == b""


async def test_a_client_that_reads_nothing_is_cut(served: tuple[str, Server]) -> None:
    url, server = served
    async with connection(url) as client:
        await client.send(get("/large"))
        (protocol,) = await accepted(server, 1)
        await until(protocol.transport.get_write_buffer_size)
        now = protocol.loop.time()
        server.check_connections(now)
        server.check_connections(now + SEND_SECONDS - 1)
        assert not protocol.transport.is_closing()
        server.check_connections(now + SEND_SECONDS + 1)
        assert len(await client.rest()) < LARGE


async def test_full_servers_close_idle_connections_first(site: Site) -> None:
    async with AsyncExitStack() as stack:
        url, _ = await stack.enter_async_context(live_server(site.app(), replace(DEFAULT_CONFIG, max_connections=2)))
        clients: list[Connection] = [await stack.enter_async_context(connection(url)) for _ in range(2)]
        await clients[0].send(get("/held"))
        await site.held.acquire()
        await clients[1].send(get())
        assert (await clients[1].reply()).status == 200
        third = await stack.enter_async_context(connection(url))
        assert await clients[1].rest() == b""
        await third.send(get("/held"))
        await site.held.acquire()
        assert (await answer_to(url)).status == 503
        site.open.set()
        assert [(await each.reply()).status for each in (clients[0], third)] == [200, 200]
