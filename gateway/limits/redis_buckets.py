"""Token buckets that several gateways share, in Redis: one script in one round trip, by the clock of Redis."""

import math
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Final

from gateway.cache.redis.guard import Guard
from gateway.cache.redis.keys import digest
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import Store
from gateway.concurrency.bulkhead import Bulkhead
from gateway.limits.buckets import WINDOW, Level, seconds_of
from gateway.limits.rates import Rates

MICROSECONDS: Final = 1_000_000
MAX_COMMANDS: Final = 16  # at once: the cache has the other connections of the pool
TIMEOUT: Final = 0.05  # seconds
# A bucket is the instant at which it is full, in microseconds. It expires then.
# ARGV: a window; what to take, which may be negative; 1 to refuse what the bucket does not hold.
SCRIPT: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local window, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or '') or now
local debt = math.min(math.max(full_at - now, 0), window)
local granted = 1
if ARGV[3] == '1' and debt + cost > window then
  granted = 0
else
  debt = math.min(math.max(debt + cost, 0), window)
end
redis.call('SET', KEYS[1], string.format('%.0f', now + debt), 'PX', math.ceil(debt / 1000) + 1)
return {granted, debt}
"""


class RedisBuckets:
    """Lives as long as the store, whose connections it uses."""

    def __init__(self, store: RedisStore, timeout: float = TIMEOUT) -> None:
        bulkhead = Bulkhead(MAX_COMMANDS)
        self.guard = Guard("rate limits", bulkhead, timeout, now=store.now, consequence="callers have no rate limit")
        self._prefix, self._script = store.keys.prefix, store.cache.client.register_script(SCRIPT)

    async def take(self, caller: str, points: int, capacity: int) -> Level | None:
        return await self._run(caller, seconds_of(points, capacity), may_refuse=True)

    async def correct(self, caller: str, points: int, capacity: int) -> Level | None:
        return await self._run(caller, seconds_of(points, capacity), may_refuse=False)

    async def _run(self, caller: str, seconds: float, *, may_refuse: bool) -> Level | None:
        arguments = [int(WINDOW * MICROSECONDS), math.ceil(seconds * MICROSECONDS), int(may_refuse)]
        name = f"{self._prefix}:points:{digest(caller)}"
        return await self.guard.run(partial(self._level, name, arguments), fallback=None)

    async def _level(self, name: str, arguments: list[int]) -> Level | None:
        granted, debt = await self._script(keys=[name], args=arguments)
        return Level(bool(granted), debt / MICROSECONDS)

    async def aclose(self) -> None:
        await self.guard.close()


@asynccontextmanager
async def shared_buckets(store: Store, rates: Rates) -> AsyncIterator[None]:
    """Have the points of callers in Redis within the block, if the cache is there."""
    if not isinstance(store, RedisStore):
        yield
        return
    async with aclosing(RedisBuckets(store)) as buckets:
        rates.buckets = buckets
        yield
