"""Two gateways that share a store, with claims, and pauses that take no time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.cache.entries import CacheEntry
from gateway.cache.policy import CachePolicy
from gateway.cache.store import CacheKey, CacheWrite, MemoryStore
from support.cache.callers import Watch, World, memory_store, note, world

ROWS = {key: [note(key.lower())] for key in "ABC"}


@dataclass(slots=True)
class Shared:
    """A store outside of both gateways, with claims."""

    inner: MemoryStore
    claims: set[CacheKey] = field(default_factory=set)

    async def get_many(self, places: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        """See `Store`."""
        return await self.inner.get_many(places)

    async def put_many(self, puts: Sequence[CacheWrite]) -> None:
        """See `Store`."""
        await self.inner.put_many(puts)

    async def drop(self, tags: Sequence[str]) -> int:
        """See `Store`."""
        return await self.inner.drop(tags)

    async def claim(self, places: Sequence[CacheKey]) -> list[bool]:
        """See `Store`."""
        ours = [place not in self.claims for place in places]
        self.claims.update(places)
        return ours

    async def release(self, places: Sequence[CacheKey]) -> None:
        """See `Store`."""
        self.claims.difference_update(places)


@dataclass(slots=True)
class Pauses:
    """A way to wait that takes no time, counts, and can be held."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, seconds: float) -> None:
        """Wait, as the keeper sees it."""
        self.slept.append(seconds)
        await self.gate.wait()


def two(keep: CachePolicy | None = None) -> tuple[World, World, Pauses]:
    """Two gateways over one store and one clock; the second's pauses."""
    watch, pauses = Watch(), Pauses()
    shared = Shared(memory_store(watch))
    kept = {} if keep is None else {"cache": keep}
    first = world(ROWS, watch=watch, store=shared, sleep=Pauses(), **kept)
    return first, world(ROWS, watch=watch, store=shared, sleep=pauses, **kept), pauses


def claims(one: World) -> set[CacheKey]:
    """Who is asking for what."""
    assert isinstance(one.store, Shared)
    return one.store.claims
