"""A call whose time is over is a failure of its source, unless it mostly waited in a queue that moved."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import NAME, PATIENT

from gateway.concurrency.bulkhead import Bulkhead, Permit
from gateway.errors import Overloaded, SourceDown, SourceTimeout

SECONDS = 4.0
DURATIONS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


class Bench:
    """A bulkhead with one place and a clock that stands still."""

    def __init__(self) -> None:
        self.time = 10.0
        self.bulkhead = Bulkhead(1, now=lambda: self.time)

    async def run_and_raise(self, error: BaseException) -> None:
        """Run a call that takes all of its time and then raises."""
        with suppress(type(error)):
            async with self.bulkhead.permit():
                self.time += SECONDS
                raise error


def kind_of(permit: Permit) -> type:
    return type(permit.timeout_error(NAME, SECONDS))


@PATIENT
@given(before=DURATIONS, wait=DURATIONS)
async def test_a_long_wait_behind_an_answered_call_is_queueing(before: float, wait: float) -> None:
    bench = Bench()
    first = bench.bulkhead.permit()
    await first.__aenter__()
    bench.time += before
    permit = bench.bulkhead.permit()
    bench.time += wait
    await first.__aexit__(None, None, None)
    async with permit:
        bench.time += 100
    assert kind_of(permit) is (Overloaded if wait > SECONDS / 2 else SourceTimeout)


@pytest.mark.parametrize("end", [asyncio.CancelledError, TimeoutError, SourceTimeout])
async def test_a_wait_for_a_silent_source_is_its_timeout(end: type[BaseException]) -> None:
    bench = Bench()
    async with bench.bulkhead.permit():
        pass  # an answer before the wait
    bench.time += 1
    permit = bench.bulkhead.permit()
    await bench.run_and_raise(end(NAME))
    assert kind_of(permit) is SourceTimeout
    async with permit:
        assert kind_of(permit) is SourceTimeout


async def test_a_failure_within_its_time_counts_as_an_answer() -> None:
    bench = Bench()
    permit = bench.bulkhead.permit()
    await bench.run_and_raise(SourceDown(NAME))
    error = permit.timeout_error(NAME, SECONDS, "GET /notes: ")
    assert (type(error), error.reason) == (Overloaded, "GET /notes: queued")


async def test_cancelled_waits_lose_no_place() -> None:
    bulkhead = Bench().bulkhead
    async with bulkhead.permit():
        tasks = [asyncio.create_task(bulkhead.permit().__aenter__()) for _ in range(5)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    async with bulkhead.permit():
        assert bulkhead.in_flight == 1
    assert (bulkhead.in_flight, len(bulkhead.queue)) == (0, 0)


async def test_callers_take_turns_and_a_loop_delays_none() -> None:
    bulkhead = Bench().bulkhead
    order: list[str] = []

    async def call(caller: str) -> None:
        assert await bulkhead.acquire(caller=caller)
        order.append(caller)
        bulkhead.release()

    async with bulkhead.permit():
        tasks = [asyncio.create_task(call(caller)) for caller in "AAAAABBC"]
        await asyncio.sleep(0)
        tasks.pop(1).cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert "".join(order) == "ABCABAA"
    assert (bulkhead.in_flight, len(bulkhead.queue)) == (0, 0)
