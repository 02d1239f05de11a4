"""Costs of fields in points, and sizes of lists, in the directives of IBM's GraphQL cost specification.

Most follow from what a field is: one that asks systems costs more, and a page is as long as `first` says.
A class says in `LIST_SIZES` which of its lists are longer than `LIST_SIZE`.
"""

from collections.abc import Mapping
from inspect import iscoroutinefunction
from typing import Any

import strawberry
from strawberry.schema_directive import Location
from strawberry.types.field import StrawberryField

from gateway.config.query_rules import QueryRules

OBJECT = 1  # points of each object of an answer
QUESTION = 5  # points of one question to a system
SHARED_QUESTION = 1  # of a leaf, whose question other fields ask, too
LIST_SIZE = 5  # objects in a list of which nothing else is declared
ENTRIES = ("edges", "nodes")  # the fields of a page that are as long as `first` says


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description=f"What one call of the field costs in points, beside {OBJECT} for each object that it returns. "
    "Without the directive, it is 0.",
)
class Cost:
    """The weight of a field."""

    weight: str


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="listSize",
    description="How many objects a list is assumed to have, for costs: what the first of `slicingArguments` says "
    f"that is present, else `assumedSize`. Lists without the directive have {LIST_SIZE}.",
)
class ListSize:
    """The size of a list, or of the lists `sized_fields` of what the field returns."""

    assumed_size: int
    slicing_arguments: list[str] | None = strawberry.UNSET
    sized_fields: list[str] | None = strawberry.UNSET
    require_one_slicing_argument: bool | None = strawberry.UNSET


def sliced_by(argument: str, assumed_size: int, *sized_fields: str) -> ListSize:
    """The size of a list, or of these fields of a page, that an argument says, if it is present."""
    fields = list(sized_fields) if sized_fields else strawberry.UNSET
    return ListSize(
        assumed_size=assumed_size, slicing_arguments=[argument], sized_fields=fields, require_one_slicing_argument=False
    )


def declare_costs(cls: type, fields: list[StrawberryField]) -> None:
    """Add the directives to the fields of a type. A field may declare its weight or size in its metadata."""
    sizes: Mapping[str, int] = getattr(cls, "LIST_SIZES", {})
    for field in fields:
        weight, size = _weight(field), field.metadata.get("list_size") or _list_size(field, sizes)
        weighted = [Cost(weight=str(weight))] if weight else []
        # A field of an interface is one object in all types that inherit it.
        others = [each for each in field.directives if not isinstance(each, Cost | ListSize)]
        field.directives = [*others, *weighted, *([size] if size else [])]


def _weight(field: StrawberryField) -> int:
    if "cost" in field.metadata:
        return int(field.metadata["cost"])
    relations = field.metadata.get("loads", ())
    if relations and "stored" not in field.metadata:
        return QUESTION * len(relations)
    resolver = field.base_resolver
    is_async = resolver is not None and iscoroutinefunction(resolver.wrapped_func)
    return SHARED_QUESTION if relations or is_async else 0


def _list_size(field: StrawberryField, sizes: Mapping[str, int]) -> ListSize | None:
    if any(argument.python_name == "first" for argument in _arguments(field)):
        return sliced_by("first", QueryRules().page_size, *ENTRIES)
    size = sizes.get(field.python_name)
    return None if size is None else ListSize(assumed_size=size)


def _arguments(field: StrawberryField) -> Any:
    return field.base_resolver.arguments if field.base_resolver else ()
