"""Reads are asked again where that may help, and never so often that it makes an outage worse."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import ANY, EVERY, NAME, Say, Upstream, batch, failing, good, rows

from gateway.contract.batch import Answer, Answers, Batch
from gateway.errors import (
    CircuitOpen,
    InvalidResponse,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamRateLimited,
)
from gateway.resilience.retry import Retry, RetryPolicy
from gateway.resilience.retry_budget import MAX_BALANCE, RetryBudget
from gateway.telemetry.source_stats import SourceStats

ONCE = RetryPolicy(max_retries=1, base_delay=0.5, max_delay=2.0)
HELPED = [SourceDown, UpstreamRateLimited]
NOT_HELPED = [each for each in EVERY if each not in HELPED]


class At:
    """A source that is asked again, and how long each pause was."""

    def __init__(self, *says: Say, how: RetryPolicy = ONCE, left: float = 5.0) -> None:
        self.upstream, self.pauses = Upstream(*says), list[float]()
        self.budget, self.stats = RetryBudget(how.budget, left), SourceStats(NAME)
        self.retried = Retry(self.upstream, how, self.budget, self.stats, self._pause, Random(7))  # noqa: S311  # it spreads pauses

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def ask(self, *keys: str, left: float | None = None) -> Answers:
        """What these keys are told."""
        return await self.retried(batch(*keys, left=left))

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The keys of each question upstream."""
        return [each.keys for each in self.upstream.asked]


def saying(**said: Answer | SourceError) -> Say:
    return lambda asked: {key: said[key] for key in asked.keys if key in said}


@pytest.mark.parametrize("kind", HELPED)
async def test_what_may_be_answered_next_time_is_asked_again(kind: type[SourceError]) -> None:
    at = At(failing(kind), good)
    assert await at.ask("a", "b") == good(batch("a", "b"))
    assert at.keys == [("a", "b")] * 2
    assert (at.stats.retries, len(at.pauses)) == (1, 1)


@pytest.mark.parametrize("kind", NOT_HELPED)
async def test_what_would_be_the_same_again_or_make_the_slow_slower_is_not_asked_again(
    kind: type[SourceError],
) -> None:
    at = At(failing(kind), good)
    assert {type(each) for each in (await at.ask("a", "b")).values()} == {kind}
    assert (len(at.keys), at.pauses, at.stats.retries) == (1, [], 0)


async def test_only_keys_that_failed_are_asked_again_and_each_keeps_what_it_was_told() -> None:
    no, down, late = InvalidResponse(NAME), SourceDown(NAME), SourceTimeout(NAME)
    first = saying(a=rows("a"), b=down, c=no, d=down, e=UpstreamRateLimited(NAME), g=late)  # "f" has no rows
    at = At(first, saying(b=rows("b"), e=down))  # and "d" has none after all
    found = dict(await at.ask(*"abcdefg"))
    assert at.keys == [tuple("abcdefg"), tuple("bde")]
    empty = found.pop("d")
    assert isinstance(empty, Answer)
    assert empty.rows == ()
    assert found == {"a": rows("a"), "b": rows("b"), "c": no, "e": down, "g": late}


async def test_where_it_was_not_asked_again_what_it_said_first_is_told() -> None:
    at = At(failing(UpstreamRateLimited), failing(CircuitOpen))
    assert {type(each) for each in (await at.ask("a", "b")).values()} == {UpstreamRateLimited}
    assert len(at.keys) == 2


async def test_it_is_asked_so_many_times_more_and_not_once_more() -> None:
    at = At(failing(), how=RetryPolicy(max_retries=3))
    assert {type(each) for each in (await at.ask()).values()} == {SourceDown}
    assert (len(at.keys), at.stats.retries) == (4, 3)
    none = At(failing(), how=RetryPolicy(max_retries=0))
    await none.ask()
    assert len(none.keys) == 1


async def test_it_comes_back_no_sooner_than_it_was_told_and_not_at_all_where_that_is_too_late() -> None:
    at = At(failing(UpstreamRateLimited, 2.0), good)
    await at.ask()
    assert at.pauses == [2.0]
    late = At(failing(UpstreamRateLimited, 2.25), good)
    assert {type(each) for each in (await late.ask()).values()} == {UpstreamRateLimited}
    assert (late.pauses, len(late.keys), late.budget.balance) == ([], 1, pytest.approx(5.1))


async def test_it_waits_as_long_as_the_longest_of_its_keys_was_told() -> None:
    at = At(
        saying(a=UpstreamRateLimited(NAME, retry_after=0.75), b=UpstreamRateLimited(NAME, retry_after=1.5)),
        good,
    )
    await at.ask("a", "b")
    assert at.pauses == [1.5]


async def test_no_pause_reaches_beyond_the_time_of_the_request() -> None:
    for left, told in ((0.0, None), (1.0, 2.0), (0.0, 0.0)):
        at = At(failing(UpstreamRateLimited, told), good)
        assert {type(each) for each in (await at.ask(left=left)).values()} == {UpstreamRateLimited}
        assert (at.pauses, len(at.keys), at.budget.balance) == ([], 1, pytest.approx(5.1))


@ANY
@given(seed=st.integers(), pause=st.floats(0, 3), most=st.floats(0, 3), times=st.integers(1, 5))
async def test_a_pause_is_anything_between_nothing_and_the_most(
    seed: int, pause: float, most: float, times: int
) -> None:
    at = At(failing(), how=RetryPolicy(max_retries=times, base_delay=pause, max_delay=most), left=9)
    at.retried.random = Random(seed)  # noqa: S311  # the same
    await at.ask()
    assert len(at.pauses) == times
    for turn, each in enumerate(at.pauses):
        assert 0 <= each <= min(most, pause * 2**turn)


async def test_pauses_are_spread_over_all_that_they_may_be() -> None:
    at = At(failing(), how=RetryPolicy(max_retries=1, base_delay=1.0, max_delay=1.0, budget=1))
    for _ in range(400):
        await at.ask()
    tenths = [sum(1 for each in at.pauses if tenth <= each * 10 < tenth + 1) for tenth in range(10)]
    assert min(tenths) > 400 / 10 / 2


@ANY
@given(
    fails=st.lists(st.booleans(), max_size=120),
    share=st.sampled_from([0.0, 0.05, 0.1, 0.5, 1.0]),
    times=st.integers(0, 4),
    saved=st.floats(0, MAX_BALANCE),
)
async def test_retries_are_never_more_than_their_share_and_what_was_saved(
    fails: Sequence[bool], share: float, times: int, saved: float
) -> None:
    down = False

    def say(asked: Batch) -> Answers:
        return failing()(asked) if down else good(asked)

    at = At(say, how=RetryPolicy(max_retries=times, budget=share), left=saved)
    for questions, each in enumerate(fails, start=1):
        down = each
        await at.ask()
        assert at.stats.retries == len(at.keys) - questions
        assert at.stats.retries <= share * questions + saved + 1e-6
        assert -1e-9 <= at.budget.balance <= MAX_BALANCE


def test_a_quiet_time_saves_up_no_more_than_so_many() -> None:
    budget = RetryBudget(0.5)
    for _ in range(1000):
        budget.earn()
    assert sum(budget.spend() for _ in range(1000)) == MAX_BALANCE


@pytest.mark.parametrize(("share", "first"), [(0.0, 0), (0.05, 0), (0.1, 1), (1.0, 1)])
def test_a_budget_begins_with_one_where_ten_questions_earn_one_and_with_none_where_none_do(
    share: float, first: int
) -> None:
    budget = RetryBudget(share)
    assert sum(budget.spend() for _ in range(10)) == first


async def test_of_no_share_nothing_is_ever_asked_again() -> None:
    at = At(failing(), how=RetryPolicy(max_retries=3, budget=0), left=RetryBudget(0).balance)
    for _ in range(100):
        await at.ask()
    assert (len(at.keys), at.stats.retries) == (100, 0)
