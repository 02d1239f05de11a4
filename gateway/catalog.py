"""What is connected: the sources and the lookups of one installation, as its catalog.toml names them.

It knows the records only by name; `catalog_reading` makes one of a file.
"""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from gateway.mapping import Reading
from gateway.sources.base import Lookup


@dataclass(frozen=True, slots=True)
class Relation:
    """What the schema asks of the catalog: a record by one of these, of which one must be there."""

    record: str
    by: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One system as the catalog names it."""

    name: str
    kind: str
    settings: Any
    zone: ZoneInfo | None
    currency: str | None
    spelling: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One lookup and how its rows are read."""

    lookup: Lookup
    reading: Reading


@dataclass(slots=True)
class Catalog:
    """What is connected. Made at start, and not changed after."""

    sources: dict[str, SourceEntry] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def offers(self, record: str, by: str) -> bool:
        """Whether this record can be found by this key."""
        return (record, by) in self.entries

    def knows(self, record: str) -> bool:
        """Whether this record is connected at all."""
        return any(name == record for name, _ in self.entries)
