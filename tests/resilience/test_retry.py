"""Failed reads are repeated if that may help, and never so often that an outage gets worse."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import EVERY_ERROR, NAME, PATIENT, Reply, Upstream, answer, batch, failing, success

from gateway.contract.batch import Answer, Answers, Batch
from gateway.errors import (
    CircuitOpen,
    InvalidResponse,
    QueueFull,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamRateLimited,
)
from gateway.resilience.retry import MAX_BALANCE, Retry, RetryBudget, RetryPolicy
from gateway.telemetry.source_stats import SourceStats

ONCE = RetryPolicy(max_retries=1, base_delay=0.5, max_delay=2.0)
RETRIED = [SourceDown, UpstreamRateLimited]
NOT_RETRIED = [kind for kind in EVERY_ERROR if kind not in RETRIED]


class RetriedSource:
    """A source with retries, and the length of each pause."""

    def __init__(self, *replies: Reply, policy: RetryPolicy = ONCE, balance: float = 5.0) -> None:
        self.upstream, self.pauses = Upstream(*replies), list[float]()
        self.budget, self.stats = RetryBudget(policy.budget, balance), SourceStats(NAME)
        random = Random(7)  # noqa: S311  # it spreads pauses
        self.retry = Retry(self.upstream, policy, self.budget, self.stats, self._pause, random)

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def ask(self, *keys: str, remaining: float | None = None) -> Answers:
        return await self.retry(batch(*keys, remaining=remaining))

    async def kinds(self, *keys: str, remaining: float | None = None) -> set[type]:
        """Ask, and return the types of the answers."""
        return {type(one) for one in (await self.ask(*keys, remaining=remaining)).values()}

    @property
    def keys(self) -> list[tuple[str, ...]]:
        """The keys of each upstream batch."""
        return [question.keys for question in self.upstream.batches]


def reply_with(**answers: Answer | SourceError) -> Reply:
    return lambda question: {key: answers[key] for key in question.keys if key in answers}


@pytest.mark.parametrize("kind", RETRIED)
async def test_a_failure_that_may_pass_is_retried(kind: type[SourceError]) -> None:
    at = RetriedSource(failing(kind), success)
    assert await at.ask("a", "b") == success(batch("a", "b"))
    assert at.keys == [("a", "b")] * 2
    assert (at.stats.retries, len(at.pauses)) == (1, 1)


@pytest.mark.parametrize("kind", NOT_RETRIED)
async def test_other_failures_are_not_retried(kind: type[SourceError]) -> None:
    at = RetriedSource(failing(kind), success)
    assert await at.kinds("a", "b") == {kind}
    assert (len(at.keys), at.pauses, at.stats.retries) == (1, [], 0)


async def test_only_failed_keys_are_retried() -> None:
    invalid, down, busy, late = (
        kind(NAME) for kind in (InvalidResponse, SourceDown, UpstreamRateLimited, SourceTimeout)
    )
    first = reply_with(a=answer("a"), b=down, c=invalid, d=down, e=busy, g=late)  # "f" has no rows
    at = RetriedSource(first, reply_with(b=answer("b"), e=down))  # and "d" has none after all
    answers = dict(await at.ask(*"abcdefg"))
    assert at.keys == [tuple("abcdefg"), tuple("bde")]
    empty = answers.pop("d")
    assert isinstance(empty, Answer)
    assert empty.rows == ()
    assert answers == {"a": answer("a"), "b": answer("b"), "c": invalid, "e": down, "g": late}


@pytest.mark.parametrize("kind", [CircuitOpen, QueueFull])
async def test_a_retry_that_was_not_sent_leaves_the_first_error(kind: type[SourceError]) -> None:
    at = RetriedSource(failing(UpstreamRateLimited), failing(kind))
    assert await at.kinds("a", "b") == {UpstreamRateLimited}
    assert len(at.keys) == 2


@pytest.mark.parametrize("max_retries", [0, 3])
async def test_retries_end_at_the_maximum(max_retries: int) -> None:
    at = RetriedSource(failing(), policy=RetryPolicy(max_retries=max_retries))
    assert await at.kinds() == {SourceDown}
    assert (len(at.keys), at.stats.retries) == (1 + max_retries, max_retries)


async def test_a_pause_respects_retry_after_up_to_the_longest_delay() -> None:
    at = RetriedSource(failing(UpstreamRateLimited, 2.0), success)
    await at.ask()
    assert at.pauses == [2.0]
    late = RetriedSource(failing(UpstreamRateLimited, 2.25), success)
    assert await late.kinds() == {UpstreamRateLimited}
    assert (late.pauses, len(late.keys), late.budget.balance) == ([], 1, pytest.approx(5.1))


async def test_a_pause_respects_the_longest_retry_after_of_its_keys() -> None:
    short, long = (UpstreamRateLimited(NAME, retry_after=seconds) for seconds in (0.75, 1.5))
    at = RetriedSource(reply_with(a=short, b=long), success)
    await at.ask("a", "b")
    assert at.pauses == [1.5]


@pytest.mark.parametrize(("remaining", "retry_after"), [(0.0, None), (1.0, 2.0), (0.0, 0.0)])
async def test_no_pause_exceeds_the_remaining_time(remaining: float, retry_after: float | None) -> None:
    at = RetriedSource(failing(UpstreamRateLimited, retry_after), success)
    assert await at.kinds(remaining=remaining) == {UpstreamRateLimited}
    assert (at.pauses, len(at.keys), at.budget.balance) == ([], 1, pytest.approx(5.1))


@PATIENT
@given(seed=st.integers(), base=st.floats(0, 3), longest=st.floats(0, 3), retries=st.integers(1, 5))
async def test_pauses_have_full_jitter(seed: int, base: float, longest: float, retries: int) -> None:
    policy = RetryPolicy(max_retries=retries, base_delay=base, max_delay=longest)
    at = RetriedSource(failing(), policy=policy, balance=9)
    at.retry.random = Random(seed)  # noqa: S311  # it spreads pauses
    await at.ask()
    assert len(at.pauses) == retries
    for attempt, pause in enumerate(at.pauses):
        assert 0 <= pause <= min(longest, base * 2**attempt)


async def test_pauses_spread_over_their_whole_range() -> None:
    at = RetriedSource(failing(), policy=RetryPolicy(max_retries=1, base_delay=1.0, max_delay=1.0, budget=1))
    for _ in range(400):
        await at.ask()
    tenths = [sum(1 for pause in at.pauses if tenth <= pause * 10 < tenth + 1) for tenth in range(10)]
    assert min(tenths) > 400 / 10 / 2


@PATIENT
@given(
    failures=st.lists(st.booleans(), max_size=120),
    share=st.sampled_from([0.0, 0.05, 0.1, 0.5, 1.0]),
    retries=st.integers(0, 4),
    balance=st.floats(0, MAX_BALANCE),
)
async def test_retries_never_exceed_the_budget(
    failures: Sequence[bool], share: float, retries: int, balance: float
) -> None:
    down = False

    def reply(question: Batch) -> Answers:
        return failing()(question) if down else success(question)

    at = RetriedSource(reply, policy=RetryPolicy(max_retries=retries, budget=share), balance=balance)
    for calls, fails in enumerate(failures, start=1):
        down = fails
        await at.ask()
        assert at.stats.retries == len(at.keys) - calls
        assert at.stats.retries <= share * calls + balance + 1e-6
        assert -1e-9 <= at.budget.balance <= MAX_BALANCE


def test_a_quiet_period_saves_up_a_limited_balance() -> None:
    budget = RetryBudget(0.5)
    for _ in range(1000):
        budget.earn()
    assert sum(budget.spend() for _ in range(1000)) == MAX_BALANCE


@pytest.mark.parametrize(("share", "retries"), [(0.0, 0), (0.05, 0), (0.1, 1), (1.0, 1)])
def test_a_new_budget_allows_at_most_one_retry(share: float, retries: int) -> None:
    budget = RetryBudget(share)
    assert sum(budget.spend() for _ in range(10)) == retries


async def test_a_share_of_zero_allows_no_retry() -> None:
    at = RetriedSource(failing(), policy=RetryPolicy(max_retries=3, budget=0), balance=RetryBudget(0).balance)
    for _ in range(100):
        await at.ask()
    assert (len(at.keys), at.stats.retries) == (100, 0)
