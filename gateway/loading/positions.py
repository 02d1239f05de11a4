"""Places in a list that is merged of streams, which its cursors hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

Order = tuple[datetime, int, str]


class FailingPage(Protocol):
    """What a position needs of a stream's page."""

    @property
    def name(self) -> str:
        """The name of the stream."""

    @property
    def failed(self) -> bool:
        """Whether records of the stream may be missing."""


@dataclass(frozen=True, slots=True)
class KeysetPosition:
    """The last record that a page returned. Without a rank: after all records at `time`."""

    time: datetime
    rank: int | None = None
    id: str = ""

    def sort_key(self) -> tuple[datetime, float, str]:
        """A smaller key is further down the list."""
        return (self.time, float("-inf") if self.rank is None else self.rank, self.id)


def furthest(
    one: KeysetPosition | None, other: KeysetPosition | None, *, oldest_first: bool = False
) -> KeysetPosition | None:
    """The position further down the list; None is the start of the list."""
    if one is None or other is None:
        return one or other
    choose = max if oldest_first else min
    return choose(one, other, key=KeysetPosition.sort_key)


@dataclass(frozen=True, slots=True)
class StreamPositions:
    """The position of all streams, and the positions of streams behind it (`late`)."""

    all: KeysetPosition | None = None
    late: Mapping[str, KeysetPosition | None] = field(default_factory=dict)
    oldest_first: bool = False

    @property
    def at_start(self) -> bool:
        """Whether every stream is at the start of the list."""
        return self.all is None and not self.late

    def of(self, name: str) -> KeysetPosition | None:
        return self.late.get(name, self.all)

    def after(self, position: KeysetPosition, pages: Sequence[FailingPage]) -> "StreamPositions":
        """Advance all streams but the failed ones to `position`."""
        common = furthest(self.all, position, oldest_first=self.oldest_first)
        late: dict[str, KeysetPosition | None] = {}
        for page in pages:
            name = page.name
            if not page.failed and name not in self.late:
                continue  # it advances with the others
            current = self.of(name)
            if not page.failed:
                current = furthest(current, position, oldest_first=self.oldest_first)
            if current is None or (common and current != common and self._is_behind(current, common)):
                late[name] = current
        return StreamPositions(common, late, self.oldest_first)

    def _is_behind(self, one: KeysetPosition, other: KeysetPosition) -> bool:
        """Whether a position is nearer to the start of the list than another."""
        return (one.sort_key() < other.sort_key()) == self.oldest_first
