"""When too much is under way, and when nobody waits any more: the gateway on a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.servers import live
from support.world import NEW_YORK, catalog_text, filled

from gateway.app import make_app
from gateway.config.settings import Config
from gateway.contract.batch import Answers, Batch, Fetch

QUERY = '{ customer(customerNumber: "C1") { customerNumber } }'
TABLES = {"Customer": [{"id": "1", "customer_number": "C1"}]}


class Door:
    """Holds every question back until it is opened, and knows who was cancelled while waiting."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.waiting = asyncio.Condition()
        self.inside = 0
        self.cancelled = asyncio.Event()
        self.wishes: list[float] = []

    def wrap(self, _name: str, fetch: Fetch) -> Fetch:
        """The same fetch, behind this door."""

        async def through(batch: Batch) -> Answers:
            self.wishes.append(batch.options.remaining())
            async with self.waiting:
                self.inside += 1
                self.waiting.notify_all()
            try:
                await self.open.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
            return await fetch(batch)

        return through

    async def holds(self, number: int) -> None:
        """Once so many wait at it."""
        async with self.waiting:
            await self.waiting.wait_for(lambda: self.inside >= number)


@asynccontextmanager
async def serving(door: Door, **settings: int) -> AsyncIterator[aiohttp.ClientSession]:
    config = Config(catalog=Path("memory"), zone=NEW_YORK, **settings)  # type: ignore[arg-type]  # numbers all
    app = make_app(config, filled(catalog_text(), TABLES), door.wrap)
    async with live(app) as url, aiohttp.ClientSession(url) as http:
        yield http


async def ask(http: aiohttp.ClientSession, **headers: str) -> tuple[int, Mapping[str, str], Any]:
    """The status, the headers and the body of an answer."""
    async with http.get("/graphql", params={"query": QUERY}, headers=headers) as response:
        return response.status, response.headers, await response.json()


async def test_more_than_may_be_under_way_is_told_to_come_back_and_those_within_are_answered() -> None:
    door = Door()
    async with serving(door, max_concurrent_requests=2) as http:
        within = [asyncio.create_task(ask(http)) for _ in range(2)]
        await door.holds(2)
        status, headers, body = await ask(http)
        assert (status, headers["Retry-After"]) == (503, "1")
        assert body["errors"][0]["extensions"]["code"] == "OVERLOADED"
        assert "data" not in body
        door.open.set()
        assert [(await each)[0] for each in within] == [200, 200]
        assert (await ask(http))[0] == 200


async def test_when_the_client_hangs_up_what_is_under_way_upstream_is_cancelled() -> None:
    door = Door()
    async with serving(door, max_concurrent_requests=1) as http:
        asking = asyncio.create_task(ask(http))
        await door.holds(1)
        asking.cancel()
        await door.cancelled.wait()
        door.open.set()
        assert (await ask(http))[0] == 200  # its place is free again


async def test_each_question_is_told_what_is_left_of_the_request_and_the_installation_caps_it() -> None:
    door = Door()
    door.open.set()
    async with serving(door, deadline_ms=5_000) as http:
        await ask(http, **{"X-Request-Deadline": "1500"})
        await ask(http, **{"X-Request-Deadline": "60000"})
        await ask(http)
        status, _, body = await ask(http, **{"X-Request-Deadline": "soon"})
        assert status == 400
        assert body["errors"][0]["extensions"]["code"] == "BAD_INPUT"
    short, capped, default = door.wishes
    assert 0 < short <= 1.5 < capped <= 5
    assert 1.5 < default <= 5


HALF = (
    b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"X-Request-Deadline: 50\r\nContent-Length: 100\r\n\r\n{"
)


async def begun(http: aiohttp.ClientSession) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which a body has begun, and does not go on."""
    at = http._base_url  # noqa: SLF001  # where it was made for
    assert at is not None
    reader, writer = await asyncio.open_connection(at.host, at.port)
    writer.write(HALF)
    await writer.drain()
    return reader, writer


async def test_a_body_that_does_not_come_in_time_is_refused_and_holds_no_place() -> None:
    door = Door()
    door.open.set()
    async with serving(door, max_concurrent_requests=1) as http:
        reader, writer = await begun(http)
        head = await reader.readuntil(b"\r\n\r\n")
        told = json.loads(await reader.read())  # to the end: nothing more is said on this connection
        assert head.startswith(b"HTTP/1.1 408 ")
        assert b"\r\nconnection: close\r\n" in head
        error = {"message": "The body did not come in time.", "extensions": {"code": "TOO_LATE"}}
        assert told == {"errors": [error]}
        assert (await ask(http))[0] == 200
        writer.close()
        await writer.wait_closed()


async def test_who_hangs_up_within_the_body_is_no_failure_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    door = Door()
    door.open.set()
    async with serving(door, max_concurrent_requests=1) as http:
        _, writer = await begun(http)
        writer.close()
        await writer.wait_closed()
        while (await ask(http))[0] != 200:
            pass  # until its place is free
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []
