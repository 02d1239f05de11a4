"""A dead upstream costs everybody one timeout, not one after another: waiting for a turn counts."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from databases import Place
from rest_asking import MANY, place
from rest_asking import asking as asking_rest
from sql_asking import ask, asking, heard, lookup, table

from gateway.errors import SourceTimeout
from gateway.sources.base import Answer, Batch
from gateway.sources.once import Once

TIMEOUT = 0.3


@asynccontextmanager
async def hung() -> AsyncIterator[Place]:
    """A database that takes calls and says nothing."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield Place(f"postgresql://postgres@127.0.0.1:{port}/test", None)


@pytest.mark.parametrize("tables", [1, 10])
async def test_lookups_of_a_hung_database_fail_together(tables: int):
    async with hung() as at, asking(at, timeout=TIMEOUT, pool=2) as source:
        lookups = [lookup(at=f"t{n % tables}") for n in range(10)]
        began = time.monotonic()
        found = await asyncio.gather(*(ask(source, each, "7") for each in lookups))
        took = time.monotonic() - began
    assert all(isinstance(each["7"], SourceTimeout) for each in found)
    assert took < TIMEOUT * 3


async def test_a_statement_that_could_not_begin_in_time_says_that_it_queued():
    async with hung() as at, asking(at, timeout=TIMEOUT, pool=1) as source:
        found = await asyncio.gather(*(ask(source, lookup(at=f"t{n}"), "7") for n in range(3)))
    reasons = sorted(getattr(each["7"], "reason", "") for each in found)
    assert reasons == ["no answer in 0.3 s", "queued", "queued"]


async def test_a_call_that_could_not_begin_in_time_says_that_it_queued():
    async def silent(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with asking_rest(silent, timeout=TIMEOUT, at_once=1, keys_per_call=1) as source:
        began = time.monotonic()
        found = await source.fetch(Batch(place(**MANY), ("a", "b", "c")))
        took = time.monotonic() - began
    assert all(isinstance(error, SourceTimeout) for error in found.values())
    reasons = [getattr(error, "reason", "") for error in found.values()]
    assert reasons.count("GET /notes: queued") == 2
    assert took < TIMEOUT * 2


async def test_a_table_is_described_once_for_all_who_ask_at_once():
    columns = "id TEXT, owner TEXT, note TEXT"
    async with table("sqlite", columns, [("1", "7", "x")]) as (at, _), heard(at) as (source, sent):
        found = await asyncio.gather(*(ask(source, lookup(), "7") for _ in range(10)))
    assert all(isinstance(each["7"], Answer) for each in found)
    assert sent.count("SELECT 1") == 1


def counting(begun: list[int], go: asyncio.Event) -> Callable[[], Awaitable[int]]:
    async def work() -> int:
        begun.append(1)
        await go.wait()
        return len(begun)

    return work


async def test_one_who_stops_waiting_ends_it_for_nobody_else():
    once: Once[str, int] = Once()
    begun, go = [], asyncio.Event()
    first, second = (asyncio.create_task(once.outcome("it", counting(begun, go))) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert await second == 1
    assert await once.outcome("it", counting(begun, go)) == 2  # nothing done is remembered


async def test_what_is_under_way_ends_with_its_owner():
    once: Once[str, int] = Once()
    waiting = asyncio.create_task(once.outcome("it", counting([], asyncio.Event())))
    await asyncio.sleep(0)
    await once.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
