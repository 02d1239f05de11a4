"""Reads `[sources.NAME]` tables."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.model import POLICY_WORDS, Policies, SourceEntry, switch_error
from gateway.contract.paths import Path
from gateway.contract.times import time_zone
from gateway.mapping.currencies import CURRENCIES, CURRENCY_CODE
from gateway.mapping.field_specs import NAMING_RULES
from gateway.sources.kinds import KINDS
from gateway.validation import WordErrors, validate_table

SOURCE_WORDS = {
    "kind": f"the kind of the source: {' or '.join(', '.join(KINDS).rsplit(', ', 1))}.",
    "zone": "the time zone of times that the source writes as local.",
    "currency": "the currency of amounts without one, as its ISO 4217 code: USD.",
    "spelling": f"the source's names of all fields without a mapping: {', '.join(NAMING_RULES)}.",
    "empty": 'texts that mean nothing wherever they stand, such as "", "null" or "0000-00-00".',
}


@dataclass(frozen=True, slots=True)
class TableReader:
    """Converts one TOML table, and adds each error to `diagnostics`, with the path of the word.

    unset: paths whose environment variable is not set; their errors are already reported.
    inherited: words that come from another table, with their paths.
    other_words: words of the same table that another type reads.
    """

    diagnostics: Diagnostics
    path: Path
    unset: Container[Path] = ()
    inherited: Mapping[str, Path] = field(default_factory=dict)
    other_words: tuple[str, ...] = ()

    def convert(self, table: Table, into: type[msgspec.Struct], *, strict: bool = False) -> Any:
        """The table as a value of a type; None if it is invalid or a variable is not set."""
        errors = validate_table(table, into, strict=strict, other_words=self.other_words)
        for inner, message in errors:
            self.add(inner, message)
        invalid = {inner[0] for inner, _ in errors if inner}
        invalid |= {word for word in table if self._location((word,)) in self.unset}
        valid = {word: value for word, value in table.items() if word not in invalid}
        try:
            value = msgspec.convert(valid, into, strict=strict)
        except msgspec.ValidationError as error:
            # A check of several words together has a cause; single words are already reported.
            if isinstance(error.__cause__, WordErrors):
                for inner, message in error.__cause__.errors:
                    self.add(inner, message)
            elif isinstance(error.__cause__, ValueError):
                self.add((), str(error))
            return None
        return None if errors else value

    def policies(self, table: Table, *, strict: bool = True) -> Policies | None:
        """The caching and resilience words of a table; None if one is invalid."""
        errors = {word: error for word, value in table.items() if (error := switch_error(word, value))}
        for word, error in errors.items():
            self.add((word,), error)
        valid = {word: value for word, value in table.items() if word not in errors}
        policies: Policies | None = self.convert(valid, Policies, strict=strict)
        return None if errors else policies

    def zone(self, table: Table) -> ZoneInfo | None:
        name = self.diagnostics.text(table, "zone", self.path)
        try:
            return None if name is None else time_zone(name)
        except ValueError as error:
            self.add(("zone",), str(error))
            return None

    def naming(self, table: Table) -> Callable[[str], str] | None:
        name = self.diagnostics.text(table, "spelling", self.path)
        if name is not None and name not in NAMING_RULES:
            self.add(("spelling",), f"spelling must be one of {', '.join(NAMING_RULES)}")
        return NAMING_RULES.get(name or "")

    def currency(self, table: Table) -> str | None:
        """The code. An invalid one is reported here, and no more at each amount: those get a valid one."""
        code = self.diagnostics.text(table, "currency", self.path)
        if code is None or code in CURRENCIES:
            return code
        self.add(("currency",), f"currency must be {CURRENCY_CODE}")
        return "USD"

    def check_without_kind(self, table: Table) -> None:
        """Report the words that are invalid for every kind of source."""
        first, *others = [validate_table(table, kind.settings) for kind in KINDS.values()]
        for inner, message in first:
            if inner and all(any(path == inner for path, _ in errors) for errors in others):
                self.add(inner, message.partition(";")[0])

    def add(self, inner: Path, message: str) -> None:
        """Add an error at a path inside the table."""
        path = self._location(inner)
        if path not in self.unset:
            owner = path[:2] if inner and inner[0] in self.inherited else self.path
            self.diagnostics.add(path, f"{'.'.join(owner)}: {message}")

    def _location(self, inner: Path) -> Path:
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
    reader = TableReader(diagnostics, path, unset, other_words=(*SOURCE_WORDS, *POLICY_WORDS))
    # A word with an unset variable is already reported.
    shared = {word: values[word] for word in SOURCE_WORDS if word in values and (*path, word) not in unset}
    policy_table = {word: values[word] for word in values if word in POLICY_WORDS}
    # A variable is always text; the file's own values must have their exact type.
    strict = all(value == table[word] for word, value in policy_table.items())
    policies = reader.policies(policy_table, strict=strict) or Policies()
    settings_table = {word: value for word, value in values.items() if word not in reader.other_words}
    zone, naming = reader.zone(shared), reader.naming(shared)
    currency, empty = reader.currency(shared), diagnostics.texts(shared, "empty", path)
    if kind not in KINDS:
        reader.check_without_kind(settings_table)
        return None
    settings = reader.convert(settings_table, KINDS[kind].settings)
    return SourceEntry(name, kind, settings, zone, currency, naming, policies, empty or ())


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
