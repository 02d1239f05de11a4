"""However large a question is, it is answered in full, and is no reason to leave Redis alone."""

import asyncio

from support.cache.redis_servers import listening, place, server

from gateway.cache.redis.guard import Guard
from gateway.cache.redis.store import READS
from gateway.concurrency.bulkhead import Bulkhead

MANY = 1_000


async def test_a_large_question_is_many_commands_of_few_names():
    async with server() as redis, listening(redis.url, "c360") as one:
        for key in ("0", str(READS - 1), str(READS), str(MANY - 1)):
            await one.put(key, "Bill#1", rows=({"id": key},))
        await redis.told("CONFIG", "RESETSTAT")
        found = await one.store.get_many([place(str(number)) for number in range(MANY)])
        assert [each[0].rows[0]["id"] for each in found if each] == ["0", "49", "50", "999"]
        assert len(found) == MANY
        told = await redis.told("INFO", "commandstats")
        assert told["cmdstat_mget"]["calls"] == MANY / READS


async def test_a_question_larger_than_its_time_brings_what_has_come_and_leaves_redis_in_use():
    async with server() as redis, listening(redis.url, "c360") as one:
        await one.put("0", "Bill#1")
        await one.put(str(MANY - 1), "Bill#1")
        steps = iter(range(MANY))
        one.store.reading.now = lambda: next(steps) / 4  # each command takes a quarter of a second or more
        found = await one.store.get_many([place(str(number)) for number in range(MANY)])
        assert found[0]
        assert len(found) == MANY
        assert not found[-1]
        assert (one.store.reading.failed, one.store.reading.away) == (0, False)


async def test_a_command_whose_turn_came_late_does_not_count_against_redis():
    room = Bulkhead(1)
    guard = Guard("reading", room, 0.05)
    await room.acquire()
    loop = asyncio.get_running_loop()
    loop.call_later(0.04, room.release)
    assert await guard.ask(asyncio.Event().wait, None) is None
    assert guard.failed == 0
    assert await guard.ask(asyncio.Event().wait, None) is None
    assert guard.failed == 1
