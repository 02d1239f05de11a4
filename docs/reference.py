"""The words of the catalog and the environment variables as rows, for the generated tables."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING
from typing import Any, NamedTuple, get_args

import msgspec

from gateway.catalog.loader import SystemTable
from gateway.catalog.lookup_tables import LOOKUP_WORDS
from gateway.catalog.model import Policies
from gateway.catalog.record_tables import RECORD_WORDS
from gateway.catalog.source_tables import SOURCE_WORDS
from gateway.catalog.thresholds import Thresholds
from gateway.config.docstrings import field_descriptions
from gateway.config.settings import all_variables
from gateway.mapping.field_specs import FieldSpec
from gateway.sources.kinds import KINDS

REQUIRED = "(required)"


class VariableReference(NamedTuple):
    """One row; `default` is empty for an optional variable without a default."""

    name: str
    default: str
    expected: str
    meaning: str


def variable_reference() -> list[VariableReference]:
    return [
        VariableReference(variable.name, _default_text(default), variable.kind.expected, meaning)
        for variable, default, meaning in all_variables()
    ]


def _default_text(default: object) -> str:
    if default is MISSING:
        return REQUIRED
    if isinstance(default, frozenset):
        return ",".join(sorted(default))
    if isinstance(default, tuple):
        return ",".join(default)
    return "" if default is None else str(default)


class WordReference(NamedTuple):
    """One row of the documentation.

    table: where the word stands, such as `sources.NAME` or `sources.NAME of kind "rest"`.
    word: with a dot for a word inside another one: `retry.max_retries`.
    default: empty for a word that is not set by default.
    """

    table: str
    word: str
    default: str
    meaning: str


def word_reference() -> list[WordReference]:
    """Every word of the catalog, table by table."""
    return [
        *_described("sources.NAME", SOURCE_WORDS, "kind"),
        *_words("sources.NAME", Policies),
        *(row for kind in KINDS for row in _words(f'sources.NAME of kind "{kind}"', KINDS[kind].settings)),
        *_described("records.NAME", RECORD_WORDS, "source"),
        *_described("records.NAME.by.KEY", LOOKUP_WORDS),
        *(row for kind in KINDS for row in _words(f'records.NAME.by.KEY of kind "{kind}"', KINDS[kind].place)),
        *_words("records.NAME.fields.FIELD", FieldSpec),
        *_words("insights", Thresholds),
        *_words("systems.NAME", SystemTable),
    ]


def _described(table: str, words: Mapping[str, str], *required: str) -> Iterator[WordReference]:
    for word, meaning in words.items():
        yield WordReference(table, word, REQUIRED if word in required else "", _sentence(meaning))


def _words(table: str, struct: type[msgspec.Struct], prefix: str = "") -> Iterator[WordReference]:
    meanings = field_descriptions(struct)
    for field in msgspec.structs.fields(struct):
        word = f"{prefix}{field.name}"
        yield WordReference(table, word, _default(field), _sentence(meanings.get(field.name, "")))
        for inner in _structs(field.type):
            config = inner.__struct_config__
            tag = f"{word}.{config.tag_field} = " + f'"{config.tag}"' if config.tag_field else ""
            yield from [WordReference(table, tag, "", _summary(inner))] if tag else []
            yield from _words(table, inner, f"{word}.")


def _structs(kind: Any) -> list[type[msgspec.Struct]]:
    return [each for each in (kind, *get_args(kind)) if isinstance(each, type) and issubclass(each, msgspec.Struct)]


def _sentence(meaning: str) -> str:
    return f"{meaning[:1].upper()}{meaning[1:].removesuffix('.')}." if meaning else ""


def _summary(struct: type) -> str:
    return " ".join((struct.__doc__ or "").split("\n\n")[0].split())


def _default(field: msgspec.structs.FieldInfo) -> str:
    match REQUIRED if field.required else field.default:
        case bool(default):
            return str(default).lower()
        case float(default):
            return f"{default:g}"
        case msgspec.Struct():
            return "on"
        case tuple(default):
            return ", ".join(f'"{item}"' for item in default)
        case None | msgspec.NODEFAULT:
            return ""
        case default:
            return str(default)
