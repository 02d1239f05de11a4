"""Gateways that share a Redis: what one asks the others show, and what has changed none of them shows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from support.cache.cached_sources import passes
from support.cache.harnesses import cached_catalog
from support.cache.redis_servers import BILLS, PATIENT, StoreClient, cache_key, free_port, server, store_client
from support.harness import NEW_YORK, NOW, Gate, filled

from gateway.cache.caching import CachedFetch
from gateway.cache.policy import CachePolicy
from gateway.cache.redis.guard import OPEN_FOR
from gateway.cache.tags import Change
from gateway.config.settings import Config
from gateway.contract.batch import Answer, Answers, Batch
from gateway.ids import global_id
from gateway.runtime import Runtime, open_runtime
from gateway.telemetry.source_stats import SourceStats

TABLES = {
    "Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}],
    "BillingAccount": [{"id": "A1", "account_number": "A1", "customer_id": "1", "status": "ACTIVE"}],
}
QUERY = "query($id: ID!) { customer(id: $id) { customerNumber accounts(includeClosed: true) { accountNumber } } }"
ID = global_id("Customer", "1")


class Upstream:
    """A system with one row of each key. It counts questions, and answers when it is open."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.version = 0
        self.passes = lambda: 0
        self.open, self.reached = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def fetch(self, batch: Batch) -> Answers:
        self.keys += batch.keys
        self.reached.set()
        version = self.version
        await self.open.wait()
        await passes(self.passes())
        return {key: Answer(({"id": key, "account_id": key, "version": version},), NOW) for key in batch.keys}


def cached(upstream: Upstream, one: StoreClient) -> CachedFetch:
    return CachedFetch(upstream.fetch, one.store, {BILLS: CachePolicy(60)}, SourceStats("billing"), 5.0)


@asynccontextmanager
async def two(url: str, upstream: Upstream) -> AsyncIterator[tuple[CachedFetch, CachedFetch]]:
    """Two gateways that ask the same system."""
    async with store_client(url, "c360") as one, store_client(url, "c360") as other:
        yield cached(upstream, one), cached(upstream, other)


async def rows(fetch: CachedFetch, key: str) -> Any:
    answer = (await fetch(Batch(BILLS, (key,))))[key]
    assert isinstance(answer, Answer)
    return answer.rows


async def test_an_answer_that_one_gateway_asked_for_another_shows():
    upstream = Upstream()
    async with server() as redis, two(redis.url, upstream) as (one, other):
        first = await one(Batch(BILLS, ("A1", "A2")))
        second = await other(Batch(BILLS, ("A2", "A1")))
        assert upstream.keys == ["A1", "A2"]
        for key in ("A1", "A2"):
            here, there = first[key], second[key]
            assert isinstance(here, Answer)
            assert isinstance(there, Answer)
            assert (here.rows, here.as_of, here.from_cache) == (there.rows, there.as_of, not there.from_cache)


async def test_of_two_gateways_without_an_answer_one_asks():
    upstream = Upstream()
    upstream.open.clear()
    async with server() as redis, two(redis.url, upstream) as (one, other):

        async def answered(_seconds: float) -> None:
            upstream.open.set()
            await asyncio.gather(*(each.task for each in one.flights.running))

        other.sleep = answered
        asking = asyncio.create_task(rows(one, "A1"))
        await upstream.reached.wait()
        waiting = asyncio.create_task(rows(other, "A1"))
        assert await asking == await waiting == ({"id": "A1", "account_id": "A1", "version": 0},)
        assert upstream.keys == ["A1"]


async def test_a_request_after_a_remote_change_joins_no_earlier_flight():
    upstream = Upstream()
    upstream.open.clear()
    async with server() as redis, two(redis.url, upstream) as (one, other):
        before = asyncio.create_task(rows(other, "A1"))
        await upstream.reached.wait()
        upstream.version, upstream.open = 1, asyncio.Event()
        await one.store.invalidate(["Bill#A1"])
        upstream.open.set()
        assert (await rows(other, "A1"))[0]["version"] == 1
        before.cancel()
        assert (await rows(one, "A1"))[0]["version"] == 1


async def test_no_request_after_a_change_gets_an_older_answer():
    upstream, keys, random = Upstream(), ("A1", "A2", "A3"), Random(7)  # noqa: S311
    upstream.passes = lambda: random.randrange(100)
    async with server() as redis, two(redis.url, upstream) as gateways:

        async def change() -> None:
            for _ in range(100):
                upstream.version += 1
                version, key = upstream.version, random.choice(keys)
                tag = random.choice([f"Bill#{key}", f"Bill.account_id={key}", "Bill.account_id"])
                await random.choice(gateways).store.invalidate([tag])
                for each in keys if tag == "Bill.account_id" else [key]:
                    changed[each] = version

        async def read() -> None:
            while not changing.done():
                key = random.choice(keys)
                oldest = changed[key]
                assert (await rows(random.choice(gateways), key))[0]["version"] >= oldest

        changed = dict.fromkeys(keys, 0)
        changing = asyncio.create_task(change())
        await asyncio.gather(changing, *(read() for _ in range(8)))


async def test_a_killed_redis_costs_no_request():
    upstream = Upstream()
    keys = [f"A{number % 40}" for number in range(400)]
    async with server() as redis, store_client(redis.url, "c360") as one, store_client(redis.url, "c360") as other:
        both = cached(upstream, one), cached(upstream, other)

        async def load() -> None:
            results = await asyncio.gather(*(rows(both[n % 2], key) for n, key in enumerate(keys)))
            assert [each[0]["id"] for each in results] == keys

        await load()
        loading = asyncio.create_task(load())
        await asyncio.sleep(0)
        redis.kill()
        await loading
        await load()
        await redis.start()
        for each in (one, other):
            each.clock[0] += OPEN_FOR
            await each.rows("A1")  # the trial of reads
            await each.store.release([cache_key("A1")])  # that of writes
        await load()
        upstream.keys.clear()
        await load()
        assert upstream.keys == []


@asynccontextmanager
async def gateway(url: str, gate: Gate, tables: dict[str, Any]) -> AsyncIterator[Runtime]:
    """A whole gateway that caches in Redis."""
    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW, redis_url=url)
    async with open_runtime(config, filled(cached_catalog(), tables), gate.wrap) as runtime:
        store: Any = runtime.store
        store.reads.timeout = store.writes.timeout = PATIENT  # a busy machine is not the case here
        yield runtime


async def test_whole_gateways_share_answers_and_invalidations():
    tables = {name: [dict(row) for row in rows] for name, rows in TABLES.items()}
    gate = Gate()
    async with server() as redis, gateway(redis.url, gate, tables) as one, gateway(redis.url, gate, tables) as other:
        first = await one.engine.execute(QUERY, {"id": ID}, None)
        assert gate.batch_names() == ["BillingAccount by customer_id x 1", "Customer by id x 1"]
        gate.clear()
        second = await other.engine.execute(QUERY, {"id": ID}, None)
        assert gate.batch_names() == []
        assert (first.errors, second.errors) == ([], [])
        assert first.data == second.data
        tables["Customer"][0]["customer_number"] = "C2"
        await one.invalidator.invalidate([Change("Customer", id="1", customer="1")])
        third = await other.engine.execute(QUERY, {"id": ID}, None)
        assert gate.batch_names() == ["Customer by id x 1"]
        assert third.data is not None
        assert third.data["customer"]["customerNumber"] == "C2"


async def test_a_whole_gateway_needs_no_redis():
    tables = {name: [dict(row) for row in rows] for name, rows in TABLES.items()}
    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW, redis_url=f"redis://127.0.0.1:{free_port()}/0")
    gate = Gate()
    async with open_runtime(config, filled(cached_catalog(), tables), gate.wrap) as runtime:
        for _ in range(3):
            gate.clear()
            result = await runtime.engine.execute(QUERY, {"id": ID}, None)
            assert (result.errors, len(gate.batch_names())) == ([], 2)
        tags, stored = await runtime.invalidator.invalidate([Change("Customer", id="1", customer="1")])
        assert (tags > 0, stored) == (True, False)
