"""Two gateways that share a store with fill locks, and sleeps that take no time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.invalidations import Invalidations
from gateway.cache.policy import CachePolicy
from gateway.cache.store import MemoryStore
from support.cache.cached_sources import POLICY, CachedSource, Clock, cached_source, memory_store, note

ROWS = {key: [note(key.lower())] for key in "ABC"}


@dataclass(slots=True)
class SharedStore:
    """A `Store` outside of both gateways."""

    inner: MemoryStore
    locks: set[CacheKey] = field(default_factory=set)

    @property
    def invalidations(self) -> Invalidations:
        return self.inner.invalidations

    async def get_many(self, keys: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        return await self.inner.get_many(keys)

    async def put_many(self, writes: Sequence[CacheWrite], asked_at: int) -> None:
        await self.inner.put_many(writes, asked_at)

    async def invalidate(self, tags: Sequence[str]) -> None:
        return await self.inner.invalidate(tags)

    async def acquire(self, keys: Sequence[CacheKey]) -> list[bool]:
        granted = [key not in self.locks for key in keys]
        self.locks.update(keys)
        return granted

    async def release(self, keys: Sequence[CacheKey]) -> None:
        self.locks.difference_update(keys)


@dataclass(slots=True)
class Sleeps:
    """A sleep that takes no time, counts, and waits for its gate."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await self.gate.wait()


def two_gateways(policy: CachePolicy = POLICY) -> tuple[CachedSource, CachedSource, Sleeps]:
    """Two gateways with one store and one clock, and the sleeps of the second."""
    clock, sleeps = Clock(), Sleeps()
    store = SharedStore(memory_store(clock))
    first = cached_source(ROWS, policy, clock=clock, store=store, sleep=Sleeps())
    return first, cached_source(ROWS, policy, clock=clock, store=store, sleep=sleeps), sleeps


def locks(source: CachedSource) -> set[CacheKey]:
    """The fill locks that are held."""
    assert isinstance(source.store, SharedStore)
    return source.store.locks
