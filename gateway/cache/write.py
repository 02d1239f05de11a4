"""What is to be remembered of a key once the source has answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from gateway.cache.entries import CacheEntry, added
from gateway.cache.policy import CachePolicy, Freshness
from gateway.cache.store import CacheKey, CacheWrite
from gateway.cache.tags import tags_of
from gateway.contract.batch import Answer, Window

JITTER = 0.1  # of the time an answer is fresh: what was asked together does not expire together


@dataclass(frozen=True, slots=True)
class Putting:
    """Made for one answer to a batch, which was asked for at `now` (seconds since 1970)."""

    keep: CachePolicy
    window: Window
    now: float
    random: Random

    def put(self, place: CacheKey, answer: Answer, known: Sequence[CacheEntry]) -> CacheWrite:
        """The answer beside what is known already, without what is of no use any more."""
        alive = [each for each in known if self._age(each) is not Freshness.GONE]
        kept = added(alive, self._kept(answer), place.lookup)
        tags = tags_of(place.lookup, place.key, [row for each in kept for row in each.rows])
        end = max(each.at + self.keep.longest(absent=not each.rows) for each in kept)
        return CacheWrite(place, kept, tags, end - self.now)

    def _kept(self, answer: Answer) -> CacheEntry:
        early = self.keep.fresh_for(absent=not answer.rows) * JITTER * self.random.random()
        return CacheEntry(self.window, answer.rows, answer.as_of, self.now - early)

    def _age(self, kept: CacheEntry) -> Freshness:
        return self.keep.age(self.now - kept.at, absent=not kept.rows)
