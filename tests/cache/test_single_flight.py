"""One question under way is asked once, however many wait for it, and nobody waits for another's clock."""

import asyncio
import time

from support.cache.callers import PATIENCE, asking, held, note, passes, within, world

from gateway.contract.batch import Answer, RequestOptions
from gateway.errors import DeadlineExceeded

ROWS = {key: [note(key.lower())] for key in "ABC"}


async def test_a_thousand_requests_for_one_cold_key_are_one_question():
    one = held()
    waiting = [asking(one, "A") for _ in range(1000)]
    await passes()
    one.up.gate.set()
    found = await asyncio.gather(*waiting)
    assert one.up.keys == [("A",)]
    assert all(each == found[0] for each in found)
    assert (one.keeper.stats.cache_misses, one.keeper.stats.cache_coalesced) == (1, 999)


async def test_a_thousand_requests_whose_time_is_short_are_two_questions_at_most():
    one = held()
    waiting = [asking(one, "A", options=within(100 + n / 10)) for n in range(1000)]
    await passes()
    one.up.gate.set()
    await asyncio.gather(*waiting)
    assert one.up.keys == [("A",)] * 2


async def test_of_overlapping_keys_each_is_asked_once():
    one = held()
    first, second = asking(one, "A", "B"), asking(one, "B", "C")
    await passes()
    one.up.gate.set()
    assert set(await first) == {"A", "B"}
    assert set(await second) == {"B", "C"}
    assert one.up.keys == [("A", "B"), ("C",)]


async def test_who_has_little_time_is_told_so_and_the_others_get_their_answer():
    one = held()
    others = asking(one, "A")
    await passes()
    found = (await one.ask("A", options=within(0.01)))["A"]
    assert isinstance(found, DeadlineExceeded)
    one.up.gate.set()
    assert isinstance((await others)["A"], Answer)
    assert one.up.keys == [("A",)]


async def test_who_has_little_time_is_shown_the_last_that_is_known():
    one = held()
    one.up.gate.set()
    await one.ask("A")
    one.go(200)
    one.up.gate.clear()
    found = (await one.ask("A", options=within(0.01)))["A"]
    assert isinstance(found, Answer)
    assert (found.stale, found.from_cache) == (True, True)
    assert not one.keeper.standing.failing  # the source was given no time


async def test_who_has_no_time_left_asks_nothing():
    one = world(ROWS)
    assert isinstance(
        (await one.ask("A", options=RequestOptions(until=time.monotonic())))["A"], DeadlineExceeded
    )
    assert not one.up.asked


async def test_who_has_more_time_does_not_join_a_question_that_gives_up_sooner():
    one = held()
    short = asking(one, "A", options=within(0.3))
    await passes()
    long = asking(one, "A", options=within(100))
    assert isinstance((await short)["A"], DeadlineExceeded)
    one.up.gate.set()
    assert isinstance((await long)["A"], Answer)
    assert one.up.keys == [("A",)] * 2


async def test_who_has_less_time_joins_one_that_gives_up_later():
    one = held()
    waiting = [asking(one, "A", options=within(seconds)) for seconds in (300, 200, 100)]
    await passes()
    one.up.gate.set()
    await asyncio.gather(*waiting)
    assert one.up.keys == [("A",)]


async def test_all_join_who_have_as_much_time_as_the_source_itself():
    one = held()
    waiting = [asking(one, "A", options=within(PATIENCE + seconds)) for seconds in (100, 200, 300)]
    await passes()
    one.up.gate.set()
    await asyncio.gather(*waiting)
    assert one.up.keys == [("A",)]


async def test_the_source_is_told_the_time_of_the_request_only_where_nobody_with_more_may_join():
    one = held()
    wishes = [
        RequestOptions(within(100).until, request="r1"),
        RequestOptions(within(2000).until, request="r2"),
    ]
    waiting = [asking(one, "A", options=each) for each in wishes]
    await passes()
    one.up.gate.set()
    await asyncio.gather(*waiting)
    assert [batch.options for batch in one.up.asked] == [wishes[0], RequestOptions(None, request="r2")]
