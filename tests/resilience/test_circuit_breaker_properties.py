"""Whatever happens to it in whatever order, a breaker does what a naive one does that remembers all."""

import asyncio
from dataclasses import dataclass, field
from math import floor
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from support.batches import ANSWERED, ANY, FAILING, NAME, SILENT, Held, Say, batch, failing, good, settled

from gateway.contract.batch import Answers
from gateway.errors import CircuitOpen, SourceError, UpstreamRateLimited
from gateway.resilience.circuit import BreakerPolicy, Circuit, FailureRatio
from gateway.resilience.circuit_breaker import CircuitBreaker

Asked = tuple[str, int, "asyncio.Task[Answers]"]
WHENS = st.builds(
    BreakerPolicy,
    min_calls=st.integers(1, 4),
    failure_ratio=st.sampled_from([0.25, 0.5, 0.75, 1.0]),
    window=st.sampled_from([1.0, 4.0]),
    open_for=st.sampled_from([1.0, 2.0]),
)
ENDS = {None: "well", UpstreamRateLimited: "busy"}
ENDS |= dict.fromkeys(FAILING, "bad") | dict.fromkeys(ANSWERED, "well") | dict.fromkeys(SILENT, "silent")


@dataclass
class Naive:
    """The rules, said as plainly as can be."""

    when: BreakerPolicy
    state: str = "CLOSED"
    until: float = 0.0
    changes: int = 0
    opened: int = 0
    history: list[tuple[float, bool]] = field(default_factory=list)

    def begin(self, now: float) -> str:
        """Whether a question tries, is not asked, or is asked as usual, since which change."""
        if self.state == "OPEN" and now >= self.until:
            self._become("HALF_OPEN")
            return "trial"
        return f"usual since {self.changes}" if self.state == "CLOSED" else "not asked"

    def end(self, now: float, how: str, end: str) -> None:
        """A question was answered or given up."""
        if how == "trial":
            self._tried(now, end)
        elif end in ("well", "busy", "bad") and how == f"usual since {self.changes}":
            self.history.append((now, end == "bad"))
            tenth = self.when.window / 10
            lately = [bad for at, bad in self.history if floor(at / tenth) > floor(now / tenth) - 10]
            many = len(lately) >= self.when.min_calls and sum(lately) / len(lately) >= self.when.failure_ratio
            if end == "bad" and many:
                self._open(now)

    def _open(self, now: float) -> None:
        self.opened += 1
        self.until = now + self.when.open_for
        self._become("OPEN")

    def _become(self, state: str) -> None:
        self.state = state
        self.changes += 1

    def _tried(self, now: float, end: str) -> None:
        if end == "bad":
            self._open(now)
        elif end == "well":
            self.history = []
            self._become("CLOSED")
        else:
            self._become("OPEN")


class Breakers(RuleBasedStateMachine):
    """Questions begin, end in every way, and are given up; the clock goes on."""

    under_way = Bundle("under_way")

    @initialize(when=WHENS)
    def begin(self, when: BreakerPolicy) -> None:
        """A breaker and its model."""
        self.loop, self.now, self.upstream = asyncio.new_event_loop(), 0.0, Held()
        self.naive = Naive(when)
        self.circuit = Circuit(FailureRatio(when), when.open_for, now=lambda: self.now)
        self.breaker = CircuitBreaker(NAME, self.upstream, self.circuit)

    @rule(target=under_way)
    def ask(self) -> Asked:
        """A question, as far as it goes: how it is asked, its number upstream, and its task."""
        before, how = len(self.upstream.asked), self.naive.begin(self.now)
        wait = max(0.0, self.naive.until - self.now)
        task = self.loop.create_task(self.breaker(batch("a", "b")))
        self.loop.run_until_complete(settled())
        assert (len(self.upstream.asked) == before) == (how == "not asked")
        if how == "not asked":
            told = list(task.result().values())
            assert [(type(each), getattr(each, "retry_after", None)) for each in told] == [
                (CircuitOpen, wait)
            ] * 2
        return how, before, task

    @rule(asked=consumes(under_way), kind=st.sampled_from(list(ENDS)))
    def answer(self, asked: Asked, kind: type[SourceError] | None) -> None:
        """The upstream answers in one of its ways."""
        how, number, task = asked
        if how == "not asked":
            return
        say: Say = failing(kind) if kind else good
        self.loop.run_until_complete(self.upstream.tell(number, say))
        assert task.cancelled() or set(task.result()) == {"a", "b"}
        self.naive.end(self.now, how, ENDS[kind])

    @rule(target=under_way, asked=consumes(under_way))
    def give_up(self, asked: Asked) -> Any:
        """Whoever asked waits no more; a trial goes on."""
        how, _, task = asked
        task.cancel()
        self.loop.run_until_complete(settled())
        if how == "trial":
            return asked
        if how != "not asked":
            self.naive.end(self.now, how, "silent")
        return multiple()

    @rule(seconds=st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0]))
    def wait(self, seconds: float) -> None:
        """The clock goes on."""
        self.now += seconds

    @invariant()
    def both_are_in_the_same_state(self) -> None:
        """Once they are there."""
        if hasattr(self, "naive"):
            assert self.circuit.state.value == self.naive.state
            assert self.circuit.opened == self.naive.opened

    def teardown(self) -> None:
        """End what is under way."""
        for each in asyncio.all_tasks(self.loop):
            each.cancel()
        self.loop.run_until_complete(settled())
        self.loop.close()


TestBreakers = Breakers.TestCase
TestBreakers.settings = settings(ANY, max_examples=200, stateful_step_count=30)
