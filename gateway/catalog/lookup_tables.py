"""Reads `[records.NAME.by.KEY]` tables: one lookup each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.cache.policy import CachePolicy
from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.model import LookupEntry, SourceEntry, cache_policy_of
from gateway.catalog.source_tables import TableReader
from gateway.contract.batch import Lookup, Spelling, TimeField
from gateway.contract.paths import Path, parse_path
from gateway.contract.record import MappedRecord, stored_fields
from gateway.mapping.days_and_instants import day_clock, field_clock
from gateway.mapping.mapper import MapperBuilder, RecordMapper
from gateway.sources.kinds import KINDS

# Words of a lookup that do not describe the place of its rows.
LOOKUP_WORDS = {
    "source": "the source of this lookup, if not the record's; it does not inherit `at` and `defaults`.",
    "fields": "the fields of this lookup, if not the record's.",
    "currency": "where the currency is, if not the record's.",
    "zone": "the time zone of local times and bounds, if not the record's.",
    "empty": "texts that mean nothing, if not the record's.",
    "key": "where a row repeats the key, if not at the field of that name; false if nowhere (an id is compared).",
    "key_format": "how the source writes a key that people type; each # is one letter or digit.",
    "cache": "how long answers are cached, if not as the record says.",
}


@dataclass(frozen=True, slots=True)
class LookupTable:
    """One lookup in the making.

    source: with the zone of the lookup.
    record_table, table: the tables of the record and of the lookup.
    merged: both tables; the lookup's words replace the record's.
    """

    diagnostics: Diagnostics
    record: type[MappedRecord]
    by: str
    source: SourceEntry
    record_table: Table
    table: Table
    merged: Table
    spelling: Spelling | None = None
    unique: bool = False

    @property
    def name(self) -> str:
        return self.record.__name__

    @property
    def path(self) -> Path:
        return ("records", self.name, "by", self.by)

    def read(self) -> LookupEntry:
        mapper, place = self._mapper(), self._place()
        row_id, time = self._row_id(), self._time()
        self._check_order(mapper, row_id, time)
        lookup = Lookup(
            record=self.name,
            by=self.by,
            source=self.source.name,
            place=place,
            key=self._key(),
            id=row_id,
            time=time,
            columns=tuple(sorted(mapper.columns)),
            optional_columns=tuple(sorted(mapper.optional_columns)),
            paths=mapper.paths,
            key_format=self._key_format(),
            spelling=self.spelling,
            unique=self.unique,
        )
        return LookupEntry(lookup, mapper, self._cache_policy())

    def _add(self, message: str, *words: str) -> None:
        self.diagnostics.add((*self.path, *words), f"{self.name} by {self.by}: {message}")

    def _cache_policy(self) -> CachePolicy | None:
        """The policy of the lookup, of the record, or of the source."""
        record_table = {} if "source" in self.table else self.record_table
        for path, table in ((self.path, self.table), (self.path[:2], record_table)):
            if "cache" in table:
                policies = TableReader(self.diagnostics, path).policies({"cache": table["cache"]})
                return cache_policy_of(policies.cache) if policies else None
        return cache_policy_of(self.source.policies.cache)

    def _mapper(self) -> RecordMapper:
        constant = {"value": self.source.currency} if self.source.currency else None
        currency = self.merged.get("currency") or constant
        builder = MapperBuilder(self.record, self.source.zone, currency, self.source.naming, empty=self.source.empty)
        mapper = builder.build(self.merged["fields"])
        path = self.path if "fields" in self.table else self.path[:2]
        for inner, message in builder.diagnostics:
            self.diagnostics.add((*path, "fields", *inner), f"{self.name}: {message}")
        return mapper

    def _place(self) -> Any:
        inherited = self._inherited_words()
        place_words = {word: value for word, value in self.table.items() if word not in LOOKUP_WORDS}
        paths = {
            word: (*self.path[:2], *(("at",) if word == "at" else ("defaults", word)))
            for word in inherited.keys() - place_words.keys()
        }
        words = {**inherited, **place_words}
        words |= self._bounds_zone(words)
        place = TableReader(self.diagnostics, self.path, inherited=paths).convert(words, KINDS[self.source.kind].place)
        for error in place.diagnostics() if place is not None else ():
            word = error.partition(":")[0]
            self._add(error, *([word] if word in place_words else []))
        return place

    def _inherited_words(self) -> dict[str, Any]:
        """The words of the place that all lookups in the record's own source share."""
        if "source" in self.table:
            return {}
        words = dict(self.diagnostics.table(self.record_table, "defaults", self.path[:2]))
        if "at" in self.record_table:
            words["at"] = self.record_table["at"]
        return words

    def _bounds_zone(self, words: Table) -> Table:
        """The zone of local time bounds: the lookup's, that of `defaults`, or the rows'.

        Day bounds without a zone are in the account's own zone.
        """
        needed = words.get("time_format") == "local" and "zone" not in words
        overridden = words.get("time_format") in ("local", "date") and "zone" in self.table
        return {"zone": self.source.zone.key} if self.source.zone and (needed or overridden) else {}

    def _key(self) -> Path | None:
        """Where a row repeats its key: at `key`, or at the field of that name; nowhere with `key = false`."""
        spec = self.merged.get("key", self._spec(self.by))
        if spec is False:
            if self.by == "id" and self._row_id() is None:
                self._add("with `key = false` rows are compared by id: map `id` to one field", "key")
            return None
        path = _path(spec)
        if path is None:
            self._add(f"needs `key`: where a row has its {self.by}")
        return path

    def _key_format(self) -> str | None:
        text = self.diagnostics.text(self.table, "key_format", self.path)
        if text is not None and "#" not in text:
            self._add("key_format needs a # for each letter or digit", "key_format")
        return text

    def _row_id(self) -> Path | None:
        """Where a row has its id; None without a mapping, so that rows are not taken for duplicates."""
        mapped = "id" in self.merged["fields"] or self.source.naming is not None
        return _path(self._spec("id")) if mapped and "id" in stored_fields(self.record) else None

    def _check_order(self, mapper: RecordMapper, row_id: Path | None, time: TimeField | None) -> None:
        """Rows with a time are read in pages, and the end of a page is an id."""
        reported = "id" in stored_fields(self.record) and "id" not in mapper.extractors
        if time is not None and row_id is None and not reported:
            self._add("rows with a time need an id: map `id` to one field")

    def _time(self) -> TimeField | None:
        """Where a row has its time. The mapper reports an invalid mapping."""
        name = self.record.TIME
        if name is None or (name not in self.merged["fields"] and self.source.naming is None):
            return None
        spec = self._spec(name)
        path = _path(spec)
        if path is None:
            return None
        table = {"path": spec} if isinstance(spec, str) else spec
        clock = day_clock if stored_fields(self.record)[name] is date else field_clock
        try:
            return TimeField(path, clock(table, self.source.zone), tuple(table.get("empty", self.source.empty)))
        except (ValueError, TypeError):
            return None

    def _spec(self, field: str) -> Any:
        """The spec of a field, or its name in the source."""
        naming = self.source.naming or str
        return self.merged["fields"].get(field, naming(field))


def _path(spec: Any) -> Path | None:
    """The path of a spec; None for a constant or an invalid spec."""
    text = spec.get("path") if isinstance(spec, dict) else spec
    try:
        return parse_path(text) if isinstance(text, str) and text else None
    except ValueError:
        return None
