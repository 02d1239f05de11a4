"""The sources of a catalog: what kind each is, how it is reached, and how it writes."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.catalog import SourceEntry
from gateway.complaints import Complaints, Table
from gateway.convert import zone_of
from gateway.sources import KINDS
from gateway.sources.base import Path
from gateway.specs import Spelling

SOURCE_WORDS = ("kind", "zone", "currency", "spelling")


def source_entry(told: Complaints, env: Mapping[str, str], name: str, table: Any) -> SourceEntry | None:
    """The source that a table describes; None where it describes none."""
    at = ("sources", name)
    if not isinstance(table, dict) or str(table.get("kind")) not in KINDS:
        told.say(at, f"source {name} needs a kind, one of {', '.join(KINDS)}")
        return None
    kind = str(table["kind"])
    missing = _missing(table, env, at)
    for path, variable in missing:
        told.say(path, f"the environment variable {variable} is not set")
    resolved = _resolved(table, env)
    own = {word: value for word, value in resolved.items() if word not in SOURCE_WORDS}
    # Where a variable is missing, what follows from that needs no sentence of its own.
    settings = None if missing else converted(told, own, KINDS[kind].settings, at)
    spelling = told.text(resolved, "spelling", at)
    if spelling is not None and spelling not in Spelling.RULES:
        told.say((*at, "spelling"), f"{'.'.join(at)}: spelling is one of {', '.join(Spelling.RULES)}")
        spelling = None
    currency = told.text(resolved, "currency", at)
    return SourceEntry(name, kind, settings, zone_in(told, resolved, at), currency, spelling)


def zone_in(told: Complaints, table: Table, at: Path) -> ZoneInfo | None:
    """The time zone that a table names."""
    name = told.text(table, "zone", at)
    try:
        return None if name is None else zone_of(name)
    except ValueError as error:
        told.say((*at, "zone"), f"{'.'.join(at)}: {error}")
        return None


def converted(told: Complaints, table: Table, into: type, at: Path) -> Any:
    """The table as a value of its own type; None where it does not fit."""
    try:
        return msgspec.convert(table, into, strict=False)
    except msgspec.ValidationError as error:
        told.say(at, f"{'.'.join(at)}: {error}")
        return None


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
