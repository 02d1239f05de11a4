"""The stored fields of a record class, from its annotations."""

import types
from dataclasses import fields, is_dataclass
from inspect import get_annotations
from typing import Annotated, Any, Union, get_args, get_origin


def stored_fields(cls: type) -> dict[str, Any]:
    """The fields that a record stores, with their annotations; fields with a resolver are not stored."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        hints.update(get_annotations(base))
    return {
        each.name: _without_annotated(hints[each.name]) for each in fields(cls) if each.init and each.compare
    }


def split_optional(hint: Any) -> tuple[Any, bool]:
    """An annotation without its `| None`, and whether it had one."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    types_left = [arg for arg in get_args(hint) if arg is not type(None)]
    return (_without_annotated(types_left[0]), True) if len(types_left) == 1 else (hint, True)


def has_fields(hint: Any) -> bool:
    """Whether a type has fields of its own. Enums have strawberry's definition, but no fields."""
    return isinstance(hint, type) and is_dataclass(hint)


def _without_annotated(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint
