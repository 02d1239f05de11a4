"""The gateway over tables in memory, served on a socket, for tests of its telemetry."""

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
from support.harness import NEW_YORK, Tables, catalog_text, filled
from support.servers import live

CUSTOMER = [{"id": "1", "customer_number": "C1"}, {"id": "2", "customer_number": "C2"}]
TABLES: Tables = {"Customer": CUSTOMER}
FIND = "query Find($n: String!) { customer(customerNumber: $n) { customerNumber } }"
Samples = dict[tuple[str, ...], float]


def config(**settings: Any) -> Config:
    return Config(catalog=Path("memory"), zone=NEW_YORK, **settings)


def policies(**words: str) -> str:
    """The catalog of `harness`, with these words as TOML at every source."""
    lines = "\n".join(f"{name} = {value}" for name, value in words.items())
    text = catalog_text()
    for name in words:
        text = text.replace(f"{name} = false\n", "")
    return text.replace('currency = "USD"', f'currency = "USD"\n{lines}')


class Gate:
    """Holds back every batch until `open` is set.

    remaining: the seconds that each batch has left.
    """

    def __init__(self) -> None:
        self.open, self.cancelled = asyncio.Event(), asyncio.Event()
        self.remaining: list[float] = []
        self._changed = asyncio.Condition()

    def wrap(self, _name: str, fetch: Fetch) -> Fetch:
        async def gated(batch: Batch) -> Answers:
            async with self._changed:
                self.remaining.append(batch.options.remaining())
                self._changed.notify_all()
            try:
                await self.open.wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
            return await fetch(batch)

        return gated

    async def reached_by(self, batches: int = 1) -> None:
        """Wait until this many batches have reached the gate."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.remaining) >= batches)


def failing(error: type[SourceError], *names: str) -> FetchWrapper:
    """Let these sources fail; all others answer."""

    def wrap(name: str, fetch: Fetch) -> Fetch:
        async def fail(batch: Batch) -> Answers:
            return {key: error(name, "test") for key in batch.keys}

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
    """A client session with the gateway."""
    rows = {name: [dict(row) for row in table] for name, table in tables.items()}
    catalog = filled(text or catalog_text(), rows)
    async with (
        live(make_app(config(**settings), catalog, wrap, tracing=tracing)) as url,
        aiohttp.ClientSession(url) as http,
    ):
        yield http


async def ask(
    http: aiohttp.ClientSession, query: str = FIND, headers: Mapping[str, str] | None = None, **variables: Any
) -> tuple[int, Mapping[str, str], Any]:
    body = {"query": query, "variables": variables}
    async with http.post("/graphql", json=body, headers=headers) as response:
        return response.status, response.headers, await response.json()


async def scrape(http: aiohttp.ClientSession) -> str:
    async with http.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return await response.text()


async def metric_samples(http: aiohttp.ClientSession, *labels: str) -> Samples:
    """All samples that are not 0, by name and the values of these labels. Other labels add up."""
    values: Samples = {}
    for family in text_string_to_metric_families(await scrape(http)):
        for sample in family.samples:
            key = (sample.name, *(sample.labels[label] for label in labels if label in sample.labels))
            values[key] = values.get(key, 0) + sample.value
    return {key: value for key, value in values.items() if value}
