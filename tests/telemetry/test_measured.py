"""Every attempt is counted and timed, and numbers are spread as they are."""

import asyncio
from collections import Counter
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import ANY, EVERY, NAME, Held, Upstream, batch, failing, good, settled

from gateway.errors import DeadlineExceeded, SourceError
from gateway.resilience.deadline import Deadline
from gateway.telemetry.measured import Measured
from gateway.telemetry.source_stats import (
    BATCH_SIZE_BUCKETS,
    LATENCY_BUCKETS,
    QUANTILE,
    REFRESH_EVERY,
    SAMPLE_SIZE,
    Histogram,
    RollingQuantile,
    SourceStats,
)

NUMBERS = st.lists(st.floats(0, 20) | st.sampled_from(LATENCY_BUCKETS), max_size=3 * SAMPLE_SIZE)


class Stopwatch:
    """A clock that goes on by so much at each look."""

    def __init__(self, step: float) -> None:
        self.at, self.step = 0.0, step

    def __call__(self) -> float:
        """The seconds it shows."""
        self.at += self.step
        return self.at


@ANY
@given(said=st.lists(st.tuples(st.sampled_from([None, *EVERY]), st.integers(1, 2000)), max_size=30))
async def test_every_attempt_is_counted_by_what_came_of_it(
    said: list[tuple[type[SourceError] | None, int]],
) -> None:
    tally = SourceStats(NAME)
    upstream = Upstream(*[failing(kind) if kind else good for kind, _ in said], good)
    watched = Measured(upstream, tally, Stopwatch(0.25))
    for _, size in said:
        await watched(batch(*map(str, range(size))))
    assert tally.outcomes == Counter(kind.code if kind else "OK" for kind, _ in said)
    assert sum(tally.seconds.counts) == sum(tally.batch_sizes.counts) == len(said)
    assert (tally.seconds.total, tally.batch_sizes.total) == (0.25 * len(said), sum(size for _, size in said))
    assert tally.seconds.counts[LATENCY_BUCKETS.index(0.25)] == len(said)


async def test_what_is_given_up_is_counted_too() -> None:
    tally, upstream = SourceStats(NAME), Held()
    task = asyncio.create_task(Measured(upstream, tally)(batch()))
    await settled()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert (tally.outcomes, tally.in_flight) == ({"CANCELLED": 1}, 0)
    assert sum(tally.seconds.counts) == 1


@pytest.mark.parametrize("kind", EVERY)
async def test_the_last_answer_is_the_last_that_was_one(kind: type[SourceError]) -> None:
    tally = SourceStats(NAME)
    await Measured(Upstream(failing(kind)), tally)(batch())
    assert tally.last_answer_at is None
    await Measured(Upstream(), tally, wall_clock=lambda: 1_700_000_000.5)(batch())
    assert tally.last_answer_at == 1_700_000_000.5


async def test_what_is_under_way_is_counted_while_it_is() -> None:
    tally, upstream = SourceStats(NAME), Held()
    tasks = [asyncio.create_task(Measured(upstream, tally)(batch())) for _ in range(3)]
    for number in range(3):
        await settled()
        assert tally.in_flight == 3 - number
        await upstream.tell(number)
    assert tally.in_flight == 0
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("kind", EVERY)
async def test_how_long_what_did_not_answer_took_says_nothing_of_what_is_usual(
    kind: type[SourceError],
) -> None:
    tally, upstream = SourceStats(NAME), Upstream(*[failing(kind)] * 5, good)
    watched = Measured(upstream, tally, Stopwatch(0.25))
    held = asyncio.create_task(Measured(Held(), tally)(batch()))
    await settled()
    held.cancel()
    await settled()
    for _ in range(7):
        await watched(batch())
    assert list(tally.recent_seconds.numbers) == [0.25, 0.25]
    assert sum(tally.seconds.counts) == 8


@pytest.mark.parametrize("bounds", [LATENCY_BUCKETS, BATCH_SIZE_BUCKETS])
@ANY
@given(numbers=NUMBERS)
def test_each_number_is_counted_once_at_the_first_bound_it_does_not_exceed(
    bounds: tuple[float, ...], numbers: list[float]
) -> None:
    spread = Histogram(bounds)
    for each in numbers:
        spread.add(each)
    edges = (-1.0, *bounds, float("inf"))
    counts = [sum(low < each <= high for each in numbers) for low, high in pairwise(edges)]
    assert spread.counts == counts
    assert spread.total == pytest.approx(sum(numbers))


@ANY
@given(numbers=NUMBERS)
def test_what_is_usual_is_not_exceeded_by_nearly_all_of_the_numbers_when_it_was_found(
    numbers: list[float],
) -> None:
    recent = RollingQuantile()
    for each in numbers:
        recent.add(each)
    then = len(numbers) // REFRESH_EVERY * REFRESH_EVERY
    known, found = numbers[:then][-SAMPLE_SIZE:], recent.quantile
    if found is None:
        assert not known
        return
    assert found in known
    assert sum(each <= found for each in known) >= QUANTILE * len(known)
    assert sum(each < found for each in known) <= QUANTILE * len(known)


@pytest.mark.parametrize("left", [None, 3600.0])
async def test_what_has_time_is_asked(left: float | None) -> None:
    upstream = Upstream()
    assert await Deadline(NAME, upstream)(batch("a", left=left)) == good(batch("a"))
    assert len(upstream.asked) == 1


@pytest.mark.parametrize("left", [0.0, -5.0])
async def test_what_has_no_time_left_is_not_asked(left: float) -> None:
    upstream = Upstream()
    found = await Deadline(NAME, upstream)(batch("a", "b", left=left))
    assert {key: type(each) for key, each in found.items()} == {"a": DeadlineExceeded, "b": DeadlineExceeded}
    assert upstream.asked == []
