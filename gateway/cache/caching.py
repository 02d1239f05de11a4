"""Only what is not remembered is asked; what is old is told with its age, or asked anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field, replace
from random import Random

from gateway.cache.claims import Turns
from gateway.cache.entries import CacheEntry, fitting
from gateway.cache.fill import Learning
from gateway.cache.health import Standing, excuses
from gateway.cache.invalidations import Invalidations
from gateway.cache.lookup import Remembered, aged
from gateway.cache.policy import CachePolicy, Freshness
from gateway.cache.store import CacheKey, Store
from gateway.cache.tags import asked_of
from gateway.concurrency.single_flight import FOREVER, Flight, SingleFlight, collect
from gateway.contract.batch import NO_OPTIONS, Answer, Answers, Batch, Fetch, Key, Lookup, Window
from gateway.errors import DeadlineExceeded, SourceError
from gateway.telemetry.source_stats import SourceStats

Question = tuple[Lookup, Key, Window]
Said = Answer | SourceError | None


@dataclass(slots=True)
class CachedFetch:
    """Surrounds a source's fetch. Lives as long as the application.

    `keeps` are the lookups whose answers are remembered; all others pass. `patience` is how many seconds
    the source has for an answer: who has less time does not make others wait for the same. `now` is in
    seconds since 1970, and `sleep` waits for so many.
    """

    fetch: Fetch
    store: Store
    keeps: Mapping[Lookup, CachePolicy]
    stats: SourceStats
    drops: Invalidations
    patience: float
    now: Callable[[], float] = time.time
    random: Random = field(default_factory=Random)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    flights: SingleFlight[Question, Said] = field(default_factory=SingleFlight)
    renewing: set[asyncio.Task[object]] = field(default_factory=set)
    standing: Standing = field(default_factory=Standing)

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        keep = self.keeps.get(batch.lookup)
        if keep is None:
            return await self.fetch(batch)
        known = await self._remembered(batch, keep)
        if batch.lookup.source in batch.options.bypass_cache:
            return await self._asked(batch, keep, known)
        answers, missing, old = known.sorted(batch, failing=self.standing.fails_at(batch.lookup))
        self.stats.cache_hits += len(answers) - len(old)
        self.stats.cache_stale += len(old)
        if old:
            self._renew(replace(batch, keys=tuple(old), options=NO_OPTIONS), keep)
        if missing:
            answers.update(await self._asked(replace(batch, keys=tuple(missing)), keep, known))
        return answers

    def forget(self, tags: Iterable[str]) -> None:
        """What is under way and may be about any of these is not joined any more: that has changed."""
        asked = asked_of(tags)
        self.flights.forget(lambda question: asked(question[0], question[1]))

    async def close(self) -> None:
        """End what is asked anew in the background, and wait until it has ended."""
        for task in self.renewing:
            task.cancel()
        await asyncio.gather(*self.renewing, return_exceptions=True)
        await self.flights.close()

    async def _remembered(self, batch: Batch, keep: CachePolicy) -> Remembered:
        looked = self.drops.now()
        found = await self.store.get_many([CacheKey(batch.lookup, key) for key in batch.keys])
        return Remembered(keep, dict(zip(batch.keys, found, strict=True)), looked, self.now)

    async def _asked(
        self, batch: Batch, keep: CachePolicy, known: Remembered
    ) -> dict[Key, Answer | SourceError]:
        """What the source says now; where it cannot, the last that is known, if that may still be shown."""
        left = batch.options.remaining()
        told = await collect(self._flights(batch, keep), left) if left else {}
        late = DeadlineExceeded(batch.lookup.source, f"{batch.lookup.name}: the request's time was over")
        answers: dict[Key, Answer | SourceError] = {}
        for question in _questions(batch):
            key, answer = question[1], told.get(question, late)
            last = known.last(batch, key, self.drops) if excuses(answer) else None
            if last is not None and isinstance(answer, SourceError):
                self.stats.cache_stale_if_error += 1
                answer = replace(last, stale_error=answer)
            if answer is not None:
                answers[key] = answer
        return answers

    def _flights(self, batch: Batch, keep: CachePolicy) -> list[Flight[Question, Said]]:
        anew = batch.lookup.source in batch.options.bypass_cache
        join = self.flights.join_queued if anew else self.flights.join
        until = FOREVER if batch.options.until is None else batch.options.until
        if batch.options.remaining() >= self.patience:
            until = FOREVER  # it is the source's time that ends it, whoever asks
        joined, missing = join(questions := _questions(batch), until)
        self.stats.cache_coalesced += len(questions) - len(missing)
        self.stats.cache_misses += len(missing)
        if not missing:
            return joined
        if any(each in self.flights.in_flight for each in missing):
            until = FOREVER  # whoever cannot join either joins this one: there are never many
        return [*joined, self._start(batch, keep, missing, until)]

    def _start(
        self,
        batch: Batch,
        keep: CachePolicy,
        questions: list[Question],
        until: float,
        context: Context | None = None,
    ) -> Flight[Question, Said]:
        """Ask these. Where anybody may join, the end of this request is not that of the question."""
        anew = batch.lookup.source in batch.options.bypass_cache
        wish = replace(batch.options, until=None) if until == FOREVER else batch.options

        async def ask(them: list[Question]) -> Mapping[Question, Said]:
            learn = Learning(self.fetch, self.store, self.drops, self.standing, self.now, self.random)
            turns = Turns(self.store, self._fresh, learn.told, self.sleep)
            keys = tuple(key for _, key, _ in them)
            answers = await turns.answers(replace(batch, keys=keys, options=wish), keep)
            return {each: answers.get(each[1]) for each in them}

        return self.flights.start(questions, ask, until, queued=anew, context=context)

    def _fresh(self, batch: Batch, keep: CachePolicy, kept: Sequence[CacheEntry]) -> Answer | None:
        found = fitting(kept, batch.lookup, batch.window)
        if found is None or aged(keep, found, self.now()) is not Freshness.FRESH:
            return None
        return found.answer(batch.lookup, batch.window)

    def _renew(self, batch: Batch, keep: CachePolicy) -> None:
        """Ask in the background, as part of no request: nothing of it is logged or traced as that of one."""
        _, missing = self.flights.join(_questions(batch), FOREVER)
        if missing:
            flight = self._start(batch, keep, missing, FOREVER, apart := Context())
            waiting = collect([flight], FOREVER)
            task: asyncio.Task[object] = asyncio.get_running_loop().create_task(waiting, context=apart)
            self.renewing.add(task)
            task.add_done_callback(self.renewing.discard)


def _questions(batch: Batch) -> list[Question]:
    return [(batch.lookup, key, batch.window) for key in batch.keys]
