"""A gateway with everything around its sources, and what must not stay behind once a request has ended."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import MemoryStore, Store
from gateway.config.settings import Config
from gateway.execution.engine import Engine, OperationResult
from gateway.execution.schema import make_schema
from gateway.loading.finder import Finder
from gateway.pipeline import PipelineBuilder
from gateway.resilience.circuit import CircuitState
from gateway.resilience.circuit_breaker import CircuitBreaker
from gateway.resilience.concurrency_limit import ConcurrencyLimit
from gateway.runtime import open_sources
from gateway.telemetry.source_stats import REFRESH_EVERY
from support.utility import ACCOUNT, CUSTOMER, utility
from support.world import NEW_YORK, NOW, Gate, catalog_text, filled

PATIENT = 20.0  # seconds that Redis has: its slowness is not the case
PASSES = 20_000  # of the event loop, in which whatever was told to end has ended
# The pause of a retry, the rest of a breaker and the wait for a hedge take no time here: all of them happen.
WORDS = """breaker = { min_calls = 3, failure_ratio = 0.01, window = 60, open_for = 0.000001 }
retry = { max_retries = 2, base_delay = 0, budget = 1 }
concurrency = { max_in_flight = 2, max_queue = 100, queue_timeout = 60 }
hedge = true
cache = {KEEP}
"""
FRESH = "{ ttl = 60, stale_if_error = 60 }"
OLD = "{ ttl = 0.000001, stale_while_revalidate = 60, stale_if_error = 60 }"


@dataclass
class Dressed:
    """An engine over `utility`, with all that surrounds its sources."""

    engine: Engine
    pipeline: PipelineBuilder
    gate: Gate

    async def ask(self, query: str) -> OperationResult:
        """A request to it, in which every read is late enough to be asked twice."""
        for each in self.pipeline.source_stats.values():
            for _ in range(REFRESH_EVERY):
                each.recent_seconds.add(0.0)
        return await self.engine.execute(query, {"account": ACCOUNT, "customer": CUSTOMER})

    async def forget(self) -> None:
        """Nothing is remembered."""
        store = self.pipeline.store
        if isinstance(store, MemoryStore):
            await store.cache.clear()
        elif isinstance(store, RedisStore):
            await store.cache.delete(store.keys.epoch)

    def guards(self) -> Iterator[object]:
        """All that surrounds any source."""
        for fetch in self.engine.finder.fetches.values():
            inner: object = fetch
            while inner is not None:
                yield inner
                inner = getattr(inner, "fetch", None)

    def behind(self) -> Iterator[str]:
        """What a request has left behind, once nothing is under way."""
        for name, tally in self.pipeline.source_stats.items():
            if tally.in_flight:
                yield f"{name}: {tally.in_flight} under way"
        for name, keeper in self.pipeline.caches.items():
            flights = keeper.flights
            if flights.running or flights.in_flight or flights.queued or keeper.revalidations:
                yield f"{name}: a flight"
        for each in self.guards():
            if isinstance(each, ConcurrencyLimit) and (each.bulkhead.in_flight or each.bulkhead.queue):
                yield f"{each.stats.source}: a place"
            if isinstance(each, CircuitBreaker) and each.circuit.state is CircuitState.HALF_OPEN:
                yield f"{each.source}: a trial"


@asynccontextmanager
async def dressed(store: Store, keep: str = FRESH) -> AsyncIterator[Dressed]:
    """Such a gateway over this store, as `running` makes it."""
    text = catalog_text().replace("breaker = false\nretry = false", WORDS.replace("{KEEP}", keep))
    catalog, gate = filled(text, utility()), Gate()
    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW)
    async with AsyncExitStack() as stack:
        pipeline = PipelineBuilder(catalog, store)
        if isinstance(store, RedisStore):
            await stack.enter_async_context(aclosing(store))
        sources = await stack.enter_async_context(open_sources(catalog))
        await stack.enter_async_context(aclosing(pipeline))
        fetches = {name: pipeline.build(name, gate.wrap(name, each.fetch)) for name, each in sources.items()}
        engine = Engine(make_schema(), Finder(catalog, fetches, lambda _: None), config, config.clock())
        yield Dressed(engine, pipeline, gate)


def in_memory() -> MemoryStore:
    """A store with room for all of it."""
    return MemoryStore(BoundedMemory(100_000, 1_000_000_000, time.time))


async def rested(quiet: Callable[[], bool]) -> None:
    """Wait for what is under way, and for those who are told of its end."""
    for _ in range(PASSES):
        if quiet():
            break
        await asyncio.sleep(0)
    await asyncio.sleep(0)


async def ended_after(passes: int, asking: "asyncio.Task[Any]", quiet: Callable[[], bool]) -> bool:
    """Whether a request was ended after so many passes of the loop; all of it has ended when this returns."""
    for _ in range(passes):
        await asyncio.sleep(0)
    ended = asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    await rested(quiet)
    return ended
