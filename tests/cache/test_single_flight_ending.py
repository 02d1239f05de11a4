"""A question without waiting callers is cancelled, and leaves nothing behind."""

import asyncio

from support.cache.cached_sources import (
    DOWN,
    asking,
    cached_source,
    cancel,
    closed_source,
    note,
    open_gate,
    passes,
    within,
)

from gateway.contract.batch import Answer, Answers, Batch

ROWS = {key: [note(key.lower())] for key in "ABC"}


async def test_a_cancelled_caller_cancels_no_shared_question():
    source = closed_source()
    first, second, third = (asking(source, "A") for _ in range(3))
    await passes()
    await cancel(first, second)
    assert source.upstream.cancelled == 0
    source.upstream.gate.set()
    assert isinstance((await third)["A"], Answer)
    assert source.upstream.keys == [("A",)]


async def test_a_question_without_waiting_callers_is_cancelled():
    source = closed_source()
    waiting = [asking(source, "A") for _ in range(3)]
    await passes()
    await cancel(*waiting)
    await passes()
    assert source.upstream.cancelled == 1
    assert not source.fetch.flights.running
    assert not source.fetch.flights.in_flight


async def test_a_caller_does_not_join_a_question_being_cancelled():
    source = closed_source()
    first = asking(source, "A")
    await passes()
    first.cancel()
    await asyncio.sleep(0)  # its call is being cancelled
    second = asking(source, "A")
    (answers,) = await open_gate(source, second)
    assert isinstance(answers["A"], Answer)
    assert source.upstream.keys == [("A",)] * 2


async def test_a_failure_reaches_all_callers_and_the_next_asks_again():
    source = closed_source()
    source.upstream.down = True
    waiting = [asking(source, "A") for _ in range(3)]
    await passes()
    source.upstream.down = False
    source.upstream.gate.set()
    assert await asyncio.gather(*waiting) == [{"A": DOWN}] * 3
    assert isinstance((await source.ask("A"))["A"], Answer)


async def test_a_bug_reaches_all_callers_and_leaves_no_question():
    gate = asyncio.Event()

    async def broken(_batch: Batch) -> Answers:
        await gate.wait()
        raise ZeroDivisionError

    source = cached_source(ROWS)
    source.fetch.fetch = broken
    waiting = [asking(source, "A") for _ in range(3)]
    await passes()
    gate.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, ZeroDivisionError) for each in answers)
    assert not source.fetch.flights.running


async def test_closing_cancels_revalidations():
    source = cached_source(ROWS)
    await source.ask("A", "B")
    before = asyncio.all_tasks()
    source.advance(60)
    source.upstream.gate.clear()
    await source.ask("A")
    await source.ask("B")
    await passes()
    assert len(asyncio.all_tasks()) > len(before)
    await source.fetch.flights.close()
    assert source.upstream.cancelled == 2
    assert asyncio.all_tasks() == before


async def test_closing_waits_until_cancelled_calls_have_ended():
    source = closed_source()
    over = []

    async def slow_to_end(batch: Batch) -> Answers:
        try:
            return await source.upstream(batch)
        finally:
            await passes()
            over.append(batch.keys)

    source.upstream.gate.set()
    await source.ask("A")
    source.fetch.fetch = slow_to_end
    source.advance(60)
    source.upstream.gate.clear()
    await source.ask("A")
    await passes()
    await source.fetch.flights.close()
    assert over == [("A",)]


async def test_closing_cancels_a_revalidation_that_has_just_begun():
    source = closed_source()
    source.upstream.gate.set()
    await source.ask("A")
    source.advance(60)
    source.upstream.gate.clear()
    before = asyncio.all_tasks()
    asking(source, "A")
    flights = source.fetch.flights
    closing = asyncio.create_task(flights.close())  # in the same pass: the revalidation has not begun
    await passes()
    assert closing.done()
    assert asyncio.all_tasks() == before
    assert not flights.running


async def test_closing_leaves_questions_with_waiting_callers():
    source = closed_source()
    waiting = asking(source, "A")
    await passes()
    await source.fetch.flights.close()
    source.upstream.gate.set()
    assert isinstance((await waiting)["A"], Answer)


async def test_callers_that_come_and_go_leave_no_task():
    source = closed_source()
    before = asyncio.all_tasks()
    for round_ in range(5):
        waiting = [asking(source, key, options=within(100 + round_)) for key in "ABCABC"]
        await passes()
        await cancel(*waiting[:3])
        source.upstream.gate.set()
        await asyncio.gather(*waiting[3:])
        source.advance(60 if round_ % 2 else 200)
        source.upstream.gate.clear()
    await source.fetch.flights.close()
    assert asyncio.all_tasks() == before
    assert not source.fetch.flights.in_flight
    assert not source.fetch.flights.queued
