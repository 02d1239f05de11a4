"""What the catalog says of the lookups of records."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from gateway.contract.record import MappedRecord
from gateway.loading.finder import Finder


@dataclass(slots=True)
class Lookups:
    """The lookups of a finder's catalog."""

    finder: Finder

    def has_lookup(self, record: type[MappedRecord], by: str) -> bool:
        return (record.__name__, by) in self.finder.catalog.entries

    def fills(self, record: type[MappedRecord], name: str) -> bool:
        """Whether any lookup of the record maps this field: one that none maps is unknown, not missing."""
        entries = self.finder.catalog.entries.items()
        return any(entry.mapper.fills(name) for (of, _), entry in entries if of == record.__name__)

    def compares_keys(self, record: type[MappedRecord], by: str) -> bool:
        """Whether a lookup compares keys letter by letter; without a key in its rows, a system searches by itself."""
        entry = self.finder.catalog.entries.get((record.__name__, by))
        return entry is not None and entry.lookup.key is not None

    def finds_all(self, record: type[MappedRecord], by: str) -> bool:
        """Whether no text was seen in the column of a search that its keys cannot find."""
        entry = self.finder.catalog.entries.get((record.__name__, by))
        return entry is None or entry.lookup not in self.finder.misspelled.get(entry.lookup.source, ())

    def parts(self, record: type[MappedRecord], by: str) -> AbstractSet[str]:
        """The parts of a compound key; empty for a plain key or a missing lookup."""
        entry = self.finder.catalog.entries.get((record.__name__, by))
        return entry.lookup.place.key_parts if entry else frozenset()
