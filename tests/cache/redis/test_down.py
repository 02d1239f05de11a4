"""Redis down, slow, full or read-only: nothing raises, nothing stale is shown, and it is used again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from support.cache.redis_servers import Process, absent, listening, place, process, server

from gateway.cache.redis.pending_invalidations import MOST

ADA, BEN = "A1", "A2"
REST = 1.0  # seconds that a guard leaves Redis alone


async def fail(one: Process) -> None:
    """So often that it is left alone."""
    for _ in range(3):
        assert await one.rows(ADA) is None
        assert await one.store.claim([place(ADA)]) == [True]


async def test_killed_and_started_again_it_is_used_again(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "gateway")
    async with server() as redis, listening(redis.url, "c360") as one:
        await one.put(ADA, "Bill#1")
        assert await one.rows(ADA) == ({"id": 1},)
        redis.kill()
        await fail(one)
        await fail(one)
        assert one.store.reading.away
        assert one.store.writing.away
        await redis.start()
        await one.ears.hear("anything")
        assert await one.rows(ADA) is None  # still left alone
        one.time[0] += REST
        assert await one.rows(ADA) is None  # lost with the server
        await one.put(ADA, "Bill#1")
        assert await one.rows(ADA) == ({"id": 1},)
        assert not one.store.reading.away
        assert not one.store.writing.away
    said = [each.getMessage().split(" (")[0] for each in caplog.records]
    assert sorted(said) == sorted(
        [
            "Redis: what is remembered there fails",
            "Redis: remembering there fails",
            "Redis: it does not tell what is dropped",
            "Redis: it tells again what is dropped",
            "Redis: what is remembered there works again",
            "Redis: remembering there works again",
        ]
    )


async def test_a_drop_that_was_not_taken_comes_before_anything_else():
    async with server() as redis, listening(redis.url, "c360") as one, listening(redis.url, "c360") as other:
        await one.put(ADA, "Bill#1")
        await one.put(BEN, "Bill#2")
        await redis.told("REPLICAOF", "127.0.0.1", "1")  # read-only: writing fails, reading does not
        assert await one.store.drop(["Bill#1"]) == 0
        assert await other.rows(ADA) == ({"id": 1},)  # that change comes late to it
        assert await one.rows(ADA) is None  # nothing is shown by who knows better
        assert await one.rows(BEN) is None
        await redis.told("REPLICAOF", "NO", "ONE")
        assert await one.rows(BEN) == ({"id": 1},)
        assert (await one.rows(ADA), await other.rows(ADA)) == (None, None)
        await other.ears.hear("Bill#1")
        assert not one.store.talk.owed


async def test_where_too_many_drops_are_owed_everything_is_forgotten():
    async with server() as redis, listening(redis.url, "c360") as one, listening(redis.url, "c360") as other:
        await one.put(ADA, "Bill#1")
        await redis.told("REPLICAOF", "127.0.0.1", "1")
        assert await one.store.drop([f"Bill#{number}" for number in range(2, MOST + 3)]) == 0
        assert one.store.talk.owed.everything
        await redis.told("REPLICAOF", "NO", "ONE")
        assert await one.rows(ADA) is None
        assert await other.rows(ADA) is None
        assert not one.store.talk.owed


async def test_what_is_owed_is_done_though_nobody_asks():
    async with server() as redis, listening(redis.url, "c360") as one, listening(redis.url, "c360") as other:
        await one.put(ADA, "Bill#1")
        await redis.told("REPLICAOF", "127.0.0.1", "1")
        one.store.writing.rest = 0.0  # its time stands still, and it tries again whenever it has leisure
        assert await one.store.drop(["Bill#1"]) == 0
        await redis.told("REPLICAOF", "NO", "ONE")
        await other.ears.hear("Bill#1")
        assert await other.rows(ADA) is None


async def test_full_it_remembers_nothing_new_and_drops_all_the_same():
    async with server() as redis, listening(redis.url, "c360") as one:
        await one.put(ADA, "Bill#1")
        await redis.told("CONFIG", "SET", "maxmemory", "1")
        await one.put(BEN, "Bill#2")
        assert await one.store.claim([place(BEN)]) == [True]
        assert (await one.rows(ADA), await one.rows(BEN)) == (({"id": 1},), None)
        assert await one.store.drop(["Bill#1"]) == 1
        assert await one.rows(ADA) is None


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """A server that takes every word and never says one."""
    ends = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1_000):
            pass
        writer.close()
        ends.set()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as made:
        yield f"redis://127.0.0.1:{made.sockets[0].getsockname()[1]}/0"


async def test_who_never_answers_is_waited_for_a_moment_and_then_left_alone():
    async with silent() as url, process(url, "c360", seconds=0.01) as one:
        await fail(one)
        assert one.store.reading.away
        assert one.store.writing.away
        assert await one.store.drop(["Bill#1"]) == 0
        assert list(one.store.talk.owed.tags) == ["Bill#1"]
        one.time[0] += REST
        assert await one.rows(ADA) is None  # tried once, in vain
        assert one.store.reading.until == one.time[0] + REST


async def test_only_one_command_tries_what_was_left_alone():
    async with silent() as url, process(url, "c360", seconds=0.05) as one:
        await fail(one)
        one.time[0] += REST
        tries = [asyncio.create_task(one.rows(ADA)) for _ in range(50)]
        await asyncio.sleep(0)
        assert len(one.store.reading.under_way) == 1
        assert set(await asyncio.gather(*tries)) == {None}


async def test_waiting_for_ones_turn_says_nothing_of_redis():
    async with silent() as url, process(url, "c360", seconds=0.01) as one:
        for _ in range(32):
            await one.store.reading.room.acquire()
        for _ in range(5):
            assert await one.rows(ADA) is None
        assert one.store.reading.failed == 0


async def test_requests_that_are_given_up_leave_the_connections_fit():
    async with server() as redis, listening(redis.url, "c360") as one:
        await one.put(ADA, "Bill#1")
        for _ in range(20):
            asked = [asyncio.create_task(one.rows(ADA)) for _ in range(100)]
            for _ in range(5):
                await asyncio.sleep(0)
            for each in asked:
                each.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
        found = await asyncio.gather(*(one.rows(ADA) for _ in range(200)))
        assert all(rows == ({"id": 1},) for rows in found)
        pool = one.store.talk.cache.client.connection_pool
        assert not one.store.reading.under_way
        assert len(pool._in_use_connections) == 1  # noqa: SLF001  # that which listens; nobody else tells
        clients = (await redis.told("CLIENT", "LIST")).count(b"addr=") / 2  # addr and laddr
        assert clients <= 32 + 1 + 1


async def test_many_places_are_one_question_and_many_claims_one():
    async with server() as redis, listening(redis.url, "c360") as one:
        places = [place(str(number)) for number in range(50)]
        await redis.told("CONFIG", "RESETSTAT")
        await one.store.get_many(places)
        await one.store.claim(places)
        told = await redis.told("INFO", "commandstats")
        assert (told["cmdstat_mget"]["calls"], told["cmdstat_eval"]["calls"]) == (1, 1)
        assert not {"cmdstat_scan", "cmdstat_keys"} & set(told)


def test_tests_of_redis_are_skipped_at_home_and_fail_in_ci():
    with pytest.raises(pytest.skip.Exception):
        absent("none", {})
    with pytest.raises(pytest.fail.Exception):
        absent("none", {"CI": "1"})
