"""Where gateways share a store, one of them asks a source, and the others wait for the answer it stores."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import compress

from gateway.cache.entries import CacheEntry, CacheKey
from gateway.cache.store import Store
from gateway.contract.batch import Answer, Answers, Batch
from gateway.contract.paths import Key

MAX_POLLS = 20
POLL_INTERVAL = 0.05  # seconds


@dataclass(frozen=True, slots=True)
class FillLock:
    """Made for one flight. It fails open: after the last poll the caller asks the source itself.

    fresh_answer: the answer of a key's entries, if one is fresh
    fill: asks the source and stores its answers
    held: keys whose locks it holds
    acquiring: calls for locks that have not ended
    """

    store: Store
    batch: Batch
    fresh_answer: Callable[[Sequence[CacheEntry]], Awaitable[Answer | None]]
    fill: Callable[[Batch], Awaitable[Answers]]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    held: set[Key] = field(default_factory=set)
    acquiring: set[asyncio.Task[tuple[Key, ...]]] = field(default_factory=set)

    async def answers(self) -> Answers:
        """The answers of the batch, from the source or from another gateway."""
        try:
            keys = self.batch.keys
            return await self._fill_and_wait(keys, await self._acquire(keys), MAX_POLLS)
        finally:
            await asyncio.gather(*self.acquiring, return_exceptions=True)
            await self._release(self.held)

    async def _fill_and_wait(self, keys: tuple[Key, ...], locked: tuple[Key, ...], polls: int) -> Answers:
        """Fill the locked keys, and wait for the others at the same time."""
        waiting = _without(keys, locked)
        if not waiting:
            return await self._fill(keys)
        async with asyncio.TaskGroup() as group:
            filling = group.create_task(self._fill(locked))
            polling = group.create_task(self._wait(waiting, polls))
        return {**filling.result(), **polling.result()}

    async def _wait(self, keys: tuple[Key, ...], polls: int) -> Answers:
        """Answers that other gateways store. Fill the keys that they leave, and after the last poll all."""
        if not polls:
            return await self._fill(keys)
        await self.sleep(POLL_INTERVAL)
        locked = await self._acquire(keys)  # first: a gateway stores its answer before it releases the lock
        fresh = [await self.fresh_answer(each) for each in await self.store.get_many(self._cache_keys(keys))]
        stored = {key: answer for key, answer in zip(keys, fresh, strict=True) if answer is not None}
        await self._release(stored.keys() & locked)
        rest = _without(keys, stored)
        return {**stored, **await self._fill_and_wait(rest, _without(locked, stored), polls - 1)}

    async def _fill(self, keys: tuple[Key, ...]) -> Answers:
        if not keys:
            return {}
        try:
            return await self.fill(replace(self.batch, keys=keys))
        finally:
            await self._release(self.held.intersection(keys))

    async def _acquire(self, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        """The keys whose lock is now held. The call outlives its caller: the store may grant locks late."""

        async def acquire() -> tuple[Key, ...]:
            granted = tuple(compress(keys, await self.store.acquire(self._cache_keys(keys))))
            self.held.update(granted)
            return granted

        task = asyncio.get_running_loop().create_task(acquire())
        self.acquiring.add(task)
        task.add_done_callback(self.acquiring.discard)
        return await asyncio.shield(task)

    async def _release(self, keys: AbstractSet[Key]) -> None:
        if keys:
            released = self._cache_keys(keys)
            self.held.difference_update(keys)
            await self.store.release(released)

    def _cache_keys(self, keys: Iterable[Key]) -> list[CacheKey]:
        return [CacheKey(self.batch.lookup, key) for key in keys]


def _without(keys: Iterable[Key], others: Collection[Key]) -> tuple[Key, ...]:
    return tuple(key for key in keys if key not in others)
