"""The engine over the catalog's sources, everything open, for as long as somebody needs it."""

import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.redis.client import CONNECTING, redis_backend
from gateway.cache.redis.keys import Names, source_identity
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import MemoryStore
from gateway.catalog.loader import read_catalog_file
from gateway.catalog.model import Catalog
from gateway.config.settings import Config
from gateway.contract.batch import Fetch, Source
from gateway.errors import NotAsked, SourceError
from gateway.execution.engine import Engine
from gateway.execution.schema import make_schema
from gateway.loading.finder import Finder
from gateway.loading.source_health import SourceHealth
from gateway.pipeline import PipelineBuilder
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.sources.kinds import KINDS
from gateway.telemetry.tracing import Tracing

log = logging.getLogger("gateway")
FetchWrapper = Callable[[str, Fetch], Fetch]


def unwrapped(_name: str, fetch: Fetch) -> Fetch:
    """Nothing around a fetch."""
    return fetch


def load_catalog(config: Config, env: Mapping[str, str] = os.environ) -> Catalog:
    """The installation's catalog. ConfigError says everything that is wrong with it."""
    return read_catalog_file(config.catalog, env, RECORDS, RELATIONS)


@asynccontextmanager
async def open_sources(catalog: Catalog) -> AsyncIterator[dict[str, Source]]:
    """Every source of the catalog, open for as long as the context lasts."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(KINDS[entry.kind].open(name, entry.settings))
            for name, entry in catalog.sources.items()
        }


@asynccontextmanager
async def open_engine(
    config: Config, catalog: Catalog, wrap: FetchWrapper = unwrapped
) -> AsyncIterator[Engine]:
    """The engine over the catalog's sources. `wrap` surrounds every source's fetch."""
    async with open_runtime(config, catalog, wrap) as (engine, _):
        yield engine


@asynccontextmanager
async def open_runtime(
    config: Config, catalog: Catalog, wrap: FetchWrapper, tracing: Tracing | None = None
) -> AsyncIterator[tuple[Engine, PipelineBuilder]]:
    """The engine, and what surrounds its sources."""
    async with AsyncExitStack() as stack:
        store = _store(config, catalog)
        dresser = PipelineBuilder(catalog, store, tracing=tracing)
        if isinstance(store, RedisStore):
            await stack.enter_async_context(aclosing(store))
            await stack.enter_async_context(store.told(dresser.heard, dresser.missed))
        sources = await stack.enter_async_context(open_sources(catalog))
        await stack.enter_async_context(aclosing(dresser))
        fetches = {name: dresser.build(name, wrap(name, source.fetch)) for name, source in sources.items()}
        health = SourceHealth({name: source.probe for name, source in sources.items()})
        stack.push_async_callback(health.probing.close)
        finder = Finder(catalog, fetches, _told, health)
        yield Engine(make_schema(config.rules.limits), finder, config, config.clock()), dresser


def _store(config: Config, catalog: Catalog) -> MemoryStore | RedisStore:
    if config.redis_url is None:
        return MemoryStore(BoundedMemory(config.max_cache_entries, config.max_cache_bytes, time.time))
    names = Names(homes={name: source_identity(entry.settings) for name, entry in catalog.sources.items()})
    names.learn(entry.lookup for entry in catalog.entries.values() if entry.cache_policy is not None)
    return RedisStore(redis_backend(config.redis_url, CONNECTING), names)


def _told(error: SourceError) -> None:
    if not isinstance(error, NotAsked):  # the breaker has told when it opened
        log.warning("%s: %s %s", error.source, error.code, error.reason)
