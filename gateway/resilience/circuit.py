"""The state machine of a circuit breaker. It knows no source: Redis uses it as well."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated

import msgspec

STEPS = 10  # of a sliding window


class BreakerPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the circuit opens, and for how long.

    min_calls: the circuit opens only after at least this many calls in the window.
    failure_ratio: and only if this share of them or more failed: 5xx, timeout; not 4xx. Unreadable answers open
        the circuit of their lookup alone.
    window: seconds that the counts reach back.
    open_for: seconds without calls; then one trial call decides.
    """

    min_calls: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 5
    failure_ratio: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    window: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 10.0
    open_for: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 5.0


class CircuitState(Enum):
    """CLOSED: calls pass. OPEN: calls are rejected. HALF_OPEN: one trial runs, further calls are rejected."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


@dataclass(slots=True)
class FailureRatio:
    """Opens at a share of failures within a sliding window, which loses its oldest tenth at once."""

    policy: BreakerPolicy
    steps: deque[list[int]] = field(default_factory=deque)  # number of the tenth, calls, failures

    def record(self, now: float, *, failed: bool) -> bool:
        """Count one call; return whether the circuit opens. `now` never goes back."""
        step = math.floor(now / (self.policy.window / STEPS))
        while self.steps and self.steps[0][0] <= step - STEPS:
            self.steps.popleft()
        if not self.steps or self.steps[-1][0] != step:
            self.steps.append([step, 0, 0])
        self.steps[-1][1] += 1
        self.steps[-1][2] += failed
        if not failed:
            return False
        _, calls, failures = map(sum, zip(*self.steps, strict=True))
        return calls >= self.policy.min_calls and failures >= self.policy.failure_ratio * calls

    def reset(self) -> None:
        self.steps.clear()


@dataclass(slots=True)
class ConsecutiveFailures:
    """Opens after this many failures in a row."""

    threshold: int
    failures: int = 0

    def record(self, now: float, *, failed: bool) -> bool:  # noqa: ARG002  # FailureRatio has it
        self.failures = self.failures + 1 if failed else 0
        return self.failures >= self.threshold

    def reset(self) -> None:
        self.failures = 0


@dataclass(slots=True)
class Circuit:
    """Lives as long as the application. `on_change` gets the circuit and the state before the change.

    `opened` counts the failures that opened it, those of trials included.
    """

    trip: FailureRatio | ConsecutiveFailures
    open_for: float
    on_change: Callable[["Circuit", CircuitState], None] = lambda _circuit, _before: None
    now: Callable[[], float] = time.monotonic
    state: CircuitState = CircuitState.CLOSED
    opened: int = 0
    changes: int = 0
    trial_at: float = 0.0

    @property
    def retry_after(self) -> float:
        return max(0.0, self.trial_at - self.now())

    def admit(self) -> "Attempt | None":
        """Admit a call, or None. Once `open_for` is over, the next call is the trial."""
        if self.state is CircuitState.OPEN and self.now() >= self.trial_at:
            self.change(CircuitState.HALF_OPEN)
            return Attempt(self, self.changes, is_trial=True)
        return Attempt(self, self.changes) if self.state is CircuitState.CLOSED else None

    def open(self) -> None:
        self.trial_at = self.now() + self.open_for
        self.opened += 1
        self.change(CircuitState.OPEN)

    def change(self, state: CircuitState) -> None:
        before, self.state = self.state, state
        self.changes += 1
        self.on_change(self, before)


@dataclass(slots=True)
class Attempt:
    """One admitted call. Its result counts only if the circuit has not changed since.

    `abandon` reports a call that tells nothing about the system.
    """

    circuit: Circuit
    change: int
    is_trial: bool = False

    def succeed(self) -> None:
        if self.change != self.circuit.changes:
            return
        if self.is_trial:
            self.circuit.trip.reset()
            self.circuit.change(CircuitState.CLOSED)
        else:
            self.circuit.trip.record(self.circuit.now(), failed=False)

    def fail(self) -> None:
        circuit = self.circuit
        if self.change == circuit.changes and (self.is_trial or circuit.trip.record(circuit.now(), failed=True)):
            circuit.open()

    def abandon(self) -> None:
        if self.is_trial and self.change == self.circuit.changes:
            self.circuit.change(CircuitState.OPEN)  # without a new wait: the next call is the trial
