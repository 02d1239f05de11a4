"""Two gateways' keepers over one Redis, and the whole gateway over it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from support.cache.redis_servers import BILLS, PATIENT, Process, free_port, listening, server
from support.cache.worlds import kept
from support.world import NEW_YORK, NOW, Gate, filled

from gateway.cache.caching import CachedFetch
from gateway.cache.invalidations import Invalidations
from gateway.cache.policy import CachePolicy
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
QUERY = (
    "query($id: ID!) { customer(id: $id) { customerNumber accounts(includeClosed: true) { accountNumber } } }"
)
ID = global_id("Customer", "1")


class Upstream:
    """A system that says one row of each key, counts what it is asked, and waits where it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open, self.reached = asyncio.Event(), asyncio.Event()
        self.open.set()

    async def fetch(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        self.asked += batch.keys
        self.reached.set()
        await self.open.wait()
        return {key: Answer(({"id": key, "account_id": key},), NOW) for key in batch.keys}


def keeper(upstream: Upstream, one: Process) -> CachedFetch:
    return CachedFetch(
        upstream.fetch, one.store, {BILLS: CachePolicy(60)}, SourceStats("billing"), Invalidations(), 5.0
    )


@asynccontextmanager
async def two(url: str, upstream: Upstream) -> AsyncIterator[tuple[CachedFetch, CachedFetch]]:
    """Two gateways that ask the same system."""
    async with listening(url, "c360") as one, listening(url, "c360") as other:
        yield keeper(upstream, one), keeper(upstream, other)


async def test_what_one_has_asked_the_other_shows_without_asking():
    upstream = Upstream()
    async with server() as redis, two(redis.url, upstream) as (one, other):
        first = await one(Batch(BILLS, ("A1", "A2")))
        second = await other(Batch(BILLS, ("A2", "A1")))
        assert upstream.asked == ["A1", "A2"]
        for key in ("A1", "A2"):
            here, there = first[key], second[key]
            assert isinstance(here, Answer)
            assert isinstance(there, Answer)
            assert (here.rows, here.as_of, here.from_cache) == (there.rows, there.as_of, not there.from_cache)


async def test_of_two_that_miss_the_same_one_asks_and_the_other_waits():
    upstream = Upstream()
    upstream.open.clear()
    async with server() as redis, two(redis.url, upstream) as (one, other):
        other.sleep = lambda _: _opened(upstream, one)
        asks = asyncio.create_task(_asked(one, "A1"))
        await upstream.reached.wait()
        waits = asyncio.create_task(_asked(other, "A1"))
        assert await asks == await waits == ({"id": "A1", "account_id": "A1"},)
        assert upstream.asked == ["A1"]


async def _asked(one: CachedFetch, key: str) -> Any:
    answer = (await one(Batch(BILLS, (key,))))[key]
    assert isinstance(answer, Answer)
    return answer.rows


async def _opened(upstream: Upstream, one: CachedFetch) -> None:
    """Let the system answer, and wait until whoever asked it has remembered that."""
    upstream.open.set()
    await asyncio.gather(*(each.task for each in one.flights.running))


async def test_a_kill_in_the_middle_of_a_load_costs_no_request():
    upstream = Upstream()
    wants = [f"A{number % 40}" for number in range(400)]
    async with server() as redis, listening(redis.url, "c360") as one, listening(redis.url, "c360") as other:
        both = keeper(upstream, one), keeper(upstream, other)

        async def load() -> None:
            found = await asyncio.gather(*(_asked(both[n % 2], key) for n, key in enumerate(wants)))
            assert [rows[0]["id"] for rows in found] == wants

        await load()
        under_way = asyncio.create_task(load())
        await asyncio.sleep(0)
        redis.kill()
        await under_way
        await load()
        await redis.start()
        for each in (one, other):
            await each.ears.hear("anything")
            each.time[0] += 1.0
            await each.rows("A1")
        await load()
        upstream.asked.clear()
        await load()
        assert upstream.asked == []


@asynccontextmanager
async def gateway(url: str, gate: Gate, held: dict[str, Any]) -> AsyncIterator[Runtime]:
    """A whole gateway that remembers in Redis, and hears what is dropped there."""
    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW, redis_url=url)
    async with open_runtime(config, filled(kept(), held), gate.wrap) as runtime:
        store: Any = runtime.store
        store.reading.seconds = store.writing.seconds = PATIENT  # the test is not about a busy machine
        await store.listener.listening.wait()
        yield runtime


async def test_whole_gateways_share_what_they_know_and_what_has_changed():
    held = {name: [dict(row) for row in rows] for name, rows in TABLES.items()}
    gate = Gate()
    async with (
        server() as redis,
        gateway(redis.url, gate, held) as one,
        gateway(redis.url, gate, held) as other,
    ):
        first = await one.engine.execute(QUERY, {"id": ID}, None)
        assert gate.asked() == ["BillingAccount by customer_id x 1", "Customer by id x 1"]
        gate.forget()
        second = await other.engine.execute(QUERY, {"id": ID}, None)
        assert gate.asked() == []
        assert (first.errors, second.errors) == ([], [])
        assert first.data == second.data
        held["Customer"][0]["customer_number"] = "C2"
        assert await one.invalidator.invalidate([Change("Customer", id="1", customer="1")]) == 1
        third = await other.engine.execute(QUERY, {"id": ID}, None)
        assert gate.asked() == ["Customer by id x 1"]
        assert third.data is not None
        assert third.data["customer"]["customerNumber"] == "C2"


async def test_a_whole_gateway_needs_no_redis():
    held = {name: [dict(row) for row in rows] for name, rows in TABLES.items()}
    config = Config(
        catalog=Path("memory"), zone=NEW_YORK, now=NOW, redis_url=f"redis://127.0.0.1:{free_port()}/0"
    )
    gate = Gate()
    async with open_runtime(config, filled(kept(), held), gate.wrap) as runtime:
        for _ in range(3):
            gate.forget()
            result = await runtime.engine.execute(QUERY, {"id": ID}, None)
            assert (result.errors, len(gate.asked())) == ([], 2)
        assert await runtime.invalidator.invalidate([Change("Customer", id="1", customer="1")]) == 0
