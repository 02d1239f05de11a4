"""The sources of a catalog: what kind each is, how it is reached, and how it writes."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.model import SourceEntry
from gateway.catalog.policies import POLICY_WORDS, Policies, switch_error
from gateway.contract.batch import Path
from gateway.contract.times import time_zone
from gateway.mapping.field_specs import NamingConvention
from gateway.sources.kinds import KINDS
from gateway.validation import validate_table

SOURCE_WORDS = ("kind", "zone", "currency", "naming")


@dataclass(frozen=True, slots=True)
class TableLocation:
    """Where a table stands, the paths whose values are not known, and words that stand elsewhere.

    `beside` are words of the same table that are read by somebody else.
    """

    at: Path
    unknown: Container[Path] = ()
    elsewhere: Mapping[str, Path] = field(default_factory=dict)
    beside: tuple[str, ...] = ()

    def path(self, inner: Path) -> Path:
        """Where a path inside the table stands."""
        if inner and inner[0] in self.elsewhere:
            return (*self.elsewhere[inner[0]], *inner[1:])
        return (*self.at, *inner)


def parse_source(told: Diagnostics, env: Mapping[str, str], name: str, table: Any) -> SourceEntry | None:
    """The source that a table describes; None where it is not known what kind it is."""
    at = ("sources", name)
    kind = str(table.get("kind")) if isinstance(table, dict) else ""
    if kind not in KINDS:
        told.say((*at, "kind"), f"source {name} needs a kind, one of {', '.join(KINDS)}")
    if not isinstance(table, dict):
        return None
    missing = dict(_missing(table, env, at))
    for path, variable in missing.items():
        told.say(path, f"the environment variable {variable} is not set")
    # Where a variable is missing, what follows from that needs no sentence of its own.
    shared = {word: table[word] for word in SOURCE_WORDS if word in table and (*at, word) not in missing}
    shared = _resolved(shared, env)
    said = {word: value for word, value in table.items() if word in POLICY_WORDS}
    policies = parse_policies(told, said, TableLocation(at, missing), env) or Policies()
    others = (*SOURCE_WORDS, *POLICY_WORDS)
    own = _resolved({word: value for word, value in table.items() if word not in others}, env)
    zone, currency = parse_zone(told, shared, at), told.text(shared, "currency", at)
    naming = _naming(told, shared, at)
    if kind not in KINDS:
        _of_no_kind(told, own, at, missing)
        return None
    settings = convert_table(told, own, KINDS[kind].settings, TableLocation(at, missing, beside=others))
    return SourceEntry(name, kind, settings, zone, currency, naming, policies)


def parse_policies(
    told: Diagnostics, table: Table, written: TableLocation, env: Mapping[str, str] | None = None
) -> Policies | None:
    """What a table says with a source's words; None, and said, where it does not fit."""
    known = table if env is None else _resolved(table, env)
    wrong = {word: sentence for word, value in known.items() if (sentence := switch_error(word, value))}
    for word, sentence in wrong.items():
        told.say(written.path((word,)), f"{'.'.join(written.at)}: {sentence}")
    others = {word: value for word, value in known.items() if word not in wrong}
    # A variable is always text; what the file itself says must be of its own type.
    made: Policies | None = convert_table(told, others, Policies, written, strict=known == table)
    return None if wrong else made


def _naming(told: Diagnostics, table: Table, at: Path) -> str | None:
    naming = told.text(table, "naming", at)
    if naming is None or naming in NamingConvention.RULES:
        return naming
    told.say((*at, "naming"), f"{'.'.join(at)}: naming is one of {', '.join(NamingConvention.RULES)}")
    return None


def _of_no_kind(told: Diagnostics, table: Table, at: Path, unknown: Container[Path]) -> None:
    """Says which words no kind of source has, or none as they are written."""
    tried = [validate_table(table, kind.settings) for kind in KINDS.values()]
    for path, sentence in tried[0]:
        everywhere = all(any(other == path for other, _ in found) for found in tried)
        if path and everywhere and (*at, *path) not in unknown:
            told.say((*at, *path), f"{'.'.join(at)}: {sentence.partition(';')[0]}")


def parse_zone(told: Diagnostics, table: Table, at: Path) -> ZoneInfo | None:
    """The time zone that a table names."""
    name = told.text(table, "zone", at)
    try:
        return None if name is None else time_zone(name)
    except ValueError as error:
        told.say((*at, "zone"), f"{'.'.join(at)}: {error}")
        return None


def convert_table(
    told: Diagnostics,
    table: Table,
    into: type[msgspec.Struct],
    written: TableLocation,
    *,
    strict: bool = False,
) -> Any:
    """The table as a value of its own type; None where it does not fit, or a value is not known."""
    wrong = validate_table(table, into, strict=strict, beside=written.beside)
    for path, sentence in wrong:
        place = written.path(path)
        if place not in written.unknown:
            about = place[:2] if path and path[0] in written.elsewhere else written.at
            told.say(place, f"{'.'.join(about)}: {sentence}")
    bad = {path[0] for path, _ in wrong if path}
    bad |= {word for word in table if written.path((word,)) in written.unknown}
    try:
        made = msgspec.convert({w: v for w, v in table.items() if w not in bad}, into, strict=strict)
    except msgspec.ValidationError as error:
        # What a type says of its words taken together; a word that is wrong or missing has been told.
        if isinstance(error.__cause__, ValueError):
            told.say(written.at, f"{'.'.join(written.at)}: {error}")
        return None
    return None if wrong else made


def _resolved(value: Any, env: Mapping[str, str]) -> Any:
    """`env:NAME` anywhere becomes the variable's value; secrets are never in the file."""
    if isinstance(value, dict):
        return {name: _resolved(each, env) for name, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, env) for each in value]
    return env.get(value[4:], "") if _is_variable(value) else value


def _missing(value: Any, env: Mapping[str, str], at: Path) -> list[tuple[Path, str]]:
    """The variables that are not set, each with the path where it is named."""
    if isinstance(value, dict):
        return [found for name, each in value.items() for found in _missing(each, env, (*at, name))]
    if isinstance(value, list):
        return [found for each in value for found in _missing(each, env, at)]
    return [(at, value[4:])] if _is_variable(value) and value[4:] not in env else []


def _is_variable(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("env:")
