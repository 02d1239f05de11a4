"""Every call is counted and timed."""

import asyncio
from collections import Counter
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import EVERY_ERROR, NAME, PATIENT, HeldUpstream, Upstream, batch, failing, settle, success

from gateway.errors import DeadlineExceeded, SourceError
from gateway.resilience.deadline import Deadline
from gateway.telemetry.source_stats import (
    BATCH_SIZE_BUCKETS,
    LATENCY_BUCKETS,
    QUANTILE,
    REFRESH_EVERY,
    SAMPLE_SIZE,
    Histogram,
    Measured,
    RollingQuantile,
    SourceStats,
)

NUMBERS = st.lists(st.floats(0, 20) | st.sampled_from(LATENCY_BUCKETS), max_size=3 * SAMPLE_SIZE)


class Stopwatch:
    """A clock that advances by `step` at each reading."""

    def __init__(self, step: float) -> None:
        self.at, self.step = 0.0, step

    def __call__(self) -> float:
        self.at += self.step
        return self.at


@PATIENT
@given(calls=st.lists(st.tuples(st.sampled_from([None, *EVERY_ERROR]), st.integers(1, 2000)), max_size=30))
async def test_every_call_is_counted_by_its_outcome(calls: list[tuple[type[SourceError] | None, int]]) -> None:
    stats = SourceStats(NAME)
    upstream = Upstream(*[failing(kind) if kind else success for kind, _ in calls], success)
    measured = Measured(upstream, stats, Stopwatch(0.25))
    for _, size in calls:
        await measured(batch(*map(str, range(size))))
    assert stats.outcomes == Counter(kind.code if kind else "OK" for kind, _ in calls)
    assert sum(stats.seconds.counts) == sum(stats.batch_sizes.counts) == len(calls)
    assert (stats.seconds.total, stats.batch_sizes.total) == (0.25 * len(calls), sum(size for _, size in calls))
    assert stats.seconds.counts[LATENCY_BUCKETS.index(0.25)] == len(calls)


async def test_a_cancelled_call_is_counted() -> None:
    stats, upstream = SourceStats(NAME), HeldUpstream()
    task = asyncio.create_task(Measured(upstream, stats)(batch()))
    await settle()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert (stats.outcomes, stats.in_flight) == ({"CANCELLED": 1}, 0)
    assert sum(stats.seconds.counts) == 1


@pytest.mark.parametrize("kind", EVERY_ERROR)
async def test_only_a_successful_call_sets_the_last_answer(kind: type[SourceError]) -> None:
    stats = SourceStats(NAME)
    await Measured(Upstream(failing(kind)), stats)(batch())
    assert stats.last_answer_at is None
    await Measured(Upstream(), stats, wall_clock=lambda: 1_700_000_000.5)(batch())
    assert stats.last_answer_at == 1_700_000_000.5


async def test_calls_in_flight_are_counted() -> None:
    stats, upstream = SourceStats(NAME), HeldUpstream()
    tasks = [asyncio.create_task(Measured(upstream, stats)(batch())) for _ in range(3)]
    for number in range(3):
        await settle()
        assert stats.in_flight == 3 - number
        await upstream.reply(number)
    assert stats.in_flight == 0
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("kind", EVERY_ERROR)
async def test_only_successful_calls_enter_the_rolling_quantile(kind: type[SourceError]) -> None:
    stats, upstream = SourceStats(NAME), Upstream(*[failing(kind)] * 5, success)
    measured = Measured(upstream, stats, Stopwatch(0.25))
    cancelled = asyncio.create_task(Measured(HeldUpstream(), stats)(batch()))
    await settle()
    cancelled.cancel()
    await settle()
    for _ in range(7):
        await measured(batch())
    assert list(stats.recent_seconds.numbers) == [0.25, 0.25]
    assert sum(stats.seconds.counts) == 8


@pytest.mark.parametrize("bounds", [LATENCY_BUCKETS, BATCH_SIZE_BUCKETS])
@PATIENT
@given(numbers=NUMBERS)
def test_a_number_is_counted_in_its_first_bucket(bounds: tuple[float, ...], numbers: list[float]) -> None:
    histogram = Histogram(bounds)
    for number in numbers:
        histogram.add(number)
    edges = (-1.0, *bounds, float("inf"))
    counts = [sum(low < number <= high for number in numbers) for low, high in pairwise(edges)]
    assert histogram.counts == counts
    assert histogram.total == pytest.approx(sum(numbers))


@PATIENT
@given(numbers=NUMBERS)
def test_the_quantile_covers_the_newest_numbers_at_each_refresh(numbers: list[float]) -> None:
    rolling = RollingQuantile()
    for number in numbers:
        rolling.add(number)
    then = len(numbers) // REFRESH_EVERY * REFRESH_EVERY
    sample, quantile = numbers[:then][-SAMPLE_SIZE:], rolling.quantile
    if quantile is None:
        assert not sample
        return
    assert quantile in sample
    assert sum(number <= quantile for number in sample) >= QUANTILE * len(sample)
    assert sum(number < quantile for number in sample) <= QUANTILE * len(sample)


@pytest.mark.parametrize("remaining", [None, 3600.0])
async def test_a_call_within_its_deadline_is_sent(remaining: float | None) -> None:
    upstream = Upstream()
    assert await Deadline(upstream)(batch("a", remaining=remaining)) == success(batch("a"))
    assert len(upstream.batches) == 1


@pytest.mark.parametrize("remaining", [0.0, -5.0])
async def test_a_call_after_its_deadline_is_not_sent(remaining: float) -> None:
    upstream = Upstream()
    answers = await Deadline(upstream)(batch("a", "b", remaining=remaining))
    assert {key: type(answer) for key, answer in answers.items()} == {"a": DeadlineExceeded, "b": DeadlineExceeded}
    assert upstream.batches == []
