"""Opens and closes everything that serves requests: store, sources, pipelines, engine."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass

from gateway.cache.redis.invalidation_log import retention
from gateway.cache.redis.keys import RedisKeys, source_identity
from gateway.cache.redis.store import CONNECT_TIMEOUT, RedisStore, redis_backend
from gateway.cache.store import BoundedMemory, Invalidator, MemoryStore, Store
from gateway.catalog.loader import read_catalog_file
from gateway.catalog.model import Catalog
from gateway.concurrency.loop_lag import LOOP_LAG
from gateway.config.settings import Config
from gateway.contract.batch import Fetch, Source
from gateway.contract.spelling_report import SpellingReport
from gateway.errors import SourceError
from gateway.execution.engine import Engine
from gateway.execution.schema import GatewaySchema
from gateway.loading.finder import Finder
from gateway.loading.source_health import SourceHealth
from gateway.pipeline import Pipeline, build_pipeline
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.sources.kinds import KINDS
from gateway.store.audit import Audit
from gateway.telemetry.tracing import Tracing

log = logging.getLogger("gateway")
FetchWrapper = Callable[[str, Fetch], Fetch]


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that is open while the gateway serves."""

    engine: Engine
    store: Store
    invalidator: Invalidator
    pipelines: Mapping[str, Pipeline]


def unwrapped(_name: str, fetch: Fetch) -> Fetch:
    return fetch


def load_catalog(config: Config, env: Mapping[str, str] = os.environ) -> Catalog:
    return read_catalog_file(config.catalog, env, RECORDS, RELATIONS)


@asynccontextmanager
async def open_sources(catalog: Catalog) -> AsyncIterator[dict[str, Source]]:
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(KINDS[entry.kind].open(name, entry.settings))
            for name, entry in catalog.sources.items()
        }


@asynccontextmanager
async def open_runtime(
    config: Config,
    catalog: Catalog,
    wrap: FetchWrapper = unwrapped,
    tracing: Tracing | None = None,
    audit: Audit | None = None,
) -> AsyncIterator[Runtime]:
    """Open everything, and close it at the end. `wrap` wraps the fetch of every source."""
    async with AsyncExitStack() as stack:
        stack.enter_context(LOOP_LAG.measured())
        if tracing is not None:
            stack.push_async_callback(asyncio.to_thread, tracing.close)
        store = _store(config, catalog)
        if isinstance(store, RedisStore):
            await stack.enter_async_context(aclosing(store))
        sources = await stack.enter_async_context(open_sources(catalog))
        upstream = {name: wrap(name, source.fetch) for name, source in sources.items()}
        pipelines = {name: build_pipeline(catalog, name, fetch, store, tracing) for name, fetch in upstream.items()}
        for pipeline in pipelines.values():
            stack.push_async_callback(pipeline.aclose)
        health = SourceHealth({name: source.probe for name, source in sources.items()})
        stack.push_async_callback(health.probing.close)
        fetches = {name: each.fetch for name, each in pipelines.items()}
        stats = {name: each.stats for name, each in pipelines.items()}
        reports = {name: each.misspelled for name, each in sources.items() if isinstance(each, SpellingReport)}
        finder = Finder(catalog, fetches, _log_failure, health, stats, reports)
        schema = GatewaySchema(config.limits, config.rules, config.callers.introspection)
        engine = Engine(schema, finder, config, config.clock(), audit)
        lookups = {record: catalog.lookups_of(record) for record, _ in catalog.entries}
        yield Runtime(engine, store, Invalidator(store, lookups), pipelines)


def _store(config: Config, catalog: Catalog) -> MemoryStore | RedisStore:
    if config.redis_url is None:
        return MemoryStore(BoundedMemory(config.max_cache_entries, config.max_cache_bytes, time.time))
    policies = {entry.lookup: entry.cache_policy for entry in catalog.entries.values() if entry.cache_policy}
    identities = {name: source_identity(entry.settings) for name, entry in catalog.sources.items()}
    keys = RedisKeys(identities=identities)
    keys.prepare(policies)
    backend = redis_backend(config.redis_url, CONNECT_TIMEOUT)
    return RedisStore(backend, keys, retention=retention(policies.values()))


def _log_failure(error: SourceError) -> None:
    if error.sent:  # the circuit breaker and the queue report calls that were not sent
        log.warning("%s: %s %s", error.source, error.code, error.reason)
