"""The source is asked, and what it says is remembered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from gateway.cache.health import Standing
from gateway.cache.invalidations import Invalidations
from gateway.cache.policy import CachePolicy
from gateway.cache.store import CacheKey, Store
from gateway.cache.write import Putting
from gateway.contract.batch import Answer, Answers, Batch, Fetch, Key
from gateway.errors import SourceError


@dataclass(frozen=True, slots=True)
class Learning:
    """Made for one question. `now` is in seconds since 1970."""

    fetch: Fetch
    store: Store
    drops: Invalidations
    standing: Standing
    now: Callable[[], float]
    random: Random

    async def told(self, batch: Batch, keep: CachePolicy) -> Answers:
        """What the source says, remembered as of when it was asked: of later changes it may not tell."""
        began = self.drops.now()
        putting = Putting(keep, batch.window, self.now(), self.random)
        told = await self.fetch(batch)
        self.standing.note(batch, told)
        said = {key: each for key in batch.keys if not isinstance(each := told.get(key), SourceError)}
        if said:
            await self._learn(replace(batch, keys=tuple(said)), putting, said, began)
        return told

    async def _learn(
        self, batch: Batch, putting: Putting, said: Mapping[Key, Answer | None], began: float
    ) -> None:
        places = [CacheKey(batch.lookup, key) for key in batch.keys]
        # What was known when the question began may have been dropped meanwhile, or be less.
        known = await self.store.get_many(places)
        nothing = Answer((), datetime.fromtimestamp(putting.now, UTC))
        puts = [
            putting.put(place, said[place.key] or nothing, kept)
            for place, kept in zip(places, known, strict=True)
        ]
        fresh = [each for each in puts if not self.drops.since(began, each.tags)]
        if fresh:
            await self.store.put_many(fresh)
