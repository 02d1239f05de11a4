"""What is remembered of the keys of one question, and what of it may be shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.cache.entries import CacheEntry, fitting
from gateway.cache.invalidations import Invalidations
from gateway.cache.policy import CachePolicy, Freshness
from gateway.cache.tags import tags_of
from gateway.contract.batch import Answer, Batch, Key
from gateway.errors import SourceError

Sorted = tuple[dict[Key, Answer | SourceError], list[Key], list[Key]]


def aged(keep: CachePolicy, kept: CacheEntry, now: float) -> Freshness:
    """What a remembered window is good for now (seconds since 1970)."""
    return keep.age(now - kept.at, absent=not kept.rows)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Made for one question. `kept` was looked up at `looked`, in the seconds of `Drops`.

    `now` is in seconds since 1970.
    """

    keep: CachePolicy
    kept: Mapping[Key, Sequence[CacheEntry]]
    looked: float
    now: Callable[[], float]

    def sorted(self, batch: Batch, *, failing: bool) -> Sorted:
        """What is remembered well enough, the keys to ask for now, and those to ask for in the background.

        `failing` says that the source does not answer: what it should be asked anew for is told as stale.
        """
        answers: dict[Key, Answer | SourceError] = {}
        missing: list[Key] = []
        old: list[Key] = []
        for key in batch.keys:
            found = fitting(self.kept[key], batch.lookup, batch.window)
            age = Freshness.GONE if found is None else aged(self.keep, found, self.now())
            if found is None or age in (Freshness.LAST_RESORT, Freshness.GONE):
                missing.append(key)
                continue
            stale = age is Freshness.STALE
            answers[key] = found.answer(batch.lookup, batch.window, stale=stale and failing)
            if stale:
                old.append(key)
        return answers, missing, old

    def last(self, batch: Batch, key: Key, drops: Invalidations) -> Answer | None:
        """The last that is known, as stale: unless it is too old, or was dropped since it was looked up."""
        found = fitting(self.kept[key], batch.lookup, batch.window)
        if found is None or aged(self.keep, found, self.now()) is Freshness.GONE:
            return None
        if drops.since(self.looked, tags_of(batch.lookup, key, found.rows)):
            return None
        return found.answer(batch.lookup, batch.window, stale=True)
