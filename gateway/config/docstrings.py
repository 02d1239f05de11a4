"""Docstrings with an entry `name: text` or `name, name: text` for attributes; indented lines continue it."""

import inspect
import re
from collections.abc import Mapping
from typing import NamedTuple

ENTRY = re.compile(r"^(\w+(?:, \w+)*): (.+)$")


class Docstring(NamedTuple):
    """A parsed docstring.

    text: everything before the first entry, on one line.
    entries: the `name: text` entries.
    """

    text: str
    entries: Mapping[str, str]


def parse_docstring(docstring: str | None) -> Docstring:
    text: list[str] = []
    entries: dict[str, str] = {}
    names: list[str] = []
    for line in inspect.cleandoc(docstring or "").splitlines():
        if match := ENTRY.match(line):
            names = match[1].split(", ")
            entries |= dict.fromkeys(names, match[2])
        elif names and line.startswith("    "):
            entries |= {name: f"{entries[name]} {line.strip()}" for name in names}
        else:
            names = []
            text += [] if entries else [line.strip()]
    return Docstring(" ".join(filter(None, text)), entries)


def field_descriptions(cls: type) -> Mapping[str, str]:
    """The docstring entries of a class and its bases."""
    descriptions: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        descriptions |= parse_docstring(base.__dict__.get("__doc__")).entries
    return descriptions
