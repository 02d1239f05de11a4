"""What is said to Redis and what it answers: each a round trip, any of which may fail."""

import asyncio
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiocache.backends.redis import RedisBackend

from gateway.cache.entries import CacheEntry
from gateway.cache.redis.codec import packed, unpacked
from gateway.cache.redis.keys import Names, digest
from gateway.cache.redis.pending_invalidations import PendingInvalidations
from gateway.cache.redis.scripts import CLAIM, DROP, FORGET, GONE, PUT, RELEASE, known_as
from gateway.cache.redis.subscriber import message
from gateway.cache.store import CacheWrite

ASKING = 2_000  # milliseconds that one may ask for all; who has died is not waited for longer
AT_ONCE = 500  # tags, or values of one tag, dropped in one step: others wait for Redis meanwhile
MOST_BYTES = 1_000_000  # of one answer, and of all that is sent at once
MOST_TAGS = 2_000  # of one answer
Told = Sequence[Any]  # what the script PUT is told of one answer


@dataclass(slots=True)
class Talk:
    """Lives as long as the store. Raises whatever the driver does; what is owed is done first."""

    cache: RedisBackend
    names: Names
    owed: PendingInvalidations = field(default_factory=PendingInvalidations)
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    settling: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(self, names: Sequence[str]) -> list[Any]:
        """The generation, and what lies under each of these names: `understood` reads it."""
        await self.settle()
        generation, *found = await self.cache.multi_get([self.names.generation, *names])
        if len(found) != len(names):
            raise ValueError("an answer of another length")
        return [generation, *found]

    async def write(self, puts: Sequence[Told]) -> None:
        """Put what `told` has made."""
        await self.settle()
        async with self.cache.client.pipeline(transaction=False) as pipe:
            for number, each in enumerate(puts):
                run = ("EVALSHA", known_as(PUT)) if number else ("EVAL", PUT)
                pipe.execute_command(*run, 0, self.names.prefix, *each)
            await pipe.execute()

    async def claim(self, names: Sequence[str]) -> list[bool]:
        """Whether each is ours now."""
        told = await self._run(CLAIM, self.token, ASKING, *names)
        return [each == 1 for _, each in zip(names, told, strict=True)]

    async def release(self, names: Sequence[str]) -> None:
        """Those that are ours are nobody's now."""
        await self._run(RELEASE, self.token, *names)

    async def drop(self, tags: Sequence[str]) -> tuple[int, bool]:
        """How many values of these tags were dropped, and whether there are more."""
        hidden = [digest(tag) for tag in tags]
        count, more = await self._run(DROP, AT_ONCE, GONE, message(tags), *hidden)
        return int(count), more == 1

    async def settle(self) -> None:
        """Do what is owed."""
        if not self.owed:
            return
        async with self.settling:
            while self.owed.everything:
                times = self.owed.times
                await self._run(FORGET)
                self.owed.forgotten(times)
            while tags := self.owed.some(AT_ONCE):
                times = self.owed.times
                _, more = await self.drop(tags)
                if not more:
                    self.owed.paid(tags, times)

    async def _run(self, script: str, *said: Any) -> Any:
        return await self.cache.client.execute_command("EVAL", script, 0, self.names.prefix, *said)


def told(name: str, put: CacheWrite, heard: int) -> Told | None:
    """What PUT is told of one answer; None of one that cannot be remembered here."""
    life = int(put.seconds * 1000)
    if len(put.tags) > MOST_TAGS or life < 1:
        return None
    try:
        body = packed(name, put.kept)
    except ValueError:
        return None
    return [name, body, life, heard, *map(digest, put.tags)] if len(body) <= MOST_BYTES else None


def together(puts: Iterable[Told | None]) -> Iterator[list[Told]]:
    """As many at once as are not too much."""
    several: list[Told] = []
    size = 0
    for put in puts:
        if put is None:
            continue
        size += len(put[1])
        if several and size > MOST_BYTES:
            yield several
            several, size = [], len(put[1])
        several.append(put)
    if several:
        yield several


def understood(names: Sequence[str], read: Sequence[Any]) -> list[Sequence[CacheEntry]]:
    """What was remembered under these names, as `read` found it."""
    generation, *found = read
    return [_kept(name, generation, packet) for name, packet in zip(names, found, strict=True)]


def _kept(name: str, generation: object, packet: object) -> Sequence[CacheEntry]:
    """What a value tells; nothing where it is of another generation, or no value of ours at all."""
    if not isinstance(generation, bytes) or not isinstance(packet, bytes):
        return ()
    born, _, rest = packet.partition(b":")
    if born != generation or not generation.isdigit():
        return ()
    try:
        return unpacked(name, rest)
    except ValueError:
        return ()
