"""What a record holds itself, as its annotations say."""

import types
from dataclasses import fields, is_dataclass
from inspect import get_annotations
from typing import Annotated, Any, Union, get_args, get_origin


def stored_fields(record: type) -> dict[str, Any]:
    """The fields a record holds itself, each with its annotation; those it resolves are not here."""
    hints: dict[str, Any] = {}
    for klass in reversed(record.__mro__):
        hints.update(get_annotations(klass))
    return {each.name: _bare(hints[each.name]) for each in fields(record) if each.init and each.compare}


def split_optional(hint: Any) -> tuple[Any, bool]:
    """An annotation without its `| None`, and whether it had one."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    return (_bare(inner[0]), True) if len(inner) == 1 else (hint, True)


def has_fields(hint: Any) -> bool:
    """Whether it has fields of its own. Enums carry strawberry's definition as well; they have none."""
    return isinstance(hint, type) and is_dataclass(hint)


def _bare(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint
