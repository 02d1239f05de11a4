"""Fill locks are released however a request ends."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from support.cache.cached_sources import CachedSource, cached_source, cancel, note, passes
from support.cache.shared_stores import SharedStore, Sleeps, locks, two_gateways

from gateway.cache.entries import CacheEntry, CacheKey
from gateway.contract.batch import Answer


@dataclass(slots=True)
class Slow(SharedStore):
    """A store behind a slow network: one method takes effect, and returns when the gate opens."""

    slow_method: str = ""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def acquire(self, keys: Sequence[CacheKey]) -> list[bool]:
        granted = await SharedStore.acquire(self, keys)
        await self._return("acquire")
        return granted

    async def get_many(self, keys: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        entries = await SharedStore.get_many(self, keys)
        await self._return("get_many")
        return entries

    async def _return(self, method: str) -> None:
        if method == self.slow_method:
            self.reached.set()
            await self.gate.wait()


def slow_gateway(source: CachedSource, slow_method: str = "") -> tuple[CachedSource, Slow]:
    """A gateway with the same rows and locks, behind a slow network."""
    assert isinstance(source.store, SharedStore)
    slow = Slow(source.store.inner, source.store.locks, slow_method)
    return cached_source(source.upstream.rows, clock=source.clock, store=slow, sleep=Sleeps()), slow


async def test_a_lock_granted_after_its_caller_was_cancelled_is_released():
    source, _, _ = two_gateways()
    slow, store = slow_gateway(source, "acquire")
    asking = asyncio.create_task(slow.ask("A", "B"))
    await store.reached.wait()
    assert locks(slow)
    asking.cancel()
    await passes()
    store.gate.set()
    await cancel(asking)
    await slow.fetch.flights.close()
    assert not locks(slow)
    assert not slow.upstream.questions


async def test_a_lock_granted_during_a_cancelled_poll_is_released():
    source, _, _ = two_gateways()
    slow, store = slow_gateway(source)
    locks(source).add(CacheKey(next(iter(slow.fetch.policies)), "A"))  # another gateway asks, and dies
    asleep = slow.fetch.sleep = Sleeps()
    asleep.gate.clear()
    asking = asyncio.create_task(slow.ask("A"))
    await passes()
    assert asleep.seconds
    locks(source).clear()
    store.slow_method = "get_many"
    asleep.gate.set()
    await store.reached.wait()
    assert locks(slow)
    asking.cancel()
    await passes()
    store.gate.set()
    await cancel(asking)
    await slow.fetch.flights.close()
    assert not locks(slow)


@pytest.mark.parametrize("steps", range(30))
async def test_a_cancellation_at_any_step_leaves_no_lock(steps: int):
    first, second, _ = two_gateways()
    first.upstream.gate.clear()
    second.upstream.gate.clear()
    asking = [asyncio.create_task(first.ask("A", "B")), asyncio.create_task(second.ask("B", "C"))]
    await passes(steps)
    await cancel(*asking)
    for each in (first, second):
        await each.fetch.flights.close()
    assert not locks(first)


async def test_keys_left_by_a_cancelled_gateway_are_asked_for():
    first, second, sleeps = two_gateways()
    never, soon = first.upstream.gate, asyncio.Event()
    never.clear()
    sleeps.gate.clear()
    second.upstream.gate.clear()
    left = asyncio.create_task(first.ask("A"))
    await passes()
    first.upstream.gate = soon
    asking, waiting = asyncio.create_task(first.ask("B")), asyncio.create_task(second.ask("A", "B"))
    await passes()
    await cancel(left)
    await passes()
    sleeps.gate.set()
    while not second.upstream.questions:
        await passes(1)
    polls = len(sleeps.seconds)
    await passes()
    assert second.upstream.keys[0] == ("A",)
    assert len(sleeps.seconds) > polls  # it polls for B, though A has no answer yet
    soon.set()
    await asking
    second.upstream.gate.set()
    answers = await waiting
    assert all(isinstance(answers[key], Answer) for key in "AB")
    assert answers["A"].rows == (note("a"),)
    assert not locks(first)
