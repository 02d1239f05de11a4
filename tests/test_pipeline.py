"""Each catalog word of a source works in the whole pipeline, and `false` turns it off."""

import asyncio
from collections.abc import Sequence

import pytest
from support.batches import HeldUpstream, Reply, Upstream, batch, failing, settle, success
from support.batches import answer as row_of
from support.pipelines import kinds, pipeline

from gateway.contract.batch import Answer
from gateway.errors import CircuitOpen, DeadlineExceeded, SourceDown
from gateway.resilience.concurrency_limit import DEFAULT_MAX_IN_FLIGHT

MANY = DEFAULT_MAX_IN_FLIGHT + 7


@pytest.mark.parametrize(
    ("words", "calls"),
    [
        ((), 2),
        (("retry = false",), 1),
        (("retry = { max_retries = 0 }",), 1),
        (("retry = { max_retries = 3, budget = 1 }",), 3),
    ],
)
async def test_retry(words: Sequence[str], calls: int) -> None:
    upstream = Upstream(failing())
    async with pipeline(upstream, *words) as at:
        assert kinds(await at.ask("a", "b")) == {SourceDown}
    assert len(upstream.batches) == calls  # the budget of one call allows two retries


@pytest.mark.parametrize(
    ("words", "calls"), [((), 5), (("breaker = { min_calls = 3 }",), 3), (("breaker = false",), 20)]
)
async def test_breaker(words: Sequence[str], calls: int) -> None:
    upstream = Upstream(failing())
    async with pipeline(upstream, "retry = false", *words) as at:
        outcomes = [kinds(await at.ask()) for _ in range(20)]
        assert outcomes == [{SourceDown}] * calls + [{CircuitOpen}] * (20 - calls)
        state = ("OPEN", 1) if calls < 20 else ("CLOSED", 0)
        assert (at.stats.breaker_state, at.stats.breaker_opened) == state
    assert len(upstream.batches) == calls


@pytest.mark.parametrize(
    ("words", "in_flight", "rejected"),
    [
        ((), DEFAULT_MAX_IN_FLIGHT, 0),
        (("concurrency = { max_in_flight = 2, max_queue = 5 }",), 2, MANY - 7),
        (("concurrency = false",), MANY, 0),
    ],
)
async def test_concurrency(words: Sequence[str], in_flight: int, rejected: int) -> None:
    upstream = HeldUpstream()
    async with pipeline(upstream, "breaker = false", *words) as at:
        tasks = [asyncio.create_task(at.ask()) for _ in range(MANY)]
        await settle()
        assert (upstream.in_flight, at.stats.rejected) == (in_flight, rejected)
        for task in tasks:
            task.cancel()
        await settle()
    assert upstream.in_flight == 0


@pytest.mark.parametrize(("words", "calls"), [((), 1), (("hedge = false",), 1), (("hedge = true",), 2)])
async def test_hedge(words: Sequence[str], calls: int) -> None:
    upstream = HeldUpstream()
    async with pipeline(upstream, *words) as at:
        for _ in range(20):
            at.stats.recent_seconds.add(0.0)
        task = asyncio.create_task(at.ask())
        await settle()
        assert (len(upstream.batches), at.stats.hedges) == (calls, calls - 1)
        await upstream.reply(0)
        assert await task == success(batch())


@pytest.mark.parametrize(
    ("words", "calls"), [((), 2), (("cache = false",), 2), (("cache = 60",), 1), (("cache = { ttl = 60 }",), 1)]
)
async def test_cache(words: Sequence[str], calls: int) -> None:
    upstream = Upstream()
    async with pipeline(upstream, *words) as at:
        first, second = await at.ask(), await at.ask()
    assert len(upstream.batches) == calls
    answers = [answer for answer in (first["a"], second["a"]) if isinstance(answer, Answer)]
    assert [answer.from_cache for answer in answers] == [False, calls == 1]
    assert [answer.rows for answer in answers] == [row_of("a").rows] * 2


@pytest.mark.parametrize(
    ("words", "replies"),
    [
        (("cache = 60",), (success,)),
        (("hedge = true", "cache = 60"), (success,)),
        (("retry = false", "breaker = false", "concurrency = false"), (failing(),)),
    ],
)
async def test_after_the_deadline_no_pipeline_sends_a_call(words: Sequence[str], replies: Sequence[Reply]) -> None:
    upstream = Upstream(*replies)
    async with pipeline(upstream, *words) as at:
        answers = await at.ask("a", "b", remaining=0)
        assert set(answers) == {"a", "b"}
        assert kinds(answers) == {DeadlineExceeded}
        assert not at.stats.outcomes
    assert upstream.batches == []


async def test_requests_after_their_deadline_never_open_the_breaker() -> None:
    upstream = Upstream()
    async with pipeline(upstream) as at:
        for _ in range(50):
            await at.ask(remaining=0)
        assert await at.ask() == success(batch())


async def test_an_open_breaker_still_yields_stale_answers_from_the_cache() -> None:
    upstream = Upstream(success, failing())
    async with pipeline(upstream, "cache = 0", "breaker = { min_calls = 1 }", "retry = false") as at:
        await at.ask()
        for _ in range(3):
            stale = (await at.ask())["a"]
            assert isinstance(stale, Answer)
            assert (stale.rows, stale.stale) == (row_of("a").rows, True)
        assert at.stats.breaker_state == "OPEN"
    assert len(upstream.batches) == 2


async def test_a_thousand_equal_cached_reads_need_one_place() -> None:
    upstream = HeldUpstream()
    async with pipeline(upstream, "cache = 60", "concurrency = { max_in_flight = 1, max_queue = 0 }") as at:
        tasks = [asyncio.create_task(at.ask()) for _ in range(1000)]
        await settle()
        await upstream.reply(0)
        assert [kinds(answers) for answers in await asyncio.gather(*tasks)] == [{Answer}] * 1000
    assert len(upstream.batches) == 1
