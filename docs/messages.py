"""Renews the message catalogs: `make messages`.

Messages stand in the code, in English. Their translations are kept, and new messages wait for theirs: a test fails
until each has one.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

import gateway
import gateway.resolvers.query  # all modules that define messages
from gateway.errors import SourceError
from gateway.languages.locales import LANGUAGES
from gateway.languages.texts import SOURCE, read_catalog
from gateway.resolvers.graph.enums import DescribedEnum
from gateway.resolvers.graph.record import SourceSystem
from gateway.resolvers.graph.units import UNITS
from gateway.resolvers.insights.model.message import Group, Span, texts_of
from gateway.resolvers.insights.model.rule import Rule
from gateway.resolvers.insights.rules.table import RULES

T = TypeVar("T")
HOUSE = Path(gateway.__file__).parent
# Functions whose literal arguments are messages, and which of them are.
KEYWORDS = {"phrase": None, "message": None, "plural": (2, 3), "known": (2,), "Undetermined": None, "Action": (1,)}
WIDTH = 120
NOISE = re.compile(r'^"(?!Language:|Plural|MIME|Content|Project).*\\n"\n', re.MULTILINE)


class Message(NamedTuple):
    """A message: a text, or one in the singular and the plural; and what it is, for translators."""

    text: str | tuple[str, ...]
    context: str | None = None
    note: str = ""


def messages() -> Iterator[Message]:
    """Every message of the gateway; some several times."""
    for _, _, text, _, _ in extract_from_dir(HOUSE / "resolvers", [("**.py", "python")], keywords=KEYWORDS):
        yield Message(text)
    for rule in RULES:
        yield from _of_rule(rule)
    for enum in _below(DescribedEnum):
        if enum.LABELED or enum is SourceSystem:
            yield from (Message(value.english, enum.__name__, value.name) for value in enum)
    for unit in UNITS:
        yield Message(unit.label, "unit", unit.symbol)
    for error in _below(SourceError):
        yield Message(error.message_template, note=error.__name__)
    yield from (Message(span.TEXTS) for span in _below(Span))


def _of_rule(rule: Rule) -> Iterator[Message]:
    yield Message(rule.title, note=rule.code)
    for group in (*rule.sentences, *rule.each):
        yield from (Message(text, note=rule.code) for text in _of_group(group))
    yield from (Message(fact.name, note="records that a rule reads") for fact in rule.facts)


def _of_group(group: Group) -> Iterator[str | tuple[str, ...]]:
    for sentence in group if isinstance(group, tuple) else (group,):
        texts = texts_of(sentence)
        yield texts if len(texts) > 1 else texts[0]


def _below(cls: type[T]) -> Iterator[type[T]]:
    for each in cls.__subclasses__():
        yield each
        yield from _below(each)


def template() -> Catalog:
    """All messages without translations, each once."""
    catalog = Catalog(project="Customer 360 Gateway", fuzzy=False)
    for message in messages():
        notes = [message.note] if message.note else []
        catalog.add(message.text, auto_comments=notes, context=message.context)
    return catalog


def renewed(language: str) -> str:
    """The catalog of a language, with all messages of the code and no others."""
    catalog = read_catalog(language)
    catalog.update(template(), no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    written = io.BytesIO()
    write_po(written, catalog, width=WIDTH, omit_header=False, sort_output=True, include_lineno=False)
    # The date, and the version of the library, would change without a change of a message.
    return NOISE.sub("", written.getvalue().decode())


if __name__ == "__main__":
    for name in LANGUAGES:
        if name != SOURCE:
            file = HOUSE / "languages" / f"{name}.po"
            file.write_text(renewed(name), encoding="utf-8")
            sys.stdout.write(f"{file.name}\n")
