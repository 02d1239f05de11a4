"""A gateway whose callers have keys with points, on a socket, with a clock that stands still unless it is set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from gateway.app import make_app
from gateway.config.caller_settings import CallerSettings
from gateway.limits.buckets import MemoryBuckets
from gateway.runtime import FetchWrapper, unwrapped
from gateway.store.database import open_store
from gateway.store.keys import KeyStore
from support.harness import catalog_text, filled
from support.servers import live
from support.stores import new_key, store_place
from support.telemetry.served import TABLES, config


@dataclass
class Limited:
    """credentials: those of the keys, one for each number of points."""

    http: aiohttp.ClientSession
    credentials: list[str]
    clock: list[float]

    async def ask(self, query: str, key: int | None = 0, **headers: str) -> aiohttp.ClientResponse:
        """Ask as the caller with this key; None for no credential."""
        authorization = {} if key is None else {"Authorization": f"Bearer {self.credentials[key]}"}
        response = await self.http.post("/graphql", json={"query": query}, headers=authorization | headers)
        await response.read()
        return response


@asynccontextmanager
async def limited(*points: int | None, wrap: FetchWrapper = unwrapped, **settings: Any) -> AsyncIterator[Limited]:
    """The gateway, with one key for each number of points a minute."""
    keys = [new_key(points_per_minute=each) for each in points]
    clock = [0.0]
    async with store_place("sqlite") as (url, _):
        async with open_store(url) as store:
            assert store is not None
            for _, key in keys:
                await KeyStore(store).add(key)
        callers = CallerSettings(store=url, local_agent="on")
        rows = {name: [dict(row) for row in table] for name, table in TABLES.items()}
        app = make_app(config(callers=callers, **settings), filled(catalog_text(), rows), wrap)
        if "redis_url" not in settings:
            app.state.rates.buckets = MemoryBuckets(lambda: clock[0])
        async with live(app) as base, aiohttp.ClientSession(base) as http:
            yield Limited(http, [credential for credential, _ in keys], clock)
