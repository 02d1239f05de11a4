"""A slow read is sent a second time, once, and the first successful answer wins."""

import asyncio

import pytest
from support.batches import FAILING, Reply, answer, batch, failing, settle, success
from support.resilience.hedging import AGES, ENOUGH, HedgedSource

from gateway.contract.batch import Answers, Batch
from gateway.errors import SourceDown, SourceError, SourceTimeout
from gateway.resilience.retry import Retry, RetryPolicy


def other(question: Batch) -> Answers:
    return {key: answer(f"the other {key}") for key in question.keys}


def kinds(answers: Answers) -> set[type]:
    return {type(one) for one in answers.values()}


@pytest.mark.parametrize("source", [{"measured": ENOUGH - 1}, {"seconds": AGES}], ids=["unmeasured", "fast"])
async def test_a_read_that_is_not_late_is_sent_once(source: dict[str, float]) -> None:
    at = HedgedSource(**source)  # type: ignore[arg-type]  # numbers of both types
    task = await at.ask()
    assert at.counts == (1, 1, 0)
    await at.upstream.reply(0)
    assert await task == success(batch("a", "b"))
    assert (at.counts, at.budget.balance) == ((1, 0, 0), 1)


@pytest.mark.parametrize("first", [0, 1])
async def test_the_first_answer_wins_and_the_other_call_is_cancelled(first: int) -> None:
    at = HedgedSource()
    task = await at.ask()
    assert at.counts == (2, 2, 1)
    assert at.upstream.batches[0] == at.upstream.batches[1]
    await at.upstream.reply(first, other)
    assert await task == other(batch("a", "b"))
    assert at.counts == (2, 0, 1)
    assert at.upstream.pending[1 - first].cancelled()


@pytest.mark.parametrize(("slow", "hedges"), [(4, 1), (6, 0)])
async def test_the_95th_percentile_decides_which_read_is_late(slow: int, hedges: int) -> None:
    at = HedgedSource(measured=0)
    for seconds in [AGES] * slow + [0.0] * (100 - slow):
        at.stats.recent_seconds.add(seconds)
    task = await at.ask()
    assert at.stats.hedges == hedges
    await at.upstream.reply(0)
    assert await task == success(batch("a", "b"))


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("kind", FAILING)
async def test_a_failure_does_not_win_while_the_other_call_runs(kind: type[SourceError], first: int) -> None:
    at = HedgedSource()
    task = await at.ask()
    await at.upstream.reply(first, failing(kind))
    assert not task.done()
    await at.upstream.reply(1 - first)
    assert await task == success(batch("a", "b"))


@pytest.mark.parametrize("replies", [(success, failing()), (failing(), success)])
async def test_of_two_answers_at_once_the_successful_one_wins(replies: tuple[Reply, Reply]) -> None:
    for _ in range(20):  # a set of tasks has no order
        at = HedgedSource()
        task = await at.ask()
        for future, reply in zip(at.upstream.pending, replies, strict=True):
            future.set_result(reply)
        assert await task == success(batch("a", "b"))


async def test_if_both_calls_fail_the_last_failure_is_returned() -> None:
    at = HedgedSource()
    task = await at.ask()
    await at.upstream.reply(0, failing(SourceTimeout))
    await at.upstream.reply(1, failing(SourceDown))
    assert kinds(await task) == {SourceDown}


@pytest.mark.parametrize("measured", [0, ENOUGH], ids=["single", "hedged"])
async def test_cancelling_a_read_cancels_all_of_its_calls(measured: int) -> None:
    at = HedgedSource(measured=measured)
    task = await at.ask()
    task.cancel()
    await settle()
    assert task.cancelled()
    assert all(future.cancelled() for future in at.upstream.pending)
    assert at.upstream.in_flight == 0


async def test_a_bug_is_raised_and_no_call_stays_in_flight() -> None:
    def broken(_: Batch) -> Answers:
        raise ZeroDivisionError

    at = HedgedSource()
    task = await at.ask()
    await at.upstream.reply(0, broken)
    with pytest.raises(ZeroDivisionError):
        await task
    assert at.upstream.in_flight == 0


async def test_hedges_and_retries_share_one_budget() -> None:
    at = HedgedSource(budget=1.0)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    retry = Retry(at.hedging, RetryPolicy(max_retries=1), at.budget, at.stats, pause)
    task = asyncio.create_task(retry(batch()))
    await settle()
    await at.upstream.reply(0, failing())
    await at.upstream.reply(1, failing())
    assert kinds(await task) == {SourceDown}
    assert (at.stats.hedges, at.stats.retries, pauses) == (1, 0, [])
    poor = HedgedSource(budget=0.9)
    await poor.ask()
    assert poor.counts == (1, 1, 0)
    await poor.upstream.reply(0)


async def test_the_losing_call_has_ended_before_the_answer_is_returned() -> None:
    ended = list[str]()

    async def slow_to_end(_: Batch) -> Answers:
        try:
            await asyncio.Event().wait()
        finally:
            await settle()  # as closing a connection takes
            ended.append("the first")
        return {}

    at = HedgedSource()
    fetches = iter([slow_to_end, at.upstream])

    async def upstream(question: Batch) -> Answers:
        return await next(fetches)(question)

    at.hedging.fetch = upstream
    task = await at.ask()
    at.upstream.pending[0].set_result(success)
    assert await task == success(batch("a", "b"))
    assert ended == ["the first"]
