"""The pipeline protects a source, and does not mistake a healthy source for a failing one."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from support.batches import AS_OF, HeldUpstream, Upstream, answer, batch, failing, settle, success
from support.pipelines import CATALOG, kinds, pipeline

from gateway.cache.store import BoundedMemory, MemoryStore
from gateway.catalog.loader import parse_catalog
from gateway.contract.batch import Answer, Answers, Batch
from gateway.contract.paths import Key
from gateway.errors import CircuitOpen, InvalidResponse, InvalidRow, SourceError
from gateway.pipeline import build_pipeline
from gateway.resolvers.records import RECORDS, RELATIONS


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        ('kind = "rest"\nurl = "http://desk"', 32),
        ('kind = "rest"\nurl = "http://desk"\nmax_concurrent_calls = 3', 6),
        ('kind = "graphql"\nurl = "http://desk"\nconcurrency.max_in_flight = 1', 1),
        ('kind = "sql"\nurl = "sqlite:///desk.db"', 10),
        ('kind = "sql"\nurl = "sqlite:///desk.db"\npool_size = 3', 6),
    ],
)
async def test_calls_queue_in_the_pipeline_not_in_the_source(kind: str, limit: int) -> None:
    upstream = HeldUpstream()
    text = f"{CATALOG.format(words='')}\n[sources.other]\n{kind}\n"
    catalog = parse_catalog(text, {}, RECORDS, RELATIONS)
    other = build_pipeline(catalog, "other", upstream, MemoryStore(BoundedMemory(1000, 10_000_000, time.time)))
    tasks = [asyncio.create_task(other.fetch(batch())) for _ in range(100)]
    for done in range(100):
        await settle()
        assert upstream.in_flight == min(limit, 100 - done)
        await upstream.reply(done)
    assert [await task for task in tasks] == [success(batch())] * 100
    assert other.stats.rejected == 0


def invalid(key: Key) -> Answer:
    return Answer(({"id": f"of {key}", "state": ["no", "state"]},), AS_OF)


async def test_one_invalid_record_does_not_open_the_breaker() -> None:
    upstream = Upstream(lambda one: {key: invalid(key) if key == "odd" else answer(key) for key in one.keys})
    async with pipeline(upstream, "cache = 60") as at:
        for _ in range(50):
            assert kinds(await at.ask("odd")) == {InvalidRow}
        assert (at.stats.breaker_state, at.stats.breaker_opened) == ("CLOSED", 0)
        assert at.stats.outcomes == {"OK": 50}
        assert await at.ask("a") == success(batch("a"))


async def test_an_unreadable_lookup_leaves_the_others_answering(caplog: pytest.LogCaptureFixture) -> None:
    def reply(one: Batch) -> Answers:
        return failing(InvalidResponse)(one) if one.lookup.by == "id" else success(one)

    upstream = Upstream(reply)
    async with pipeline(upstream, "breaker = { min_calls = 3 }") as at:
        other = replace(batch("a"), lookup=at.catalog.entries["ServiceRequest", "account_id"].lookup)
        for key in "abcdefgh":
            (error,) = (await at.ask(key)).values()
            assert isinstance(error, SourceError)
            assert (error.code, error.retryable) == ("SOURCE_MISREAD", False)
            assert await at.built.fetch(other) == success(other)
        assert (at.stats.breaker_state, at.stats.breaker_opened) == ("CLOSED", 0)
    calls = Counter(one.lookup.by for one in upstream.batches)
    assert calls == {"id": 3, "account_id": 8}
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == "desk: ServiceRequest by id: circuit breaker opened, as its answers cannot be read"


async def test_two_rows_of_one_id_are_invalid_and_not_cached() -> None:
    (row,) = answer("a").rows
    two = Answer((row, {**row, "subject": "y"}), AS_OF)
    upstream = Upstream(lambda _: {"a": two}, success)
    async with pipeline(upstream, "cache = 60") as at:
        assert kinds(await at.ask("a")) == {InvalidRow}
        assert await at.ask("a") == success(batch("a"))


async def test_an_opening_is_logged_once_whatever_its_trials_bring(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="gateway")
    upstream = Upstream(failing())
    async with pipeline(upstream, "breaker = { min_calls = 1, open_for = 1e-9 }", "retry = false") as at:
        for _ in range(10):
            await at.ask()
        upstream.replies = [failing(CircuitOpen)]
        for _ in range(10):
            await at.ask()
        assert at.stats.breaker_opened == 10
        upstream.replies = [success]
        await at.ask()
    assert [record.getMessage() for record in caplog.records] == [
        "desk: circuit breaker opened",
        "desk: circuit breaker closed",
    ]


async def test_a_budget_of_zero_sends_no_retry() -> None:
    upstream = Upstream(failing())
    async with pipeline(upstream, "retry = { max_retries = 3, budget = 0 }", "breaker = false") as at:
        for _ in range(30):
            await at.ask()
    assert len(upstream.batches) == 30


@pytest.mark.parametrize("words", [(), ("concurrency = false",), ("concurrency = false", "hedge = true")])
async def test_calls_in_flight_are_counted_with_and_without_a_limit(words: Sequence[str]) -> None:
    upstream = HeldUpstream()
    async with pipeline(upstream, *words) as at:
        tasks = [asyncio.create_task(at.ask()) for _ in range(3)]
        await settle()
        assert at.stats.in_flight == 3
        for number in range(3):
            await upstream.reply(number)
        assert at.stats.in_flight == 0
        await asyncio.gather(*tasks)


async def test_a_wait_in_the_queue_is_neither_hedged_nor_measured() -> None:
    upstream = HeldUpstream()
    async with pipeline(upstream, "hedge = true", "concurrency = { max_in_flight = 1 }") as at:
        for _ in range(20):
            at.stats.recent_seconds.add(0.0)
        tasks = [asyncio.create_task(at.ask()) for _ in range(20)]
        for number in range(20):
            await settle()
            await upstream.reply(number)
        assert [await task for task in tasks] == [success(batch())] * 20
        assert (at.stats.hedges, len(upstream.batches), upstream.max_in_flight) == (0, 20, 1)


async def test_closing_the_pipeline_cancels_a_running_trial() -> None:
    upstream = HeldUpstream()
    async with pipeline(upstream, "breaker = { min_calls = 1, open_for = 0.000001 }", "retry = false") as at:
        failed = asyncio.create_task(at.ask("a"))
        await settle()
        await upstream.reply(0, failing())
        await failed
        trial = asyncio.create_task(at.ask("a"))
        await settle()
        assert (at.stats.breaker_state, upstream.in_flight) == ("HALF_OPEN", 1)
    assert upstream.in_flight == 0
    await settle()
    assert (at.stats.breaker_state, trial.cancelled()) == ("OPEN", True)
