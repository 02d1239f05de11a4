"""How many were good and how many bad lately, in a room that does not grow with them."""

import math
from collections import deque
from dataclasses import dataclass, field

STEPS = 10


@dataclass(slots=True)
class SlidingWindow:
    """Counts by tenths of `seconds`; what is older than these is forgotten, a tenth at a time."""

    seconds: float
    counts: deque[list[int]] = field(default_factory=deque)  # which tenth, all of it, the bad of it

    def note(self, now: float, *, bad: bool) -> None:
        """One more, at this moment: none is earlier than the one before."""
        tenth = math.floor(now / (self.seconds / STEPS))
        while self.counts and self.counts[0][0] <= tenth - STEPS:
            self.counts.popleft()
        if not self.counts or self.counts[-1][0] != tenth:
            self.counts.append([tenth, 0, 0])
        self.counts[-1][1] += 1
        self.counts[-1][2] += bad

    def told(self) -> tuple[int, int]:
        """How many there were up to the last note, and how many of them were bad."""
        return sum(each[1] for each in self.counts), sum(each[2] for each in self.counts)

    def forget(self) -> None:
        """All that was noted."""
        self.counts.clear()
