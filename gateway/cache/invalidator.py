"""Invalidation of every cached answer that a change may concern."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.cache.store import Store
from gateway.cache.tags import Change, tags_of_change
from gateway.contract.batch import Lookup


@dataclass(frozen=True, slots=True)
class Invalidator:
    """Lives as long as the application. `lookups` are by record."""

    store: Store
    lookups: Mapping[str, Sequence[Lookup]]

    async def invalidate(self, changes: Iterable[Change]) -> int:
        """Invalidate the tags of these changes; return how many they are."""
        tags = {
            tag: None
            for change in changes
            for tag in tags_of_change(change, self.lookups.get(change.record, ()))
        }
        await self.store.invalidate(list(tags))
        return len(tags)
