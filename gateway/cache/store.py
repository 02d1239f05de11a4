"""Where remembered rows lie. A store that fails has nothing remembered, and says so by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import msgspec

from gateway.cache.entries import CacheEntry
from gateway.cache.memory_backend import BoundedMemory, Held
from gateway.contract.batch import Key, Lookup, Row

NAME = 400  # bytes: under what name it is held, and the index's own part of it
TAG = 300  # bytes: a tag, and in the index the set of those that have it


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Under which name the answers to one key of a lookup lie."""

    lookup: Lookup
    key: Key

    @property
    def name(self) -> str:
        """The same for the same question, and for no other."""
        lookup = self.lookup
        return f"{lookup.source}\x1f{lookup.record}\x1f{lookup.by}\x1f{self.key}"


@dataclass(frozen=True, slots=True)
class CacheWrite:
    """What is to be remembered at a place, for so many seconds, and what it is about."""

    place: CacheKey
    kept: Sequence[CacheEntry]
    tags: Sequence[str]
    seconds: float


class Store(Protocol):
    """What is asked of a store: many at once. Nothing raises but bugs."""

    async def get_many(self, places: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        """What is remembered at each place; nothing where nothing is."""
        ...

    async def put_many(self, puts: Sequence[CacheWrite]) -> None:
        """Remember these."""
        ...

    async def drop(self, tags: Sequence[str]) -> int:
        """Forget all that is about any of these; how many places that was."""
        ...

    async def claim(self, places: Sequence[CacheKey]) -> list[bool]:
        """Whether it is ours to ask for each: False where another process is asking for it just now."""
        ...

    async def release(self, places: Sequence[CacheKey]) -> None:
        """We have asked for these, well or not."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """In this process's own memory, by aiocache."""

    cache: BoundedMemory

    async def get_many(self, places: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        """See `Store`."""
        found = await self.cache.multi_get([_unreadable(each) for each in places])
        return [() if each is None else each.value for each in found]

    async def put_many(self, puts: Sequence[CacheWrite]) -> None:
        """See `Store`."""
        for each in puts:  # nothing is waited for
            held = Held(each.kept, size(each.kept) + NAME + TAG * len(each.tags), tuple(each.tags))
            await self.cache.set(_unreadable(each.place), held, ttl=each.seconds)

    async def drop(self, tags: Sequence[str]) -> int:
        """See `Store`."""
        return self.cache.drop(tags)

    async def claim(self, places: Sequence[CacheKey]) -> list[bool]:
        """See `Store`: in one process, flights see to it."""
        return [True] * len(places)

    async def release(self, places: Sequence[CacheKey]) -> None:
        """See `Store`."""


def _unreadable(place: CacheKey) -> str:
    """Its name where aiocache may log it: keys are people's."""
    return blake2b(place.name.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def size(kept: Sequence[CacheEntry]) -> int:
    """About how many bytes it takes: those of its rows written down, and what Python adds to each part."""
    return sum(500 + _taken(_written(each.rows)) for each in kept)


def _taken(text: bytes) -> int:
    return 2 * len(text) + 150 * text.count(b"{") + 60 * text.count(b"[") + 20 * text.count(b",")


def _written(rows: Sequence[Row]) -> bytes:
    try:
        return msgspec.json.encode(rows, enc_hook=str)
    except UnicodeEncodeError:  # half a letter, which JSON can tell and UTF-8 cannot
        return str(rows).encode(errors="replace")
