"""What stands before Redis takes what has come in time, though its own machine was busy."""

import asyncio
import socket
import time

import pytest

from gateway.cache.redis.guard import Guard
from gateway.concurrency.bulkhead import Bulkhead

SECONDS = 0.02


async def test_an_answer_that_has_come_is_taken_though_the_event_loop_is_late():
    here, there = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=here)
    waiting = asyncio.Event()

    async def work() -> bytes:
        waiting.set()
        return await reader.read(10)

    guard = Guard("reading", Bulkhead(1), SECONDS)
    asked = asyncio.create_task(guard.ask(work, b"instead"))
    await waiting.wait()
    with there:
        there.send(b"told")
        time.sleep(2 * SECONDS)  # noqa: ASYNC251  # as when a large answer is written: nothing else runs
        assert await asked == b"told"
    assert guard.failed == 0
    writer.close()


async def test_what_does_not_come_in_time_is_ended_and_counted():
    guard, ended = Guard("reading", Bulkhead(1), SECONDS), asyncio.Event()

    async def work() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return "told"

    assert await guard.ask(work, "instead") == "instead"
    assert ended.is_set()
    assert guard.failed == 1
    assert not guard.under_way


async def test_a_bug_is_no_failure_of_redis():
    guard = Guard("reading", Bulkhead(1), SECONDS)

    async def work() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await guard.ask(work, "instead")
    assert guard.failed == 0


async def test_whoever_gives_up_does_not_end_what_is_under_way():
    guard, ended, open_ = Guard("reading", Bulkhead(1), 20), asyncio.Event(), asyncio.Event()

    async def work() -> str:
        await open_.wait()
        ended.set()
        return "told"

    asked = asyncio.create_task(guard.ask(work, "instead"))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    open_.set()
    await ended.wait()
    await guard.close()
    assert guard.failed == 0
    assert not guard.under_way


async def test_once_closed_nothing_is_asked_any_more():
    guard, asked = Guard("reading", Bulkhead(1), SECONDS), []

    async def work() -> str:
        asked.append(1)
        return "told"

    assert await guard.ask(work, "instead") == "told"
    waiting = asyncio.create_task(guard.ask(work, "instead"))
    await asyncio.sleep(0)  # it is to begin in the next pass
    await guard.close()
    assert await waiting == "instead"
    assert await guard.ask(work, "instead") == "instead"
    assert asked == [1]
