"""Rows for the memory world: a record's required fields filled by type, the rest as the test says."""

from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, get_origin

from gateway.mapping.record_fields import split_optional, stored_fields
from gateway.resolvers.records import RECORDS

PLAIN: dict[Any, Any] = {
    str: "said",
    int: 1,
    float: 1.0,
    bool: True,
    date: "2026-10-05",
    datetime: "2026-10-05T09:30:00-04:00",
    Decimal: "1.00",
}


def row(record: str, **said: Any) -> dict[str, Any]:
    """A row of this record: what is said, and something plain in every other field it needs."""
    fields = stored_fields(RECORDS[record])
    unknown = {name for name in said if name not in fields and not name.startswith("search_")}
    assert not unknown, f"{record} has no {unknown}"
    needed = {name: value(hint) for name, hint in fields.items() if not split_optional(hint)[1]}
    return {**needed, **said}


def whole(record: str, **said: Any) -> dict[str, Any]:
    """A row with something plain in every field that is not said, needed or not."""
    filled = {name: value(split_optional(hint)[0]) for name, hint in stored_fields(RECORDS[record]).items()}
    return {**filled, **said}


def value(hint: Any) -> Any:
    """Something plain of this type."""
    if get_origin(hint) is list:
        return []
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint)).name
    if isinstance(hint, type) and is_dataclass(hint):
        main: str | None = getattr(hint, "MAIN", None)
        inner = stored_fields(hint)
        return (
            value(inner[main])
            if main
            else {name: value(split_optional(each)[0]) for name, each in inner.items()}
        )
    return PLAIN.get(hint, "said")
