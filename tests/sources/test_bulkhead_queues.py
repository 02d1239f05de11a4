"""Waits for a permit count towards the timeout, and are no sign that a source fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from support.sources.databases import Place
from support.sources.rest_sources import MANY, note, place, rest_source
from support.sources.sql_sources import ask, lookup, recorded_source, sql_source, table

from gateway.contract.batch import Answer, Batch, batch_failure
from gateway.errors import Overloaded, SourceTimeout

TIMEOUT = 0.3
LONG = 1.0  # seconds, enough for an answer on a busy machine


@asynccontextmanager
async def hung_database() -> AsyncIterator[Place]:
    """A database that accepts connections and never responds."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield Place(f"postgresql://postgres@127.0.0.1:{port}/test", None)


@pytest.mark.parametrize("tables", [1, 10])
async def test_concurrent_fetches_from_a_hung_database_all_time_out(tables: int):
    async with hung_database() as at, sql_source(at, timeout=TIMEOUT, pool_size=2) as source:
        lookups = [lookup(at=f"t{n % tables}") for n in range(10)]
        results = await asyncio.gather(*(ask(source, each, "7") for each in lookups))
    assert {type(each["7"]) for each in results} == {SourceTimeout}


async def test_concurrent_calls_to_a_hung_service_all_time_out():
    async def silent(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with rest_source(silent, timeout=TIMEOUT, max_concurrent_calls=1, keys_per_call=1) as source:
        answers = await source.fetch(Batch(place(**MANY), ("a", "b", "c")))
    assert {type(each) for each in answers.values()} == {SourceTimeout}


async def test_a_call_queued_behind_answered_calls_is_no_timeout():
    async def one(request: web.Request) -> web.Response:
        if request.query["owners"] != "first":
            await asyncio.Event().wait()
        return web.json_response([note("first")])

    async with rest_source(one, timeout=LONG, max_concurrent_calls=1, keys_per_call=1) as source:
        answers = await source.fetch(Batch(place(**MANY), ("first", "slow", "waiting")))
    assert isinstance(answers["first"], Answer)
    failure = batch_failure(Batch(place(**MANY), ("slow",)), {"slow": answers["slow"]})
    assert failure is not None
    assert failure.counts_against_source
    waiting = answers["waiting"]
    assert isinstance(waiting, Overloaded)
    assert waiting.reason == "GET /notes: queued"


async def test_a_statement_queued_behind_answered_ones_is_no_timeout():
    async with table("postgres", "id TEXT, owner TEXT, note TEXT", [("1", "7", "x")]) as (at, _):
        await at.run("CREATE VIEW slow AS SELECT id, owner, note FROM notes, (SELECT pg_sleep(20)) AS s")
        async with sql_source(at, timeout=LONG, pool_size=1) as source:
            for each in ("notes", "slow"):  # both tables are described first
                await ask(source, lookup(at=each), "nobody's")
            lookups = [lookup(), *(lookup(at="slow"),) * 2]
            first, slow, waiting = await asyncio.gather(*(ask(source, each, "7") for each in lookups))
    assert isinstance(first["7"], Answer)
    assert isinstance(slow["7"], SourceTimeout)
    assert isinstance(waiting["7"], Overloaded)
    assert waiting["7"].reason == "queued"


async def test_concurrent_fetches_describe_a_table_once():
    columns = "id TEXT, owner TEXT, note TEXT"
    async with table("sqlite", columns, [("1", "7", "x")]) as (at, _), recorded_source(at) as (source, sent):
        results = await asyncio.gather(*(ask(source, lookup(), "7") for _ in range(10)))
    assert all(isinstance(each["7"], Answer) for each in results)
    assert sent.count("SELECT 1") == 1
