"""What surrounds a source spares it, and does not take a healthy one for one that fails."""

import asyncio
import logging
import time
from collections.abc import Sequence

import pytest
from support.batches import THEN, Held, Upstream, batch, failing, good, rows, settled
from support.pipelines import CATALOG, dressed, kinds

from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.store import MemoryStore
from gateway.catalog.loader import parse_catalog
from gateway.contract.batch import Answer, Key
from gateway.errors import CircuitOpen, InvalidRow
from gateway.pipeline import PipelineBuilder
from gateway.resolvers.records import RECORDS, RELATIONS


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ('kind = "rest"\nurl = "http://desk"', 32),
        ('kind = "rest"\nurl = "http://desk"\nmax_concurrent_calls = 3', 6),
        ('kind = "graphql"\nurl = "http://desk"\nconcurrency.max_in_flight = 1', 1),
        ('kind = "sql"\nurl = "sqlite:///desk.db"', 10),
        ('kind = "sql"\nurl = "sqlite:///desk.db"\npool_size = 3', 6),
    ],
)
async def test_the_queue_engages_before_the_source_has_a_line_of_its_own(kind: str, most: int) -> None:
    upstream = Held()
    text = f"{CATALOG.format(words='')}\n[sources.other]\n{kind}\n"
    catalog = parse_catalog(text, {}, RECORDS, RELATIONS)
    dresser = PipelineBuilder(catalog, MemoryStore(BoundedMemory(1000, 10_000_000, time.time)))
    fetch = dresser.build("other", upstream)
    tasks = [asyncio.create_task(fetch(batch())) for _ in range(100)]
    for done in range(100):
        await settled()
        assert upstream.inside == min(most, 100 - done)
        await upstream.tell(done)
    assert [await task for task in tasks] == [good(batch())] * 100
    assert dresser.source_stats["other"].rejected == 0


def odd(key: Key) -> Answer:
    return Answer(({"id": f"of {key}", "state": ["no", "state"]},), THEN)


async def test_one_odd_record_takes_no_quiet_system_down() -> None:
    upstream = Upstream(lambda asked: {key: odd(key) if key == "odd" else rows(key) for key in asked.keys})
    async with dressed(upstream, "cache = 60") as at:
        for _ in range(50):
            assert kinds(await at.ask("odd")) == {InvalidRow}
        assert (at.stats.breaker_state, at.stats.breaker_opened) == ("CLOSED", 0)
        assert at.stats.outcomes == {"OK": 50}
        assert await at.ask("a") == good(batch("a"))


async def test_two_different_rows_of_one_id_are_no_answer_and_nobody_remembers_them() -> None:
    (row,) = rows("a").rows
    two = Answer((row, {**row, "subject": "y"}), THEN)
    upstream = Upstream(lambda _: {"a": two}, good)
    async with dressed(upstream, "cache = 60") as at:
        assert kinds(await at.ask("a")) == {InvalidRow}
        assert await at.ask("a") == good(batch("a"))


async def test_an_opening_is_told_once_however_often_its_trials_fail_or_say_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="gateway")
    upstream = Upstream(failing())
    async with dressed(upstream, "breaker = { min_calls = 1, open_for = 1e-9 }", "retry = false") as at:
        for _ in range(10):
            await at.ask()
        upstream.says = [failing(CircuitOpen)]
        for _ in range(10):
            await at.ask()
        assert at.stats.breaker_opened == 10
        upstream.says = [good]
        await at.ask()
    assert [each.getMessage() for each in caplog.records] == [
        "desk: circuit breaker opened",
        "desk: circuit breaker closed",
    ]


async def test_of_no_share_nothing_is_asked_twice() -> None:
    upstream = Upstream(failing())
    async with dressed(upstream, "retry = { max_retries = 3, budget = 0 }", "breaker = false") as at:
        for _ in range(30):
            await at.ask()
    assert len(upstream.asked) == 30


@pytest.mark.parametrize("words", [(), ("concurrency = false",), ("concurrency = false", "hedge = true")])
async def test_what_is_under_way_is_counted_with_a_queue_or_without(words: Sequence[str]) -> None:
    upstream = Held()
    async with dressed(upstream, *words) as at:
        tasks = [asyncio.create_task(at.ask()) for _ in range(3)]
        await settled()
        assert at.stats.in_flight == 3
        for number in range(3):
            await upstream.tell(number)
        assert at.stats.in_flight == 0
        await asyncio.gather(*tasks)


async def test_a_wait_in_our_own_line_makes_no_hedge_and_is_not_what_is_usual() -> None:
    upstream = Held()
    async with dressed(upstream, "hedge = true", "concurrency = { max_in_flight = 1 }") as at:
        for _ in range(20):
            at.stats.recent_seconds.add(0.0)
        tasks = [asyncio.create_task(at.ask()) for _ in range(20)]
        for number in range(20):
            await settled()
            await upstream.tell(number)
        assert [await task for task in tasks] == [good(batch())] * 20
        assert (at.stats.hedges, len(upstream.asked), upstream.most) == (0, 20, 1)


async def test_when_the_gateway_closes_a_trial_that_is_under_way_ends() -> None:
    upstream = Held()
    async with dressed(upstream, "breaker = { min_calls = 1, open_for = 0.000001 }", "retry = false") as at:
        failed = asyncio.create_task(at.ask("a"))
        await settled()
        await upstream.tell(0, failing())
        await failed
        trial = asyncio.create_task(at.ask("a"))
        await settled()
        assert (at.stats.breaker_state, upstream.inside) == ("HALF_OPEN", 1)
    assert upstream.inside == 0
    await settled()
    assert (at.stats.breaker_state, trial.cancelled()) == ("OPEN", True)
