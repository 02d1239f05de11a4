"""Drops that Redis has not taken: it was away. They come before anything else when it is back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST = 5_000  # tags; of more, nobody keeps count


@dataclass(slots=True)
class PendingInvalidations:
    """Lives as long as the store. `everything` shall be forgotten where there were too many to count.

    `times` counts how often something was owed: what is owed once more while it is being done is not done
    yet. Each tag has the last of its times.
    """

    tags: dict[str, int] = field(default_factory=dict)
    everything: bool = False
    times: int = 0

    def __bool__(self) -> bool:
        return self.everything or bool(self.tags)

    def add(self, tags: Iterable[str]) -> None:
        """These could not be dropped; of none, nothing more is owed than was."""
        more = dict.fromkeys(tags, self.times + 1)
        if not more:
            return
        self.times += 1
        if self.everything:
            return
        self.tags.update(more)
        if len(self.tags) > MOST:
            self.tags.clear()
            self.everything = True

    def some(self, most: int) -> list[str]:
        """The first of them."""
        return [tag for tag, _ in zip(self.tags, range(most), strict=False)]

    def paid(self, tags: Iterable[str], times: int) -> None:
        """These are dropped, as was begun when something had been owed so many times."""
        for tag in tags:
            if self.tags.get(tag, self.times) <= times:
                self.tags.pop(tag, None)

    def forgotten(self, times: int) -> None:
        """Everything is, as was begun when something had been owed so many times."""
        self.everything = self.times > times
