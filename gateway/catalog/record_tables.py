"""The records of a catalog: every lookup, and how its rows are read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from gateway.cache.policy import CachePolicy
from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.link_templates import link_errors, link_template
from gateway.catalog.model import Catalog, LookupEntry, Relation, SourceEntry
from gateway.catalog.policies import cache_policy_of
from gateway.catalog.source_tables import TableLocation, convert_table, parse_policies, parse_zone
from gateway.contract.batch import Lookup, Path, TimeField
from gateway.mapping.converters import field_clock
from gateway.mapping.field_specs import NamingConvention
from gateway.mapping.mapper import RecordMapper, make_mapper, mapping_errors
from gateway.mapping.record_fields import stored_fields
from gateway.sources.kinds import KINDS

RECORD_WORDS = frozenset({"source", "fields", "by", "defaults", "currency", "zone", "at", "link", "cache"})
# What a lookup may say otherwise than its record; all other words describe the place.
LOOKUP_WORDS = frozenset({"source", "fields", "currency", "zone", "key", "key_format", "cache"})


class RecordTables:
    """Reads the tables of records into `made`. A source that is None was named, and is wrong."""

    def __init__(
        self, told: Diagnostics, records: Mapping[str, type], sources: Mapping[str, SourceEntry | None]
    ) -> None:
        self.told, self.records, self.sources = told, records, sources
        self.made = Catalog({name: each for name, each in sources.items() if each is not None})

    def record(self, name: str, table: Any, relations: Sequence[Relation]) -> None:
        """Read one record's table."""
        at = ("records", name)
        known = name in self.records
        if not known:
            self.told.say(at, f"there is no record {name}; there are {', '.join(sorted(self.records))}")
        if not isinstance(table, dict):
            self.told.say(at, f"record {name} must be a table")
            return
        for word in sorted(set(table) - RECORD_WORDS):
            self.told.say((*at, word), f"record {name}: {word} is none of {', '.join(sorted(RECORD_WORDS))}")
        ways = self.told.table(table, "by", at)
        link = self.told.text(table, "link", at)
        if not known:
            self._source_named(at, table)
            return
        if link is not None:
            self._link(name, link)
        self._partly(at, table)
        for by, way in ways.items():
            self._lookup(name, by, table, way)
        if not ways:
            self._source_named(at, table)
        if isinstance(table.get("by", {}), dict):
            self._relations(name, ways, relations)

    def _link(self, name: str, text: str) -> None:
        for sentence in link_errors(text, stored_fields(self.records[name])):
            self.told.say(("records", name, "link"), f"{name}: {sentence}")
        self.made.links[name] = link_template(text)

    def _partly(self, at: Path, table: Table) -> None:
        """Says what is wrong in the fields whatever source they are in: it may be none, and lacks nothing."""
        name = at[1]
        fields, zone = self.told.table(table, "fields", at), parse_zone(self.told, table, at)
        currency = table.get("currency")
        wrong = mapping_errors(self.records[name], fields, zone or ZoneInfo("UTC"), currency)
        for path, sentence in wrong:
            self.told.say((*at, "fields", *path), f"{name}: {sentence}")

    def _source_named(self, at: Path, table: Table) -> SourceEntry | None:
        """The source that a table names; None, and said, where there is none of that name."""
        name = self.told.text(table, "source", at)
        if "source" not in table:
            self.told.say(at, f"record {at[1]} names no source")
        elif name is not None and name not in self.sources:
            self.told.say((*at, "source"), f"record {at[1]}: there is no source {name}")
        return self.sources.get(name) if name is not None else None

    def _relations(self, name: str, ways: Table, relations: Sequence[Relation]) -> None:
        mine = [each for each in relations if each.record == name]
        for each in mine:
            if each.required and not set(each.by) & set(ways):
                asked = " or ".join(each.by)
                self.told.say(
                    ("records", name), f"record {name} has no lookup by {asked}, and the schema asks for it"
                )
        known = sorted({by for each in mine for by in each.by})
        for by in sorted(set(ways) - set(known)):
            sentence = f"nothing in the schema asks for {name} by {by}; it asks by {', '.join(known)}"
            self.told.say(("records", name, "by", by), sentence)

    def _lookup(self, name: str, by: str, table: Table, way: Any) -> None:
        at = ("records", name, "by", by)
        if not isinstance(way, dict):
            self.told.say(at, f"{name} by {by} must be a table")
            return
        both = {**table, **way}
        home = at if "fields" in way else at[:2]  # where its fields are said
        merged = {**both, "fields": self.told.table(both, "fields", home)}
        own = "source" in way
        source = self._source_named(at if own else at[:2], way if own else table)
        if source is None or not isinstance(both.get("fields", {}), dict):
            self._partly(home, merged)
            return
        # As this lookup sees it: the innermost zone is that of its rows, of its windows and of its bounds.
        source = replace(source, zone=parse_zone(self.told, merged, home) or source.zone)
        made = self._reading(home, merged, source)
        place = self._place(name, by, table, way, source)
        lookup = self._made(at, merged, source, made, place)
        lookup = replace(lookup, key_format=self._written(at, way))
        self.made.entries[name, by] = LookupEntry(lookup, made, self._keep(at, table, way, source))

    def _keep(self, at: Path, table: Table, way: Table, source: SourceEntry) -> CachePolicy | None:
        """How long its answers are kept: as it says itself, or its record, or its source."""
        for place, words in ((at, way), (at[:2], {} if "source" in way else table)):
            if "cache" in words:
                said = parse_policies(self.told, {"cache": words["cache"]}, TableLocation(place))
                return cache_policy_of(said.cache) if said else None
        return cache_policy_of(source.policies.cache)

    def _made(self, at: Path, merged: Table, source: SourceEntry, made: RecordMapper, place: Any) -> Lookup:
        """The lookup, all but how its keys are written."""
        name, by = at[1], at[-1]
        identity, time = self._identity(name, merged, source), self._time(name, merged, source)
        self._order(at, made, identity, time)
        return Lookup(
            record=name,
            by=by,
            source=source.name,
            place=place,
            key=self._key(name, by, merged, source),
            id=identity,
            time=time,
            columns=tuple(sorted(made.columns)),
            optional_columns=tuple(sorted(made.optional_columns - made.columns)),
            paths=tuple(made.paths),
            parts=tuple(sorted(place.key_parts)) if place is not None else (),
        )

    def _reading(self, at: Path, merged: Table, source: SourceEntry) -> RecordMapper:
        naming = NamingConvention.RULES[source.naming] if source.naming else None
        constant = {"value": source.currency} if source.currency else None
        name = at[1]
        made = make_mapper(
            self.records[name],
            merged["fields"],
            zone=source.zone,
            currency=merged.get("currency") or constant,
            naming=naming,
        )
        for path, sentence in made.diagnostics:
            self.told.say((*at, "fields", *path), f"{name}: {sentence}")
        return made

    def _place(self, name: str, by: str, table: Table, way: Table, source: SourceEntry) -> Any:
        at, kind = ("records", name, "by", by), KINDS[source.kind]
        # What all ways have in common; a way to another system shares nothing with them.
        shared = {} if "source" in way else {**self.told.table(table, "defaults", ("records", name))}
        if "at" in table and "source" not in way:
            shared["at"] = table["at"]
        own = {word: value for word, value in way.items() if word not in LOOKUP_WORDS}
        defaults = ("records", name, "defaults")
        paths = {
            word: (*defaults[:2], word) if word == "at" else (*defaults, word)
            for word in shared.keys() - own.keys()
        }
        said = {**shared, **own, **_bounds({**shared, **own}, way, source)}
        place = convert_table(self.told, said, kind.place, TableLocation(at, elsewhere=paths))
        for sentence in place.diagnostics() if place is not None else ():
            self.told.say(at, f"{name} by {by}: {sentence}")
        return place

    def _key(self, name: str, by: str, merged: Table, source: SourceEntry) -> Path | None:
        """Where a row repeats its key: said, or the field of that name; `key = false` for nowhere."""
        said = merged.get("key", _spec(by, merged, source))
        if said is False:
            return None
        path = _path(said)
        if path is None:
            self.told.say(("records", name, "by", by), f"{name} by {by}: say `key`, where a row has its {by}")
        return path

    def _written(self, at: Path, way: Table) -> str | None:
        """How the source writes its keys; None, and said, where that has no place for any letter."""
        text = self.told.text(way, "key_format", at)
        if text is not None and "#" not in text:
            sentence = f"{at[1]} by {at[-1]}: key_format needs a # for each letter or digit"
            self.told.say((*at, "key_format"), sentence)
        return text

    def _identity(self, name: str, merged: Table, source: SourceEntry) -> Path | None:
        """Where a row says which it is; None when nothing says where, so that no row is taken for another."""
        said = "id" in merged["fields"] or source.naming is not None
        return (
            _path(_spec("id", merged, source)) if said and "id" in stored_fields(self.records[name]) else None
        )

    def _order(self, at: Path, made: RecordMapper, identity: Path | None, time: TimeField | None) -> None:
        """What has a time comes in pages, and where one ends is said by an id."""
        needed = (
            "id" in stored_fields(made.record) and "id" not in made.extractors
        )  # the reading has complained
        if time is not None and identity is None and not needed:
            name, by = at[1], at[-1]
            self.told.say(at, f"{name} by {by}: its rows have a time, so say in which one field their id is")

    def _time(self, name: str, merged: Table, source: SourceEntry) -> TimeField | None:
        of = getattr(self.records[name], "TIME", None)
        if of is None or (of not in merged["fields"] and source.naming is None):
            return None
        spec = _spec(of, merged, source)
        table = {"path": spec} if isinstance(spec, str) else spec
        path = _path(spec)
        if path is None:
            return None  # the reading has complained of it, or it is the same for all
        if of in getattr(self.records[name], "DAYS", ()):
            table = {**table, "format": "date"}
        try:
            return TimeField(path, field_clock(table, source.zone))
        except ValueError:
            return None  # the reading has complained of it


def _bounds(said: Table, way: Table, source: SourceEntry) -> Table:
    """By whose clock a place's bounds in time are: the lookup's, or as `defaults` says, or that of the rows.

    Days nobody says a zone of are the account's own.
    """
    needed = said.get("time_format") == "local" and "zone" not in said
    own = said.get("time_format") in ("local", "date") and "zone" in way
    return {"zone": source.zone.key} if source.zone and (needed or own) else {}


def _spec(name: str, merged: Table, source: SourceEntry) -> Any:
    """Where a field is: said, or by the source's naming, or under its own name."""
    spelled = NamingConvention.RULES[source.naming](name) if source.naming else name
    return merged["fields"].get(name, spelled)


def _path(spec: Any) -> Path | None:
    """The path that a spec names; None where it names none, or is none."""
    text = spec.get("path") if isinstance(spec, dict) else spec
    return tuple(text.split(".")) if isinstance(text, str) and text else None
