"""A tag that is added again while it is stored stays pending."""

import asyncio
from typing import Any

import pytest
from aiocache.backends.memory import SimpleMemoryBackend
from aiocache.serializers import NullSerializer
from support.cache.cached_sources import passes

from gateway.cache.redis.guard import Guard
from gateway.cache.redis.invalidation_log import ALL_TAGS, MAX_PENDING, InvalidationLog
from gateway.cache.redis.keys import RedisKeys
from gateway.concurrency.bulkhead import Bulkhead

TOO_MANY = [str(number) for number in range(MAX_PENDING + 1)]


class Slow(SimpleMemoryBackend):  # type: ignore[misc]  # aiocache has no types
    """A backend whose last write of an invalidation returns when the gate opens."""

    def __init__(self) -> None:
        super().__init__(serializer=NullSerializer(), timeout=None)
        self.gate = asyncio.Event()
        self.writes = 0

    async def _multi_set(self, *args: Any, **options: Any) -> bool:
        await super()._multi_set(*args, **options)
        return await self._wait()

    async def _delete(self, *args: Any, **options: Any) -> bool:
        await super()._delete(*args, **options)
        return await self._wait()

    async def _wait(self) -> bool:
        self.writes += 1
        await self.gate.wait()
        return True


def slow_log() -> tuple[Slow, InvalidationLog]:
    cache = Slow()
    return cache, InvalidationLog(cache, RedisKeys("c360"), Guard("writes", Bulkhead(1), timeout=20))


def add(log: InvalidationLog, tags: list[str]) -> None:
    log.invalidations.add(tags)
    log.add_pending(tags)


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("tags", [["a"], TOO_MANY], ids=["one", "too many"])
async def test_a_tag_added_while_it_is_stored_is_stored_again(tags: list[str], *, again: bool) -> None:
    cache, log = slow_log()
    add(log, tags)
    settling = asyncio.create_task(log.settle())
    await passes()
    assert cache.writes == 1
    add(log, ["a"] if again else [])
    cache.gate.set()
    await settling
    assert cache.writes == 1 + again
    assert not log.pending
    await log.close()


@pytest.mark.parametrize("tags", [["a"], TOO_MANY], ids=["one", "too many"])
async def test_a_tag_whose_storing_was_cancelled_stays_pending(tags: list[str]) -> None:
    _, log = slow_log()
    add(log, tags)
    settling = asyncio.create_task(log.settle())
    await passes()
    await log.writes.close()
    await settling
    assert log.pending


def test_too_many_tags_count_as_all() -> None:
    _, log = slow_log()
    add(log, TOO_MANY[:MAX_PENDING])
    assert list(log.pending) == TOO_MANY[:MAX_PENDING]
    add(log, [*TOO_MANY, "more"])
    add(log, ["another"])
    assert list(log.pending) == [ALL_TAGS]
