"""Ages count from the question, and the wrong clock of another gateway keeps nothing fresh."""

import asyncio

import pytest
from support.cache.cached_sources import NOTES, START, CachedSource, cached_source, note, passes

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.policy import MAX_CLOCK_SKEW, CachePolicy, Freshness
from gateway.contract.batch import ALL_ROWS, Answer

ROWS = {"A": [note("1")]}


async def test_an_answer_is_as_old_as_its_question():
    source = cached_source(ROWS)
    source.upstream.gate.clear()
    asked_at = source.clock.instant
    asking = asyncio.create_task(source.ask("A", "none"))
    await passes()
    source.advance(4)
    source.upstream.gate.set()
    await asking
    source.advance(5.9)
    assert await source.questions_for("A", "none") == 0
    assert (await source.ask("none"))["none"].as_of == asked_at
    source.advance(50)
    assert await source.questions_for("A") == 0
    source.advance(60.1)  # 120 s after the question
    assert await source.questions_for("A") == 1


async def stored_ahead(seconds: float) -> CachedSource:
    """A source whose answer was stored by a gateway with a clock ahead of ours."""
    source = cached_source(ROWS)
    entry = CacheEntry(ALL_ROWS, (note("old"),), START, source.clock() + seconds)
    write = CacheWrite(CacheKey(NOTES, "A"), entry, CachePolicy(600), source.clock() + seconds)
    await source.store.put_many([write], asked_at=0)
    return source


@pytest.mark.parametrize(
    ("ahead", "questions"), [(0.0, 0), (MAX_CLOCK_SKEW, 0), (MAX_CLOCK_SKEW + 0.1, 1), (3600.0, 1)]
)
async def test_an_answer_from_a_clock_far_ahead_is_not_used(ahead: float, questions: int):
    source = await stored_ahead(ahead)
    assert await source.questions_for("A") == questions
    assert await source.questions_for("A") == 0  # the new answer takes its place


async def test_a_clock_far_ahead_is_not_trusted_on_error_either():
    source = await stored_ahead(3600)
    source.upstream.down = True
    assert not isinstance((await source.ask("A"))["A"], Answer)


def test_an_answer_from_a_clock_slightly_ahead_counts_as_new():
    for policy in (CachePolicy(0), CachePolicy(0, negative_ttl=10), CachePolicy(60)):
        for empty in (False, True):
            assert policy.freshness(-1.0, empty=empty) is policy.freshness(0.0, empty=empty)
    assert CachePolicy(60).freshness(-MAX_CLOCK_SKEW - 0.1, empty=False) is Freshness.EXPIRED
