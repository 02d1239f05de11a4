"""By key and by window: what is asked, what is known, and what becomes of failures."""

import asyncio
from datetime import timedelta

import pytest
from support.cache.callers import DOWN, NOTES, START, TIMELESS, note, passes, world

from gateway.contract.batch import Answer, Position, Window
from gateway.errors import InvalidResponse, SourceTimeout

ROWS = {"A": [note("1", 1), note("2", 2)], "B": [note("3", 1)]}
FIFTY = {f"K{n}": [note(str(n))] for n in range(50)}


async def test_of_fifty_keys_of_which_48_are_known_two_are_asked():
    one = world(FIFTY)
    known, new = [f"K{n}" for n in range(48)], ["K48", "K49"]
    await one.ask(*known)
    found = await one.ask(*known, *new)
    assert one.up.keys == [tuple(known), tuple(new)]
    assert {key: each.rows for key, each in found.items()} == {k: tuple(v) for k, v in FIFTY.items()}
    assert (one.keeper.stats.cache_misses, one.keeper.stats.cache_hits) == (50, 48)


async def test_the_next_page_asks_nothing_where_all_of_it_is_there_and_asks_where_it_may_not_be():
    one = world({"A": [note(str(n), n) for n in range(9)]})
    page = Window(until=START + timedelta(days=50), limit=6)
    await one.ask("A", window=page)
    third = Position(START + timedelta(days=6), "6")
    assert await one.known("A", window=Window(limit=3, after=third)) == 0
    assert await one.known("A", window=Window(limit=4, after=third)) == 1
    assert await one.known("A", window=Window(since=START + timedelta(days=5), until=page.until)) == 0
    assert await one.known("A", window=Window(since=START + timedelta(days=1), until=page.until)) == 1


async def test_windows_of_one_key_asked_at_once_are_both_remembered():
    one = world(ROWS)
    one.up.gate.clear()
    narrow, wide = Window(limit=1), Window(since=START)
    both = [asyncio.create_task(one.ask("A", window=each)) for each in (narrow, wide)]
    await passes()
    one.up.gate.set()
    await asyncio.gather(*both)
    assert await one.known("A", window=narrow) + await one.known("A", window=wide) == 0


async def test_a_failure_of_one_key_is_its_own_and_no_failure_is_remembered():
    one = world(ROWS)
    one.up.failing = {"A": InvalidResponse("here")}
    found = await one.ask("A", "B")
    assert isinstance(found["A"], InvalidResponse)
    assert isinstance(found["B"], Answer)
    one.up.failing = {}
    assert isinstance((await one.ask("A", "B"))["A"], Answer)
    assert one.up.keys == [("A", "B"), ("A",)]


async def test_a_failure_does_not_end_what_is_remembered_of_other_windows():
    one = world(ROWS)
    await one.ask("A", window=Window(limit=1))
    one.up.down = True
    await one.ask("A")
    assert await one.known("A", window=Window(limit=1)) == 0


@pytest.mark.parametrize("error", [SourceTimeout("here"), InvalidResponse("here"), DOWN])
async def test_without_anything_remembered_a_failure_is_told_as_it_is(error: SourceTimeout):
    one = world(ROWS)
    one.up.failing = {"A": error}
    assert await one.ask("A") == {"A": error}


async def test_a_lookup_that_is_not_kept_passes_untouched():
    one = world(ROWS, lookups=())
    for _ in range(2):
        assert not (await one.ask("A"))["A"].from_cache
    assert one.up.keys == [("A",)] * 2
    assert one.keeper.stats.cache_misses == 0


async def test_first_rows_without_a_time_are_told_from_what_is_there():
    one = world({"A": [note(str(n)) for n in range(9)]})
    await one.ask("A", window=Window(first=5), lookup=TIMELESS)
    assert await one.known("A", window=Window(first=3), lookup=TIMELESS) == 0
    assert await one.known("A", window=Window(first=6), lookup=TIMELESS) == 1
    assert await one.known("A", lookup=NOTES) == 1  # another lookup's answers are its own
