"""A bucket gives no more points than it holds and gets back, whatever is asked of it and whatever its clock does."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.buckets import WINDOW, MemoryBuckets

CAPACITY = 600  # ten a second
TINY = 1e-6
STEPS = st.lists(
    st.tuples(st.floats(0, 30), st.sampled_from(["take", "correct"]), st.integers(-CAPACITY, 2 * CAPACITY)), max_size=25
)


async def run(steps: Sequence[tuple[float, str, int]]) -> list[tuple[float, int]]:
    """The time of each step, and the points that it took."""
    time = [0.0]
    buckets = MemoryBuckets(lambda: time[0])
    taken = []
    for seconds, name, points in steps:
        time[0] += seconds
        if name == "take":
            level = await buckets.take("A", abs(points), CAPACITY)
            taken.append((time[0], abs(points) if level.is_granted else 0))
        else:
            before = await buckets.take("A", 0, CAPACITY)
            after = await buckets.correct("A", points, CAPACITY)
            taken.append((time[0], round((after.debt - before.debt) * CAPACITY / WINDOW)))
        assert 0 <= level.debt <= WINDOW if name == "take" else 0 <= after.debt <= WINDOW
    return taken


@given(STEPS)
async def test_no_window_has_more_points_than_capacity_and_rate(steps: Sequence[tuple[float, str, int]]) -> None:
    taken = await run(steps)
    for first, last in combinations(range(len(taken) + 1), 2):
        window = taken[first:last]
        seconds = window[-1][0] - window[0][0]
        # One point for each rounding above.
        assert sum(points for _, points in window) <= CAPACITY + seconds * CAPACITY / WINDOW + len(window)


@given(st.lists(st.floats(0, 5), max_size=20), st.integers(1, CAPACITY))
async def test_debt_only_falls_while_nothing_is_taken(seconds: Sequence[float], points: int) -> None:
    time = [0.0]
    buckets = MemoryBuckets(lambda: time[0])
    debt = (await buckets.take("A", points, CAPACITY)).debt
    for each in seconds:
        time[0] += each
        level = await buckets.take("A", 0, CAPACITY)
        assert level.debt == pytest.approx(max(debt - each, 0), abs=TINY)
        debt = level.debt


@given(st.floats(0, 1e9), st.integers(1, CAPACITY))
async def test_a_clock_that_goes_back_costs_at_most_a_window(jump: float, points: int) -> None:
    time = [2e9]
    buckets = MemoryBuckets(lambda: time[0])
    await buckets.take("A", points, CAPACITY)
    time[0] -= jump
    back = await buckets.take("A", CAPACITY, CAPACITY)
    assert back.debt <= WINDOW
    assert not back.is_granted  # it gives no points, either
    time[0] += WINDOW
    assert (await buckets.take("A", CAPACITY, CAPACITY)).is_granted


async def test_what_is_refused_takes_nothing() -> None:
    buckets = MemoryBuckets(lambda: 0.0)
    assert not (await buckets.take("A", CAPACITY + 1, CAPACITY)).is_granted
    assert (await buckets.take("A", CAPACITY, CAPACITY)).is_granted
    assert not (await buckets.take("A", 1, CAPACITY)).is_granted


async def test_callers_have_separate_buckets_and_the_oldest_are_forgotten() -> None:
    buckets = MemoryBuckets(lambda: 0.0, max_callers=2)
    for caller in ("A", "B"):
        assert (await buckets.take(caller, CAPACITY, CAPACITY)).is_granted
    assert [(await buckets.take(each, 1, CAPACITY)).is_granted for each in ("A", "B", "C", "B", "A")] == [
        False,
        False,
        True,
        False,
        True,
    ]
