"""The guard before Redis: its timeout, and what counts as a failure of Redis."""

import asyncio
import socket
import time

import pytest

from gateway.cache.redis.guard import Guard
from gateway.concurrency.bulkhead import Bulkhead
from gateway.resilience.circuit import ConsecutiveFailures

TIMEOUT = 0.02


def guard(timeout: float = TIMEOUT) -> Guard:
    return Guard("reads", Bulkhead(1), timeout)


def failures(guarded: Guard) -> int:
    assert isinstance(guarded.circuit.trip, ConsecutiveFailures)
    return guarded.circuit.trip.failures


async def test_a_timely_answer_is_taken_on_a_late_event_loop():
    here, there = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=here)
    waiting = asyncio.Event()

    async def command() -> bytes:
        waiting.set()
        return await reader.read(10)

    guarded = guard()
    running = asyncio.create_task(guarded.run(command, b"fallback"))
    await waiting.wait()
    with there:
        there.send(b"answer")
        time.sleep(2 * TIMEOUT)  # noqa: ASYNC251  # as while a large response is written: nothing else runs
        assert await running == b"answer"
    assert failures(guarded) == 0
    writer.close()


async def test_a_command_past_its_timeout_is_cancelled_and_counted():
    guarded, ended = guard(), asyncio.Event()

    async def command() -> str:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return "answer"

    assert await guarded.run(command, "fallback") == "fallback"
    assert ended.is_set()
    assert (failures(guarded), guarded.in_flight) == (1, set())


@pytest.mark.parametrize(("wait", "failed"), [(2.0, 0), (0.0, 1)])
async def test_the_wait_for_the_bulkhead_does_not_count_against_redis(wait: float, failed: int):
    guarded = guard()
    await guarded.bulkhead.acquire()
    asyncio.get_running_loop().call_later(wait * TIMEOUT, guarded.bulkhead.release)
    assert await guarded.run(asyncio.Event().wait, fallback=False) is False
    assert failures(guarded) == failed


async def test_a_bug_is_raised_and_is_no_failure_of_redis():
    async def command() -> str:
        raise ZeroDivisionError

    guarded = guard()
    with pytest.raises(ZeroDivisionError):
        await guarded.run(command, "fallback")
    assert failures(guarded) == 0


async def test_cancelling_the_caller_does_not_cancel_the_command():
    guarded, ended, gate = guard(20), asyncio.Event(), asyncio.Event()

    async def command() -> str:
        await gate.wait()
        ended.set()
        return "answer"

    running = asyncio.create_task(guarded.run(command, "fallback"))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.set()
    await ended.wait()
    await guarded.close()
    assert (failures(guarded), guarded.in_flight) == (0, set())


async def test_a_closed_guard_runs_no_command():
    guarded, runs = guard(), []

    async def command() -> str:
        runs.append(1)
        return "answer"

    assert await guarded.run(command, "fallback") == "answer"
    waiting = asyncio.create_task(guarded.run(command, "fallback"))
    await asyncio.sleep(0)  # it would begin in the next pass
    await guarded.close()
    assert await waiting == "fallback"
    assert await guarded.run(command, "fallback") == "fallback"
    assert runs == [1]
