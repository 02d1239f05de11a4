"""Records as the rooms below the resolvers see them: their base class and their stored fields."""

import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from inspect import get_annotations
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from gateway.access.ties import Ties


class MappedRecord:
    """A dataclass that a mapper fills from one row.

    SYSTEM: the system that owns the record, under the name that clients know.
    SCOPE: what a caller needs to see such records.
    TIES: fields that tie a record to accounts; the first that has a value decides whose it is.
    TIME: the field that holds the record's time; None for a record without one.
    """

    SYSTEM: ClassVar[Enum]
    SCOPE: ClassVar[Enum]
    TIES: ClassVar[Ties]
    TIME: ClassVar[str | None] = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """The answer that a record came with.

    as_of: when the source said it.
    zone: the time zone of the record's days; None if the window had none.
    """

    as_of: datetime
    from_cache: bool
    stale: bool
    zone: ZoneInfo | None


def stored_fields(cls: type) -> dict[str, Any]:
    """The fields that a record stores, with their annotations; fields with a resolver are not stored."""
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        hints.update(get_annotations(base))
    return {each.name: _without_annotated(hints[each.name]) for each in fields(cls) if each.init and each.compare}


def split_optional(hint: Any) -> tuple[Any, bool]:
    """An annotation without its `| None`, and whether it had one."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    types_left = [arg for arg in get_args(hint) if arg is not type(None)]
    return (_without_annotated(types_left[0]), True) if len(types_left) == 1 else (hint, True)


def has_fields(hint: Any) -> bool:
    """Whether a type has fields. Enums have strawberry's definition, but no fields."""
    return isinstance(hint, type) and is_dataclass(hint)


def _without_annotated(hint: Any) -> Any:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return hint
