"""In any order of events, a breaker behaves like a naive model that forgets nothing."""

import asyncio
from dataclasses import dataclass, field
from math import floor
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from support.batches import (
    ANSWERED,
    FAILING,
    INCONCLUSIVE,
    PATIENT,
    HeldUpstream,
    Reply,
    batch,
    failing,
    settle,
    success,
)

from gateway.contract.batch import Answers
from gateway.errors import CircuitOpen, SourceError, UpstreamRateLimited
from gateway.resilience.circuit import BreakerPolicy, Circuit, FailureRatio
from gateway.resilience.circuit_breaker import CircuitBreaker

Call = tuple[str, int, "asyncio.Task[Answers]"]
POLICIES = st.builds(
    BreakerPolicy,
    min_calls=st.integers(1, 4),
    failure_ratio=st.sampled_from([0.25, 0.5, 0.75, 1.0]),
    window=st.sampled_from([1.0, 4.0]),
    open_for=st.sampled_from([1.0, 2.0]),
)
ENDS = {None: "well", UpstreamRateLimited: "busy"}
ENDS |= dict.fromkeys(FAILING, "bad") | dict.fromkeys(ANSWERED, "well") | dict.fromkeys(INCONCLUSIVE, "silent")


@dataclass
class Naive:
    """The rules of a circuit breaker, without any optimization."""

    policy: BreakerPolicy
    state: str = "CLOSED"
    until: float = 0.0
    changes: int = 0
    opened: int = 0
    history: list[tuple[float, bool]] = field(default_factory=list)

    def begin(self, now: float) -> str:
        """Admit a call: as the trial, not at all, or as usual since the last change."""
        if self.state == "OPEN" and now >= self.until:
            self._become("HALF_OPEN")
            return "trial"
        return f"usual since {self.changes}" if self.state == "CLOSED" else "rejected"

    def end(self, now: float, how: str, end: str) -> None:
        """Record the end of a call."""
        if how == "trial":
            self._tried(now, end)
        elif end in ("well", "busy", "bad") and how == f"usual since {self.changes}":
            self.history.append((now, end == "bad"))
            tenth = self.policy.window / 10
            recent = [bad for at, bad in self.history if floor(at / tenth) > floor(now / tenth) - 10]
            many = len(recent) >= self.policy.min_calls and sum(recent) / len(recent) >= self.policy.failure_ratio
            if end == "bad" and many:
                self._open(now)

    def _open(self, now: float) -> None:
        self.opened += 1
        self.until = now + self.policy.open_for
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
    """Calls begin, end in every way, and are cancelled; the clock advances."""

    in_flight = Bundle("in_flight")

    @initialize(policy=POLICIES)
    def begin(self, policy: BreakerPolicy) -> None:
        """Make a breaker and its model."""
        self.loop, self.now, self.upstream = asyncio.new_event_loop(), 0.0, HeldUpstream()
        self.naive = Naive(policy)
        self.circuit = Circuit(FailureRatio(policy), policy.open_for, now=lambda: self.now)
        self.breaker = CircuitBreaker(self.upstream, self.circuit)

    @rule(target=in_flight)
    def ask(self) -> Call:
        """Start a call; return how it was admitted, its upstream number, and its task."""
        before, how = len(self.upstream.batches), self.naive.begin(self.now)
        wait = max(0.0, self.naive.until - self.now)
        task = self.loop.create_task(self.breaker(batch("a", "b")))
        self.loop.run_until_complete(settle())
        assert (len(self.upstream.batches) == before) == (how == "rejected")
        if how == "rejected":
            errors = [(type(one), getattr(one, "retry_after", None)) for one in task.result().values()]
            assert errors == [(CircuitOpen, wait)] * 2
        return how, before, task

    @rule(call=consumes(in_flight), kind=st.sampled_from(list(ENDS)))
    def answer(self, call: Call, kind: type[SourceError] | None) -> None:
        """Reply to a call."""
        how, number, task = call
        if how == "rejected":
            return
        reply: Reply = failing(kind) if kind else success
        self.loop.run_until_complete(self.upstream.reply(number, reply))
        assert task.cancelled() or set(task.result()) == {"a", "b"}
        self.naive.end(self.now, how, ENDS[kind])

    @rule(target=in_flight, call=consumes(in_flight))
    def cancel(self, call: Call) -> Any:
        """Cancel the caller; a trial continues."""
        how, _, task = call
        task.cancel()
        self.loop.run_until_complete(settle())
        if how == "trial":
            return call
        if how != "rejected":
            self.naive.end(self.now, how, "silent")
        return multiple()

    @rule(seconds=st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0]))
    def wait(self, seconds: float) -> None:
        """Advance the clock."""
        self.now += seconds

    @invariant()
    def both_are_in_the_same_state(self) -> None:
        if hasattr(self, "naive"):
            assert self.circuit.state.value == self.naive.state
            assert self.circuit.opened == self.naive.opened

    def teardown(self) -> None:
        """Cancel every call."""
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(settle())
        self.loop.close()


TestBreakers = Breakers.TestCase
TestBreakers.settings = settings(PATIENT, max_examples=200, stateful_step_count=30)
