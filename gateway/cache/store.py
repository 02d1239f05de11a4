"""Where answers are stored, each with the versions of its tags."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import Any, Protocol
from weakref import WeakValueDictionary

import msgspec
from aiocache.backends.memory import SimpleMemoryBackend
from aiocache.serializers import NullSerializer
from cachetools import LRUCache

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.invalidations import Invalidations
from gateway.cache.tags import Change, tags_of, tags_of_change
from gateway.concurrency.slices import SLICE, off_loop
from gateway.contract.batch import Lookup

KEY_BYTES = 400  # of a key and of its places in the backend
TAG_BYTES = 230  # of a tag and its version


class Store(Protocol):
    """A store of answers. It raises only bugs: a store that fails has nothing stored.

    invalidations: those that this process has made or heard of
    """

    @property
    def invalidations(self) -> Invalidations: ...

    async def get_many(self, keys: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        """The valid entries of each key: no tag of theirs was invalidated since their source was asked."""

    async def put_many(self, writes: Sequence[CacheWrite], asked_at: int) -> None:
        """Store these. `asked_at` is the number of the latest invalidation when their source was asked."""

    async def invalidate(self, tags: Sequence[str]) -> bool:
        """Make every answer with one of these tags invalid, also those in flight.

        False if other processes do not hear of it yet: it is lost should this process end first.
        """

    async def acquire(self, keys: Sequence[CacheKey]) -> list[bool]:
        """Take the fill lock of each key: False where another process is asking for it now."""

    async def release(self, keys: Sequence[CacheKey]) -> None:
        """Give fill locks back."""


@dataclass(frozen=True, slots=True)
class Invalidator:
    """Lives as long as the application. `lookups` are by record."""

    store: Store
    lookups: Mapping[str, Sequence[Lookup]]

    async def invalidate(self, changes: Iterable[Change]) -> tuple[int, bool]:
        """Invalidate the tags of these changes; return how many they are, and what the store returns."""
        lists = (tags_of_change(each, self.lookups.get(each.record, ())) for each in changes)
        tags = dict.fromkeys(chain.from_iterable(lists))
        return len(tags), await self.store.invalidate(list(tags))


@dataclass(slots=True, weakref_slot=True, eq=False)
class TagVersion:
    """A version of a tag: current until the tag is invalidated."""

    is_current: bool = True


@dataclass(slots=True)
class StoredEntries:
    """The entries of a key, and the versions that their tags had when they were stored.

    checked_at: number of the latest invalidation when all versions were current
    """

    entries: Sequence[CacheEntry]
    versions: Sequence[TagVersion]
    size: int
    expires_at: float
    checked_at: int

    def valid_at(self, latest: int) -> Sequence[CacheEntry]:
        """The entries, if all versions are current. `latest` is the number of the latest invalidation."""
        if self.checked_at != latest:
            if not all(each.is_current for each in self.versions):
                return ()
            self.checked_at = latest
        return self.entries


class BoundedCache(LRUCache[Any, StoredEntries]):
    """Evicts the least recently used value first, and counts evictions."""

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        super().__init__(max_bytes, attrgetter("size"))
        self.max_entries = max_entries
        self.evictions = 0

    def __setitem__(self, key: Any, value: StoredEntries) -> None:
        self.pop(key, None)
        if value.size <= self.maxsize:
            super().__setitem__(key, value)
        while len(self) > self.max_entries:
            self.popitem()

    def popitem(self) -> tuple[Any, StoredEntries]:
        self.evictions += 1
        return super().popitem()


class BoundedMemory(SimpleMemoryBackend):  # type: ignore[misc]  # aiocache has no types
    """A backend of aiocache, bounded by entries and by bytes. `now` is in seconds since 1970."""

    def __init__(self, max_entries: int, max_bytes: int, now: Callable[[], float]) -> None:
        super().__init__(serializer=NullSerializer(), timeout=None)
        self._cache = self.entries = BoundedCache(max_entries, max_bytes)
        self._now = now

    async def _get(self, key: Any, **_: Any) -> StoredEntries | None:
        return (await self._multi_get([key]))[0]

    async def _multi_get(self, keys: Sequence[Any], **_: Any) -> list[StoredEntries | None]:
        now, values = self._now(), list(map(self.entries.get, keys))
        for number, value in enumerate(values):
            if value is not None and value.expires_at <= now:
                del self.entries[keys[number]]
                values[number] = None
        return values

    async def _clear(self, namespace: str | None = None, _conn: Any = None) -> bool:  # noqa: ARG002
        self.entries.clear()
        return True


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """A `Store` in this process's own memory.

    versions: the current version of each tag that a stored answer has; other tags take no memory
    """

    cache: BoundedMemory
    invalidations: Invalidations = field(default_factory=Invalidations)
    versions: WeakValueDictionary[str, TagVersion] = field(default_factory=WeakValueDictionary)

    async def get_many(self, keys: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        values = await self.cache.multi_get(keys)
        latest = self.invalidations.latest
        return [() if each is None else each.valid_at(latest) for each in values]

    async def put_many(self, writes: Sequence[CacheWrite], asked_at: int) -> None:
        stored = await self.get_many([each.key for each in writes])
        for write, entries in zip(writes, map(CacheWrite.merged, writes, stored), strict=True):
            rows = [row for each in entries for row in each.rows]
            is_large = len(rows) > SLICE
            tags = await off_loop(is_large, tags_of, *write.key, rows)
            size = KEY_BYTES + TAG_BYTES * len(tags) + await off_loop(is_large, size_of, entries)
            if not self.invalidations.concern(tags, since=asked_at):
                versions = [self.versions.setdefault(tag, TagVersion()) for tag in tags]
                latest = self.invalidations.latest
                value = StoredEntries(entries, versions, size, write.expires_at(entries), latest)
                await self.cache.set(write.key, value)

    async def invalidate(self, tags: Sequence[str]) -> bool:
        self.invalidations.add(tags)
        for tag in tags:
            version = self.versions.pop(tag, None)
            if version is not None:
                version.is_current = False
        return True

    async def acquire(self, keys: Sequence[CacheKey]) -> list[bool]:
        return [True] * len(keys)  # in one process, single-flight is enough

    async def release(self, keys: Sequence[CacheKey]) -> None:
        pass


def size_of(entries: Iterable[CacheEntry]) -> int:
    """About how many bytes entries take: their rows as JSON, and what Python adds to each part."""
    size = 0
    for entry in entries:
        try:
            text = msgspec.json.encode(entry.rows, enc_hook=str)
        except UnicodeEncodeError:  # half a character, which JSON has and UTF-8 has not
            text = str(entry.rows).encode(errors="replace")
        parts = 150 * text.count(b"{") + 60 * text.count(b"[") + 20 * text.count(b",")
        size += 500 + 2 * len(text) + parts
    return size
