"""What was dropped lately: an answer that was asked for before must not be remembered after."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

MOST = 50_000


@dataclass(slots=True)
class Invalidations:
    """Lives as long as the application. When each tag was dropped last, in seconds that only go up."""

    now: Callable[[], float] = time.monotonic
    when: "OrderedDict[str, float]" = field(default_factory=OrderedDict)
    forgotten: float = float("-inf")  # nothing is known of drops up to then

    def note(self, tags: Iterable[str]) -> None:
        """These were dropped now."""
        for tag in tags:
            self.when[tag] = self.now()
            self.when.move_to_end(tag)
        while len(self.when) > MOST:
            self.forgotten = self.when.popitem(last=False)[1]

    def note_all(self) -> None:
        """Anything may have been dropped until now: nobody could tell."""
        self.forgotten = self.now()

    def since(self, began: float, tags: Iterable[str]) -> bool:
        """Whether any of these may have been dropped since then."""
        never = float("-inf")
        return began <= self.forgotten or any(self.when.get(tag, never) >= began for tag in tags)
