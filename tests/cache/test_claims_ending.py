"""Who shares a store gives back what it has claimed, however it ends, and nothing waits for anything else."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from support.cache.callers import World, ended, note, passes, world
from support.cache.processes import Pauses, Shared, claims, two

from gateway.cache.entries import CacheEntry
from gateway.cache.store import CacheKey
from gateway.contract.batch import Answer


@dataclass(slots=True)
class Slow(Shared):
    """A store that does as it is told, and tells so when it is let: as one behind a network."""

    held: str = ""
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def claim(self, places: Sequence[CacheKey]) -> list[bool]:
        """Claimed, whether or not anybody waits for the word; a guard goes on to its end."""
        ours = await Shared.claim(self, places)
        await self._told("claim")
        return ours

    async def get_many(self, places: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        """See `Store`."""
        found = await Shared.get_many(self, places)
        await self._told("get_many")
        return found

    async def _told(self, what: str) -> None:
        if what == self.held:
            self.reached.set()
            await self.gate.wait()


def over(one: World, held: str = "") -> tuple[World, Slow]:
    """A gateway over the same rows and claims, behind a slow network."""
    assert isinstance(one.store, Shared)
    slow = Slow(one.store.inner, one.store.claims, held)
    return world(one.up.rows, watch=one.watch, store=slow, sleep=Pauses()), slow


async def test_a_claim_that_nobody_waits_for_any_more_is_given_back():
    one, _, _ = two()
    slow, store = over(one, "claim")
    asking = asyncio.create_task(slow.ask("A", "B"))
    await store.reached.wait()
    assert claims(slow)
    asking.cancel()
    await passes()
    store.gate.set()
    await ended(asking)
    await slow.keeper.close()
    assert not claims(slow)
    assert not slow.up.asked


async def test_a_claim_gained_by_looking_is_given_back_by_who_ends_while_it_looks():
    one, _, _ = two()
    slow, store = over(one)
    claims(one).add(CacheKey(next(iter(slow.keeper.keeps)), "A"))  # another asks, and dies
    asleep = slow.keeper.sleep = Pauses()
    asleep.gate.clear()
    asking = asyncio.create_task(slow.ask("A"))
    await passes()
    assert asleep.slept
    claims(one).clear()
    store.held = "get_many"
    asleep.gate.set()
    await store.reached.wait()
    assert claims(slow)
    asking.cancel()
    await passes()
    store.gate.set()
    await ended(asking)
    await slow.keeper.close()
    assert not claims(slow)


@pytest.mark.parametrize("steps", range(30))
async def test_whenever_it_is_ended_nothing_stays_claimed(steps: int):
    first, second, _ = two()
    first.up.gate.clear()
    second.up.gate.clear()
    asking = [asyncio.create_task(first.ask("A", "B")), asyncio.create_task(second.ask("B", "C"))]
    await passes(steps)
    await ended(*asking)
    for each in (first, second):
        await each.keeper.close()
    assert not claims(first)


async def test_what_others_leave_is_asked_beside_the_waiting_for_the_rest():
    first, second, pauses = two()
    never, soon = first.up.gate, asyncio.Event()
    never.clear()
    pauses.gate.clear()
    second.up.gate.clear()
    left = asyncio.create_task(first.ask("A"))
    await passes()
    first.up.gate = soon
    asking, waiting = asyncio.create_task(first.ask("B")), asyncio.create_task(second.ask("A", "B"))
    await passes()
    await ended(left)
    await passes()
    pauses.gate.set()
    while not second.up.asked:
        await passes(1)
    looked = len(pauses.slept)
    await passes()
    assert second.up.keys[0] == ("A",)
    assert len(pauses.slept) > looked  # it goes on to look for B, though A has not come
    soon.set()
    await asking
    second.up.gate.set()
    found = await waiting
    assert all(isinstance(found[key], Answer) for key in "AB")
    assert found["A"].rows == (note("a"),)
    assert not claims(first)
