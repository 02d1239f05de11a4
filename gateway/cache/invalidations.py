"""The latest invalidations: an answer asked before one of them must not be stored after it."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

MAX_TAGS = 50_000
Listener = Callable[[Sequence[str] | None], None]


@dataclass(slots=True)
class Invalidations:
    """Lives as long as the store. Numbers each invalidation that this process makes or hears of.

    latest: number of the latest invalidation
    tags: how many tags were invalidated
    listeners: called with the tags of each invalidation; with None where any tag may be concerned
    """

    latest: int = 0
    tags: int = 0
    listeners: list[Listener] = field(default_factory=list)
    by_tag: OrderedDict[str, int] = field(default_factory=OrderedDict)
    unknown_until: int = 0  # tags of invalidations up to this number are not known

    def add(self, tags: Sequence[str]) -> None:
        self.latest += 1
        self.tags += len(tags)
        for tag in tags:
            self.by_tag[tag] = self.latest
            self.by_tag.move_to_end(tag)
        while len(self.by_tag) > MAX_TAGS:
            self.unknown_until = self.by_tag.popitem(last=False)[1]
        self._notify(tags)

    def add_all(self) -> None:
        """Any tag may have been invalidated."""
        self.latest += 1
        self.unknown_until = self.latest
        self._notify(None)

    def concern(self, tags: Iterable[str], since: int) -> bool:
        """Whether any of these tags may have been invalidated after the invalidation of that number."""
        return since < self.unknown_until or any(self.by_tag.get(tag, 0) > since for tag in tags)

    def _notify(self, tags: Sequence[str] | None) -> None:
        for listener in self.listeners:
            listener(tags)
