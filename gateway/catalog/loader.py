"""Reads catalog.toml into a Catalog, and reports every error at once, each with its line."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.model import Catalog, Relation
from gateway.catalog.record_tables import RecordTables
from gateway.catalog.renamed_words import with_new_words
from gateway.catalog.source_tables import parse_source
from gateway.catalog.thresholds import Thresholds
from gateway.contract.record import MappedRecord
from gateway.errors import ConfigError
from gateway.validation import validate_table


class SystemTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the catalog says about a system as a whole.

    label: what people call the system, in answers and messages; the gateway's own name for it by default.
    """

    label: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


SECTIONS = {"sources", "records", "insights", "systems"}


def read_catalog_file(
    file: Path, env: Mapping[str, str], records: Mapping[str, type[MappedRecord]], relations: Sequence[Relation]
) -> Catalog:
    """Raises ConfigError with every error."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"{file}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file}: must be text in UTF-8"]) from error
    return parse_catalog(text, env, records, relations, name=file.name)


def parse_catalog(
    text: str,
    env: Mapping[str, str],
    records: Mapping[str, type[MappedRecord]],
    relations: Sequence[Relation],
    name: str = "catalog",
) -> Catalog:
    """Raises ConfigError with every error."""
    diagnostics = Diagnostics(name, text)
    tree = with_new_words(_parse_toml(text, name), diagnostics)
    for word in sorted(set(tree) - SECTIONS):
        sections = ", ".join(sorted(SECTIONS))
        diagnostics.add((word,), f"{word} is not a section of a catalog; its sections are {sections}")
    tables = diagnostics.table(tree, "sources", ())
    sources = {source: parse_source(diagnostics, env, source, table) for source, table in tables.items()}
    reader = RecordTables(diagnostics, records, sources, relations)
    for record, table in diagnostics.table(tree, "records", ()).items():
        reader.read(record, table)
    thresholds, labels = _thresholds(diagnostics, tree), _labels(diagnostics, tree, records)
    if not diagnostics.messages and not reader.entries:
        diagnostics.add((), "the catalog has no lookup of any record")
    if diagnostics.messages:
        raise ConfigError(list(diagnostics.messages))
    valid = {source: entry for source, entry in sources.items() if entry is not None}
    return Catalog(valid, reader.entries, reader.links, thresholds, labels)


def _thresholds(diagnostics: Diagnostics, tree: Table) -> Thresholds:
    table = diagnostics.table(tree, "insights", ())
    errors = validate_table(table, Thresholds, strict=True)
    for path, message in errors:
        diagnostics.add(("insights", *path), f"insights: {message}")
    return Thresholds() if errors else msgspec.convert(table, Thresholds)


def _labels(diagnostics: Diagnostics, tree: Table, records: Mapping[str, type[MappedRecord]]) -> dict[str, str]:
    """What people call the systems that own the records."""
    owners = [owner.name for record in records.values() if (owner := getattr(record, "SYSTEM", None))]
    labels: dict[str, str] = {}
    for name, table in diagnostics.table(tree, "systems", ()).items():
        errors = validate_table(table, SystemTable, strict=True)
        if name not in owners:
            errors = [((), f"{name} is not a system; the systems are {', '.join(sorted(set(owners)))}")]
        for path, message in errors:
            diagnostics.add(("systems", name, *path), f"systems.{name}: {message}")
        if not errors:
            labels[name] = msgspec.convert(table, SystemTable).label
    return labels


def _parse_toml(text: str, name: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ConfigError([f"{name}{':' + line[1] if line else ''}: invalid TOML: {error}"]) from error
