"""An upstream that answers from rows and remembers what it was asked, and a keeper around it."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from gateway.cache.caching import CachedFetch
from gateway.cache.invalidations import Invalidations
from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.policy import CachePolicy
from gateway.cache.store import MemoryStore, Store
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
from gateway.contract.windows import windowed_answers
from gateway.errors import SourceDown, SourceError
from gateway.sources.memory import MemoryPlace
from gateway.telemetry.source_stats import SourceStats

START = datetime(2026, 1, 1, tzinfo=UTC)
KEEP = CachePolicy(60, stale_while_revalidate=60, stale_if_error=600, negative_ttl=10)
PATIENCE = 1000.0
DOWN = SourceDown("here", "no connection")


def lookup_of(by: str = "account_id", form: Any = "iso", *, timed: bool = True) -> Lookup:
    """How notes are found."""
    when = TimeField(("at",), TimeFormat(form)) if timed else None
    return Lookup("Note", by, "here", MemoryPlace("notes"), (by,), ("id",), when)


NOTES = lookup_of()
TIMELESS = lookup_of("premise_id", timed=False)
OTHERS = lookup_of("author_id")


def note(name: str, day: int = 0, text: str = "") -> dict[str, Any]:
    """A note of so many days after START."""
    return {"id": name, "at": (START + timedelta(days=day)).isoformat(), "text": text}


@dataclass(slots=True)
class Watch:
    """A clock that goes when told."""

    seconds: float = 1_000_000.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.seconds

    @property
    def moment(self) -> datetime:
        """The same as an instant."""
        return datetime.fromtimestamp(self.seconds, UTC)


@dataclass(slots=True)
class Upstream:
    """A `Fetch`: what it says is settled when it is asked, and arrives when `gate` is open."""

    watch: Watch
    rows: dict[str, list[Row]] = field(default_factory=dict)
    failing: dict[str, SourceError] = field(default_factory=dict)
    down: bool = False
    asked: list[Batch] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        self.asked.append(batch)
        told: dict[str, Answer | SourceError] = dict.fromkeys(batch.keys, DOWN)
        if not self.down:
            mine = {key: self.rows.get(key, []) for key in batch.keys}
            told = {**windowed_answers(batch, mine, "here", self.watch.moment), **self._failed(batch)}
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return told

    def _failed(self, batch: Batch) -> Mapping[str, SourceError]:
        return {key: error for key, error in self.failing.items() if key in batch.keys}

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The keys of each question."""
        return [batch.keys for batch in self.asked]


@dataclass(slots=True)
class World:
    """A keeper, its upstream and its clock."""

    watch: Watch
    up: Upstream
    keeper: CachedFetch
    store: Store

    async def ask(
        self,
        *keys: str,
        window: Window = ALL_ROWS,
        options: RequestOptions = NO_OPTIONS,
        lookup: Lookup = NOTES,
    ) -> Answers:
        """What the keeper says."""
        return await self.keeper(Batch(lookup, keys, window, options))

    async def known(self, *keys: str, window: Window = ALL_ROWS, lookup: Lookup = NOTES) -> int:
        """How many questions it took upstream to be told of these."""
        before = len(self.up.asked)
        await self.ask(*keys, window=window, lookup=lookup)
        return len(self.up.asked) - before

    def go(self, seconds: float) -> None:
        """Let so much time pass."""
        self.watch.seconds += seconds

    async def settled(self) -> None:
        """Wait until the background has done what it began."""
        while self.keeper.renewing:
            await asyncio.wait(self.keeper.renewing)
            await asyncio.sleep(0)  # so that those that are done are let go


def memory_store(watch: Watch, entries: int = 10_000, size: int = 10_000_000) -> MemoryStore:
    """A store in memory that goes by this clock."""
    return MemoryStore(BoundedMemory(entries, size, watch))


def world(rows: Mapping[str, Sequence[Row]], keep: CachePolicy = KEEP, **others: Any) -> World:
    """A keeper of notes; the jitter is none unless a `random` is given."""
    watch = others.pop("watch", None) or Watch()
    store = others.pop("store", None) or memory_store(watch)
    up = Upstream(watch, {key: list(each) for key, each in rows.items()})
    keeps = dict.fromkeys(others.pop("lookups", (NOTES, TIMELESS, OTHERS)), keep)
    others = {"random": Still(), "drops": Invalidations(), "patience": PATIENCE, **others}
    keeper = CachedFetch(up, store, keeps, stats=SourceStats("here"), now=watch, **others)
    return World(watch, up, keeper, store)


class Still(Random):
    """A dice that always shows nothing."""

    def random(self) -> float:
        """The least there is."""
        return 0.0


def held() -> World:
    """A world whose upstream answers when it is let."""
    one = world({key: [note(key.lower())] for key in "ABC"})
    one.up.gate.clear()
    return one


def within(seconds: float) -> RequestOptions:
    """The options of a request that has so many seconds left."""
    return RequestOptions(until=time.monotonic() + seconds)


def asking(one: World, *keys: str, options: RequestOptions | None = None) -> "asyncio.Task[Answers]":
    """Somebody who waits for these."""
    return asyncio.create_task(one.ask(*keys, options=options or RequestOptions()))


async def passes(number: int = 20) -> None:
    """Let everybody who can go on, go on."""
    for _ in range(number):
        await asyncio.sleep(0)


async def ended(*tasks: "asyncio.Task[Any]") -> None:
    """End these and wait until they have ended."""
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
