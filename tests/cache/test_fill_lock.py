"""Of two gateways that share a store, one asks while the other waits, and never for long."""

import asyncio
from random import Random

from support.cache.cached_sources import DOWN, cancel, passes
from support.cache.shared_stores import locks, two_gateways

from gateway.cache.fill_lock import MAX_POLLS, POLL_INTERVAL
from gateway.cache.policy import CachePolicy
from gateway.contract.batch import Answer, RequestOptions


async def test_one_gateway_asks_and_the_other_shows_its_answer():
    first, second, sleeps = two_gateways()
    first.upstream.gate.clear()
    sleeps.gate.clear()
    asking, waiting = asyncio.create_task(first.ask("A")), asyncio.create_task(second.ask("A"))
    await passes()
    first.upstream.gate.set()
    fetched = (await asking)["A"]
    sleeps.gate.set()
    shared = (await waiting)["A"]
    assert isinstance(fetched, Answer)
    assert shared == Answer(fetched.rows, fetched.as_of, from_cache=True)
    assert (first.upstream.keys, second.upstream.keys, sleeps.seconds) == ([("A",)], [], [POLL_INTERVAL])
    assert not locks(first)


async def test_a_stored_answer_takes_no_lock():
    first, second, _ = two_gateways()
    await first.ask("A")
    assert (await second.ask("A"))["A"].from_cache
    assert not second.upstream.questions


async def test_a_gateway_asks_for_its_locked_keys_while_waiting():
    first, second, sleeps = two_gateways()
    first.upstream.gate.clear()
    sleeps.gate.clear()
    asking, waiting = asyncio.create_task(first.ask("A", "B")), asyncio.create_task(second.ask("B", "C"))
    await passes()
    assert second.upstream.keys == [("C",)]
    assert sleeps.seconds == [POLL_INTERVAL]
    first.upstream.gate.set()
    await asking
    sleeps.gate.set()
    assert set(await waiting) == {"B", "C"}
    assert (first.upstream.keys, second.upstream.keys) == ([("A", "B")], [("C",)])


async def test_after_the_last_poll_the_waiting_gateway_asks_itself():
    first, second, sleeps = two_gateways()
    first.upstream.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert isinstance((await second.ask("A"))["A"], Answer)
    assert second.upstream.keys == [("A",)]
    assert sleeps.seconds == [POLL_INTERVAL] * MAX_POLLS
    await cancel(asking)


async def test_after_the_last_poll_only_unanswered_keys_are_asked_for():
    first, second, sleeps = two_gateways()
    never, soon = first.upstream.gate, asyncio.Event()
    never.clear()
    sleeps.gate.clear()
    hung = asyncio.create_task(first.ask("A"))
    await passes()
    first.upstream.gate = soon
    asking, waiting = asyncio.create_task(first.ask("B")), asyncio.create_task(second.ask("A", "B"))
    await passes()
    soon.set()
    await asking
    sleeps.gate.set()
    assert set(await waiting) == {"A", "B"}
    assert second.upstream.keys == [("A",)]
    await cancel(hung)


async def test_after_the_asking_gateway_fails_the_other_asks():
    first, second, sleeps = two_gateways()
    first.upstream.down = True
    first.upstream.gate.clear()
    sleeps.gate.clear()
    asking, waiting = asyncio.create_task(first.ask("A")), asyncio.create_task(second.ask("A"))
    await passes()
    first.upstream.gate.set()
    assert await asking == {"A": DOWN}
    sleeps.gate.set()
    assert isinstance((await waiting)["A"], Answer)
    assert sleeps.seconds == [POLL_INTERVAL]
    assert not locks(first)


async def test_a_cancelled_fill_releases_its_lock():
    first, second, sleeps = two_gateways()
    first.upstream.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert locks(first)
    await cancel(asking)
    await passes()
    assert not locks(first)
    await second.ask("A")
    assert not sleeps.seconds


async def test_cancelled_waits_leave_no_task_and_no_lock():
    first, second, sleeps = two_gateways()
    first.upstream.gate.clear()
    sleeps.gate.clear()
    before = asyncio.all_tasks()
    waiting = [asyncio.create_task(first.ask("A", "B")), asyncio.create_task(second.ask("B", "C"))]
    await passes()
    await cancel(*waiting)
    await passes()
    assert asyncio.all_tasks() == before
    assert not locks(first)


async def test_a_bypass_waits_for_no_lock():
    first, second, sleeps = two_gateways()
    first.upstream.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert not (await second.ask("A", options=RequestOptions(bypass_cache=frozenset({"here"}))))["A"].from_cache
    assert not sleeps.seconds
    await cancel(asking)


async def test_answers_that_are_never_fresh_take_no_lock():
    first, second, sleeps = two_gateways(CachePolicy(0))
    first.upstream.gate.clear()
    asking = asyncio.create_task(first.ask("A"))
    await passes()
    assert isinstance((await second.ask("A"))["A"], Answer)
    assert not sleeps.seconds
    await cancel(asking)


async def test_one_of_two_gateways_revalidates_a_stale_answer():
    first, second, sleeps = two_gateways()
    first.fetch.random = second.fetch.random = Random(3)  # noqa: S311
    await first.ask("A")
    first.advance(60)
    first.upstream.gate.clear()
    sleeps.gate.clear()
    await first.ask("A")
    await second.ask("A")
    await passes()
    first.upstream.gate.set()
    await first.revalidated()
    sleeps.gate.set()
    await second.revalidated()
    assert (len(first.upstream.questions), len(second.upstream.questions)) == (2, 0)
    assert sleeps.seconds == [POLL_INTERVAL]  # it waits for a fresh answer
