"""Reads `[records.NAME]` tables into a catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.lookup_tables import LookupTable
from gateway.catalog.model import LinkTemplate, LookupEntry, Relation, SourceEntry, link_errors
from gateway.catalog.source_tables import TableReader
from gateway.contract.paths import Path
from gateway.contract.record import MappedRecord, stored_fields
from gateway.mapping.mapper import MapperBuilder

RECORD_WORDS = {
    "source": "the source that has the record.",
    "at": "the place of the rows in the source, for kinds that have one.",
    "fields": "where each field of the record is in a row.",
    "by": "the lookups of the record: one table for each key.",
    "defaults": "words of the place that all lookups share.",
    "currency": "where the currency of amounts is, if not the source's.",
    "zone": "the time zone of local times, if not the source's.",
    "empty": "texts that mean nothing, if not the source's.",
    "link": "the URL of a record in its own system, with fields in braces.",
    "cache": "how long answers are cached, if not as the source says.",
}


@dataclass(frozen=True, slots=True)
class RecordTables:
    """Reads the tables of records into `entries` and `links`. A source that is None has an invalid table."""

    diagnostics: Diagnostics
    records: Mapping[str, type[MappedRecord]]
    sources: Mapping[str, SourceEntry | None]
    relations: Sequence[Relation]
    entries: dict[tuple[str, str], LookupEntry] = field(default_factory=dict)
    links: dict[str, LinkTemplate] = field(default_factory=dict)

    def read(self, name: str, table: Any) -> None:
        path = ("records", name)
        record = self.records.get(name)
        if record is None:
            names = ", ".join(sorted(self.records))
            self.diagnostics.add(path, f"there is no record {name}; the records are {names}")
        if not isinstance(table, dict):
            self.diagnostics.add(path, f"record {name} must be a table")
            return
        self._check_words(path, table)
        lookups, link = self.diagnostics.table(table, "by", path), self.diagnostics.text(table, "link", path)
        if record is None or not lookups:
            self._source(path, table)
        if record is not None:
            self._read_record(record, table, lookups, link)

    def _read_record(self, record: type[MappedRecord], table: Table, lookups: Table, link: str | None) -> None:
        if link is not None:
            self._add_link(record, link)
        self._check_fields(record, ("records", record.__name__), table)
        for by, lookup in lookups.items():
            self._read_lookup(record, by, table, lookup)
        if isinstance(table.get("by", {}), dict):
            self._check_relations(record.__name__, lookups)

    def _check_words(self, path: Path, table: Table) -> None:
        words = ", ".join(sorted(RECORD_WORDS))
        for word in sorted(set(table) - set(RECORD_WORDS)):
            message = f"record {path[1]}: {word} is an unknown word; the words are {words}"
            self.diagnostics.add((*path, word), message)

    def _add_link(self, record: type[MappedRecord], text: str) -> None:
        name = record.__name__
        for error in link_errors(text, stored_fields(record)):
            self.diagnostics.add(("records", name, "link"), f"{name}: {error}")
        self.links[name] = LinkTemplate(text)

    def _check_fields(self, record: type[MappedRecord], path: Path, table: Table) -> None:
        """Report the errors of fields that do not depend on the source, which may be invalid."""
        fields = self.diagnostics.table(table, "fields", path)
        zone = TableReader(self.diagnostics, path).zone(table) or ZoneInfo("UTC")
        empty = self.diagnostics.texts(table, "empty", path) or ()
        builder = MapperBuilder(record, zone, table.get("currency"), partial=True, empty=empty)
        builder.build(fields)
        for inner, message in builder.diagnostics:
            self.diagnostics.add((*path, "fields", *inner), f"{record.__name__}: {message}")

    def _source(self, path: Path, table: Table) -> SourceEntry | None:
        """The source that a table names; None if there is none, or if its own table is invalid."""
        name = self.diagnostics.text(table, "source", path)
        if "source" not in table:
            self.diagnostics.add(path, f"record {path[1]} has no `source`")
        elif name is not None and name not in self.sources:
            self.diagnostics.add((*path, "source"), f"record {path[1]}: there is no source {name}")
        return self.sources.get(name) if name is not None else None

    def _check_relations(self, name: str, lookups: Table) -> None:
        relations = [relation for relation in self.relations if relation.record == name]
        for relation in relations:
            if relation.required and not set(relation.by) & set(lookups):
                keys = " or ".join(relation.by)
                self.diagnostics.add(("records", name), f"record {name} needs a lookup by {keys}")
        used = sorted({by for relation in relations for by in relation.by})
        for by in sorted(set(lookups) - set(used)):
            message = f"the schema never looks up {name} by {by}; it does by {', '.join(used)}"
            self.diagnostics.add(("records", name, "by", by), message)

    def _read_lookup(self, record: type[MappedRecord], by: str, table: Table, lookup: Any) -> None:
        path = ("records", record.__name__, "by", by)
        if not isinstance(lookup, dict):
            self.diagnostics.add(path, f"{record.__name__} by {by} must be a table")
            return
        both = {**table, **lookup}
        fields_path = path if "fields" in lookup else path[:2]
        merged = {**both, "fields": self.diagnostics.table(both, "fields", fields_path)}
        own_source = "source" in lookup
        source = self._source(path if own_source else path[:2], lookup if own_source else table)
        if source is None or not isinstance(both.get("fields", {}), dict):
            self._check_fields(record, fields_path, merged)
            return
        # The innermost zone counts for the rows, windows and bounds of the lookup.
        empty = self.diagnostics.texts(merged, "empty", path if "empty" in lookup else path[:2])
        zone = TableReader(self.diagnostics, fields_path).zone(merged) or source.zone
        source = replace(source, zone=zone, empty=source.empty if empty is None else empty)
        relations = [each for each in self.relations if (each.record, each.by) == (record.__name__, (by,))]
        spelling = next((each.spelling for each in relations if each.spelling), None)
        unique = any(each.unique for each in relations)
        reader = LookupTable(self.diagnostics, record, by, source, table, lookup, merged, spelling, unique)
        self.entries[record.__name__, by] = reader.read()
