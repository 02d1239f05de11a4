"""What comes too late because the event loop is late blames the gateway, and only then."""

import asyncio
import logging
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import NAME, batch

from gateway.concurrency.loop_lag import INTERVAL, LONG_PASS, LoopLag
from gateway.contract.batch import Answers, Batch
from gateway.errors import DeadlineExceeded, Overloaded, SourceDown, SourceTimeout
from gateway.resilience.late_loop import LateLoop


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def ticked(lag: LoopLag, clock: Clock, lateness: list[float]) -> None:
    """Let timers fire, each late by so many seconds."""
    for late in lateness:
        lag.expect()
        clock.seconds += INTERVAL + late
        lag.tick()


@given(st.lists(st.floats(0, 5), max_size=50), st.lists(st.floats(0, 5), max_size=50))
def test_only_lateness_since_the_moment_counts(before: list[float], after: list[float]) -> None:
    clock = Clock()
    lag = LoopLag(clock)
    ticked(lag, clock, [0.0, *before])
    since = clock.seconds
    ticked(lag, clock, after)
    late, elapsed = sum(after), sum(after) + INTERVAL * len(after)
    if abs(late - elapsed / 2) > 0.001:
        assert lag.is_late(since) == (late > elapsed / 2)


def test_a_timer_that_is_still_overdue_counts() -> None:
    clock = Clock()
    lag = LoopLag(clock)
    lag.expect()
    since = clock.seconds
    clock.seconds += 3.0
    assert lag.is_late(since)
    assert isinstance(lag.timeout(NAME, "late"), Overloaded)


def test_a_punctual_loop_leaves_the_blame_with_the_source() -> None:
    clock = Clock()
    lag = LoopLag(clock)
    ticked(lag, clock, [0.001] * 100)
    assert isinstance(lag.timeout(NAME, "late"), DeadlineExceeded)


@given(st.lists(st.floats(0, 2 * LONG_PASS), min_size=1, max_size=50))
def test_long_passes_make_what_takes_many_late(passes: list[float]) -> None:
    clock = Clock()
    lag = LoopLag(clock)
    ticked(lag, clock, [0.0])
    since, started_at = clock.seconds, clock.seconds
    for seconds in passes:
        began_at = clock.seconds
        clock.seconds += seconds
        lag.pass_began_at(began_at)
        lag.expect()
        clock.seconds += INTERVAL
        lag.tick()
    late, elapsed = INTERVAL * sum(each >= LONG_PASS for each in passes), clock.seconds - started_at
    if abs(late - elapsed / 2) > 0.001 and all(abs(each - LONG_PASS) > 0.0001 for each in passes):
        assert lag.is_late(since) == (late > elapsed / 2)
    assert lag.late_seconds < 0.001


async def test_a_blocked_loop_is_measured() -> None:
    lag = LoopLag()
    with lag.measured():
        since = time.monotonic()
        await asyncio.to_thread(time.sleep, INTERVAL)  # the loop is free, so nothing is late
        assert not lag.is_late(since)
        since = time.monotonic()
        while time.monotonic() < since + 4 * INTERVAL:
            pass
        assert lag.is_late(since)


async def test_only_timeouts_of_a_late_loop_become_overload(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    lag = LoopLag(clock)

    def of(key: str) -> SourceTimeout | SourceDown:
        return SourceDown(NAME) if key == "down" else SourceTimeout(NAME, key)

    async def late(question: Batch) -> Answers:
        ticked(lag, clock, [1.0] * 3)
        return {key: of(key) for key in question.keys}

    async def punctual(question: Batch) -> Answers:
        ticked(lag, clock, [0.0] * 60)
        return {key: of(key) for key in question.keys}

    with caplog.at_level(logging.WARNING, "gateway"):
        answers = await LateLoop(late, lag)(batch("slow", "down", "slower"))
    assert {key: type(each) for key, each in answers.items()} == {
        "slow": Overloaded,
        "down": SourceDown,
        "slower": Overloaded,
    }
    assert [each.getMessage() for each in caplog.records] == [
        "the gateway is overloaded: its event loop is late, and so are answers of healthy sources"
    ]
    answers = await LateLoop(punctual, lag)(batch("slow"))
    assert {type(each) for each in answers.values()} == {SourceTimeout}
