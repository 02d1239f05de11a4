"""GraphQL descriptions from docstrings: the first paragraph for the type, `name: text` lines for fields."""

import inspect
import re
from collections.abc import Mapping
from enum import EnumMeta
from typing import Any, TypeVar, dataclass_transform

import strawberry

from gateway.resolvers.graph.systems import source_directives

T = TypeVar("T")
E = TypeVar("E", bound=EnumMeta)
LINE = re.compile(r"^([a-z_0-9]+): (.+)$")


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def described(cls: type[T]) -> type[T]:
    """A GraphQL object type that is described by its docstring."""
    return _describe(strawberry.type(cls, description=summary(cls), directives=source_directives(cls)))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def described_interface(cls: type[T]) -> type[T]:
    """A GraphQL interface that is described by its docstring."""
    return _describe(strawberry.interface(cls, description=summary(cls)))


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def described_input(cls: type[T]) -> type[T]:
    """A GraphQL input that is described by its docstring."""
    return _describe(strawberry.input(cls, description=summary(cls)))


def described_enum(cls: E) -> E:
    """A GraphQL enum that is described by its docstring."""
    return strawberry.enum(cls, description=" ".join(inspect.cleandoc(cls.__doc__ or "").split()))


def summary(cls: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(inspect.cleandoc(cls.__dict__.get("__doc__") or "").split("\n\n")[0].split())


def field_descriptions(cls: type) -> Mapping[str, str]:
    """What the docstrings of a class and its bases say of each field."""
    said: dict[str, str] = {}
    for klass in reversed(cls.__mro__):
        name = ""
        for line in inspect.cleandoc(klass.__dict__.get("__doc__") or "").splitlines():
            if match := LINE.match(line):
                name = match[1]
                said[name] = match[2]
            elif name and line.startswith("    "):
                said[name] += " " + line.strip()
            else:
                name = ""
    return said


def _describe(cls: type[T]) -> type[T]:
    said = field_descriptions(cls)
    for field in cls.__strawberry_definition__.fields:  # type: ignore[attr-defined]  # strawberry adds it
        text = said.get(field.python_name) or said.get(field.graphql_name or "")
        if text and not field.description:
            field.description = text[0].upper() + text[1:]
    return cls
