"""Each word of a source does through the whole of the dress what README says, and `false` switches it off."""

import asyncio
from collections.abc import Sequence

import pytest
from support.batches import Held, Say, Upstream, batch, failing, good, settled
from support.pipelines import dressed, kinds

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
    async with dressed(upstream, *words) as at:
        assert kinds(await at.ask("a", "b")) == {SourceDown}
    assert len(upstream.asked) == calls  # of the last, the budget of one question allows two more


@pytest.mark.parametrize(
    ("words", "calls"), [((), 5), (("breaker = { min_calls = 3 }",), 3), (("breaker = false",), 20)]
)
async def test_breaker(words: Sequence[str], calls: int) -> None:
    upstream = Upstream(failing())
    async with dressed(upstream, "retry = false", *words) as at:
        told = [kinds(await at.ask()) for _ in range(20)]
        assert told == [{SourceDown}] * calls + [{CircuitOpen}] * (20 - calls)
        assert (at.stats.breaker_state, at.stats.breaker_opened) == (
            ("OPEN", 1) if calls < 20 else ("CLOSED", 0)
        )
    assert len(upstream.asked) == calls


@pytest.mark.parametrize(
    ("words", "asked", "turned_away"),
    [
        ((), DEFAULT_MAX_IN_FLIGHT, 0),
        (("concurrency = { max_in_flight = 2, max_queue = 5 }",), 2, MANY - 7),
        (("concurrency = false",), MANY, 0),
    ],
)
async def test_queue(words: Sequence[str], asked: int, turned_away: int) -> None:
    upstream = Held()
    async with dressed(upstream, "breaker = false", *words) as at:
        tasks = [asyncio.create_task(at.ask()) for _ in range(MANY)]
        await settled()
        assert (upstream.inside, at.stats.rejected) == (asked, turned_away)
        for task in tasks:
            task.cancel()
        await settled()
    assert upstream.inside == 0


@pytest.mark.parametrize(("words", "calls"), [((), 1), (("hedge = false",), 1), (("hedge = true",), 2)])
async def test_hedge(words: Sequence[str], calls: int) -> None:
    upstream = Held()
    async with dressed(upstream, *words) as at:
        for _ in range(20):
            at.stats.recent_seconds.add(0.0)
        task = asyncio.create_task(at.ask())
        await settled()
        assert (len(upstream.asked), at.stats.hedges) == (calls, calls - 1)
        await upstream.tell(0)
        assert await task == good(batch())


@pytest.mark.parametrize(
    ("words", "calls"),
    [((), 2), (("cache = false",), 2), (("cache = 60",), 1), (("cache = { ttl = 60 }",), 1)],
)
async def test_keep(words: Sequence[str], calls: int) -> None:
    upstream = Upstream()
    async with dressed(upstream, *words) as at:
        first, second = await at.ask(), await at.ask()
    assert len(upstream.asked) == calls
    told = [(each.rows, each.from_cache) for each in (first["a"], second["a"]) if isinstance(each, Answer)]
    rows = getattr(good(batch())["a"], "rows", None)
    assert told == [(rows, False), (rows, calls == 1)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("cache = 60",), (good,)),
        (("hedge = true", "cache = 60"), (good,)),
        (("retry = false", "breaker = false", "concurrency = false"), (failing(),)),
    ],
)
async def test_a_request_whose_time_is_over_asks_nothing_however_a_source_is_dressed(
    words: Sequence[str], says: Sequence[Say]
) -> None:
    upstream = Upstream(*says)
    async with dressed(upstream, *words) as at:
        answers = await at.ask("a", "b", left=0)
        assert {key: type(each) for key, each in answers.items()} == {
            "a": DeadlineExceeded,
            "b": DeadlineExceeded,
        }
        assert not at.stats.outcomes
    assert upstream.asked == []


async def test_requests_that_have_no_time_never_open_the_breaker() -> None:
    upstream = Upstream()
    async with dressed(upstream) as at:
        for _ in range(50):
            await at.ask(left=0)
        assert await at.ask() == good(batch())


async def test_what_is_remembered_is_told_as_stale_though_the_breaker_is_open() -> None:
    upstream = Upstream(good, failing())
    async with dressed(upstream, "cache = 0", "breaker = { min_calls = 1 }", "retry = false") as at:
        await at.ask()
        for _ in range(3):
            (last,) = (await at.ask()).values()
            assert isinstance(last, Answer)
            assert (last.rows, last.stale) == (getattr(good(batch())["a"], "rows", None), True)
        assert at.stats.breaker_state == "OPEN"
    assert len(upstream.asked) == 2


async def test_a_thousand_who_ask_the_same_wait_in_no_line_where_it_is_kept() -> None:
    upstream = Held()
    async with dressed(upstream, "cache = 60", "concurrency = { max_in_flight = 1, max_queue = 0 }") as at:
        tasks = [asyncio.create_task(at.ask()) for _ in range(1000)]
        await settled()
        await upstream.tell(0)
        assert [kinds(each) for each in await asyncio.gather(*tasks)] == [{Answer}] * 1000
    assert len(upstream.asked) == 1
