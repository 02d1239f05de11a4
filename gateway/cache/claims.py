"""Where several gateways share a store, one of them asks and the others wait a moment for what it learns.

It fails open: whoever has waited long enough asks himself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from gateway.cache.entries import CacheEntry
from gateway.cache.policy import CachePolicy
from gateway.cache.store import CacheKey, Store
from gateway.contract.batch import Answer, Answers, Batch, Key
from gateway.errors import SourceError

LOOKS = 20  # how often it looks whether another has learned it
PAUSE = 0.05  # seconds between looks

Fresh = Callable[[Batch, CachePolicy, Sequence[CacheEntry]], Answer | None]
Ask = Callable[[Batch, CachePolicy], Awaitable[Answers]]


@dataclass(frozen=True, slots=True)
class Turns:
    """Made for one question. `fresh` is what remembered windows tell, `ask` asks the source and remembers.

    `sleep` waits for so many seconds. What it has claimed it gives back, however it ends: `held` is what
    it has not given back yet, and `claiming` is under way.
    """

    store: Store
    fresh: Fresh
    ask: Ask
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    held: set[CacheKey] = field(default_factory=set)
    claiming: set[asyncio.Task[list[bool]]] = field(default_factory=set)

    async def answers(self, batch: Batch, keep: CachePolicy) -> Answers:
        """What the source says of these keys, whoever asked it."""
        if batch.lookup.source in batch.options.bypass_cache or not keep.ttl:
            return await self.ask(batch, keep)  # what another learns would not do
        try:
            mine = await self._claimed(batch)
            if len(mine) == len(batch.keys):
                return await self._asked(batch, keep)
            return await self._shared(batch, mine, keep)
        finally:
            await self._let_go()

    async def _shared(self, batch: Batch, mine: tuple[Key, ...], keep: CachePolicy) -> Answers:
        """What others learn of these keys; what is ours, and what they leave, is asked beside."""
        answers: dict[Key, Answer | SourceError] = {}
        asked: list[asyncio.Task[Answers]] = []
        async with asyncio.TaskGroup() as beside:

            def ask(keys: tuple[Key, ...]) -> None:
                if keys:
                    asked.append(beside.create_task(self._asked(replace(batch, keys=keys), keep)))

            ask(mine)
            left = _without(batch.keys, mine)
            for _ in range(LOOKS):
                await self.sleep(PAUSE)
                told, free = await self._looked(replace(batch, keys=left), keep)
                answers.update(told)
                ask(free)
                left = _without(left, (*told, *free))
                if not left:
                    break
            ask(left)
        for each in asked:
            answers.update(each.result())
        return answers

    async def _asked(self, batch: Batch, keep: CachePolicy) -> Answers:
        try:
            return await self.ask(batch, keep)
        finally:
            await self._release({CacheKey(batch.lookup, key) for key in batch.keys} & self.held)

    async def _looked(self, batch: Batch, keep: CachePolicy) -> tuple[dict[Key, Answer], tuple[Key, ...]]:
        """What others have learned by now, and the keys that are ours to ask for: nobody asks any more."""
        ours = await self._claimed(batch)  # first: who was asking has put before it let go
        kept = await self.store.get_many([CacheKey(batch.lookup, key) for key in batch.keys])
        fresh = {key: self.fresh(batch, keep, each) for key, each in zip(batch.keys, kept, strict=True)}
        told = {key: answer for key, answer in fresh.items() if answer is not None}
        await self._release({CacheKey(batch.lookup, key) for key in ours if key in told})
        return told, _without(ours, told)

    async def _claimed(self, batch: Batch) -> tuple[Key, ...]:
        """The keys that are ours to ask for now."""
        places = [CacheKey(batch.lookup, key) for key in batch.keys]
        ours = await asyncio.shield(self._claim(places))
        return tuple(key for key, gained in zip(batch.keys, ours, strict=True) if gained)

    def _claim(self, places: Sequence[CacheKey]) -> "asyncio.Task[list[bool]]":
        """Once begun it goes on to its end: a store may give us what nobody waits for any more."""

        async def claim() -> list[bool]:
            ours = await self.store.claim(places)
            self.held.update(place for place, gained in zip(places, ours, strict=True) if gained)
            return ours

        task = asyncio.get_running_loop().create_task(claim())
        self.claiming.add(task)
        task.add_done_callback(self.claiming.discard)
        return task

    async def _release(self, places: set[CacheKey]) -> None:
        if places:
            self.held.difference_update(places)
            await self.store.release(list(places))

    async def _let_go(self) -> None:
        await asyncio.gather(*self.claiming, return_exceptions=True)
        await self._release(set(self.held))


def _without(keys: Iterable[Key], others: Collection[Key]) -> tuple[Key, ...]:
    return tuple(key for key in keys if key not in others)
