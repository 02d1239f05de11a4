"""Whatever lies in Redis, or answers in its place, counts as nothing stored; nothing raises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cache.redis_servers import URL, bills, cache_key, redis_namespace, store_client

ADA, BEN = "A1", "A2"
FOREIGN = [
    ("RPUSH", b"x"),
    ("SADD", b"x"),
    ("HSET", b"x", b"y"),
    ("ZADD", b"1", b"x"),
    ("SET", b""),
    ("SET", b"nan"),
    ("SET", b"9" * 30),
    ("SET", b"1795248496172600:" + bytes(20)),
    ("SET", bytes(range(256))),
]


@pytest.mark.parametrize("command", FOREIGN, ids=lambda command: f"{command[0]} {command[-1][:8]!r}")
async def test_foreign_values_count_as_nothing_and_are_replaced(command: tuple[Any, ...]):
    async with (
        redis_namespace() as (prefix, client),
        store_client(URL, prefix) as one,
        store_client(URL, prefix) as other,
    ):
        await one.put(ADA, "1")
        await one.put(BEN, "2")
        await one.store.invalidate(["Bill#2"])
        await one.store.acquire([cache_key(ADA)])
        for name in [name async for name in client.scan_iter(f"{prefix}:*")]:
            await client.unlink(name)
            await client.execute_command(command[0], name, *command[1:])
        assert (await one.rows(ADA), await other.rows(ADA)) == (None, None)
        assert await one.store.acquire([cache_key(ADA)]) == [True]
        await one.store.release([cache_key(ADA)])
        await one.store.invalidate(["Bill#1"])
        assert not one.store.log.pending
        await other.put(ADA, "1")
        assert await one.rows(ADA) == bills("1")
        await one.store.invalidate(["Bill#1"])
        assert await other.rows(ADA) is None


@pytest.mark.parametrize("log_entry", [b"", b"x", b"\xff", b"\xa5other", b"\x91\xc4\x01\xff"])
async def test_an_unreadable_log_entry_may_mean_any_tag(log_entry: bytes):
    async with redis_namespace() as (prefix, client), store_client(URL, prefix) as one:
        await one.put(ADA, "1")
        asked_at = one.store.invalidations.latest
        number = await client.incr(f"{prefix}:sequence")
        await client.set(f"{prefix}:log:{number}", log_entry)
        await one.put(BEN, "2", asked_at=asked_at)
        assert (await one.rows(ADA), await one.rows(BEN)) == (bills("1"), None)


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[str]:
    """A server that is no Redis: it sends this to every client, and hangs up."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"


PROTOCOL = st.lists(
    st.sampled_from([b"*", b"$", b"+OK", b"-ERR no", b":", b"\r\n", b"1", b"2", b"-1", b"99999999999", b"%", b"x"]),
    max_size=30,
).map(b"".join)


@pytest.mark.parametrize("answer", [b"*0\r\n", b"*-1\r\n", b"*1\r\n$1\r\n1\r\n", b":1\r\n", b"+OK\r\n"])
async def test_an_answer_of_another_shape_counts_as_nothing(answer: bytes):
    async with answering(answer) as url, store_client(url, "c360") as one:
        assert await one.rows(ADA) is None
        assert await one.store.get_many([cache_key(ADA)] * 120) == [()] * 120


@settings(max_examples=60, deadline=None)
@given(answer=st.one_of(PROTOCOL, st.binary(max_size=100), st.just(b"*1\r\n" * 5_000)))
async def test_nothing_raises_whatever_answers_in_place_of_redis(answer: bytes):
    async with answering(answer) as url, store_client(url, "c360") as one:
        for _ in range(2):
            assert await one.rows(ADA) is None
            assert len(await one.store.acquire([cache_key(ADA), cache_key(BEN)])) == 2
            await one.store.invalidate(["Bill#1"])
            await one.store.release([cache_key(ADA)])
            await one.put(ADA)
            one.clock[0] += 10
