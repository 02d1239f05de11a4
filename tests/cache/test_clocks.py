"""Ages go by when it was asked, and a clock that is wrong elsewhere makes nothing fresh for ever."""

import asyncio

import pytest
from support.cache.callers import NOTES, START, Watch, memory_store, note, passes, world

from gateway.cache.entries import CacheEntry
from gateway.cache.policy import AHEAD, CachePolicy, Freshness
from gateway.cache.store import CacheKey, CacheWrite
from gateway.contract.batch import ALL_ROWS, Answer

ROWS = {"A": [note("1")]}


async def test_an_answer_is_as_old_as_the_question():
    one = world(ROWS)
    one.up.gate.clear()
    asked_at = one.watch.moment
    asking = asyncio.create_task(one.ask("A", "nobody"))
    await passes()
    one.go(4)
    one.up.gate.set()
    await asking
    one.go(5.9)
    assert await one.known("A", "nobody") == 0
    assert (await one.ask("nobody"))["nobody"].as_of == asked_at  # that there was nothing was so then
    one.go(50)
    assert await one.known("A") == 0
    one.go(60.1)  # 120 s after the question
    assert await one.known("A") == 1


@pytest.mark.parametrize(("ahead", "asked"), [(0.0, 0), (AHEAD, 0), (AHEAD + 0.1, 1), (3600.0, 1)])
async def test_what_a_clock_far_ahead_has_written_is_not_believed(ahead: float, asked: int):
    watch = Watch()
    one = world(ROWS, watch=watch, store=memory_store(watch))
    kept = CacheEntry(ALL_ROWS, (note("old"),), START, watch() + ahead)
    await one.store.put_many([CacheWrite(CacheKey(NOTES, "A"), [kept], ["x"], 600.0)])
    assert await one.known("A") == asked
    assert await one.known("A") == 0  # once asked it is known again, though that lay there


async def test_it_is_no_last_resort_either():
    watch = Watch()
    one = world(ROWS, watch=watch, store=memory_store(watch))
    kept = CacheEntry(ALL_ROWS, (note("old"),), START, watch() + 3600)
    await one.store.put_many([CacheWrite(CacheKey(NOTES, "A"), [kept], ["x"], 9999.0)])
    one.up.down = True
    assert not isinstance((await one.ask("A"))["A"], Answer)


def test_an_answer_of_a_clock_a_little_ahead_is_as_old_as_one_of_now():
    for keep in (CachePolicy(0), CachePolicy(0, negative_ttl=10), CachePolicy(60)):
        for absent in (False, True):
            assert keep.age(-1.0, absent=absent) is keep.age(0.0, absent=absent)
    assert CachePolicy(60).age(-AHEAD - 0.1, absent=False) is Freshness.GONE
