"""catalog.toml → Catalog; refuses what the code does not know, all of it at once, each with its line.

It knows the records only by name and class, and the kinds of sources only by what they accept.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from gateway.catalog.diagnostics import Diagnostics, Table
from gateway.catalog.line_numbers import LineNumbers
from gateway.catalog.model import Catalog, Relation
from gateway.catalog.record_tables import RecordTables
from gateway.catalog.source_tables import parse_source
from gateway.catalog.thresholds import Thresholds
from gateway.errors import ConfigError
from gateway.validation import validate_table

SECTIONS = {"sources", "records", "insights"}


def read_catalog_file(
    file: Path, env: Mapping[str, str], records: Mapping[str, type], relations: Iterable[Relation]
) -> Catalog:
    """The catalog in `file`. ConfigError says everything that is wrong, with its line."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError([f"{file}: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file}: this is not text in UTF-8"]) from error
    return parse_catalog(text, env, records, relations, name=file.name)


def parse_catalog(
    text: str,
    env: Mapping[str, str],
    records: Mapping[str, type],
    relations: Iterable[Relation],
    name: str = "catalog",
) -> Catalog:
    """The catalog in `text`; see `load`."""
    told = Diagnostics(LineNumbers(name, text))
    tree = _tree(text, name)
    for word in sorted(set(tree) - SECTIONS):
        told.say((word,), f"{word} is not a part of a catalog; its parts are {', '.join(sorted(SECTIONS))}")
    tables = told.table(tree, "sources", ())
    sources = {each: parse_source(told, env, each, table) for each, table in tables.items()}
    reader = RecordTables(told, records, sources)
    asked = tuple(relations)
    for each, table in told.table(tree, "records", ()).items():
        reader.record(each, table, asked)
    reader.made.thresholds = _thresholds(told, tree)
    if not told.sentences and not reader.made.entries:
        told.say((), "the catalog connects nothing: it has no lookup of any record")
    if told.sentences:
        raise ConfigError(list(told.sentences))
    return reader.made


def _thresholds(told: Diagnostics, tree: Table) -> Thresholds:
    table = told.table(tree, "insights", ())
    wrong = validate_table(table, Thresholds, strict=True)
    for path, sentence in wrong:
        told.say(("insights", *path), f"insights: {sentence}")
    return Thresholds() if wrong else msgspec.convert(table, Thresholds)


def _tree(text: str, name: str) -> Table:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ConfigError([f"{name}{':' + line[1] if line else ''}: no TOML: {error}"]) from error
