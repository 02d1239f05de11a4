"""A read of any size is answered in full, and is no reason to stop using Redis."""

from support.cache.redis_servers import cache_key, server, store_client, write

from gateway.cache.redis.store import KEYS_AT_ONCE

MANY = 1_000
KEYS = [cache_key(str(number)) for number in range(MANY)]


async def test_a_large_read_is_many_commands_of_few_keys():
    async with server() as redis, store_client(redis.url, "c360") as one:
        numbers = [0, KEYS_AT_ONCE - 1, KEYS_AT_ONCE, MANY - 1]
        for number in numbers:
            await one.put(str(number), number)
        await redis.command("CONFIG", "RESETSTAT")
        entries = await one.store.get_many(KEYS)
        assert [each[0].rows[0]["id"] for each in entries if each] == numbers
        assert len(entries) == MANY
        statistics = await redis.command("INFO", "commandstats")
        assert statistics["cmdstat_mget"]["calls"] == MANY / KEYS_AT_ONCE + 3  # versions for three of these


async def test_large_answers_are_written_in_several_commands():
    async with server() as redis, store_client(redis.url, "c360") as one:
        await one.rows("0")
        await redis.command("CONFIG", "RESETSTAT")
        await one.store.put_many([write(each.key, "x" * 300_000) for each in KEYS[:10]], asked_at=1)
        assert all(await one.store.get_many(KEYS[:10]))
        assert (await redis.command("INFO", "commandstats"))["cmdstat_mset"]["calls"] == 4


async def test_a_read_that_takes_too_long_brings_what_has_arrived():
    async with server() as redis, store_client(redis.url, "c360") as one:
        await one.put("0")
        await one.put(str(MANY - 1))
        steps = iter(range(MANY))
        one.store.now = lambda: next(steps) / 4  # each command takes a quarter of a second
        entries = await one.store.get_many(KEYS)
        assert len(entries) == MANY
        assert entries[0]
        assert not entries[-1]
        assert one.store.reads.is_up
