"""An invalidated answer is not shown, nor is one from before it that is still in flight."""

import asyncio
from collections import Counter

import pytest
from support.cache.cached_sources import START, TIMELESS, CachedSource, cached_source, note, open_gate, passes

from gateway.contract.batch import Answer, RequestOptions, Window


async def invalidate(source: CachedSource, *tags: str) -> None:
    await source.store.invalidate(tags)


A = "Note.account_id=A"


B = "Note.account_id=B"


def text(answers: dict[str, Answer]) -> str:
    """The text of A's note."""
    return str(answers["A"].rows[0]["text"])


async def test_only_invalidated_keys_are_asked_for_again():
    source = cached_source({"A": [note("1")], "B": [note("2")]})
    await source.ask("A", "B")
    await invalidate(source, A)
    await source.ask("A", "B")
    assert source.upstream.keys == [("A", "B"), ("A",)]


async def test_the_tag_of_a_record_invalidates_answers_that_contain_it():
    source = cached_source({"A": [note("1")], "B": [note("2")]})
    await source.ask("A", "B")
    await invalidate(source, "Note#2")
    assert (await source.questions_for("A"), await source.questions_for("B")) == (0, 1)


async def test_an_answer_older_than_an_invalidation_is_shown_once():
    source = cached_source({"A": [note("1", text="old")], "B": [note("2")]})
    source.upstream.gate.clear()
    asking = asyncio.create_task(source.ask("A", "B"))
    await passes()
    source.upstream.rows["A"] = [note("1", text="new")]
    await invalidate(source, A)
    source.upstream.gate.set()
    assert text(await asking) == "old"
    assert text(await source.ask("A", "B")) == "new"
    assert source.upstream.keys == [("A", "B"), ("A",)]


async def test_no_question_is_joined_across_an_invalidation():
    source = cached_source({"A": [note("1", text="old")]})
    source.upstream.gate.clear()
    before = asyncio.create_task(source.ask("A"))
    await passes()
    source.upstream.rows["A"] = [note("1", text="new")]
    await invalidate(source, A)
    after = asyncio.create_task(source.ask("A"))
    await passes()
    source.upstream.gate.set()
    assert (text(await before), text(await after)) == ("old", "new")
    assert text(await source.ask("A")) == "new"


async def test_an_invalidation_leaves_other_questions_in_flight_joinable():
    source = cached_source({"A": [note("1")], "B": [note("2")]})
    source.upstream.gate.clear()
    first = asyncio.create_task(source.ask("A", "B"))
    await passes()
    await invalidate(source, B, "Bill#1", "Bill.account_id=A", "Note.premise_id")
    second = asyncio.create_task(source.ask("A", "B"))
    await open_gate(source, first, second)
    assert source.upstream.keys == [("A", "B"), ("B",)]


@pytest.mark.parametrize("tag", [A, "Note.account_id", "Note#1", "Note#any.other=1"])
async def test_a_tag_of_a_question_in_flight_ends_its_sharing(tag: str):
    source = cached_source({"A": [note("1")]})
    source.upstream.gate.clear()
    first = asyncio.create_task(source.ask("A"))
    await passes()
    await invalidate(source, tag)
    second = asyncio.create_task(source.ask("A"))
    await open_gate(source, first, second)
    assert source.upstream.keys == [("A",)] * 2


async def test_an_old_question_that_ends_leaves_the_new_one_joinable():
    source = cached_source({"A": [note("1")]})
    first_gate, second_gate = source.upstream.gate, asyncio.Event()
    first_gate.clear()
    first = asyncio.create_task(source.ask("A"))
    await passes()
    await invalidate(source, A)
    source.upstream.gate = second_gate
    second = asyncio.create_task(source.ask("A"))
    await passes()
    first_gate.set()
    await first
    third = asyncio.create_task(source.ask("A"))
    await passes()
    second_gate.set()
    await asyncio.gather(second, third)
    assert source.upstream.keys == [("A",)] * 2


async def test_an_invalidated_window_does_not_return_with_a_new_answer():
    source = cached_source({"A": [note("1", 1, "old"), note("2", 2)]})
    wide, narrow = Window(since=START), Window(limit=1)
    await source.ask("A", window=wide)
    source.upstream.gate.clear()
    anew = RequestOptions(bypass_cache=frozenset({"here"}))
    waiting = [asyncio.create_task(source.ask("A", window=narrow, options=anew)) for _ in range(2)]
    await passes()  # the second is queued behind the first
    source.upstream.rows["A"] = [note("1", 1, "new"), note("2", 2)]
    await invalidate(source, A)
    source.upstream.gate.set()
    await asyncio.gather(*waiting)
    assert len(source.upstream.questions) == 3
    assert [row["text"] for row in (await source.ask("A", window=wide))["A"].rows] == ["", "new"]


async def test_a_revalidation_from_before_an_invalidation_is_not_stored():
    source = cached_source({"A": [note("1", text="old")]})
    await source.ask("A")
    source.advance(60)
    source.upstream.gate.clear()
    await source.ask("A")
    await passes()
    source.upstream.rows["A"] = [note("1", text="new")]
    await invalidate(source, A)
    source.upstream.gate.set()
    await source.revalidated()
    assert text(await source.ask("A")) == "new"


async def test_repeated_and_unknown_invalidations_do_no_harm():
    source = cached_source({"A": [note("1")]})
    for _ in range(3):
        await invalidate(source, A, B, "Note#1")
    await source.ask("A", lookup=TIMELESS)
    assert Counter(source.upstream.keys) == {("A",): 1}
