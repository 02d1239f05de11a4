"""aiocache's memory, bounded: by entries and by bytes, the least recently used out first."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aiocache.base import BaseCache
from aiocache.serializers import NullSerializer


@dataclass(frozen=True, slots=True)
class Held:
    """A value, about how many bytes it takes, and what it is about."""

    value: Any
    bytes: int
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class MemoryStats:
    """What a store holds, and what became of what it held: for the metrics."""

    entries: int = 0
    bytes: int = 0
    evicted: int = 0
    dropped: int = 0


class BoundedMemory(BaseCache):  # type: ignore[misc]  # aiocache has no types
    """A backend of aiocache that lives as long as the application."""

    NAME = "bounded memory"

    def __init__(self, most_entries: int, most_bytes: int, now: Callable[[], float], **options: Any) -> None:
        super().__init__(serializer=NullSerializer(), timeout=None, **options)
        self.counted = MemoryStats()
        self._most_entries, self._most_bytes, self._now = most_entries, most_bytes, now
        self._held: OrderedDict[str, tuple[float, Held]] = OrderedDict()
        self._about: dict[str, set[str]] = {}

    def drop(self, tags: Iterable[str]) -> int:
        """Forget everything that is about any of these; how many that was."""
        names = {name for tag in tags for name in self._about.get(tag, ())}
        for name in names:
            self._forget(name)
        self.counted.dropped += len(names)
        return len(names)

    async def _get(self, key: str, **_: Any) -> Held | None:
        known = self._held.get(key)
        if known is None:
            return None
        if known[0] <= self._now():
            self._forget(key)
            return None
        self._held.move_to_end(key)
        return known[1]

    async def _multi_get(self, keys: Sequence[str], **_: Any) -> list[Held | None]:
        return [await self._get(key) for key in keys]  # nothing is waited for

    async def _set(self, key: str, value: Held, ttl: float | None = None, **_: Any) -> bool:
        self._forget(key)
        if value.bytes > self._most_bytes:
            return False
        self._held[key] = (self._now() + (float("inf") if ttl is None else ttl), value)
        self.counted.entries += 1
        self.counted.bytes += value.bytes
        for tag in value.tags:
            self._about.setdefault(tag, set()).add(key)
        while self.counted.entries > self._most_entries or self.counted.bytes > self._most_bytes:
            self._forget(next(iter(self._held)))
            self.counted.evicted += 1
        return True

    async def _multi_set(
        self, pairs: Sequence[tuple[str, Held]], ttl: float | None = None, _conn: Any = None
    ) -> bool:
        for key, value in pairs:
            await self._set(key, value, ttl=ttl)  # nothing is waited for
        return True

    async def _delete(self, key: str, _conn: Any = None) -> int:
        return self._forget(key)

    async def _exists(self, key: str, _conn: Any = None) -> bool:
        return await self._get(key) is not None

    async def _clear(self, namespace: str | None = None, _conn: Any = None) -> bool:
        for key in [each for each in self._held if each.startswith(namespace or "")]:
            self._forget(key)
        return True

    def _forget(self, key: str) -> int:
        known = self._held.pop(key, None)
        if known is None:
            return 0
        self.counted.entries -= 1
        self.counted.bytes -= known[1].bytes
        for tag in known[1].tags:
            names = self._about[tag]
            names.discard(key)
            if not names:
                del self._about[tag]
        return 1
