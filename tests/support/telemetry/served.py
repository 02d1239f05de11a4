"""The gateway over tables in memory, served on a socket, for whoever looks at what is seen of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from gateway.app import make_app
from gateway.config.settings import Config
from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import SourceError
from gateway.runtime import FetchWrapper, unwrapped
from gateway.telemetry.tracing import Tracing
from support.servers import live
from support.world import NEW_YORK, Tables, catalog_text, filled

CUSTOMER = [{"id": "1", "customer_number": "C1"}, {"id": "2", "customer_number": "C2"}]
TABLES: Tables = {"Customer": CUSTOMER}
FIND = "query Find($n: String!) { customer(customerNumber: $n) { customerNumber } }"
Samples = dict[tuple[str, ...], float]


def config(**settings: Any) -> Config:
    return Config(catalog=Path("memory"), zone=NEW_YORK, **settings)


def policies(**words: str) -> str:
    """The catalog of `world` with these words, as TOML, at every source."""
    told = "\n".join(f"{name} = {value}" for name, value in words.items())
    text = catalog_text()
    for name in words:
        text = text.replace(f"{name} = false\n", "")
    return text.replace('currency = "USD"', f'currency = "USD"\n{told}')


class Gate:
    """Holds every question back: `inside` tells that one has come, `leave` lets all go on."""

    def __init__(self) -> None:
        self.inside, self.leave = asyncio.Event(), asyncio.Event()

    def wrap(self, _name: str, fetch: Fetch) -> Fetch:
        """The same fetch, behind this door."""

        async def through(batch: Batch) -> Answers:
            self.inside.set()
            await self.leave.wait()
            return await fetch(batch)

        return through


def failing(why: type[SourceError], *names: str) -> FetchWrapper:
    """Sources of these names fail, all others answer."""

    def wrap(name: str, fetch: Fetch) -> Fetch:
        async def fail(batch: Batch) -> Answers:
            return {key: why(name, "as told") for key in batch.keys}

        return fail if name in names else fetch

    return wrap


@asynccontextmanager
async def served(
    tables: Tables = TABLES,
    *,
    text: str | None = None,
    wrap: FetchWrapper = unwrapped,
    tracing: Tracing | None = None,
    **settings: Any,
) -> AsyncIterator[aiohttp.ClientSession]:
    """A session with the gateway, as long as the context lasts."""
    held = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    catalog = filled(text or catalog_text(), held)
    async with (
        live(make_app(config(**settings), catalog, wrap, tracing=tracing)) as url,
        aiohttp.ClientSession(url) as http,
    ):
        yield http


async def ask(
    http: aiohttp.ClientSession, query: str = FIND, headers: Mapping[str, str] | None = None, **variables: Any
) -> tuple[int, Mapping[str, str], Any]:
    """The status, the headers and the body of an answer."""
    body = {"query": query, "variables": variables}
    async with http.post("/graphql", json=body, headers=headers) as response:
        return response.status, response.headers, await response.json()


async def scrape(http: aiohttp.ClientSession) -> str:
    """What Prometheus reads."""
    async with http.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return await response.text()


async def metric_samples(http: aiohttp.ClientSession, *labels: str) -> Samples:
    """Every sample that is not 0: by its name, and its labels where one of these is asked for."""
    found: Samples = {}
    for family in text_string_to_metric_families(await scrape(http)):
        for sample in family.samples:
            key = (sample.name, *(sample.labels[each] for each in labels if each in sample.labels))
            found[key] = found.get(key, 0) + sample.value
    return {key: value for key, value in found.items() if value}
