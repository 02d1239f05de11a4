"""The points that each caller has used in the last seconds."""

from collections import Counter

WINDOW = 5.0  # seconds: at least these count, and at most twice as many


class FairShare:
    """Counts in windows, so that callers who ask no more are forgotten."""

    def __init__(self) -> None:
        self._current, self._previous = Counter[str](), Counter[str]()
        self._began_at = float("-inf")

    def add(self, caller: str, points: int, now: float) -> None:
        if now - self._began_at >= WINDOW:
            is_next = now - self._began_at < 2 * WINDOW
            self._previous = self._current if is_next else Counter()
            self._current, self._began_at = Counter(), now
        self._current[caller] += points

    def used(self, caller: str) -> int:
        return self._current[caller] + self._previous[caller]
