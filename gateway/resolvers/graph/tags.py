"""Tags of types and fields: which audiences know them.

An audience knows the types with its tag, and their fields except those with the tag `internal`. A field of a type
that it does not know is left out. A list, such as BillConnection, is known where its entries are.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeVar

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from gateway.access.audiences import AUDIENCES

T = TypeVar("T")
INTERNAL: Final = "internal"
_NONE: Final[tuple[tuple[str, ...], frozenset[str]]] = ((), frozenset())


@strawberry.schema_directive(
    locations=[Location.OBJECT, Location.INTERFACE, Location.FIELD_DEFINITION],
    name="tag",
    repeatable=True,
    description="Names an audience that knows this type; or, as `internal`, a field for the utility's own staff only.",
)
class Tag:
    """A tag, in the form of Apollo Federation."""

    name: str


def known_to(*audiences: str, without: Collection[str] = ()) -> Callable[[type[T]], type[T]]:
    """Let audiences know a type, `without` some of its fields: `@described` stands above it.

    A subclass, or a type that implements an interface, says so itself.
    """
    if unknown := set(audiences) - AUDIENCES.keys():
        raise ValueError(f"no audience: {', '.join(sorted(unknown))}")

    def tagged(cls: type[T]) -> type[T]:
        cls.__audiences__ = audiences, frozenset(without)  # type: ignore[attr-defined]  # for `tag_fields`
        return cls

    return tagged


def tag_fields(cls: Any, fields: Iterable[StrawberryField]) -> None:
    """Put the tags of a type on the fields that its audiences do not know."""
    _, internal = cls.__dict__.get("__audiences__", _NONE)
    by_name = {field.python_name: field for field in fields}
    if unknown := internal - by_name.keys():
        raise ValueError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}")
    for name in internal:
        by_name[name].directives = [*by_name[name].directives, Tag(name=INTERNAL)]


def type_tags(cls: Any) -> list[Tag]:
    audiences, _ = cls.__dict__.get("__audiences__", _NONE)
    return [Tag(name=name) for name in audiences]


def has_tag(tagged: Any, name: str) -> bool:
    """Whether a field or type of Strawberry has a tag."""
    return any(isinstance(each, Tag) and each.name == name for each in tagged.directives or ())
