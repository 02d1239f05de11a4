"""A gateway with full pipelines, and whatever a cancelled request leaves behind in it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.cache.caching import CachedFetch
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import BoundedMemory, MemoryStore, Store
from gateway.config.settings import Config
from gateway.contract.batch import Fetch
from gateway.execution.engine import Engine, OperationResult
from gateway.execution.schema import GatewaySchema
from gateway.loading.finder import Finder
from gateway.pipeline import Pipeline, build_pipeline
from gateway.resilience.circuit import CircuitState
from gateway.resilience.circuit_breaker import CircuitBreaker
from gateway.resilience.concurrency_limit import ConcurrencyLimit
from gateway.runtime import open_sources
from gateway.telemetry.source_stats import REFRESH_EVERY
from support.harness import NEW_YORK, NOW, Gate, catalog_text, filled
from support.utility import ACCOUNT, CUSTOMER, utility

PASSES = 20_000  # of the event loop, in which every cancelled task ends
# Pauses of retries, open circuits and delays of hedges take no time here, so that all of them happen.
POLICIES = """breaker = { min_calls = 3, failure_ratio = 0.01, window = 60, open_for = 0.000001 }
retry = { max_retries = 2, base_delay = 0, budget = 1 }
concurrency = { max_in_flight = 2, max_queue = 100, queue_timeout = 60 }
hedge = true
cache = {CACHE}
"""
FRESH = "{ ttl = 60, stale_if_error = 60 }"
OLD = "{ ttl = 0.000001, stale_while_revalidate = 60, stale_if_error = 60 }"


@dataclass
class FullGateway:
    """An engine over `utility` with every middleware around each source."""

    engine: Engine
    store: Store
    pipelines: dict[str, Pipeline]
    gate: Gate

    async def ask(self, query: str) -> OperationResult:
        """Execute a request whose reads are all late enough for a hedge."""
        for pipeline in self.pipelines.values():
            for _ in range(REFRESH_EVERY):
                pipeline.stats.recent_seconds.add(0.0)
        return await self.engine.execute(query, {"account": ACCOUNT, "customer": CUSTOMER})

    async def clear_cache(self) -> None:
        if isinstance(self.store, MemoryStore):
            await self.store.cache.clear()
        elif isinstance(self.store, RedisStore):
            await self.store.cache.delete(self.store.keys.epoch)

    def leftovers(self) -> Iterator[str]:
        """Everything still in flight or held."""
        for name, pipeline in self.pipelines.items():
            if pipeline.stats.in_flight:
                yield f"{name}: {pipeline.stats.in_flight} in flight"
            yield from (f"{name}: {text}" for layer in pipeline.layers for text in _leftovers_of(layer))


def _leftovers_of(layer: Fetch) -> Iterator[str]:
    match layer:
        case CachedFetch(flights=flights) if flights.running or flights.in_flight or flights.queued:
            yield "a flight"
        case ConcurrencyLimit(bulkhead=bulkhead) if bulkhead.in_flight or bulkhead.queue:
            yield "a place"
        case CircuitBreaker(circuit=circuit) if circuit.state is CircuitState.HALF_OPEN:
            yield "a trial of a circuit breaker"


@asynccontextmanager
async def full_gateway(store: Store, cache: str = FRESH) -> AsyncIterator[FullGateway]:
    """A gateway over this store, wired as `open_runtime` wires it."""
    text = catalog_text().replace("breaker = false\nretry = false", POLICIES.replace("{CACHE}", cache))
    catalog, gate = filled(text, utility()), Gate()
    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW)
    async with AsyncExitStack() as stack:
        if isinstance(store, RedisStore):
            await stack.enter_async_context(aclosing(store))
        sources = await stack.enter_async_context(open_sources(catalog))
        pipelines = {
            name: build_pipeline(catalog, name, gate.wrap(name, source.fetch), store)
            for name, source in sources.items()
        }
        for pipeline in pipelines.values():
            await stack.enter_async_context(aclosing(pipeline))
        fetches = {name: pipeline.fetch for name, pipeline in pipelines.items()}
        engine = Engine(GatewaySchema(), Finder(catalog, fetches, lambda _: None), config, config.clock())
        yield FullGateway(engine, store, pipelines, gate)


def large_memory_store() -> MemoryStore:
    return MemoryStore(BoundedMemory(100_000, 1_000_000_000, time.time))


async def settled(quiet: Callable[[], bool]) -> None:
    """Wait until all tasks have ended, and their callbacks too."""
    for _ in range(PASSES):
        if quiet():
            break
        await asyncio.sleep(0)
    await asyncio.sleep(0)


async def cancelled_after(passes: int, request: "asyncio.Task[Any]", quiet: Callable[[], bool]) -> bool:
    """Cancel a request after some passes of the loop, wait for all of it; return whether it was running."""
    for _ in range(passes):
        await asyncio.sleep(0)
    was_running = request.cancel()
    with suppress(asyncio.CancelledError):
        await request
    await settled(quiet)
    return was_running
