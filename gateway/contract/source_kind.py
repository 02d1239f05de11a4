"""What the gateway expects of a source's tables in the catalog, whatever the kind of source."""

from collections.abc import Set as AbstractSet
from typing import Protocol


class SourceSettings(Protocol):
    """How one source is reached."""

    @property
    def timeout(self) -> float:
        """Seconds that one call may take."""
        ...

    @property
    def max_concurrent_calls(self) -> int | None:
        """How many calls the source takes at a time; None for any number."""
        ...


class Place(Protocol):
    """Where one source holds the rows of one lookup."""

    @property
    def key_parts(self) -> AbstractSet[str]:
        """The parts that a compound key may have; empty where a key is one text."""
        ...

    def diagnostics(self) -> list[str]:
        """Words of the place that contradict each other, a sentence for each fault."""
        ...
