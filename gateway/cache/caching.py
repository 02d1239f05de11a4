"""The caching middleware: answers from the store what it may, and asks the source for the rest."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from random import Random

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite, find_entry
from gateway.cache.fill_lock import FillLock
from gateway.cache.policy import CachePolicy, Freshness
from gateway.cache.store import Store
from gateway.cache.tags import concerns
from gateway.concurrency.loop_lag import LOOP_LAG
from gateway.concurrency.single_flight import FOREVER, Flight, SingleFlight, collect
from gateway.contract.batch import Answer, Answers, Batch, Fetch, Lookup, Window, batch_failure
from gateway.contract.paths import Key
from gateway.errors import SourceError
from gateway.telemetry.source_stats import SourceStats

log = logging.getLogger("gateway")
JITTER = 0.1  # of the time an answer is fresh: answers stored together do not expire together
Question = tuple[Lookup, Key, Window]
Result = Answer | SourceError | None  # None: no rows


@dataclass(slots=True)
class LookupHealth:
    """Lives as long as the application. Logs when a lookup begins to fail, and when it recovers.

    failing: whether the source failed in its latest conclusive batch
    failing_lookups: lookups that failed in theirs
    """

    failing: bool = False
    failing_lookups: set[Lookup] = field(default_factory=set)

    def is_failing(self, lookup: Lookup) -> bool:
        return self.failing or lookup in self.failing_lookups

    def record(self, batch: Batch, answers: Answers) -> None:
        """Note what the answers of a batch say of its lookup."""
        lookup, error = batch.lookup, batch_failure(batch, answers)
        if error is not None and error.source_fails is None:
            return
        self.failing = error is not None and bool(error.source_fails)
        lookup_fails = error is not None and (self.failing or error.lookup_fails)
        if error is not None and lookup_fails and lookup not in self.failing_lookups:
            text = "%s fails at %s: %s %s; cached answers are shown where the catalog allows it"
            log.warning(text, lookup.source, lookup.name, error.code, error.reason)
        elif lookup in self.failing_lookups and not lookup_fails:
            log.info("%s answers %s again", lookup.source, lookup.name)
        (self.failing_lookups.add if lookup_fails else self.failing_lookups.discard)(lookup)


@dataclass(slots=True)
class CachedFetch:
    """Wraps a source's fetch. Lives as long as the application.

    policies: the lookups whose answers are cached; batches of other lookups, and counts, pass through
    source_timeout: seconds the source has for an answer; callers with less time start flights of their own
    now: seconds since 1970
    """

    fetch: Fetch
    store: Store
    policies: Mapping[Lookup, CachePolicy]
    stats: SourceStats
    source_timeout: float
    now: Callable[[], float] = time.time
    random: Random = field(default_factory=Random)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    flights: SingleFlight[Question, Result] = field(default_factory=SingleFlight)
    health: LookupHealth = field(default_factory=LookupHealth)

    def __post_init__(self) -> None:
        self.store.invalidations.listeners.append(self.forget)

    async def __call__(self, batch: Batch) -> Answers:
        policy = self.policies.get(batch.lookup)
        if policy is None or batch.window.count:  # a number is no row that could be kept
            return await self.fetch(batch)
        answers, old = ({}, []) if _bypasses_cache(batch) else await self._look_up(batch, policy)
        self.stats.cache["hit"] += len(answers) - len(old)
        self.stats.cache["stale"] += len(old)
        if old:
            self._revalidate(Batch(batch.lookup, tuple(old), batch.window), policy)
        missing = tuple(key for key in batch.keys if key not in answers)
        if missing:
            answers.update(await self._ask(replace(batch, keys=missing), policy))
        return answers

    def forget(self, tags: Sequence[str] | None) -> None:
        """Let no caller join a flight that one of these tags concerns. None concerns every flight."""
        if tags is None:
            self.flights.forget()
        else:
            concerned = concerns(tags)
            self.flights.forget(lambda question: concerned(question[0], question[1]))

    async def _look_up(self, batch: Batch, policy: CachePolicy) -> tuple[dict[Key, Answer | SourceError], list[Key]]:
        """Stored answers, and the keys to revalidate in the background.

        While the source fails, an answer that needs revalidation is marked as stale.
        """
        answers: dict[Key, Answer | SourceError] = {}
        old: list[Key] = []
        now, failing = self.now(), self.health.is_failing(batch.lookup)
        for key, entry in zip(batch.keys, await self._entries(batch), strict=True):
            freshness = Freshness.EXPIRED if entry is None else entry.freshness(policy, now)
            is_old = freshness is Freshness.STALE
            if entry is not None and (is_old or freshness is Freshness.FRESH):
                answers[key] = await entry.answer_in_slices(batch.lookup, batch.window, stale=is_old and failing)
            if is_old:
                old.append(key)
        return answers, old

    async def _entries(self, batch: Batch) -> list[CacheEntry | None]:
        stored = await self.store.get_many([CacheKey(batch.lookup, key) for key in batch.keys])
        return [find_entry(each, batch.lookup, batch.window) for each in stored]

    async def _ask(self, batch: Batch, policy: CachePolicy) -> dict[Key, Answer | SourceError]:
        """Answers of the source. Where it cannot answer, the last stored answer, if the policy allows it."""
        seconds = batch.options.remaining()
        results = await collect(self._fly(batch, policy), seconds) if seconds else {}
        answers = {question[1]: results.get(question) for question in _questions(batch)}
        if len(results) < len(answers):
            reason = f"{batch.lookup.name}: the request's deadline has passed"
            late = LOOP_LAG.timeout(batch.lookup.source, reason)
            answers = {key: late if answer is None else answer for key, answer in answers.items()}
        errors = {key: each for key, each in answers.items() if isinstance(each, SourceError) and each.stale_ok}
        if errors:
            answers.update(await self._stale_answers(batch, policy, errors))
        return {key: answer for key, answer in answers.items() if answer is not None}

    async def _stale_answers(
        self, batch: Batch, policy: CachePolicy, errors: Mapping[Key, SourceError]
    ) -> dict[Key, Answer]:
        """Stored answers to show instead of these errors. An answer invalidated since is not among them."""
        answers: dict[Key, Answer] = {}
        entries = await self._entries(replace(batch, keys=tuple(errors)))
        for (key, error), entry in zip(errors.items(), entries, strict=True):
            if entry is not None and entry.freshness(policy, self.now()) is not Freshness.EXPIRED:
                answer = await entry.answer_in_slices(batch.lookup, batch.window, stale=True)
                answers[key] = replace(answer, stale_error=error)
        self.stats.cache["stale_if_error"] += len(answers)
        return answers

    def _fly(self, batch: Batch, policy: CachePolicy) -> list[Flight[Question, Result]]:
        if batch.options.remaining() >= self.source_timeout:  # which ends the flight
            batch = _without_deadline(batch)
        questions = _questions(batch)
        joined, missing = self.flights.join(questions, batch.options.deadline, queued=_bypasses_cache(batch))
        self.stats.cache["coalesced"] += len(questions) - len(missing)
        self.stats.cache["miss"] += len(missing)
        if not missing:
            return joined
        if any(each in self.flights.in_flight for each in missing):
            # The next callers that cannot join the first flight join this one.
            batch = _without_deadline(batch)
        return [*joined, self._start(batch, policy, missing)]

    def _start(
        self, batch: Batch, policy: CachePolicy, questions: list[Question], *, background: bool = False
    ) -> Flight[Question, Result]:
        bypass = _bypasses_cache(batch)

        async def call(questions: list[Question]) -> Mapping[Question, Result]:
            rest = replace(batch, keys=tuple(key for _, key, _ in questions))
            fill = partial(self._fill, policy)
            if bypass or not policy.ttl:  # an answer of another gateway would not do
                answers = await fill(rest)
            else:
                fresh = partial(self._fresh, policy, rest)
                answers = await FillLock(self.store, rest, fresh, fill, self.sleep).answers()
            return {each: answers.get(each[1]) for each in questions}

        return self.flights.start(questions, call, batch.options.deadline, queued=bypass, background=background)

    async def _fill(self, policy: CachePolicy, batch: Batch) -> Answers:
        """Ask the source and store its answers, as of the time of asking."""
        asked_at, now = self.store.invalidations.latest, self.now()
        answers = await self.fetch(batch)
        self.health.record(batch, answers)
        empty = Answer((), datetime.fromtimestamp(now, UTC))
        results = {key: answers.get(key, empty) for key in batch.keys}
        writes = [
            self._write(batch, policy, key, answer, now)
            for key, answer in results.items()
            if isinstance(answer, Answer)
        ]
        if writes:
            await self.store.put_many(writes, asked_at)
        return answers

    def _write(self, batch: Batch, policy: CachePolicy, key: Key, answer: Answer, now: float) -> CacheWrite:
        jitter = policy.fresh_for(empty=not answer.rows) * JITTER * self.random.random()
        entry = CacheEntry(batch.window, answer.rows, answer.as_of, now - jitter)
        return CacheWrite(CacheKey(batch.lookup, key), entry, policy, now)

    async def _fresh(self, policy: CachePolicy, batch: Batch, entries: Sequence[CacheEntry]) -> Answer | None:
        entry = find_entry(entries, batch.lookup, batch.window)
        if entry is None or entry.freshness(policy, self.now()) is not Freshness.FRESH:
            return None
        return await entry.answer_in_slices(batch.lookup, batch.window)

    def _revalidate(self, batch: Batch, policy: CachePolicy) -> None:
        _, missing = self.flights.join(_questions(batch), FOREVER)
        if missing:
            self._start(batch, policy, missing, background=True)


def _bypasses_cache(batch: Batch) -> bool:
    return batch.lookup.source in batch.options.bypass_cache


def _without_deadline(batch: Batch) -> Batch:
    """The batch of a flight that any caller may join: this request's deadline does not end it."""
    return replace(batch, options=replace(batch.options, deadline=FOREVER))


def _questions(batch: Batch) -> list[Question]:
    return [(batch.lookup, key, batch.window) for key in batch.keys]
