"""By key and by window: which questions reach the source, and what becomes of failures."""

import asyncio
from datetime import timedelta

import pytest
from support.cache.cached_sources import DOWN, NOTES, START, TIMELESS, cached_source, note, open_gate

from gateway.contract.batch import COUNT, Answer, Position, Window
from gateway.errors import InvalidResponse, SourceTimeout

ROWS = {"A": [note("1", 1), note("2", 2)], "B": [note("3", 1)]}
FIFTY = {f"K{n}": [note(str(n))] for n in range(50)}


async def test_only_keys_without_a_stored_answer_are_asked_for():
    source = cached_source(FIFTY)
    stored, new = [f"K{n}" for n in range(48)], ["K48", "K49"]
    await source.ask(*stored)
    answers = await source.ask(*stored, *new)
    assert source.upstream.keys == [tuple(stored), tuple(new)]
    assert {key: each.rows for key, each in answers.items()} == {k: tuple(v) for k, v in FIFTY.items()}
    assert (source.fetch.stats.cache["miss"], source.fetch.stats.cache["hit"]) == (50, 48)


async def test_the_next_page_is_asked_only_if_it_may_exist():
    source = cached_source({"A": [note(str(n), n) for n in range(9)]})
    page = Window(until=START + timedelta(days=50), limit=6)
    await source.ask("A", window=page)
    third = Position(START + timedelta(days=6), "6")
    assert await source.questions_for("A", window=Window(limit=3, after=third)) == 0
    assert await source.questions_for("A", window=Window(limit=4, after=third)) == 1
    assert await source.questions_for("A", window=Window(since=START + timedelta(days=5), until=page.until)) == 0
    assert await source.questions_for("A", window=Window(since=START + timedelta(days=1), until=page.until)) == 1


async def test_two_concurrent_windows_of_a_key_are_both_stored():
    source = cached_source(ROWS)
    source.upstream.gate.clear()
    narrow, wide = Window(limit=1), Window(since=START)
    both = [asyncio.create_task(source.ask("A", window=each)) for each in (narrow, wide)]
    await open_gate(source, *both)
    assert await source.questions_for("A", window=narrow) + await source.questions_for("A", window=wide) == 0


async def test_a_failed_key_fails_alone_and_is_not_stored():
    source = cached_source(ROWS)
    source.upstream.failing = {"A": InvalidResponse("here")}
    answers = await source.ask("A", "B")
    assert isinstance(answers["A"], InvalidResponse)
    assert isinstance(answers["B"], Answer)
    source.upstream.failing = {}
    assert isinstance((await source.ask("A", "B"))["A"], Answer)
    assert source.upstream.keys == [("A", "B"), ("A",)]


async def test_a_failure_leaves_the_stored_answers_of_other_windows():
    source = cached_source(ROWS)
    await source.ask("A", window=Window(limit=1))
    source.upstream.down = True
    await source.ask("A")
    assert await source.questions_for("A", window=Window(limit=1)) == 0


@pytest.mark.parametrize("error", [SourceTimeout("here"), InvalidResponse("here"), DOWN])
async def test_without_a_stored_answer_the_error_itself_is_shown(error: SourceTimeout):
    source = cached_source(ROWS)
    source.upstream.failing = {"A": error}
    assert await source.ask("A") == {"A": error}


async def test_a_lookup_without_a_policy_passes_through():
    source = cached_source(ROWS, lookups=())
    for _ in range(2):
        assert not (await source.ask("A"))["A"].from_cache
    assert source.upstream.keys == [("A",)] * 2
    assert source.fetch.stats.cache["miss"] == 0


async def test_fewer_first_rows_come_from_the_stored_ones():
    source = cached_source({"A": [note(str(n)) for n in range(9)]})
    await source.ask("A", window=Window(first=5), lookup=TIMELESS)
    assert await source.questions_for("A", window=Window(first=3), lookup=TIMELESS) == 0
    assert await source.questions_for("A", window=Window(first=6), lookup=TIMELESS) == 1
    assert await source.questions_for("A", lookup=NOTES) == 1  # lookups do not share answers


async def test_a_number_of_rows_is_never_cached():
    source = cached_source(ROWS)
    await source.ask("A")
    for _ in range(2):
        answer = (await source.ask("A", window=Window(count=True)))["A"]
        assert isinstance(answer, Answer)
        assert answer.rows == ({COUNT: 2},)
    assert source.upstream.keys == [("A",)] * 3
