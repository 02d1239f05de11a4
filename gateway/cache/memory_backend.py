"""aiocache's memory, bounded by entries and by bytes: the least recently used value is evicted first."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Protocol

from aiocache.backends.memory import SimpleMemoryBackend
from aiocache.serializers import NullSerializer
from cachetools import LRUCache


class BoundedValue(Protocol):
    """A value that says about how many bytes it takes, and when it expires by the clock of its backend."""

    @property
    def size(self) -> int: ...
    @property
    def expires_at(self) -> float: ...


class BoundedCache(LRUCache[Any, BoundedValue]):
    """Counts evictions, and holds no more than `max_entries`."""

    def __init__(self, max_entries: int, max_bytes: int) -> None:
        super().__init__(max_bytes, attrgetter("size"))
        self.max_entries = max_entries
        self.evictions = 0

    def __setitem__(self, key: Any, value: BoundedValue) -> None:
        self.pop(key, None)
        if value.size <= self.maxsize:
            super().__setitem__(key, value)
        while len(self) > self.max_entries:
            self.popitem()

    def popitem(self) -> tuple[Any, BoundedValue]:
        self.evictions += 1
        return super().popitem()


class BoundedMemory(SimpleMemoryBackend):  # type: ignore[misc]  # aiocache has no types
    """A backend of aiocache. Lives as long as the application; `now` is in seconds."""

    def __init__(self, max_entries: int, max_bytes: int, now: Callable[[], float]) -> None:
        super().__init__(serializer=NullSerializer(), timeout=None)
        self._cache = self.entries = BoundedCache(max_entries, max_bytes)
        self._now = now

    async def _get(self, key: Any, **_: Any) -> BoundedValue | None:
        return (await self._multi_get([key]))[0]

    async def _multi_get(self, keys: Sequence[Any], **_: Any) -> list[BoundedValue | None]:
        now, values = self._now(), list(map(self.entries.get, keys))
        for number, value in enumerate(values):
            if value is not None and value.expires_at <= now:
                del self.entries[keys[number]]
                values[number] = None
        return values

    async def _clear(self, namespace: str | None = None, _conn: Any = None) -> bool:  # noqa: ARG002
        self.entries.clear()
        return True
