"""Enums of the graph: each value has a description for developers, and a label for people."""

from enum import Enum
from typing import ClassVar, Self

import strawberry

from gateway.config.docstrings import parse_docstring
from gateway.languages.texts import translated


class DescribedEnum(Enum):
    """A GraphQL enum, described by its docstring.

    Each value has a description. Its label is its name in plain letters, unless it is written after the
    description. An enum with `labeled=False` is for programs: its fields have no sibling with the label.
    """

    _value_: str
    description: str
    english: str
    LABELED: ClassVar[bool]

    def __new__(cls, value: str, description: str, label: str | None = None) -> Self:
        member = object.__new__(cls)
        member._value_, member.description = value, description
        member.english = label or value.replace("_", " ").capitalize()
        return member

    @property
    def label(self) -> str:
        """The value for people, in the language of the request. In catalogs, its context is the enum."""
        return translated(self.english, type(self).__name__)

    @property
    def words(self) -> str:
        """The value as text inside a sentence, in lower case."""
        return self._value_.replace("_", " ").lower()

    def __init_subclass__(cls, *, labeled: bool = True) -> None:
        cls.LABELED = labeled
        strawberry.enum(cls, description=parse_docstring(cls.__doc__).text)
        for value in cls.__strawberry_definition__.values:  # type: ignore[attr-defined]  # strawberry adds it
            value.description = cls[value.name].description
