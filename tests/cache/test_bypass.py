"""Whoever wants it fresh gets what the source says after he asked, or the last known, told as stale."""

import asyncio
import time

from support.cache.callers import DOWN, World, ended, note, passes, world

from gateway.contract.batch import Answer, Answers, RequestOptions, Window

ANEW = RequestOptions(bypass_cache=frozenset({"here"}))


def saying(text: str) -> list[dict[str, str]]:
    """The rows of A."""
    return [note("1", text=text)]


def asking(one: World, options: RequestOptions = ANEW) -> "asyncio.Task[Answers]":
    """Somebody who waits for A."""
    return asyncio.create_task(one.ask("A", options=options))


def text(found: Answers) -> str:
    """What the note of A says."""
    answer = found["A"]
    assert isinstance(answer, Answer)
    return str(answer.rows[0]["text"])


async def test_it_is_asked_though_it_is_remembered_and_remembered_again():
    one = world({"A": saying("old")})
    await one.ask("A")
    one.up.rows["A"] = saying("new")
    assert text(await one.ask("A")) == "old"
    found = (await one.ask("A", options=ANEW))["A"]
    assert found == Answer((note("1", text="new"),), one.watch.moment)
    assert text(await one.ask("A")) == "new"
    assert one.up.keys == [("A",)] * 2


async def test_what_was_asked_before_and_comes_after_it_does_not_take_its_place():
    one = world({"A": saying("old")})
    slow = one.up.gate = asyncio.Event()
    before = asking(one, RequestOptions())
    await passes()
    one.go(1)
    one.up.rows["A"], one.up.gate = saying("new"), asyncio.Event()
    one.up.gate.set()
    newest = Window(limit=3)
    assert text(await one.ask("A", window=newest, options=ANEW)) == "new"
    slow.set()
    assert text(await before) == "old"
    found = await one.ask("A", window=newest)
    assert text(found) == "new"
    assert one.up.keys == [("A",)] * 2


async def test_other_sources_are_not_asked_anew():
    one = world({"A": saying("old")})
    await one.ask("A")
    assert (await one.ask("A", options=RequestOptions(bypass_cache=frozenset({"there"}))))["A"].from_cache


async def test_those_who_come_while_it_is_under_way_share_one_further_question_that_begins_after_it():
    one = world({"A": saying("first")})
    one.up.gate.clear()
    first = asking(one)
    await passes()
    one.up.rows["A"] = saying("second")
    later = [asking(one) for _ in range(50)]
    await passes()
    assert one.up.keys == [("A",)]
    one.up.gate.set()
    assert text(await first) == "first"
    assert {text(each) for each in await asyncio.gather(*later)} == {"second"}
    assert one.up.keys == [("A",)] * 2


async def test_who_comes_after_the_further_question_has_begun_asks_another():
    one = world({"A": saying("first")})
    gates = [asyncio.Event() for _ in range(3)]
    waiting = []
    for number, gate in enumerate(gates):
        one.up.gate = gate
        one.up.rows["A"] = saying(str(number))
        waiting.append(asking(one))
        await passes()
        if number == 1:
            gates[0].set()  # the second begins
            await passes()
    for gate in gates[1:]:
        gate.set()
    assert [text(each) for each in await asyncio.gather(*waiting)] == ["0", "1", "2"]


async def test_those_of_little_time_share_it_too():
    one = world({"A": saying("first")})
    one.up.gate.clear()
    later = [asking(one, RequestOptions(time.monotonic() + 100 + n, ANEW.bypass_cache)) for n in range(50)]
    await passes()
    one.up.gate.set()
    await asyncio.gather(*later)
    assert one.up.keys == [("A",)] * 2


async def test_a_plain_question_joins_the_one_that_is_under_way():
    one = world({"A": saying("first")})
    one.up.gate.clear()
    waiting = [asking(one), asking(one, RequestOptions())]
    await passes()
    one.up.gate.set()
    await asyncio.gather(*waiting)
    assert one.up.keys == [("A",)]


async def test_no_answer_is_older_than_the_wish_for_it():
    one = world({"A": saying("0")})
    one.up.gate.clear()
    waiting = []
    for number in range(1, 6):
        waiting.append((number - 1, asking(one)))
        await passes()
        one.up.rows["A"] = saying(str(number))
        if number == 3:
            one.up.gate.set()
            await passes()
            one.up.gate.clear()
    one.up.gate.set()
    assert all([int(text(await task)) >= number for number, task in waiting])


async def test_the_next_begins_also_where_the_one_before_is_ended():
    one = world({"A": saying("first")})
    one.up.gate.clear()
    first = asking(one)
    await passes()
    second = asking(one)
    await passes()
    await ended(first)
    one.up.gate.set()
    assert text(await second) == "first"
    assert (one.up.cancelled, len(one.up.asked)) == (1, 2)


async def test_the_next_is_not_begun_where_nobody_waits_for_it_any_more():
    one = world({"A": saying("first")})
    one.up.gate.clear()
    first = asking(one)
    await passes()
    others = [asking(one), asking(one)]
    await passes()
    assert one.keeper.flights.queued
    await ended(*others)
    await passes()
    one.up.gate.set()
    await first
    await passes()
    assert one.up.keys == [("A",)]
    assert not one.keeper.flights.running


async def test_where_the_source_fails_the_last_that_is_known_is_told_as_stale():
    one = world({"A": saying("old")})
    await one.ask("A")
    one.up.down = True
    found = (await one.ask("A", options=ANEW))["A"]
    assert isinstance(found, Answer)
    assert (found.rows, found.from_cache, found.stale) == ((note("1", text="old"),), True, True)
    assert one.keeper.stats.cache_stale_if_error == 1
    assert await one.ask("B", options=ANEW) == {"B": DOWN}
