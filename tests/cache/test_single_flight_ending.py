"""A question ends when nobody waits for it any more, for all alike, and leaves nothing behind."""

import asyncio

from support.cache.callers import DOWN, asking, ended, held, note, passes, within, world

from gateway.contract.batch import Answer, Answers, Batch

ROWS = {key: [note(key.lower())] for key in "ABC"}


async def test_those_who_stop_waiting_end_it_for_nobody_else():
    one = held()
    first, second, third = (asking(one, "A") for _ in range(3))
    await passes()
    await ended(first, second)
    assert one.up.cancelled == 0
    one.up.gate.set()
    assert isinstance((await third)["A"], Answer)
    assert one.up.keys == [("A",)]


async def test_when_nobody_waits_any_more_it_is_ended():
    one = held()
    waiting = [asking(one, "A") for _ in range(3)]
    await passes()
    await ended(*waiting)
    await passes()
    assert one.up.cancelled == 1
    assert not one.keeper.flights.running
    assert not one.keeper.flights.in_flight


async def test_who_comes_while_it_is_being_ended_asks_himself():
    one = held()
    first = asking(one, "A")
    await passes()
    first.cancel()
    await asyncio.sleep(0)  # it is told to end, and has not ended
    second = asking(one, "A")
    await passes()
    one.up.gate.set()
    assert isinstance((await second)["A"], Answer)
    assert one.up.keys == [("A",)] * 2


async def test_a_failure_is_told_to_all_who_wait_and_the_next_asks_again():
    one = held()
    one.up.down = True
    waiting = [asking(one, "A") for _ in range(3)]
    await passes()
    one.up.down = False
    one.up.gate.set()
    assert await asyncio.gather(*waiting) == [{"A": DOWN}] * 3
    assert isinstance((await one.ask("A"))["A"], Answer)


async def test_a_bug_is_told_to_all_who_wait_and_leaves_nothing_behind():
    gate = asyncio.Event()

    async def broken(_batch: Batch) -> Answers:
        await gate.wait()
        raise ZeroDivisionError

    one = world(ROWS)
    one.keeper.fetch = broken
    waiting = [asking(one, "A") for _ in range(3)]
    await passes()
    gate.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, ZeroDivisionError) for each in found)
    assert not one.keeper.flights.running


async def test_when_the_keeper_is_closed_the_background_has_ended():
    one = world(ROWS)
    await one.ask("A", "B")
    before = asyncio.all_tasks()
    one.go(60)
    one.up.gate.clear()
    await one.ask("A")
    await one.ask("B")
    await passes()
    assert len(asyncio.all_tasks()) > len(before)
    await one.keeper.close()
    assert one.up.cancelled == 2
    assert asyncio.all_tasks() == before


async def test_closing_waits_for_a_source_that_takes_its_time_to_end():
    one = held()
    over = []

    async def slow_to_end(batch: Batch) -> Answers:
        try:
            return await one.up(batch)
        finally:
            await passes()
            over.append(batch.keys)

    one.up.gate.set()
    await one.ask("A")
    one.keeper.fetch = slow_to_end
    one.go(60)
    one.up.gate.clear()
    await one.ask("A")
    await passes()
    await one.keeper.close()
    assert over == [("A",)]


async def test_what_was_begun_in_the_background_a_moment_ago_ends_with_it():
    one = held()
    one.up.gate.set()
    await one.ask("A")
    one.go(60)
    one.up.gate.clear()
    before = asyncio.all_tasks()
    asking(one, "A")
    closing = asyncio.create_task(one.keeper.close())  # in the same pass: what renews it has not begun
    await passes()
    assert closing.done()
    assert asyncio.all_tasks() == before
    assert not one.keeper.flights.running


async def test_what_somebody_waits_for_does_not_end_with_the_background():
    one = held()
    waiting = asking(one, "A")
    await passes()
    await one.keeper.close()
    one.up.gate.set()
    assert isinstance((await waiting)["A"], Answer)


async def test_no_task_stays_whoever_comes_and_goes():
    one = held()
    before = asyncio.all_tasks()
    for round_ in range(5):
        waiting = [asking(one, key, options=within(100 + round_)) for key in "ABCABC"]
        await passes()
        await ended(*waiting[:3])
        one.up.gate.set()
        await asyncio.gather(*waiting[3:])
        one.go(60 if round_ % 2 else 200)
        one.up.gate.clear()
    await one.keeper.close()
    assert asyncio.all_tasks() == before
    assert not one.keeper.flights.in_flight
    assert not one.keeper.flights.queued
