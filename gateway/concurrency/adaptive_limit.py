"""How many cost points may be in progress. The limit falls while the event loop is busy, and rises while it is not.

Points say little about time, and sources may be slow. Only the loop shows whether more work would be done sooner.
"""

from dataclasses import dataclass
from typing import Final

BUSY: Final = 0.9  # of the time: more work in progress would only wait
IDLE: Final = 0.5
LATE: Final = 0.05  # seconds: a pass of the loop that makes everything wait, whatever is measured of its time
WEIGHT: Final = 0.25  # of the last look in the mean
START: Final = 8_000.0  # points: a 360
FLOOR: Final = 3_000.0  # half a 360, which always has a place; or 26 widgets, which keep a core busy
CEILING: Final = 10_000_000.0
DOWN: Final = 0.8  # a factor for each look at the loop
UP: Final = 1.15
UP_IDLE: Final = 1.5


@dataclass(slots=True)
class AdaptiveLimit:
    """Rises beyond its start only while it keeps requests waiting: what is not used is not known to be good.

    busy: the share of time that the loop worked, smoothed.
    """

    value: float = START
    busy: float = 0.0

    def observe(self, busy: float, late: float, *, is_short: bool) -> None:
        """Take a look at the loop: its busy share, and how late it is in seconds. is_short: requests wait."""
        self.busy += WEIGHT * (busy - self.busy)
        if self.busy > BUSY or late > LATE:
            self.value = max(FLOOR, self.value * DOWN)
        elif busy > BUSY:
            return  # the mean may have to catch up
        elif is_short:
            self.value = min(CEILING, self.value * (UP_IDLE if max(self.busy, busy) < IDLE else UP))
        elif self.value < START:
            self.value = min(START, self.value * UP)
