"""The engine over the catalog's sources, everything open, for as long as somebody needs it."""

import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.redis.client import CONNECTING, backend
from gateway.cache.redis.keys import Names, home
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import MemoryStore
from gateway.catalog.loader import load
from gateway.catalog.model import Catalog
from gateway.config.settings import Config
from gateway.contract.batch import Fetch, Source
from gateway.errors import NotAsked, SourceError
from gateway.execution.engine import Engine
from gateway.execution.schema import make_schema
from gateway.loading.finder import Finder
from gateway.pipeline import Dresser
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.sources.kinds import KINDS
from gateway.telemetry.tracing import Tracing

log = logging.getLogger("gateway")
Wrap = Callable[[str, Fetch], Fetch]


def plain(_name: str, fetch: Fetch) -> Fetch:
    """Nothing around a fetch."""
    return fetch


def catalog_of(config: Config, env: Mapping[str, str] = os.environ) -> Catalog:
    """The installation's catalog. ConfigError says everything that is wrong with it."""
    return load(config.catalog, env, RECORDS, RELATIONS)


@asynccontextmanager
async def opened(catalog: Catalog) -> AsyncIterator[dict[str, Source]]:
    """Every source of the catalog, open for as long as the context lasts."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(KINDS[entry.kind].open(name, entry.settings))
            for name, entry in catalog.sources.items()
        }


@asynccontextmanager
async def engine_of(config: Config, catalog: Catalog, wrap: Wrap = plain) -> AsyncIterator[Engine]:
    """The engine over the catalog's sources. `wrap` surrounds every source's fetch."""
    async with running(config, catalog, wrap) as (engine, _):
        yield engine


@asynccontextmanager
async def running(
    config: Config, catalog: Catalog, wrap: Wrap, tracing: Tracing | None = None
) -> AsyncIterator[tuple[Engine, Dresser]]:
    """The engine, and what surrounds its sources."""
    async with AsyncExitStack() as stack:
        store = _store(config, catalog)
        dresser = Dresser(catalog, store, tracing=tracing)
        if isinstance(store, RedisStore):
            await stack.enter_async_context(aclosing(store))
            await stack.enter_async_context(store.told(dresser.heard, dresser.missed))
        sources = await stack.enter_async_context(opened(catalog))
        await stack.enter_async_context(aclosing(dresser))
        fetches = {name: dresser.dressed(name, wrap(name, source.fetch)) for name, source in sources.items()}
        finder = Finder(catalog, fetches, _told)
        stack.push_async_callback(finder.hearing.asking.close)
        finder.hearing.probes = {name: source.probe for name, source in sources.items()}
        yield Engine(make_schema(config.rules.limits), finder, config, config.clock()), dresser


def _store(config: Config, catalog: Catalog) -> MemoryStore | RedisStore:
    if config.redis is None:
        return MemoryStore(BoundedMemory(config.cache_entries, config.cache_bytes, time.time))
    names = Names(homes={name: home(entry.settings) for name, entry in catalog.sources.items()})
    names.learn(entry.lookup for entry in catalog.entries.values() if entry.keep is not None)
    return RedisStore(backend(config.redis, CONNECTING), names)


def _told(error: SourceError) -> None:
    if not isinstance(error, NotAsked):  # the breaker has told when it opened
        log.warning("%s: %s %s", error.source, error.code, error.reason)
