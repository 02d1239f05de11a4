"""Where several gateways remember together: in Redis, by aiocache's backend and a few scripts."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from aiocache.backends.redis import RedisBackend

from gateway.cache.entries import CacheEntry
from gateway.cache.redis.commands import AT_ONCE, Talk, together, told, understood
from gateway.cache.redis.guard import Guard
from gateway.cache.redis.keys import Names
from gateway.cache.redis.subscriber import Subscriber
from gateway.cache.store import CacheKey, CacheWrite
from gateway.concurrency.bulkhead import Bulkhead

READS = 50  # names in one command: no question is so large that it takes Redis long
READING = 1.0  # seconds in which another such command may begin


class RedisStore:
    """A `Store` in Redis. Lives as long as the application.

    What was dropped is never shown again, in any process, whatever fails:

    * A value counts only in the generation in which it was written, and only if it is whole.
    * Each drop has a number, and is told to every process in order. An answer is put there only by who
      listens, and not where one of its tags was dropped by a number not yet heard of: what was heard of
      stands in `Drops`. Whoever begins to listen takes it that anything may have been dropped.
    * A drop that Redis did not take is owed. It is done before anything else is asked of Redis; where too
      many are owed, a new generation begins. Until then others may show what they find: for them, the
      change comes late. Only if this process ends before does it stay so, until the answer's time is over.

    Claims are this process's own: who asks a second time from here asks at once.
    """

    def __init__(
        self,
        cache: RedisBackend,
        names: Names,
        seconds: float = 0.1,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`seconds` is the time that each command has; `now` counts seconds, and only up."""
        room = Bulkhead(cache.pool_max_size - 1)
        self.reading = Guard("what is remembered there", room, seconds, now=now)
        self.writing = Guard("remembering there", room, seconds, now=now)
        self.talk = Talk(cache, names)
        self.listener: Subscriber | None = None

    @asynccontextmanager
    async def told(
        self, heard: Callable[[Sequence[str]], None], missed: Callable[[], None]
    ) -> AsyncIterator[Subscriber]:
        """As long as this lasts, `heard` is called with what anybody drops, `missed` where that is unknown.

        Outside of it nothing is put into Redis.
        """
        talk = self.talk
        self.listener = Subscriber(talk.cache.client, talk.names, heard, missed, self.settle)
        task = asyncio.create_task(self.listener.run())
        try:
            yield self.listener
        finally:
            self.listener = None
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def aclose(self) -> None:
        """Hang up."""
        await self.reading.close()
        await self.writing.close()
        await self.talk.cache.client.aclose()

    async def get_many(self, places: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        """See `Store`. Where one of several commands fails, nothing more is read."""
        names = [self.talk.names.value(each) for each in places]
        found: list[Sequence[CacheEntry]] = []
        began = self.reading.now()
        while len(found) < len(names) and self.reading.now() - began < READING:
            some = names[len(found) : len(found) + READS]
            read = await self.reading.ask(partial(self.talk.read, some), None)
            if read is None:
                break
            found += understood(some, read)
        return found + [()] * (len(names) - len(found))

    async def put_many(self, puts: Sequence[CacheWrite]) -> None:
        """See `Store`. What is too large, or cannot be told in bytes, is not remembered."""
        if self.listener is None or not self.listener.listening.is_set():
            return
        heard = self.listener.last  # now: whoever calls has just looked at what was heard so far
        name = self.talk.names.value
        for several in together(told(name(put.place), put, heard) for put in puts):
            await self.writing.ask(partial(self.talk.write, several), None)

    async def drop(self, tags: Sequence[str]) -> int:
        """See `Store`. What cannot be dropped now is dropped first when Redis is back."""
        rest, dropped = list(tags), 0
        try:
            while rest:
                answer = await self.writing.ask(partial(self._dropped, rest[:AT_ONCE]), None)
                if answer is None:
                    break
                dropped += answer[0]
                rest = rest if answer[1] else rest[AT_ONCE:]
        finally:
            self.talk.owed.add(rest)
        return dropped

    async def claim(self, places: Sequence[CacheKey]) -> list[bool]:
        """See `Store`."""
        names = [self.talk.names.claim(each) for each in places]
        return await self.writing.ask(partial(self.talk.claim, names), [True] * len(names))

    async def release(self, places: Sequence[CacheKey]) -> None:
        """See `Store`."""
        names = [self.talk.names.claim(each) for each in places]
        await self.writing.ask(partial(self.talk.release, names), None)

    async def settle(self) -> None:
        """Do what is owed, if that can be done now."""
        if self.talk.owed:
            await self.writing.ask(self.talk.settle, None)

    async def _dropped(self, tags: Sequence[str]) -> tuple[int, bool] | None:
        await self.talk.settle()
        return await self.talk.drop(tags)
