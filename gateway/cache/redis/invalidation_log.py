"""Invalidations in Redis: the versions of tags, and a log from which every gateway hears of them."""

import asyncio
import logging
import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

import msgspec
from aiocache.backends.redis import RedisBackend
from redis.exceptions import ResponseError

from gateway.cache.invalidations import Invalidations
from gateway.cache.policy import CachePolicy
from gateway.cache.redis.guard import Guard
from gateway.cache.redis.keys import RedisKeys

log = logging.getLogger("gateway")
TAGS_AT_ONCE = 200  # in one command: no command takes Redis long
MAX_PENDING = 20_000  # tags
ALL_TAGS = ""  # stands for all tags, where more than these are pending
MAX_LOGS = 500  # a gateway that has missed more invalidations reads none of them
LOG_TTL = 60.0  # seconds: longer than any source has to answer
RETRY_INTERVAL = 1.0  # seconds
MIN_RETENTION = 6 * 3_600.0  # seconds: gateways of another catalog may cache longer than this one


class InvalidationLog:
    """Lives as long as the store, and uses these names in Redis.

    * `epoch`: a random text. An answer of another epoch is invalid, so that a new epoch forgets everything.
    * `sequence`: the number of the latest invalidation. Each read of values reads it too: a gateway hears of
      every invalidation before it shows or stores an answer.
    * `log:<number>`: the tags of that invalidation, for as long as older answers may be in flight.
    * `tag:<digest>`: the version of a tag, a random text. It outlives the answers of the tag.

    retention: seconds that versions live
    position: the latest number that this gateway has heard of
    pending: tags that Redis has not stored yet, each with the number of its invalidation here
    """

    def __init__(self, cache: RedisBackend, keys: RedisKeys, writes: Guard, retention: float = MIN_RETENTION) -> None:
        self.cache, self.keys, self.writes, self.retention = cache, keys, writes, retention
        self.invalidations = Invalidations()
        self.pending: dict[str, int] = {}
        self.epoch: bytes | None = None
        self.position = 0
        self.retrying: asyncio.Task[None] | None = None

    async def read(self, names: Sequence[str]) -> list[Any]:
        """The values of these names. Every earlier invalidation is applied first."""
        before = self.epoch, self.position
        epoch, number, *values = await self.cache.multi_get([self.keys.epoch, self.keys.sequence, *names])
        if len(values) != len(names):
            raise ValueError(f"Redis gave {len(values)} values for {len(names)} names")
        number = int(number) if isinstance(number, bytes) and number.isdigit() else 0
        if epoch is None or (epoch == before[0] and number < before[1]):  # Redis lost its data, or the latest of it
            epoch = secrets.token_hex(8).encode()
            await self.cache.set(self.keys.epoch, epoch)
        await self._catch_up(epoch, number)
        return list(values)

    async def invalidate(self, tags: Sequence[str]) -> bool:
        """Give these tags new versions: now, or as soon as Redis stores them. Return whether it has stored them."""
        self.invalidations.add(tags)
        self.add_pending(tags)
        await self.settle()
        if self.pending and self.retrying is None:
            log.warning("Redis does not store invalidations: other gateways may show older answers until then")
            self.retrying = asyncio.create_task(self._retry())
        return not self.pending

    def add_pending(self, tags: Sequence[str]) -> None:
        self.pending.update(dict.fromkeys(tags, self.invalidations.latest))
        if len(self.pending) > (1 if ALL_TAGS in self.pending else MAX_PENDING):
            self.pending = {ALL_TAGS: self.invalidations.latest}

    async def settle(self) -> None:
        """Store pending invalidations, if that is possible now."""
        while self.pending:
            if not await self.writes.run(self._store_some, fallback=False):
                return

    async def close(self) -> None:
        if self.retrying is not None:
            self.retrying.cancel()
            await asyncio.wait([self.retrying])

    async def _catch_up(self, epoch: bytes, number: int) -> None:
        if epoch != self.epoch:
            self.epoch, self.position = epoch, number
            self.invalidations.add_all()
        elif number > self.position:
            logs: list[Sequence[str] | None] = [None]
            if number - self.position <= MAX_LOGS:
                names = [self.keys.log(each) for each in range(self.position + 1, number + 1)]
                logs = [_tags(each) for each in await self.cache.multi_get(names)]
            if number > self.position:  # no other read was faster
                for tags in logs:
                    self.invalidations.add_all() if tags is None else self.invalidations.add(tags)
                self.position = number

    async def _store_some(self) -> bool:
        some = dict(islice(self.pending.items(), TAGS_AT_ONCE))
        if ALL_TAGS in some:
            await self.cache.delete(self.keys.epoch)
        elif some:
            await self._store(list(some))
        for tag, number in some.items():
            if self.pending.get(tag) == number:  # not invalidated again since
                del self.pending[tag]
        return True

    async def _store(self, tags: Sequence[str]) -> None:
        """Take the number first: until the log of a number is there, readers treat every tag as invalidated."""
        version = secrets.token_hex(8).encode()
        try:
            number = await self.cache.increment(self.keys.sequence)
            names = msgspec.msgpack.encode([tag.encode("utf-8", "surrogatepass") for tag in tags])
            await self.cache.set(self.keys.log(number), names, ttl=LOG_TTL)
            await self.cache.multi_set([(self.keys.tag(tag), version) for tag in tags], ttl=self.retention)
        except (TypeError, ResponseError):  # Redis is out of memory, or another program wrote to one of these names
            above_all = b"%d" % (time.time_ns() // 1000)
            with suppress(ResponseError):
                await self.cache.set(self.keys.sequence, above_all)
            await self.cache.delete(self.keys.epoch)
        else:
            if number == self.position + 1:  # its own: there is nothing to hear
                self.position = number

    async def _retry(self) -> None:
        while self.pending:
            await asyncio.sleep(RETRY_INTERVAL)
            await self.settle()
        self.retrying = None
        log.info("Redis stores invalidations again")


def retention(policies: Iterable[CachePolicy]) -> float:
    """Seconds that versions of tags live: longer than any answer that these policies allow."""
    lifetimes = [each.lifetime(empty=empty) for each in policies for empty in (True, False)]
    return max([MIN_RETENTION, *lifetimes]) + LOG_TTL


def _tags(value: Any) -> list[str] | None:
    """The tags of an invalidation. None where they cannot be read: it may concern every tag."""
    try:
        names = msgspec.msgpack.decode(value, type=list[bytes])
        return [name.decode("utf-8", "surrogatepass") for name in names]
    except (ValueError, TypeError):
        return None
