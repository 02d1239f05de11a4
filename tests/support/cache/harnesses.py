"""A gateway that caches: its catalog says so for every source."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.harness import Harness, Tables, catalog_text, harness


def cached_catalog(seconds: float = 60, text: str | None = None) -> str:
    """This catalog, by default that of `harness`, with `cache` for every source."""
    return (text or catalog_text()).replace('currency = "USD"', f'currency = "USD"\ncache = {seconds}')


@asynccontextmanager
async def caching_harness(tables: Tables) -> AsyncIterator[Harness]:
    """A gateway over these tables that caches answers for a minute."""
    async with harness(tables, text=cached_catalog()) as gateway:
        yield gateway
