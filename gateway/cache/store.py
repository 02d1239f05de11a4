"""Where answers are stored, each with the versions of its tags."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakValueDictionary

import msgspec

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.invalidations import Invalidations
from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.tags import tags_of

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
        ...

    async def put_many(self, writes: Sequence[CacheWrite], asked_at: int) -> None:
        """Store these. `asked_at` is the number of the latest invalidation when their source was asked."""
        ...

    async def invalidate(self, tags: Sequence[str]) -> None:
        """Make every answer with one of these tags invalid, also those in flight."""
        ...

    async def acquire(self, keys: Sequence[CacheKey]) -> list[bool]:
        """Take the fill lock of each key: False where another process is asking for it now."""
        ...

    async def release(self, keys: Sequence[CacheKey]) -> None:
        """Give fill locks back."""
        ...


class TagVersion:
    """A version of a tag: current until the tag is invalidated."""

    __slots__ = ("__weakref__", "is_current")

    def __init__(self) -> None:
        self.is_current = True


@dataclass(frozen=True, slots=True)
class TagVersions:
    """The current version of each tag that a stored answer has. Other tags take no memory."""

    current: WeakValueDictionary[str, TagVersion] = field(default_factory=WeakValueDictionary)

    def of(self, tags: Iterable[str]) -> list[TagVersion]:
        return [self.current.setdefault(tag, TagVersion()) for tag in tags]

    def invalidate(self, tags: Iterable[str]) -> None:
        for tag in tags:
            version = self.current.pop(tag, None)
            if version is not None:
                version.is_current = False


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


@dataclass(frozen=True, slots=True)
class MemoryStore:
    """A `Store` in this process's own memory."""

    cache: BoundedMemory
    invalidations: Invalidations = field(default_factory=Invalidations)
    versions: TagVersions = field(default_factory=TagVersions)

    async def get_many(self, keys: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        values = await self.cache.multi_get(keys)
        latest = self.invalidations.latest
        return [() if each is None else each.valid_at(latest) for each in values]

    async def put_many(self, writes: Sequence[CacheWrite], asked_at: int) -> None:
        stored = await self.get_many([each.key for each in writes])
        for write, entries in zip(writes, map(CacheWrite.merged, writes, stored), strict=True):
            tags = tags_of(*write.key, [row for each in entries for row in each.rows])
            if not self.invalidations.concern(tags, since=asked_at):
                size = size_of(entries) + KEY_BYTES + TAG_BYTES * len(tags)
                versions, latest = self.versions.of(tags), self.invalidations.latest
                value = StoredEntries(entries, versions, size, write.expires_at(entries), latest)
                await self.cache.set(write.key, value)

    async def invalidate(self, tags: Sequence[str]) -> None:
        self.invalidations.add(tags)
        self.versions.invalidate(tags)

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
