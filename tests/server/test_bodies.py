"""Bodies are refused by what they announce, and large ones share a bounded memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message
from support.harness import catalog_text, filled
from support.raw_http import connection, replies, request
from support.servers import live
from support.telemetry.served import TABLES, config

from gateway.app import make_app
from gateway.server.bodies import SMALL_BYTES, Bodies, BodyTooLarge, NoRoomForBody, UnreadBody
from gateway.server.graphql_request import MAX_VALUES

LIMIT = 100_000


def of_pieces(*pieces: bytes, length: int | None = None) -> tuple[Request, list[Message]]:
    """A request with this body, and the messages that are not read yet."""
    messages: list[Message] = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        return messages.pop(0)

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive), messages


async def test_an_announced_body_is_refused_unread() -> None:
    large, messages = of_pieces(b"x", length=100_000_000_000)
    with pytest.raises(BodyTooLarge):
        async with Bodies().read(large, LIMIT, 1):
            pytest.fail("the body was read")
    assert len(messages) == 2


async def test_large_bodies_share_their_room_until_they_are_answered() -> None:
    bodies = Bodies(max_large_bytes=2 * LIMIT)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            large, _ = of_pieces(b"x" * LIMIT)
            await stack.enter_async_context(bodies.read(large, LIMIT, 1))
        third, messages = of_pieces(b"x" * SMALL_BYTES, b"x", b"x")
        with pytest.raises(NoRoomForBody):
            await stack.enter_async_context(bodies.read(third, LIMIT, 1))
        assert len(messages) == 2  # the rest of it was not read
        small, _ = of_pieces(b"x" * SMALL_BYTES)
        assert len(await stack.enter_async_context(bodies.read(small, LIMIT, 1))) == SMALL_BYTES
    assert bodies.large_bytes == 0


@given(st.lists(st.lists(st.binary(max_size=3 * SMALL_BYTES), max_size=4), max_size=5))
def test_memory_of_large_bodies_is_given_back(sent: list[list[bytes]]) -> None:
    asyncio.run(read_all(sent))


async def read_all(sent: list[list[bytes]]) -> None:
    bodies = Bodies(max_large_bytes=8 * SMALL_BYTES)

    async def read(pieces: list[bytes]) -> None:
        try:
            async with bodies.read(of_pieces(*pieces)[0], 5 * SMALL_BYTES, 1) as body:
                assert body == b"".join(pieces)
                assert bodies.large_bytes <= bodies.max_large_bytes
                await asyncio.sleep(0)
        except UnreadBody:
            pass

    await asyncio.gather(*map(read, sent))
    assert bodies.large_bytes == 0


@pytest.fixture
async def url(anyio_backend: str) -> AsyncIterator[str]:  # noqa: ARG001  # its loop
    app = make_app(
        config(), filled(catalog_text(), {name: [dict(row) for row in rows] for name, rows in TABLES.items()})
    )
    async with live(app) as address:
        yield address


async def test_an_announced_body_is_refused_at_once(url: str) -> None:
    async with connection(url) as client:
        await client.send(request(b"{", length=100_000_000_000))
        (reply,) = replies(await client.rest())
    assert (reply.status, reply.headers["connection"]) == (413, "close")
    assert reply.json()["errors"][0]["extensions"]["limit"] == 1_000_000


@pytest.mark.parametrize("values", ["[],", '{"a":1},', "1,"])
async def test_bodies_of_very_many_values_are_refused(url: str, values: str) -> None:
    body = f'{{"query": "{{ __typename }}", "variables": {{"v": [{values * MAX_VALUES}1]}}}}'
    async with connection(url) as client:
        await client.send(request(body.encode()))
        reply = await client.reply()
    assert reply.status == 400
    assert reply.json()["errors"][0]["extensions"]["limit"] == MAX_VALUES
