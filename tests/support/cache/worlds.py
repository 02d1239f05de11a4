"""A gateway whose answers are kept: its catalog says so of every source."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.world import Tables, World, catalog_text, world


def kept(seconds: float = 60, text: str | None = None) -> str:
    """This catalog, that of `world` if none is said, in which every source keeps its answers."""
    return (text or catalog_text()).replace('currency = "USD"', f'currency = "USD"\ncache = {seconds}')


@asynccontextmanager
async def keeping(tables: Tables) -> AsyncIterator[World]:
    """A gateway over these tables that remembers for a minute what it was told."""
    async with world(tables, text=kept()) as made:
        yield made
