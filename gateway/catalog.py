"""catalog.toml → sources and lookups; refuses what the code does not know, all of it at once.

It knows the records only by name and class, and the kinds of sources only by what they accept.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.convert import clock_of, zone_of
from gateway.errors import ConfigError
from gateway.lines import Lines
from gateway.mapping import Reading, reading, stored
from gateway.sources import KINDS, Kind
from gateway.sources.base import Lookup, Path, Time
from gateway.specs import Spelling

SOURCE_WORDS = ("kind", "zone", "currency", "spelling")
RECORD_WORDS = frozenset({"source", "fields", "by", "ask", "currency", "zone", "ttl", "at", "link"})


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
    ttl: float


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


def load(
    file: FilePath, env: Mapping[str, str], records: Mapping[str, type], relations: Iterable[Relation]
) -> Catalog:
    """The catalog in `file`. ConfigError says everything that is wrong, with its line."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"{file}: {error.strerror}"]) from error
    return read(text, env, records, relations, name=file.name)


def read(
    text: str,
    env: Mapping[str, str],
    records: Mapping[str, type],
    relations: Iterable[Relation],
    name: str = "catalog",
) -> Catalog:
    """The catalog in `text`; see `load`."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: {error}"]) from error
    return _Reader(tree, env, records, Lines(name, text)).catalog(tuple(relations))


class _Reader:
    """Reads one tree, gathering complaints on the way. Lives as long as `read`."""

    def __init__(
        self, tree: Mapping[str, Any], env: Mapping[str, str], records: Mapping[str, type], lines: Lines
    ) -> None:
        self.tree, self.env, self.records, self.lines = tree, env, records, lines
        self.complaints: list[str] = []
        self.made = Catalog()

    def catalog(self, relations: tuple[Relation, ...]) -> Catalog:
        for word in sorted(set(self.tree) - {"sources", "records"}):
            self.say((word,), f"{word} is not a part of a catalog; its parts are sources and records")
        for name, table in self.table(self.tree, "sources", ()).items():
            self.source(name, table)
        for name, table in self.table(self.tree, "records", ()).items():
            self.record(name, table, relations)
        if self.complaints:
            raise ConfigError(self.complaints)
        return self.made

    def say(self, at: Path, sentence: str) -> None:
        self.complaints.append(f"{self.lines.place(at)}: {sentence}")

    def table(self, parent: Mapping[str, Any], name: str, at: Path) -> Mapping[str, Any]:
        value = parent.get(name, {})
        if isinstance(value, dict):
            return value
        self.say((*at, name), f"{name} must be a table")
        return {}

    # -- sources ------------------------------------------------------------------------------------

    def source(self, name: str, table: Any) -> None:
        at = ("sources", name)
        if not isinstance(table, dict) or table.get("kind") not in KINDS:
            self.say(at, f"source {name} needs a kind, one of {', '.join(KINDS)}")
            return
        resolved = self.resolve(table, at)
        own = {key: value for key, value in resolved.items() if key not in SOURCE_WORDS}
        settings = self.convert(own, KINDS[table["kind"]].settings, at)
        spelling = resolved.get("spelling")
        if spelling is not None and spelling not in Spelling.RULES:
            self.say((*at, "spelling"), f"spelling is one of {', '.join(Spelling.RULES)}")
            spelling = None
        zone = self.zone(resolved, at)
        self.made.sources[name] = SourceEntry(
            name, table["kind"], settings, zone, resolved.get("currency"), spelling
        )

    def resolve(self, value: Any, at: Path) -> Any:
        """`env:NAME` anywhere becomes the variable's value; secrets are never in the file."""
        if isinstance(value, dict):
            return {key: self.resolve(each, (*at, key)) for key, each in value.items()}
        if isinstance(value, str) and value.startswith("env:"):
            found = self.env.get(value[4:])
            if found is None:
                self.say(at, f"the environment variable {value[4:]} is not set")
                return ""
            return found
        return value

    def convert(self, table: Mapping[str, Any], into: type, at: Path) -> Any:
        try:
            return msgspec.convert(table, into, strict=False)
        except msgspec.ValidationError as error:
            self.say(at, f"{'.'.join(at)}: {error}")
            return None

    def zone(self, table: Mapping[str, Any], at: Path) -> ZoneInfo | None:
        if "zone" not in table:
            return None
        try:
            return zone_of(str(table["zone"]))
        except ValueError as error:
            self.say((*at, "zone"), f"{'.'.join(at)}: {error}")
            return None

    # -- records ------------------------------------------------------------------------------------

    def record(self, name: str, table: Any, relations: tuple[Relation, ...]) -> None:
        at = ("records", name)
        if name not in self.records:
            self.say(at, f"there is no record {name}; there are {', '.join(sorted(self.records))}")
            return
        for word in sorted(set(table) - RECORD_WORDS):
            self.say((*at, word), f"record {name}: {word} is none of {', '.join(sorted(RECORD_WORDS))}")
        ways = self.table(table, "by", at)
        for by, way in ways.items():
            self.lookup(name, by, table, way)
        if isinstance(table.get("link"), str):
            self.made.links[name] = table["link"]
        self.relations(name, ways, relations)

    def relations(self, name: str, ways: Mapping[str, Any], relations: tuple[Relation, ...]) -> None:
        known = {by for each in relations if each.record == name for by in each.by}
        for each in relations:
            if each.record == name and each.required and not set(each.by) & set(ways):
                asked = " or ".join(each.by)
                self.say(
                    ("records", name), f"record {name} has no lookup by {asked}, and the schema asks for it"
                )
        for by in sorted(set(ways) - known):
            self.say(("records", name, "by", by), f"nothing in the schema asks for {name} by {by}")

    def lookup(self, name: str, by: str, table: Mapping[str, Any], way: Any) -> None:
        at = ("records", name, "by", by)
        if not isinstance(way, dict):
            self.say(at, f"{name} by {by} must be a table")
            return
        merged = {**table, **way}
        source = self.made.sources.get(str(merged.get("source")))
        if source is None:
            self.say(at, f"{name} by {by}: there is no source {merged.get('source')}")
            return
        made = self.reading(name, by, merged, source)
        place = self.place(name, by, table, way, KINDS[source.kind])
        time = self.time(name, merged, source)
        key = self.key(by, way, merged, source)
        lookup = Lookup(
            record=name,
            by=by,
            source=source.name,
            place=place,
            key=key,
            id=self.identity(name, merged, source) or key or ("id",),
            time=time,
            columns=tuple(sorted(made.columns)),
            maybe=tuple(sorted(made.maybe - made.columns)),
            paths=tuple(made.paths),
        )
        self.made.entries[name, by] = Entry(lookup, made, float(merged.get("ttl", 0)))

    def reading(self, name: str, by: str, merged: Mapping[str, Any], source: SourceEntry) -> Reading:
        spelling = Spelling.RULES[source.spelling] if source.spelling else None
        currency = merged.get("currency")
        constant = {"value": source.currency} if source.currency else None
        zone = self.zone(merged, ("records", name)) or source.zone
        specs = self.table(merged, "fields", ("records", name))
        made = reading(self.records[name], specs, zone=zone, currency=currency or constant, spelling=spelling)
        for path, sentence in made.complaints:
            self.say(("records", name, "fields", *path), f"{name} by {by}: {sentence}")
        return made

    def place(self, name: str, by: str, table: Mapping[str, Any], way: Mapping[str, Any], kind: Kind) -> Any:
        at = ("records", name, "by", by)
        # What all ways have in common; a way to another system shares nothing with them.
        shared = {} if "source" in way else self.table(table, "ask", ("records", name))
        own = {k: v for k, v in way.items() if k not in (RECORD_WORDS - {"at"}) and k != "key"}
        own = {**shared, **own}
        if "at" in table:
            own.setdefault("at", table["at"])
        place = self.convert(own, kind.place, at)
        for sentence in kind.complaints(place) if place is not None else ():
            self.say(at, f"{name} by {by}: {sentence}")
        return place

    def key(
        self, by: str, way: Mapping[str, Any], merged: Mapping[str, Any], source: SourceEntry
    ) -> Path | None:
        """Where a row repeats its key: said, or the field of that name; `key = false` for nowhere."""
        said = way.get("key", _spec(by, merged, source))
        return None if said is False else _path(said)

    def identity(self, name: str, merged: Mapping[str, Any], source: SourceEntry) -> Path | None:
        """Where a row says which it is; what has no id of its own is told apart by its key."""
        return _path(_spec("id", merged, source)) if "id" in stored(self.records[name]) else None

    def time(self, name: str, merged: Mapping[str, Any], source: SourceEntry) -> Time | None:
        of = getattr(self.records[name], "TIME", None)
        if of is None or (of not in merged.get("fields", {}) and source.spelling is None):
            return None
        spec = _spec(of, merged, source)
        table = {"path": spec} if isinstance(spec, str) else spec
        if of in getattr(self.records[name], "DAYS", ()):
            table = {**table, "form": "date"}
        try:
            clock = clock_of(table, source.zone)
        except ValueError:
            return None  # the reading has complained of it
        return Time(_path(table.get("path", of)), clock)


def _spec(name: str, merged: Mapping[str, Any], source: SourceEntry) -> Any:
    """Where a field is: said, or by the source's spelling, or under its own name."""
    spelled = Spelling.RULES[source.spelling](name) if source.spelling else name
    return merged.get("fields", {}).get(name, spelled)


def _path(spec: Any) -> Path:
    text = spec.get("path", "") if isinstance(spec, dict) else str(spec)
    return tuple(text.split("."))
