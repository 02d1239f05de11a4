"""Whose doing it is that a call came too late: ours, where the system has answered others meanwhile."""

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import ANY, NAME

from gateway.concurrency.bulkhead import Bulkhead
from gateway.errors import NotAsked, SourceDown, SourceTimeout

SECONDS = 4.0
MOMENTS = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


class At:
    """A room of one place, with a clock that stands."""

    def __init__(self) -> None:
        self.time = 10.0
        self.room = Bulkhead(NAME, 1, SECONDS, lambda: self.time)

    async def ending(self, error: BaseException) -> None:
        """A call that takes all its time, and ends like this."""
        with suppress(type(error)):
            async with self.room.turn():
                self.time += SECONDS
                raise error


@ANY
@given(before=MOMENTS, waited=MOMENTS)
async def test_it_is_ours_where_most_of_the_time_was_a_wait_behind_one_who_was_answered(
    before: float, waited: float
) -> None:
    at = At()
    first = at.room.turn()
    await first.__aenter__()
    at.time += before
    turn = at.room.turn()
    at.time += waited
    await first.__aexit__(None, None, None)
    async with turn:
        at.time += 100
    ours = waited > SECONDS / 2
    assert type(turn.late()) is (NotAsked if ours else SourceTimeout)


@pytest.mark.parametrize("end", [asyncio.CancelledError, TimeoutError, SourceTimeout])
async def test_it_is_the_systems_where_it_answered_nobody_meanwhile(end: type[BaseException]) -> None:
    at = At()
    async with at.room.turn():
        pass  # it did once, before
    at.time += 1
    turn = at.room.turn()
    await at.ending(end(NAME))
    assert type(turn.late()) is SourceTimeout  # it has waited for a place all the time
    async with turn:
        assert type(turn.late()) is SourceTimeout


async def test_a_failure_that_came_in_time_is_an_answer_too() -> None:
    at = At()
    turn = at.room.turn()
    await at.ending(SourceDown(NAME))
    late = turn.late("GET /notes: ")
    assert (type(late), late.reason) == (NotAsked, "GET /notes: queued")


async def test_whoever_gives_up_waiting_takes_no_place_with_it() -> None:
    at = At()
    async with at.room.turn():
        waiting = [asyncio.create_task(at.room.turn().__aenter__()) for _ in range(5)]
        await asyncio.sleep(0)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    async with at.room.turn():
        assert at.room.places.locked()
    assert not at.room.places.locked()
