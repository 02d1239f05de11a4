"""The cached rows of one key in a few windows, and the choice of those that answer another window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from gateway.cache.policy import CachePolicy, Freshness
from gateway.concurrency.slices import SLICE
from gateway.contract.batch import Answer, Lookup, Row, Window
from gateway.contract.paths import Key
from gateway.contract.windows import contains, in_window, readable_rows, sort_key, windowed_in_slices, windowed_rows

MAX_WINDOWS = 4  # of one key


class CacheKey(NamedTuple):
    """One key of a lookup. Its text hides the key from logs: it may be a person's number."""

    lookup: Lookup
    key: Key

    def __repr__(self) -> str:
        return f"CacheKey({self.lookup.name})"


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """The rows of one window, when they were true, and when they were stored (seconds since 1970)."""

    window: Window
    rows: tuple[Row, ...]
    as_of: datetime
    stored_at: float

    def freshness(self, policy: CachePolicy, now: float) -> Freshness:
        return policy.freshness(now - self.stored_at, empty=not self.rows)

    def answer(self, lookup: Lookup, window: Window, *, stale: bool = False) -> Answer:
        """The answer to a window that this entry covers."""
        rows = self.rows
        if lookup.time is None:
            rows = rows[: window.first]
        elif window != self.window:
            rows = windowed_rows(lookup, rows, window)
        return Answer(rows, self.as_of, from_cache=True, stale=stale)

    async def answer_in_slices(self, lookup: Lookup, window: Window, *, stale: bool = False) -> Answer:
        """The same as `answer`, in slices."""
        if len(self.rows) <= SLICE or lookup.time is None or window == self.window:
            return self.answer(lookup, window, stale=stale)
        rows = await windowed_in_slices(lookup, self.rows, window)
        return Answer(rows, self.as_of, from_cache=True, stale=stale)


@dataclass(frozen=True, slots=True)
class CacheWrite:
    """A new entry of a key, stored at `now` (seconds since 1970)."""

    key: CacheKey
    entry: CacheEntry
    policy: CachePolicy
    now: float

    def merged(self, stored: Sequence[CacheEntry]) -> list[CacheEntry]:
        """The new entry beside those that are stored and have not expired."""
        alive = [each for each in stored if each.freshness(self.policy, self.now) is not Freshness.EXPIRED]
        return add_entry(alive, self.entry, self.key.lookup)

    def expires_at(self, entries: Sequence[CacheEntry]) -> float:
        """When the last of these entries expires (seconds since 1970)."""
        return max(each.stored_at + self.policy.lifetime(empty=not each.rows) for each in entries)


def find_entry(entries: Sequence[CacheEntry], lookup: Lookup, window: Window) -> CacheEntry | None:
    """The youngest entry that can answer this window. `add_entry` puts the youngest first.

    `stored_at` does not order them: jitter moves it back, so that entries do not expire together.
    """
    return next((each for each in entries if _covers(each, lookup, window)), None)


def add_entry(entries: Sequence[CacheEntry], new: CacheEntry, lookup: Lookup) -> list[CacheEntry]:
    """The entries with a new one, youngest first, without those that a younger one covers.

    A slow answer may arrive after a younger one: it does not take the younger one's place.
    """
    younger = [each for each in entries if each.as_of > new.as_of]
    if any(_covers(each, lookup, new.window) for each in younger):
        return list(entries)
    older = [each for each in entries if each.as_of <= new.as_of and not _covers(new, lookup, each.window)]
    return [*younger, new, *older][:MAX_WINDOWS]


def _covers(entry: CacheEntry, lookup: Lookup, window: Window) -> bool:
    if lookup.time is None:
        first, needed = entry.window.first, window.first
        return first is None or len(entry.rows) < first or (needed is not None and needed <= first)
    if entry.window == window:
        return True
    if not contains(entry.window, window):
        return False
    # Fewer rows than the limit are all rows: the limit has cut none.
    complete = entry.window.limit is None or len(entry.rows) < entry.window.limit
    return complete or _reaches(entry.rows, lookup, window)


def _reaches(rows: Sequence[Row], lookup: Lookup, window: Window) -> bool:
    """Whether rows that a limit has cut reach back to the window's start, or fill the window's own limit."""
    keys = [sort_key(lookup, row, window) for row in readable_rows(rows)]
    if window.since is not None and keys and keys[-1][0] < window.since:
        return True
    return window.limit is not None and sum(in_window(window, each) for each in keys) >= window.limit
