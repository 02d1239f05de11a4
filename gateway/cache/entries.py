"""What is remembered of one key: the rows of a few windows, and which of them can answer another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.contract.batch import Answer, Lookup, Row, Window
from gateway.contract.windows import SortKey, apply_window, in_window, sort_key

MOST = 4  # windows of one key


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """The rows of one window, when they were true, and when they were put here (seconds since 1970)."""

    window: Window
    rows: tuple[Row, ...]
    as_of: datetime
    at: float

    def answer(self, lookup: Lookup, window: Window, *, stale: bool = False) -> Answer:
        """What it tells of a window that it covers."""
        return Answer(self._narrowed(lookup, window), self.as_of, from_cache=True, stale=stale)

    def _narrowed(self, lookup: Lookup, window: Window) -> tuple[Row, ...]:
        if lookup.time is None:
            return self.rows[: window.first]
        if window == self.window or not self.rows:
            return self.rows
        stamped = [(sort_key(lookup, row, window), row) for row in self.rows]
        return tuple(row for _, row in apply_window(window, stamped))


def fitting(kept: Sequence[CacheEntry], lookup: Lookup, window: Window) -> CacheEntry | None:
    """The youngest of those that can answer this window. The youngest stands first, as `added` makes it.

    `at` does not tell which is younger: it is moved a little, so that not all expire together.
    """
    return next((each for each in kept if _answers(each, lookup, window)), None)


def added(kept: Sequence[CacheEntry], new: CacheEntry, lookup: Lookup) -> list[CacheEntry]:
    """What is remembered once this is known too, the youngest first; nothing that a younger one tells too.

    A slow answer may come after one that was asked for later: it does not take the other's place.
    """
    younger = [each for each in kept if each.as_of > new.as_of]
    if any(_answers(each, lookup, new.window) for each in younger):
        return list(kept)
    older = [each for each in kept if each.as_of <= new.as_of and not _answers(new, lookup, each.window)]
    return [*younger, new, *older][:MOST]


def _answers(kept: CacheEntry, lookup: Lookup, window: Window) -> bool:
    if lookup.time is None:
        most = kept.window.first
        return most is None or len(kept.rows) < most or (window.first is not None and window.first <= most)
    if kept.window == window:
        return True
    if not _surrounds(kept.window, window):
        return False
    # Fewer rows than were asked for are all there are: no limit has cut them.
    whole = kept.window.limit is None or len(kept.rows) < kept.window.limit
    return whole or _reaches(kept.rows, lookup, window)


def _surrounds(wide: Window, small: Window) -> bool:
    """Whether all that belongs to `small` belongs to `wide`, limits aside."""
    if (wide.zone, wide.first) != (small.zone, small.first):
        return False
    if wide.since is not None and (small.since is None or small.since < wide.since):
        return False
    most, end = _end(wide), _end(small)
    return most is None or (end is not None and end <= most)


def _end(window: Window) -> SortKey | None:
    """Before what all its rows are; None where they may be as new as they like."""
    ends = [] if window.until is None else [(window.until, "")]
    if window.after is not None:
        ends.append((window.after.time, window.after.id))
    return min(ends, default=None)


def _reaches(rows: Sequence[Row], lookup: Lookup, window: Window) -> bool:
    """Whether rows that a limit has cut go back far enough: before the window begins, or to its own limit."""
    stamps = [sort_key(lookup, row, window) for row in rows]
    if window.since is not None and stamps and stamps[-1][0] < window.since:
        return True
    return window.limit is not None and sum(in_window(window, each) for each in stamps) >= window.limit
