"""Counts of recent calls and failures, in constant memory."""

import math
from collections import deque
from dataclasses import dataclass, field

STEPS = 10


@dataclass(slots=True)
class SlidingWindow:
    """Counts by tenths of `seconds`; the oldest tenth expires at once."""

    seconds: float
    steps: deque[list[int]] = field(default_factory=deque)  # number of the tenth, calls, failures

    def record(self, now: float, *, failed: bool) -> None:
        """Count one call; `now` never goes back."""
        step = math.floor(now / (self.seconds / STEPS))
        while self.steps and self.steps[0][0] <= step - STEPS:
            self.steps.popleft()
        if not self.steps or self.steps[-1][0] != step:
            self.steps.append([step, 0, 0])
        self.steps[-1][1] += 1
        self.steps[-1][2] += failed

    def totals(self) -> tuple[int, int]:
        """Return how many calls and failures the window held at the last record."""
        return sum(step[1] for step in self.steps), sum(step[2] for step in self.steps)
