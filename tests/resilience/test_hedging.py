"""A slow read is asked a second time, once, and the first good answer is everybody's."""

import asyncio

import pytest
from support.batches import FAILING, Say, batch, failing, good, rows, settled
from support.resilience.hedging import AGES, ENOUGH, At

from gateway.contract.batch import Answers, Batch
from gateway.errors import SourceDown, SourceError, SourceTimeout
from gateway.resilience.retry import Retry, RetryPolicy


def other(asked: Batch) -> Answers:
    return {key: rows(f"the other {key}") for key in asked.keys}


async def test_nothing_is_asked_twice_before_enough_was_measured() -> None:
    at = At(measured=ENOUGH - 1)
    task = await at.ask()
    assert at.counts == (1, 1, 0)
    await at.upstream.tell(0)
    assert await task == good(batch("a", "b"))
    assert at.budget.balance == 1


async def test_a_read_that_takes_no_longer_than_others_is_asked_once() -> None:
    at = At(seconds=AGES)
    task = await at.ask()
    assert at.counts == (1, 1, 0)
    await at.upstream.tell(0)
    assert await task == good(batch("a", "b"))
    assert (at.counts, at.budget.balance) == ((1, 0, 0), 1)


@pytest.mark.parametrize("first", [0, 1])
async def test_a_late_read_is_asked_once_more_the_first_answer_wins_and_the_other_is_cancelled(
    first: int,
) -> None:
    at = At()
    task = await at.ask()
    assert at.counts == (2, 2, 1)
    assert at.upstream.asked[0] == at.upstream.asked[1]
    await at.upstream.tell(first, other)
    assert await task == other(batch("a", "b"))
    assert at.counts == (2, 0, 1)
    assert at.upstream.open[1 - first].cancelled()


async def test_it_is_the_95th_percentile_that_decides_what_is_late() -> None:
    for slow, hedges in ((4, 1), (6, 0)):  # of a hundred
        at = At(measured=0)
        for seconds in [AGES] * slow + [0.0] * (100 - slow):
            at.stats.recent_seconds.add(seconds)
        task = await at.ask()
        assert at.stats.hedges == hedges
        await at.upstream.tell(0)
        assert await task == good(batch("a", "b"))


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("kind", FAILING)
async def test_one_that_fails_is_not_believed_while_the_other_may_answer(
    kind: type[SourceError], first: int
) -> None:
    at = At()
    task = await at.ask()
    await at.upstream.tell(first, failing(kind))
    assert not task.done()
    await at.upstream.tell(1 - first)
    assert await task == good(batch("a", "b"))


@pytest.mark.parametrize("says", [(good, failing()), (failing(), good)])
async def test_of_two_that_come_in_the_same_moment_the_good_one_wins(says: tuple[Say, Say]) -> None:
    for _ in range(20):  # tasks come in any order
        at = At()
        task = await at.ask()
        for future, say in zip(at.upstream.open, says, strict=True):
            future.set_result(say)
        assert await task == good(batch("a", "b"))


async def test_where_both_fail_the_failure_is_told() -> None:
    at = At()
    task = await at.ask()
    await at.upstream.tell(0, failing(SourceTimeout))
    await at.upstream.tell(1, failing(SourceDown))
    assert {type(each) for each in (await task).values()} == {SourceDown}


async def test_what_is_given_up_is_given_up_twice() -> None:
    for measured in (0, ENOUGH):
        at = At(measured=measured)
        task = await at.ask()
        task.cancel()
        await settled()
        assert task.cancelled()
        assert all(future.cancelled() for future in at.upstream.open)
        assert at.upstream.inside == 0


async def test_what_breaks_is_raised_and_leaves_nothing_under_way() -> None:
    def broken(_: Batch) -> Answers:
        raise ZeroDivisionError

    at = At()
    task = await at.ask()
    await at.upstream.tell(0, broken)
    with pytest.raises(ZeroDivisionError):
        await task
    assert at.upstream.inside == 0


async def test_hedges_and_retries_are_paid_from_one_budget() -> None:
    at = At(budget=1.0)
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    retried = Retry(at.hedged, RetryPolicy(max_retries=1), at.budget, at.stats, pause)
    task = asyncio.create_task(retried(batch()))
    await settled()
    await at.upstream.tell(0, failing())
    await at.upstream.tell(1, failing())
    assert {type(each) for each in (await task).values()} == {SourceDown}
    assert (at.stats.hedges, at.stats.retries, pauses) == (1, 0, [])
    none = At(budget=0.9)
    await none.ask()
    assert none.counts == (1, 1, 0)
    await none.upstream.tell(0)


async def test_the_loser_has_ended_before_the_answer_is_told() -> None:
    ended = list[str]()

    async def slow_to_end(_: Batch) -> Answers:
        try:
            await asyncio.Event().wait()
        finally:
            await settled()  # as a connection takes to be hung up
            ended.append("the first")
        return {}

    at = At()
    turns = iter([slow_to_end, at.upstream])

    async def upstream(asked: Batch) -> Answers:
        return await next(turns)(asked)

    at.hedged.fetch = upstream
    task = await at.ask()
    at.upstream.open[0].set_result(good)
    assert await task == good(batch("a", "b"))
    assert ended == ["the first"]
