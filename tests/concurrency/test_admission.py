"""Work is admitted within the limit, cheap before expensive, callers in turn, and nothing waits for ever."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.concurrency.adaptive_limit import CEILING, FLOOR, AdaptiveLimit
from gateway.concurrency.admission import CALM, MAX_WAITING, NEWEST_FIRST, OVERLOADED, TURN, Gate, State, Work

CHEAP, MODERATE, EXPENSIVE = 100, 500, 6_000
POINTS = st.sampled_from([1, CHEAP, 300, 301, MODERATE, 1_000, 1_001, EXPENSIVE, 90_000])
CALLERS = st.sampled_from(["ann", "bob", "eve"])


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Desk:
    """A gate with a clock, and the work that it has decided about, in that order."""

    def __init__(self, limit: float = FLOOR) -> None:
        self.clock = Clock()
        self.gate = Gate(AdaptiveLimit(limit), self.clock)
        self.decided: list[Work] = []

    def ask(self, points: int, caller: str = "ann", patience: float = 10.0) -> Work:
        work = Work(points, caller, self.clock.seconds + patience)
        work.decided = self._note(work)
        self.gate.ask(work)
        return work

    def _note(self, work: Work) -> Callable[[], None]:
        return lambda: self.decided.append(work)

    def started(self) -> list[Work]:
        return [work for work in self.decided if work.state is State.STARTED]


class Gates(RuleBasedStateMachine):
    """Any order of requests, ends, disconnects, and looks at the loop."""

    def __init__(self) -> None:
        super().__init__()
        self.desk, self.works = Desk(), list[Work]()

    @rule(points=POINTS, caller=CALLERS, patience=st.floats(0, 1), many=st.sampled_from([1, 3, 60]))
    def ask(self, points: int, caller: str, patience: float, many: int) -> None:
        for _ in range(many):
            self.works.append(self.desk.ask(points, caller, patience))

    @precondition(lambda self: self.works)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        work = data.draw(st.sampled_from(self.works))
        self.works.remove(work)
        self.desk.gate.end(work)

    @rule(seconds=st.floats(0, 0.5), busy=st.floats(0, 1), late=st.floats(0, 0.1))
    def tick(self, seconds: float, busy: float, late: float) -> None:
        self.desk.clock.seconds += seconds
        self.desk.gate.tick(busy, late)
        now = self.desk.clock.seconds
        assert not [work for work in self.works if work.state is State.WAITING and work.expires_at <= now]

    @invariant()
    def lanes_count_their_work(self) -> None:
        for lane in self.desk.gate.lanes:
            mine = [work for work in self.works if self.desk.gate.lane(work.points) is lane]
            progress = [work for work in mine if work.state is State.STARTED]
            assert (lane.in_progress, lane.points) == (len(progress), sum(work.points for work in progress))
            assert lane.length == sum(work.state is State.WAITING for work in mine) <= MAX_WAITING

    @invariant()
    def an_idle_gate_keeps_nothing_waiting(self) -> None:
        lanes = self.desk.gate.lanes
        if not any(lane.in_progress for lane in lanes):
            assert not any(lane.length for lane in lanes)

    @invariant()
    def each_decision_is_told_once(self) -> None:
        assert len({id(work) for work in self.desk.decided}) == len(self.desk.decided)
        assert State.WAITING not in {work.state for work in self.desk.decided}

    def teardown(self) -> None:
        for _ in range(1_000):
            self.desk.clock.seconds += TURN
            self.desk.gate.tick(0.0, 0.0)
        assert State.WAITING not in {work.state for work in self.works}


Gates.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestGates = Gates.TestCase


@pytest.mark.parametrize("points", [CHEAP, MODERATE, EXPENSIVE])
def test_a_lane_starts_work_up_to_the_limit(points: int) -> None:
    desk = Desk()
    works = [desk.ask(points) for _ in range(40)]
    started = sum(work.state is State.STARTED for work in works)
    assert started == max(1, int(FLOOR // points))


def test_cheap_work_starts_beside_expensive_work() -> None:
    desk = Desk()
    for _ in range(10):
        desk.ask(EXPENSIVE)
    assert desk.ask(CHEAP).state is State.STARTED


def test_expensive_work_waits_for_cheap_work_a_turn() -> None:
    desk = Desk()
    running = desk.ask(EXPENSIVE)
    cheap = [desk.ask(CHEAP) for _ in range(31)]
    waiting = desk.ask(EXPENSIVE)
    desk.gate.end(running)
    assert (cheap[-1].state, waiting.state) == (State.WAITING, State.WAITING)
    desk.clock.seconds += TURN
    desk.gate.tick(1.0, 0.0)
    assert (cheap[-1].state, waiting.state) == (State.WAITING, State.STARTED)


def test_the_caller_that_used_less_comes_first() -> None:
    desk = Desk()
    running = desk.ask(EXPENSIVE, "loop")
    loops = [desk.ask(EXPENSIVE, "loop") for _ in range(3)]
    other = desk.ask(EXPENSIVE, "other")
    desk.gate.end(running)
    desk.gate.end(other)
    assert desk.started() == [loops[0]]
    assert desk.decided == [other, loops[0]]


def test_the_newest_comes_first_after_shedding() -> None:
    desk = Desk()
    running = desk.ask(EXPENSIVE)
    late = desk.ask(EXPENSIVE, patience=0.1)
    first, *_, last = [desk.ask(EXPENSIVE) for _ in range(3)]
    desk.gate.end(running)
    desk.gate.end(late)
    assert desk.started() == [first]
    desk.ask(EXPENSIVE, patience=0.1)
    desk.clock.seconds += 0.1
    desk.gate.tick(1.0, 0.0)
    desk.gate.end(first)
    assert desk.decided[-1] is last
    desk.clock.seconds += NEWEST_FIRST
    oldest = desk.ask(EXPENSIVE)
    desk.gate.end(last)
    assert desk.decided[-1] is not oldest


def test_a_full_lane_sheds_from_its_largest_caller() -> None:
    desk = Desk()
    desk.ask(EXPENSIVE, "loop")
    first, *_ = [desk.ask(EXPENSIVE, "loop") for _ in range(MAX_WAITING)]
    other = desk.ask(EXPENSIVE, "other")
    assert (first.state, other.state) == (State.SHED, State.WAITING)


def test_the_gate_is_overloaded_while_it_sheds_cheap_work() -> None:
    desk = Desk()
    for _ in range(30):
        desk.ask(CHEAP)
    states = []
    for _ in range(int(OVERLOADED) + 1):
        states.append(desk.gate.is_overloaded())
        desk.ask(CHEAP, patience=0)
        desk.gate.tick(1.0, 0.0)
        desk.clock.seconds += 1
    assert states == [False, False, False, False]
    assert desk.gate.is_overloaded()
    desk.clock.seconds += CALM
    assert not desk.gate.is_overloaded()


def test_shed_expensive_work_makes_no_gate_overloaded() -> None:
    desk = Desk()
    desk.ask(EXPENSIVE)
    for _ in range(20):
        desk.ask(EXPENSIVE, patience=0)
        desk.gate.tick(1.0, 0.0)
        desk.clock.seconds += 1
    assert not desk.gate.is_overloaded()


def observed(limit: AdaptiveLimit, looks: int, busy: float, late: float = 0.0, *, is_short: bool = True) -> float:
    for _ in range(looks):
        limit.observe(busy, late, is_short=is_short)
    return limit.value


def test_the_limit_falls_while_the_loop_is_busy() -> None:
    assert observed(AdaptiveLimit(100_000), 60, busy=1.0) == FLOOR


def test_the_limit_falls_while_the_loop_is_late() -> None:
    assert observed(AdaptiveLimit(100_000), 60, busy=0.3, late=0.2) == FLOOR


def test_one_busy_look_lowers_no_limit() -> None:
    limit = AdaptiveLimit(100_000)
    assert observed(limit, 1, busy=1.0) == 100_000


def test_the_limit_rises_while_requests_wait_for_nothing() -> None:
    assert observed(AdaptiveLimit(), 60, busy=0.1) == CEILING


def test_an_unused_limit_returns_to_its_start() -> None:
    assert observed(AdaptiveLimit(FLOOR), 60, busy=0.1, is_short=False) == AdaptiveLimit().value
