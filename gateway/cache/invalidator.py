"""Invalidation: drops every cached answer that a change may touch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.cache.caching import CachedFetch
from gateway.cache.invalidations import Invalidations
from gateway.cache.store import Store
from gateway.cache.tags import Change, tags_of_change
from gateway.contract.batch import Lookup


@dataclass(frozen=True, slots=True)
class Invalidator:
    """Lives as long as the application."""

    store: Store
    invalidations: Invalidations
    caches: Mapping[str, CachedFetch]
    lookups: Mapping[str, Sequence[Lookup]]  # by record

    async def invalidate(self, changes: Iterable[Change]) -> int:
        """Drop all answers that these changes touch; return how many of this gateway's store."""
        tags = list(
            dict.fromkeys(
                tag
                for change in changes
                for tag in tags_of_change(change, self.lookups.get(change.record, ()))
            )
        )
        self.forget(tags)  # first: the answers in flight were asked before the change
        return await self.store.drop(tags)

    def forget(self, tags: Sequence[str]) -> None:
        """Neither join nor store answers in flight that have these tags."""
        self.invalidations.note(tags)
        for cache in self.caches.values():
            cache.forget(tags)

    def forget_all(self) -> None:
        """Neither join nor store any answer in flight: changes may have been missed."""
        self.invalidations.note_all()
        for cache in self.caches.values():
            cache.flights.forget()
