"""What was dropped is not told any more, nor what was on its way with the old."""

import asyncio
from collections import Counter

import pytest
from support.cache.callers import START, TIMELESS, World, note, passes, world

from gateway.contract.batch import Answer, RequestOptions, Window


async def drop(one: World, *tags: str) -> None:
    """As the gateway does it when it hears of a change."""
    one.keeper.drops.note(tags)
    one.keeper.forget(tags)
    await one.store.drop(tags)


A = "Note.account_id=A"


B = "Note.account_id=B"


def text(found: dict[str, Answer]) -> str:
    """What the note of A says."""
    return str(found["A"].rows[0]["text"])


async def test_what_was_dropped_is_asked_again_and_nothing_else():
    one = world({"A": [note("1")], "B": [note("2")]})
    await one.ask("A", "B")
    await drop(one, A)
    await one.ask("A", "B")
    assert one.up.keys == [("A", "B"), ("A",)]


async def test_an_answer_is_dropped_by_a_record_that_is_in_it():
    one = world({"A": [note("1")], "B": [note("2")]})
    await one.ask("A", "B")
    await drop(one, "Note#2")
    assert (await one.known("A"), await one.known("B")) == (0, 1)


async def test_an_answer_that_was_asked_for_before_a_drop_is_told_and_not_remembered():
    one = world({"A": [note("1", text="old")], "B": [note("2")]})
    one.up.gate.clear()
    asking = asyncio.create_task(one.ask("A", "B"))
    await passes()
    one.up.rows["A"] = [note("1", text="new")]
    await drop(one, A)
    one.up.gate.set()
    assert text(await asking) == "old"
    assert text(await one.ask("A", "B")) == "new"
    assert one.up.keys == [("A", "B"), ("A",)]


async def test_a_question_that_began_before_a_drop_is_not_joined_after_it():
    one = world({"A": [note("1", text="old")]})
    one.up.gate.clear()
    before = asyncio.create_task(one.ask("A"))
    await passes()
    one.up.rows["A"] = [note("1", text="new")]
    await drop(one, A)
    after = asyncio.create_task(one.ask("A"))
    await passes()
    one.up.gate.set()
    assert (text(await before), text(await after)) == ("old", "new")
    assert text(await one.ask("A")) == "new"


async def test_what_others_wait_for_is_one_question_whatever_else_was_dropped():
    one = world({"A": [note("1")], "B": [note("2")]})
    one.up.gate.clear()
    first = asyncio.create_task(one.ask("A", "B"))
    await passes()
    await drop(one, B, "Bill#1", "Bill.account_id=A", "Note.premise_id")
    second = asyncio.create_task(one.ask("A", "B"))
    await passes()
    one.up.gate.set()
    await asyncio.gather(first, second)
    assert one.up.keys == [("A", "B"), ("B",)]


@pytest.mark.parametrize("tag", [A, "Note.account_id", "Note#1", "Note#any.other=1"])
async def test_what_a_drop_may_be_about_is_asked_again(tag: str):
    one = world({"A": [note("1")]})
    one.up.gate.clear()
    first = asyncio.create_task(one.ask("A"))
    await passes()
    await drop(one, tag)
    second = asyncio.create_task(one.ask("A"))
    await passes()
    one.up.gate.set()
    await asyncio.gather(first, second)
    assert one.up.keys == [("A",)] * 2


async def test_the_end_of_a_question_from_before_a_drop_does_not_hide_the_one_from_after_it():
    one = world({"A": [note("1")]})
    first_gate, second_gate = one.up.gate, asyncio.Event()
    first_gate.clear()
    first = asyncio.create_task(one.ask("A"))
    await passes()
    await drop(one, A)
    one.up.gate = second_gate
    second = asyncio.create_task(one.ask("A"))
    await passes()
    first_gate.set()
    await first
    third = asyncio.create_task(one.ask("A"))
    await passes()
    second_gate.set()
    await asyncio.gather(second, third)
    assert one.up.keys == [("A",)] * 2


async def test_what_was_known_before_a_drop_does_not_come_back_with_an_answer_that_was_asked_after_it():
    one = world({"A": [note("1", 1, "old"), note("2", 2)]})
    wide, narrow = Window(since=START), Window(limit=1)
    await one.ask("A", window=wide)
    one.up.gate.clear()
    anew = RequestOptions(bypass_cache=frozenset({"here"}))
    waiting = [asyncio.create_task(one.ask("A", window=narrow, options=anew)) for _ in range(2)]
    await passes()  # the second will begin after the first, and knows the wide window
    one.up.rows["A"] = [note("1", 1, "new"), note("2", 2)]
    await drop(one, A)
    one.up.gate.set()
    await asyncio.gather(*waiting)
    assert len(one.up.asked) == 3
    assert [row["text"] for row in (await one.ask("A", window=wide))["A"].rows] == ["", "new"]


async def test_a_renewal_that_began_before_a_drop_is_not_remembered():
    one = world({"A": [note("1", text="old")]})
    await one.ask("A")
    one.go(60)
    one.up.gate.clear()
    await one.ask("A")
    await passes()
    one.up.rows["A"] = [note("1", text="new")]
    await drop(one, A)
    one.up.gate.set()
    await one.settled()
    assert text(await one.ask("A")) == "new"


async def test_drops_do_no_harm_where_nothing_is_known_and_when_they_are_repeated():
    one = world({"A": [note("1")]})
    for _ in range(3):
        await drop(one, A, B, "Note#1")
    await one.ask("A", lookup=TIMELESS)
    assert Counter(one.up.keys) == {("A",): 1}
