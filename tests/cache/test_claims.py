"""Where two gateways share a store, one asks and the other waits; and nobody waits for ever."""

import asyncio
from random import Random

from support.cache.callers import DOWN, ended, passes
from support.cache.processes import claims, two

from gateway.cache.claims import LOOKS, PAUSE
from gateway.cache.policy import CachePolicy
from gateway.contract.batch import Answer, RequestOptions


async def test_one_asks_and_the_other_is_told_what_it_has_learned():
    first, second, pauses = two()
    first.up.gate.clear()
    pauses.gate.clear()
    asking, waiting = asyncio.create_task(first.ask("A")), asyncio.create_task(second.ask("A"))
    await passes()
    first.up.gate.set()
    told = (await asking)["A"]
    pauses.gate.set()
    found = (await waiting)["A"]
    assert isinstance(told, Answer)
    assert found == Answer(told.rows, told.as_of, from_cache=True)
    assert (first.up.keys, second.up.keys, pauses.slept) == ([("A",)], [], [PAUSE])
    assert not claims(first)


async def test_what_one_has_learned_the_other_knows():
    first, second, _ = two()
    await first.ask("A")
    assert (await second.ask("A"))["A"].from_cache
    assert not second.up.asked


async def test_each_asks_for_its_own_at_once_and_waits_for_the_others():
    first, second, pauses = two()
    first.up.gate.clear()
    pauses.gate.clear()
    asking, waiting = asyncio.create_task(first.ask("A", "B")), asyncio.create_task(second.ask("B", "C"))
    await passes()
    assert second.up.keys == [("C",)]
    assert pauses.slept == [PAUSE]
    first.up.gate.set()
    await asking
    pauses.gate.set()
    assert set(await waiting) == {"B", "C"}
    assert (first.up.keys, second.up.keys) == ([("A", "B")], [("C",)])


async def test_where_who_asks_never_answers_the_other_asks_after_so_many_looks():
    first, second, pauses = two()
    first.up.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert isinstance((await second.ask("A"))["A"], Answer)
    assert second.up.keys == [("A",)]
    assert pauses.slept == [PAUSE] * LOOKS
    await ended(asking)


async def test_only_what_nobody_has_learned_is_asked_after_so_many_looks():
    first, second, pauses = two()
    never, soon = first.up.gate, asyncio.Event()
    never.clear()
    pauses.gate.clear()
    hung = asyncio.create_task(first.ask("A"))
    await passes()
    first.up.gate = soon
    asking, waiting = asyncio.create_task(first.ask("B")), asyncio.create_task(second.ask("A", "B"))
    await passes()
    soon.set()
    await asking
    pauses.gate.set()
    assert set(await waiting) == {"A", "B"}
    assert second.up.keys == [("A",)]
    await ended(hung)


async def test_where_who_asks_fails_the_other_asks_at_its_next_look():
    first, second, pauses = two()
    first.up.down = True
    first.up.gate.clear()
    pauses.gate.clear()
    asking, waiting = asyncio.create_task(first.ask("A")), asyncio.create_task(second.ask("A"))
    await passes()
    first.up.gate.set()
    assert await asking == {"A": DOWN}
    pauses.gate.set()
    assert isinstance((await waiting)["A"], Answer)
    assert pauses.slept == [PAUSE]
    assert not claims(first)


async def test_an_end_in_the_middle_gives_the_turn_back():
    first, second, pauses = two()
    first.up.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert claims(first)
    await ended(asking)
    await passes()
    assert not claims(first)
    await second.ask("A")
    assert not pauses.slept


async def test_who_waits_for_another_ends_with_those_who_wait_for_him():
    first, second, pauses = two()
    first.up.gate.clear()
    pauses.gate.clear()
    before = asyncio.all_tasks()
    waiting = [asyncio.create_task(first.ask("A", "B")), asyncio.create_task(second.ask("B", "C"))]
    await passes()
    await ended(*waiting)
    await passes()
    assert asyncio.all_tasks() == before
    assert not claims(first)


async def test_who_asks_anew_waits_for_no_turn():
    first, second, pauses = two()
    first.up.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert not (await second.ask("A", options=RequestOptions(bypass_cache=frozenset({"here"}))))[
        "A"
    ].from_cache
    assert not pauses.slept
    await ended(asking)


async def test_where_nothing_stays_fresh_there_is_nothing_to_wait_for():
    first, second, pauses = two(CachePolicy(0))
    first.up.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert isinstance((await second.ask("A"))["A"], Answer)
    assert not pauses.slept
    await ended(asking)


async def test_where_all_is_stale_one_of_both_asks_anew():
    first, second, pauses = two()
    first.keeper.random = second.keeper.random = Random(3)  # noqa: S311
    await first.ask("A")
    first.go(60)
    first.up.gate.clear()
    pauses.gate.clear()
    await first.ask("A")
    await second.ask("A")
    await passes()
    first.up.gate.set()
    await first.settled()
    pauses.gate.set()
    await second.settled()
    assert (len(first.up.asked), len(second.up.asked)) == (2, 0)
    assert pauses.slept == [PAUSE]  # what is stale is not what it waits for
