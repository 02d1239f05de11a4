"""Rows for the memory harness: required fields are filled by type, other fields come from the test."""

from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, get_origin

from gateway.contract.record import split_optional, stored_fields
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


def row(record: str, **values: Any) -> dict[str, Any]:
    """A row with these values, and a plain value in every other required field."""
    fields = stored_fields(RECORDS[record])
    unknown = {name for name in values if name not in fields and not name.startswith("search_")}
    assert not unknown, f"{record} has no {unknown}"
    required = {name: value(hint) for name, hint in fields.items() if not split_optional(hint)[1]}
    return {**required, **values}


def whole(record: str, **values: Any) -> dict[str, Any]:
    """A row with these values, and a plain value in every other field."""
    filled = {name: value(split_optional(hint)[0]) for name, hint in stored_fields(RECORDS[record]).items()}
    return {**filled, **values}


def value(hint: Any) -> Any:
    """A plain value of this type."""
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
            else {name: value(split_optional(inner_hint)[0]) for name, inner_hint in inner.items()}
        )
    return PLAIN.get(hint, "said")
