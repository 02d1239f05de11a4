"""Drops that Redis has not taken: it was away. They come before anything else when it is back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST = 5_000  # tags; of more, nobody keeps count


@dataclass(slots=True)
class Owed:
    """Lives as long as the store. `everything` shall be forgotten where there were too many to count."""

    tags: dict[str, None] = field(default_factory=dict)
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(self.tags)

    def add(self, tags: Iterable[str]) -> None:
        """These could not be dropped."""
        if self.everything:
            return
        self.tags.update(dict.fromkeys(tags))
        if len(self.tags) > MOST:
            self.tags.clear()
            self.everything = True

    def some(self, most: int) -> list[str]:
        """The first of them."""
        return [tag for tag, _ in zip(self.tags, range(most), strict=False)]

    def paid(self, tags: Iterable[str]) -> None:
        """These are dropped now."""
        for tag in tags:
            self.tags.pop(tag, None)
