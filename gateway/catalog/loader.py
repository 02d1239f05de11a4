"""Reads catalog.toml into a Catalog, and reports every error at once, each with its line."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

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

SECTIONS = {"sources", "records", "insights"}


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
    thresholds = _thresholds(diagnostics, tree)
    if not diagnostics.messages and not reader.entries:
        diagnostics.add((), "the catalog has no lookup of any record")
    if diagnostics.messages:
        raise ConfigError(list(diagnostics.messages))
    valid = {source: entry for source, entry in sources.items() if entry is not None}
    return Catalog(valid, reader.entries, reader.links, thresholds)


def _thresholds(diagnostics: Diagnostics, tree: Table) -> Thresholds:
    table = diagnostics.table(tree, "insights", ())
    errors = validate_table(table, Thresholds, strict=True)
    for path, message in errors:
        diagnostics.add(("insights", *path), f"insights: {message}")
    return Thresholds() if errors else msgspec.convert(table, Thresholds)


def _parse_toml(text: str, name: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ConfigError([f"{name}{':' + line[1] if line else ''}: invalid TOML: {error}"]) from error
