"""The words that a catalog may use for one field: a path (`"address.city"`) or a table.

A field that is itself a type (an address, a period) has a table of its fields instead.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Annotated, Any

import msgspec

from gateway.contract.record import has_fields
from gateway.validation import validate_table

Spec = str | Mapping[str, Any]
LOCATION_WORDS = ("path", "value", "join")
ITEMS = "items"


class FieldSpec(msgspec.Struct, forbid_unknown_fields=True):
    """The table of one field.

    path: where the value is in the row.
    value: a constant for all rows.
    join: several paths; their texts are joined by spaces.
    values: from code to value, for enums, booleans and descriptions; `"*"` stands for all other codes.
    empty: texts that mean nothing, such as "null", if not the record's.
    scale: the power of ten that a number is multiplied by: -2 for cents.
    format: how an instant is written: iso, local, epoch or epoch_ms; day for a day written as an instant.
    zone: the time zone of an instant written as local, or of a day written as an instant.
    day_offset: days added to a day: -1 if a period's end is given as the day after it.
    split: the separator of a list written as text; without it such a text is JSON.
    items: the path of a list.
    fields: the fields of each item of the list.
    """

    path: str = ""
    value: Any = None
    join: list[str] = []
    values: dict[str, str | int | bool] = {}
    empty: list[str] = []
    scale: Annotated[int, msgspec.Meta(ge=-400, le=400)] = 0
    format: str = ""
    zone: str = ""
    day_offset: Annotated[int, msgspec.Meta(ge=-10_000, le=10_000)] = 0
    split: str = ""
    items: str = ""
    fields: dict[str, Any] = {}


# Rules from a field's name to the source's name, for fields without a mapping.
NAMING_RULES: Mapping[str, Callable[[str], str]] = {
    "snake_case": lambda name: name,
    "camelCase": lambda name: name.split("_")[0] + "".join(w.title() for w in name.split("_")[1:]),
    "PascalCase": lambda name: "".join(word.title() for word in name.split("_")),
    "UPPER_CASE": str.upper,
}
SPEC_WORDS = frozenset(FieldSpec.__struct_fields__)


def spec_errors(kind: Any, table: Mapping[str, Any], *, listed: bool = False) -> list[str]:
    """The errors of the table of a field. The table of a list may use `items`, but not `join`."""
    unknown = sorted(set(table) - SPEC_WORDS)
    allowed = (*LOCATION_WORDS[:2], ITEMS) if listed else LOCATION_WORDS
    used = sorted(set(table) & {*LOCATION_WORDS, ITEMS})
    errors = []
    if len(used) != 1 or used[0] not in allowed:
        words = ", ".join(used or unknown) or "nothing"
        errors.append(f"needs exactly one of {', '.join(allowed)}, and has {words}")
    errors += [message for _, message in validate_table(table, FieldSpec, strict=True)]
    errors += _words_without_effect(kind, table, listed=listed)
    values = table.get("values")
    if isinstance(kind, type) and issubclass(kind, Enum) and isinstance(values, Mapping):
        members = kind.__members__
        if invalid := dict.fromkeys(str(value) for value in values.values() if str(value) not in members):
            errors.append(f"{kind.__name__} has no {', '.join(invalid)}; it has {', '.join(members)}")
    return errors


def _words_without_effect(kind: Any, table: Mapping[str, Any], *, listed: bool) -> Iterator[str]:
    """Words that do nothing at this field, whatever its type converts."""
    is_table = has_fields(kind)
    paths = [text for word in ("path", ITEMS, "join") for text in _texts(table.get(word, []))]
    if table.get("join") == [] or "" in paths:
        yield "a path needs the name of a value, such as address.city"
    if "split" in table and (is_table or not listed or not isinstance(table.get("value", ""), str)):
        yield "`split` applies to lists that are written as text only"
    if table.get("split") == "":
        yield "`split` needs a separator"
    if "fields" in table and not (listed and is_table):
        yield "`fields` applies to lists of tables only"
    if table.get("values") == {}:
        yield "`values` needs at least one code"
    if "empty" in table and "value" in table:
        yield "`empty` has no effect beside `value`"


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
