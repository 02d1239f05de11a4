"""Where gateways share a store, one of them asks a source, and the others wait for the answer it stores."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from gateway.cache.entries import CacheEntry, CacheKey
from gateway.cache.store import Store
from gateway.contract.batch import Answer, Answers, Batch, Key

MAX_POLLS = 20
POLL_INTERVAL = 0.05  # seconds

FreshAnswer = Callable[[Batch, Sequence[CacheEntry]], Answer | None]
Fill = Callable[[Batch], Awaitable[Answers]]


@dataclass(frozen=True, slots=True)
class FillLock:
    """Made for one flight. It fails open: after the last poll the caller asks the source itself.

    fresh_answer: the answer of a key's entries, if one is fresh
    fill: asks the source and stores its answers
    held: locks that are not released yet
    acquiring: calls for locks that have not ended
    """

    store: Store
    fresh_answer: FreshAnswer
    fill: Fill
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    held: set[CacheKey] = field(default_factory=set)
    acquiring: set[asyncio.Task[list[bool]]] = field(default_factory=set)

    async def answers(self, batch: Batch) -> Answers:
        """The answers of these keys, from the source or from another gateway."""
        try:
            return await self._fill_and_wait(batch, await self._acquire(batch), MAX_POLLS)
        finally:
            await asyncio.gather(*self.acquiring, return_exceptions=True)
            await self._release(set(self.held))

    async def _fill_and_wait(self, batch: Batch, locked: tuple[Key, ...], polls: int) -> Answers:
        """Fill the locked keys, and wait for the others at the same time."""
        waiting = _without(batch.keys, locked)
        if not waiting:
            return await self._fill(batch)
        async with asyncio.TaskGroup() as group:
            filling = group.create_task(self._fill(replace(batch, keys=locked)))
            polling = group.create_task(self._wait(replace(batch, keys=waiting), polls))
        return {**filling.result(), **polling.result()}

    async def _wait(self, batch: Batch, polls: int) -> Answers:
        """Answers that other gateways store. Fill the keys that they leave, and after the last poll all."""
        if not polls:
            return await self._fill(batch)
        await self.sleep(POLL_INTERVAL)
        stored, locked = await self._poll(batch)
        rest = replace(batch, keys=_without(batch.keys, stored))
        return {**stored, **await self._fill_and_wait(rest, locked, polls - 1)}

    async def _fill(self, batch: Batch) -> Answers:
        if not batch.keys:
            return {}
        try:
            return await self.fill(batch)
        finally:
            await self._release({CacheKey(batch.lookup, key) for key in batch.keys} & self.held)

    async def _poll(self, batch: Batch) -> tuple[dict[Key, Answer], tuple[Key, ...]]:
        """Answers that other gateways have stored, and keys that are now locked by this one."""
        locked = await self._acquire(batch)  # first: a gateway stores its answer before it releases the lock
        entries = await self.store.get_many([CacheKey(batch.lookup, key) for key in batch.keys])
        fresh = {key: self.fresh_answer(batch, each) for key, each in zip(batch.keys, entries, strict=True)}
        stored = {key: answer for key, answer in fresh.items() if answer is not None}
        await self._release({CacheKey(batch.lookup, key) for key in locked if key in stored})
        return stored, _without(locked, stored)

    async def _acquire(self, batch: Batch) -> tuple[Key, ...]:
        """The keys whose lock is now held. The call outlives its caller: the store may grant locks late."""
        keys = [CacheKey(batch.lookup, key) for key in batch.keys]

        async def acquire() -> list[bool]:
            granted = await self.store.acquire(keys)
            self.held.update(key for key, is_granted in zip(keys, granted, strict=True) if is_granted)
            return granted

        task = asyncio.get_running_loop().create_task(acquire())
        self.acquiring.add(task)
        task.add_done_callback(self.acquiring.discard)
        granted = await asyncio.shield(task)
        return tuple(key for key, is_granted in zip(batch.keys, granted, strict=True) if is_granted)

    async def _release(self, keys: set[CacheKey]) -> None:
        if keys:
            self.held.difference_update(keys)
            await self.store.release(list(keys))


def _without(keys: Iterable[Key], others: Collection[Key]) -> tuple[Key, ...]:
    return tuple(key for key in keys if key not in others)
