"""Whatever lies in Redis, or answers in its place, counts as nothing remembered; nothing raises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.cache.redis_servers import URL, Process, corner, listening, place, process

ADA, BEN = "A1", "A2"
OTHER_KINDS = [
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


@pytest.mark.parametrize("command", OTHER_KINDS, ids=lambda words: f"{words[0]} {words[-1][:8]!r}")
async def test_foreign_values_under_all_our_names_are_nothing_and_go(command: tuple[Any, ...]):
    async with corner() as (prefix, client), listening(URL, prefix) as one:
        await one.put(ADA, "Bill#1")
        await one.put(BEN, "Bill#2")
        await one.store.claim([place(ADA)])
        for name in [name async for name in client.scan_iter(f"{prefix}:*")]:
            await client.unlink(name)
            await client.execute_command(command[0], name, *command[1:])
        assert await one.rows(ADA) is None
        assert await one.store.claim([place(ADA)]) == [True]
        await one.store.release([place(ADA)])
        assert await one.store.drop(["Bill#1"]) in (0, 1)
        async with listening(
            URL, prefix
        ) as other:  # a tag whose values nobody knows any more: all is forgotten
            await _put_until_there(other, ADA, "Bill#1")
            assert await other.store.drop(["Bill#1"]) == 1
            assert await other.rows(ADA) is None


async def _put_until_there(one: Process, key: str, tag: str) -> None:
    for _ in range(1_000):  # what was lost meanwhile has to be heard of first
        await one.put(key, tag)
        if await one.rows(key) is not None:
            return
    listener, reading, writing = one.store.listener, one.store.reading, one.store.writing
    pytest.fail(f"never there: {listener}, {reading}, {writing}")


async def test_what_others_publish_there_means_that_anything_may_have_changed():
    async with corner() as (prefix, client), listening(URL, prefix) as one:
        for told in (b"", b"x", b"12 \xff", b"12 \xa5other", b"-"):
            await client.publish(f"{prefix}:dropped", told)
            await one.ears.hear("anything")
        await one.put(ADA, "Bill#1")
        assert await one.rows(ADA) == ({"id": 1},)


@asynccontextmanager
async def answering(said: bytes) -> AsyncIterator[str]:
    """A server that is no Redis: it says this to everything, and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"


protocol = st.lists(
    st.sampled_from(
        [b"*", b"$", b"+OK", b"-ERR no", b":", b"\r\n", b"1", b"2", b"-1", b"99999999999", b"%", b"x"]
    ),
    max_size=30,
).map(b"".join)


@pytest.mark.parametrize("said", [b"*0\r\n", b"*-1\r\n", b"*1\r\n$1\r\n1\r\n", b":1\r\n", b"+OK\r\n"])
async def test_an_answer_of_another_shape_is_nothing(said: bytes):
    async with answering(said) as url, process(url, "c360") as one:
        assert await one.rows(ADA) is None
        assert await one.store.get_many([place(ADA)] * 120) == [()] * 120


@settings(max_examples=60, deadline=None)
@given(said=st.one_of(protocol, st.binary(max_size=100), st.just(b"*1\r\n" * 5_000)))
async def test_whatever_answers_in_its_place_nothing_raises(said: bytes):
    async with answering(said) as url, process(url, "c360") as one:
        for _ in range(2):
            assert await one.rows(ADA) is None
            claims = await one.store.claim([place(ADA), place(BEN)])
            assert len(claims) == 2
            assert await one.store.drop(["Bill#1"]) >= 0
            await one.store.release([place(ADA)])
            await one.put(ADA, "Bill#1")
            one.time[0] += 10
