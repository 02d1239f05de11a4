"""Who fails and fails is left alone for a while, then tried with one question."""

import asyncio

import pytest
from support.batches import (
    ANSWERED,
    FAILING,
    NAME,
    ODD,
    SILENT,
    Held,
    Say,
    Upstream,
    batch,
    failing,
    good,
    rows,
    settled,
)

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import NotAsked, SourceDown, SourceError, UpstreamRateLimited
from gateway.resilience.circuit_breaker import BreakerPolicy, CircuitBreaker, CircuitState
from gateway.resilience.sliding_window import STEPS

WHEN = BreakerPolicy(calls=4, share=0.5, seconds=10, rest=5)


class At:
    """A breaker with a clock that stands, and everything it told."""

    def __init__(self, fetch: Fetch, when: BreakerPolicy = WHEN) -> None:
        self.time, self.told, self.opened = 100.0, list[CircuitState](), list[CircuitState]()
        self.breaker = CircuitBreaker(
            NAME, fetch, when, self.told.append, self.opened.append, lambda: self.time
        )

    async def asked(self, times: int = 1) -> Answers:
        """What the last of so many questions is told."""
        for _ in range(times):
            answers = await self.breaker(batch("a", "b"))
        return answers


def not_asked(answers: Answers) -> bool:
    return set(map(type, answers.values())) == {NotAsked}


async def opened(*says: Say) -> tuple[At, Upstream]:
    """A breaker that has just opened, before an upstream that goes on like this."""
    upstream = Upstream(*[failing()] * 4, *says)
    at = At(upstream)
    await at.asked(4)
    assert at.told == [CircuitState.OPEN]
    upstream.asked.clear()
    return at, upstream


@pytest.mark.parametrize("kind", FAILING)
async def test_it_opens_when_enough_was_asked_and_enough_of_it_failed(kind: type[SourceError]) -> None:
    at = At(Upstream(good, good, failing(kind)))
    await at.asked(3)
    assert at.told == []  # a share of a third, of three
    await at.asked()
    assert at.told == [CircuitState.OPEN]  # half of four


async def test_few_calls_do_not_open_it_though_all_of_them_failed() -> None:
    at = At(Upstream(failing()))
    await at.asked(3)
    assert at.told == []
    await at.asked()
    assert at.told == [CircuitState.OPEN]


async def test_many_failures_do_not_open_it_where_they_are_a_small_share() -> None:
    at = At(Upstream(*[good, good, failing()] * 10, good))
    await at.asked(30)
    assert at.told == []


@pytest.mark.parametrize("kind", [*ANSWERED, *SILENT, UpstreamRateLimited])
async def test_what_is_no_sign_of_failing_never_opens_it(kind: type[SourceError]) -> None:
    at = At(Upstream(failing(kind)))
    await at.asked(50)
    assert at.told == []


@pytest.mark.parametrize("kind", SILENT)
async def test_who_did_not_wait_for_an_answer_hides_no_failure(kind: type[SourceError]) -> None:
    at = At(Upstream(*[failing(kind)] * 50, failing()))
    await at.asked(54)
    assert at.told == [CircuitState.OPEN]


async def test_a_batch_of_which_one_key_is_known_is_no_failure() -> None:
    at = At(
        Upstream(lambda _: {"a": SourceDown(NAME), "b": rows("b")}, lambda _: {"a": SourceDown(NAME)})
    )  # "b" is left out: it has no rows
    await at.asked(50)
    assert at.told == []


async def test_rows_that_do_not_fit_never_open_it_though_nothing_else_came() -> None:
    at = At(Upstream(lambda asked: dict.fromkeys(asked.keys, ODD)))
    await at.asked(50)
    assert at.told == []


async def test_what_was_asked_before_it_opened_tells_nothing_once_it_is_closed_again() -> None:
    for say in (failing(), good):
        upstream = Held()
        at = At(upstream)
        tasks = [asyncio.create_task(at.asked()) for _ in range(12)]
        await settled()
        for number in range(4):
            await upstream.tell(number, failing())
        for number in range(4, 8):
            await upstream.tell(number, say)  # while it is open
        at.time += 5
        trial = asyncio.create_task(at.asked())
        await settled()
        await upstream.tell(12)
        for number in range(8, 12):
            await upstream.tell(number, say)  # and after a trial has closed it
        assert at.told == [CircuitState.OPEN, CircuitState.TRYING, CircuitState.CLOSED]
        assert at.breaker.lately.told() == (0, 0)
        assert all(each.done() for each in (*tasks, trial))


async def test_what_it_remembers_does_not_grow_with_the_questions() -> None:
    at = At(Upstream(*[good, good, failing()] * 10_000, good))
    for _ in range(10_000):
        await at.asked(3)
        at.time += 0.01
    assert len(at.breaker.lately.counts) <= STEPS
    asked, failed = at.breaker.lately.told()
    assert 0.9 * 3000 <= asked <= 3000
    assert failed * 3 == asked


async def test_what_failed_long_ago_does_not_count() -> None:
    at = At(Upstream(failing()))
    await at.asked(3)
    at.time += 9.9
    await at.asked()
    assert at.told == [CircuitState.OPEN]
    late = At(Upstream(failing()))
    await late.asked(3)
    late.time += 10
    await late.asked(3)
    assert late.told == []
    few = At(Upstream(*[failing()] * 3, *[good] * 3, failing()))
    await few.asked(3)
    few.time += 10
    await few.asked(4)
    assert few.told == []  # one of four, and three that are forgotten


async def test_while_it_is_open_nothing_is_asked_and_all_are_told_when_to_come_back() -> None:
    at, upstream = await opened()
    for passed in (0, 1.5, 3.25):
        at.time = 100 + passed
        answers = await at.asked()
        assert set(answers) == {"a", "b"}
        assert not_asked(answers)
        assert {getattr(each, "retry_after", None) for each in answers.values()} == {5 - passed}
    assert upstream.asked == []


async def test_after_its_rest_one_question_tries_and_no_other_is_asked() -> None:
    upstream = Held()
    at = At(upstream)
    at.breaker.state, at.breaker.until = CircuitState.OPEN, 100.0
    trial = asyncio.create_task(at.asked())
    await settled()
    others = [await at.asked() for _ in range(5)]
    assert all(not_asked(each) for each in others)
    assert len(upstream.asked) == 1
    await upstream.tell(0)
    assert await trial == good(batch("a", "b"))
    assert at.told == [CircuitState.TRYING, CircuitState.CLOSED]


@pytest.mark.parametrize("kind", [None, *ANSWERED])
async def test_a_trial_that_is_answered_closes_it_and_what_was_before_is_forgotten(
    kind: type[SourceError] | None,
) -> None:
    trial = failing(kind) if kind else good
    for says in ([failing()] * 3, [good, good, good, failing()]):  # too few again, and too small a share
        at, upstream = await opened(trial, *says)
        at.time += 5
        await at.asked(1 + len(says))
        assert at.told == [CircuitState.OPEN, CircuitState.TRYING, CircuitState.CLOSED]
        assert len(upstream.asked) == 1 + len(says)


@pytest.mark.parametrize("kind", FAILING)
async def test_a_trial_that_fails_opens_it_for_another_rest(kind: type[SourceError]) -> None:
    at, upstream = await opened(failing(kind), good)
    at.time += 5
    await at.asked()
    at.time += 4.75
    assert not_asked(await at.asked())
    at.time += 0.25
    assert not not_asked(await at.asked())
    assert at.told == [CircuitState.OPEN, CircuitState.TRYING] * 2 + [CircuitState.CLOSED]
    assert at.opened == [CircuitState.CLOSED, CircuitState.TRYING]
    assert len(upstream.asked) == 2


@pytest.mark.parametrize("kind", [*SILENT, UpstreamRateLimited])
async def test_after_a_trial_that_says_nothing_the_next_question_tries(kind: type[SourceError]) -> None:
    at, upstream = await opened(failing(kind), good)
    at.time += 5
    await at.asked(2)
    assert len(upstream.asked) == 2
    assert at.told == [CircuitState.OPEN, CircuitState.TRYING] * 2 + [CircuitState.CLOSED]
    assert at.opened == [CircuitState.CLOSED]  # the source has not failed again


@pytest.mark.parametrize("passes", range(8))
async def test_a_trial_goes_on_though_nobody_waits_for_it_any_more(passes: int) -> None:
    upstream = Held()
    at = At(upstream)
    at.breaker.state, at.breaker.until = CircuitState.OPEN, 100.0
    asking = asyncio.create_task(at.asked())
    for _ in range(1 + passes):  # of the event loop: it has begun
        await asyncio.sleep(0)
    asking.cancel()
    await settled()
    assert (at.breaker.state, upstream.inside, asking.cancelled()) == (CircuitState.TRYING, 1, True)
    await upstream.tell(0)
    assert at.told == [CircuitState.TRYING, CircuitState.CLOSED]


@pytest.mark.parametrize("passes", range(8))
async def test_after_a_trial_that_was_ended_the_next_question_tries(passes: int) -> None:
    upstream = Held()
    at = At(upstream)
    at.breaker.state, at.breaker.until = CircuitState.OPEN, 100.0
    asking = asyncio.create_task(at.asked())
    for _ in range(1 + passes):
        await asyncio.sleep(0)
    await at.breaker.close()
    await settled()
    assert (at.breaker.state, at.opened, upstream.inside) == (CircuitState.OPEN, [], 0)
    assert asking.cancelled()
    following = asyncio.create_task(at.asked())
    await settled()
    await upstream.tell(-1)
    assert await following == good(batch("a", "b"))
    assert at.breaker.state is CircuitState.CLOSED


async def test_after_a_trial_that_breaks_the_next_question_tries() -> None:
    def broken(_asked: Batch) -> Answers:
        raise ZeroDivisionError

    at, _ = await opened(broken, good)
    at.time += 5
    with pytest.raises(ZeroDivisionError):
        await at.asked()
    assert await at.asked() == good(batch("a", "b"))
    assert at.told == [CircuitState.OPEN, CircuitState.TRYING] * 2 + [CircuitState.CLOSED]
