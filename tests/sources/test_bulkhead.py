"""Whose doing it is that a call came too late: ours, where the system has answered others meanwhile."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import NAME, PATIENT

from gateway.concurrency.bulkhead import Bulkhead
from gateway.errors import QueueFull, SourceDown, SourceTimeout

SECONDS = 4.0
MOMENTS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


class At:
    """A room of one place, with a clock that stands."""

    def __init__(self) -> None:
        self.time = 10.0
        self.room = Bulkhead(1, now=lambda: self.time)

    async def ending(self, error: BaseException) -> None:
        """A call that takes all its time, and ends like this."""
        with suppress(type(error)):
            async with self.room.permit():
                self.time += SECONDS
                raise error


@PATIENT
@given(before=MOMENTS, waited=MOMENTS)
async def test_a_wait_behind_answered_calls_counts_as_queueing(before: float, waited: float) -> None:
    at = At()
    first = at.room.permit()
    await first.__aenter__()
    at.time += before
    turn = at.room.permit()
    at.time += waited
    await first.__aexit__(None, None, None)
    async with turn:
        at.time += 100
    ours = waited > SECONDS / 2
    assert type(turn.timeout_error(NAME, SECONDS)) is (QueueFull if ours else SourceTimeout)


@pytest.mark.parametrize("end", [asyncio.CancelledError, TimeoutError, SourceTimeout])
async def test_a_wait_behind_unanswered_calls_counts_as_a_timeout(end: type[BaseException]) -> None:
    at = At()
    async with at.room.permit():
        pass  # it did once, before
    at.time += 1
    turn = at.room.permit()
    await at.ending(end(NAME))
    assert type(turn.timeout_error(NAME, SECONDS)) is SourceTimeout  # it has waited for a place all the time
    async with turn:
        assert type(turn.timeout_error(NAME, SECONDS)) is SourceTimeout


async def test_a_failure_in_time_counts_as_an_answer() -> None:
    at = At()
    turn = at.room.permit()
    await at.ending(SourceDown(NAME))
    late = turn.timeout_error(NAME, SECONDS, "GET /notes: ")
    assert (type(late), late.reason) == (QueueFull, "GET /notes: queued")


async def test_a_cancelled_wait_takes_no_permit() -> None:
    at = At()
    async with at.room.permit():
        waiting = [asyncio.create_task(at.room.permit().__aenter__()) for _ in range(5)]
        await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    async with at.room.permit():
        assert at.room.in_flight == 1
    assert at.room.in_flight == 0
