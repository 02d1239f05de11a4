"""A source with a cache before it, a clock that stands still, and an upstream that counts its questions."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from gateway.cache.caching import CachedFetch
from gateway.cache.policy import CachePolicy
from gateway.cache.store import BoundedMemory, MemoryStore, Store
from gateway.contract.answers import windowed_answers
from gateway.contract.batch import (
    ALL_ROWS,
    NO_OPTIONS,
    Answer,
    Answers,
    Batch,
    Lookup,
    RequestOptions,
    Row,
    TimeField,
    Window,
)
from gateway.contract.times import TimeFormat
from gateway.errors import SourceDown, SourceError
from gateway.sources.memory import MemoryPlace
from gateway.telemetry.source_stats import SourceStats

START = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = CachePolicy(60, stale_while_revalidate=60, stale_if_error=600, negative_ttl=10)
SOURCE_TIMEOUT = 1000.0
DOWN = SourceDown("here", "no connection")


def lookup_of(by: str = "account_id", form: Any = "iso", *, timed: bool = True) -> Lookup:
    """A lookup of notes."""
    time_field = TimeField(("at",), TimeFormat(form)) if timed else None
    return Lookup("Note", by, "here", MemoryPlace("notes"), (by,), ("id",), time_field)


NOTES = lookup_of()
TIMELESS = lookup_of("premise_id", timed=False)
OTHERS = lookup_of("author_id")


def note(name: str, day: int = 0, text: str = "") -> dict[str, Any]:
    """A note of that day after START."""
    return {"id": name, "at": (START + timedelta(days=day)).isoformat(), "text": text}


@dataclass(slots=True)
class Clock:
    """Seconds since 1970; it stands still until it is set."""

    seconds: float = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds

    @property
    def instant(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


@dataclass(slots=True)
class Upstream:
    """A `Fetch`: its answer is fixed when it is asked, and arrives when `gate` is open."""

    clock: Clock
    rows: dict[str, list[Row]] = field(default_factory=dict)
    failing: dict[str, SourceError] = field(default_factory=dict)
    down: bool = False
    questions: list[Batch] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, batch: Batch) -> Answers:
        self.questions.append(batch)
        answers: dict[str, Answer | SourceError] = dict.fromkeys(batch.keys, DOWN)
        if not self.down:
            rows = {key: self.rows.get(key, []) for key in batch.keys}
            failures = {key: error for key, error in self.failing.items() if key in batch.keys}
            answers = {**windowed_answers(batch, rows, "here", self.clock.instant), **failures}
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return answers

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The keys of each question."""
        return [batch.keys for batch in self.questions]


@dataclass(slots=True)
class CachedSource:
    """A cached fetch, its upstream, its clock and its store."""

    clock: Clock
    upstream: Upstream
    fetch: CachedFetch
    store: Store

    async def ask(
        self, *keys: str, window: Window = ALL_ROWS, options: RequestOptions = NO_OPTIONS, lookup: Lookup = NOTES
    ) -> Answers:
        return await self.fetch(Batch(lookup, keys, window, options))

    async def questions_for(self, *keys: str, window: Window = ALL_ROWS, lookup: Lookup = NOTES) -> int:
        """How many upstream questions these keys take now."""
        before = len(self.upstream.questions)
        await self.ask(*keys, window=window, lookup=lookup)
        return len(self.upstream.questions) - before

    def advance(self, seconds: float) -> None:
        self.clock.seconds += seconds

    async def revalidated(self) -> None:
        """Wait until all revalidations have ended."""
        while tasks := [each.task for each in self.fetch.flights.running if each.background]:
            await asyncio.wait(tasks)
            await asyncio.sleep(0)  # their callbacks run in the next pass


def memory_store(clock: Clock, entries: int = 10_000, size: int = 10_000_000) -> MemoryStore:
    return MemoryStore(BoundedMemory(entries, size, clock))


def cached_source(
    rows: Mapping[str, Sequence[Row]],
    policy: CachePolicy = POLICY,
    lookups: Sequence[Lookup] = (NOTES, TIMELESS, OTHERS),
    clock: Clock | None = None,
    store: Store | None = None,
    **options: Any,
) -> CachedSource:
    """A source with these notes. There is no jitter unless a `random` is given."""
    clock = clock or Clock()
    store = store or memory_store(clock)
    upstream = Upstream(clock, {key: list(each) for key, each in rows.items()})
    options = {"random": NoJitter(), "source_timeout": SOURCE_TIMEOUT, **options}
    policies = dict.fromkeys(lookups, policy)
    fetch = CachedFetch(upstream, store, policies, SourceStats("here"), now=clock, **options)
    return CachedSource(clock, upstream, fetch, store)


class NoJitter(Random):
    """Always the least number."""

    def random(self) -> float:
        return 0.0


def closed_source() -> CachedSource:
    """A source whose upstream answers when its gate is opened."""
    source = cached_source({key: [note(key.lower())] for key in "ABC"})
    source.upstream.gate.clear()
    return source


def within(seconds: float) -> RequestOptions:
    """The options of a request whose deadline is these seconds away."""
    return RequestOptions(deadline=time.monotonic() + seconds)


def asking(source: CachedSource, *keys: str, options: RequestOptions = NO_OPTIONS) -> asyncio.Task[Answers]:
    """A caller that waits for these keys."""
    return asyncio.create_task(source.ask(*keys, options=options))


async def passes(count: int = 20) -> None:
    """Run the event loop this many times, so that every task that can run does."""
    for _ in range(count):
        await asyncio.sleep(0)


async def open_gate(source: CachedSource, *callers: asyncio.Task[Answers]) -> list[Answers]:
    """Let these callers get as far as they can; then let the upstream answer them."""
    await passes()
    source.upstream.gate.set()
    return await asyncio.gather(*callers)


async def cancel(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until they have ended."""
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
