"""Reads `[sources.NAME]` tables."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.model import POLICY_WORDS, Policies, SourceEntry, switch_error
from gateway.contract.batch import Path
from gateway.contract.times import time_zone
from gateway.mapping.field_specs import NAMING_RULES
from gateway.sources.kinds import KINDS
from gateway.validation import validate_table

SOURCE_WORDS = {
    "kind": "the kind of the source: rest, sql, graphql, file or memory.",
    "zone": "the time zone of times that the source writes as local.",
    "currency": "the currency of amounts without one.",
    "spelling": f"the source's names of all fields without a mapping: {', '.join(NAMING_RULES)}.",
}


@dataclass(frozen=True, slots=True)
class TableLocation:
    """Location of a TOML table, for diagnostics.

    unset: paths whose environment variable is not set.
    inherited: words that come from another table, with their paths.
    other_words: words of the same table that another type reads.
    """

    path: Path
    unset: Container[Path] = ()
    inherited: Mapping[str, Path] = field(default_factory=dict)
    other_words: tuple[str, ...] = ()

    def of(self, inner: Path) -> Path:
        if inner and inner[0] in self.inherited:
            return (*self.inherited[inner[0]], *inner[1:])
        return (*self.path, *inner)


def parse_source(diagnostics: Diagnostics, env: Mapping[str, str], name: str, table: Any) -> SourceEntry | None:
    """The source that a table describes; None if the table or its kind is invalid."""
    path = ("sources", name)
    kind = str(table.get("kind")) if isinstance(table, dict) else ""
    if kind not in KINDS:
        diagnostics.add((*path, "kind"), f"source {name}: kind must be one of {', '.join(KINDS)}")
    if not isinstance(table, dict):
        return None
    unset: dict[Path, str] = {}
    values = _with_variables(table, env, path, unset)
    for unset_path, variable in unset.items():
        diagnostics.add(unset_path, f"the environment variable {variable} is not set")
    location = TableLocation(path, unset, other_words=(*SOURCE_WORDS, *POLICY_WORDS))
    # A word with an unset variable is already reported.
    shared = {word: values[word] for word in SOURCE_WORDS if word in values and (*path, word) not in unset}
    policy_table = {word: values[word] for word in values if word in POLICY_WORDS}
    # A variable is always text; the file's own values must have their exact type.
    strict = all(value == table[word] for word, value in policy_table.items())
    policies = parse_policies(diagnostics, policy_table, location, strict=strict) or Policies()
    settings_table = {word: value for word, value in values.items() if word not in location.other_words}
    zone, naming = parse_zone(diagnostics, shared, path), _parse_naming(diagnostics, shared, path)
    currency = diagnostics.text(shared, "currency", path)
    if kind not in KINDS:
        _check_without_kind(diagnostics, settings_table, location)
        return None
    settings = convert_table(diagnostics, settings_table, KINDS[kind].settings, location)
    return SourceEntry(name, kind, settings, zone, currency, naming, policies)


def parse_policies(
    diagnostics: Diagnostics, table: Table, location: TableLocation, *, strict: bool = True
) -> Policies | None:
    """The caching and resilience words of a table; None if one is invalid."""
    errors = {word: error for word, value in table.items() if (error := switch_error(word, value))}
    for word, error in errors.items():
        diagnostics.add(location.of((word,)), f"{'.'.join(location.path)}: {error}")
    valid = {word: value for word, value in table.items() if word not in errors}
    policies: Policies | None = convert_table(diagnostics, valid, Policies, location, strict=strict)
    return None if errors else policies


def parse_zone(diagnostics: Diagnostics, table: Table, path: Path) -> ZoneInfo | None:
    name = diagnostics.text(table, "zone", path)
    try:
        return None if name is None else time_zone(name)
    except ValueError as error:
        diagnostics.add((*path, "zone"), f"{'.'.join(path)}: {error}")
        return None


def _parse_naming(diagnostics: Diagnostics, table: Table, path: Path) -> Callable[[str], str] | None:
    naming = diagnostics.text(table, "spelling", path)
    if naming is not None and naming not in NAMING_RULES:
        message = f"{'.'.join(path)}: spelling must be one of {', '.join(NAMING_RULES)}"
        diagnostics.add((*path, "spelling"), message)
    return NAMING_RULES.get(naming or "")


def _check_without_kind(diagnostics: Diagnostics, table: Table, location: TableLocation) -> None:
    """Report the words that are invalid for every kind of source."""
    first, *others = [validate_table(table, kind.settings) for kind in KINDS.values()]
    for inner, message in first:
        everywhere = all(any(path == inner for path, _ in errors) for errors in others)
        if inner and everywhere and location.of(inner) not in location.unset:
            diagnostics.add(location.of(inner), f"{'.'.join(location.path)}: {message.partition(';')[0]}")


def convert_table(
    diagnostics: Diagnostics, table: Table, into: type[msgspec.Struct], location: TableLocation, *, strict: bool = False
) -> Any:
    """The table as a value of a type; None if it is invalid or a variable is not set."""
    errors = validate_table(table, into, strict=strict, other_words=location.other_words)
    for inner, message in errors:
        path = location.of(inner)
        if path not in location.unset:
            owner = path[:2] if inner and inner[0] in location.inherited else location.path
            diagnostics.add(path, f"{'.'.join(owner)}: {message}")
    invalid = {inner[0] for inner, _ in errors if inner}
    invalid |= {word for word in table if location.of((word,)) in location.unset}
    valid = {word: value for word, value in table.items() if word not in invalid}
    try:
        value = msgspec.convert(valid, into, strict=strict)
    except msgspec.ValidationError as error:
        # A check of several words together has a cause; single words are already reported.
        if isinstance(error.__cause__, ValueError):
            diagnostics.add(location.path, f"{'.'.join(location.path)}: {error}")
        return None
    return None if errors else value


def _with_variables(value: Any, env: Mapping[str, str], path: Path, unset: dict[Path, str]) -> Any:
    """The value with each text `env:NAME` replaced by the variable; `unset` gets those that are not set."""
    if isinstance(value, dict):
        return {name: _with_variables(inner, env, (*path, name), unset) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with_variables(item, env, path, unset) for item in value]
    if not isinstance(value, str) or not value.startswith("env:"):
        return value
    variable = value.removeprefix("env:")
    if variable not in env:
        unset[path] = variable
    return env.get(variable, "")
