"""What the catalog may say of one field: a path (`"address.city"`), or a table of these words.

path    where the value is
value   a constant instead: the operator's own statement of fact
join    several paths instead, whose texts are joined by spaces: a first and a last name
values  code → word (enums, booleans, descriptions of coded values); `"*"` speaks for all others
scale   the power of ten a number is multiplied by: -2 for cents
format  how a moment is written: iso, local, date, epoch, epoch_ms;  zone: whose wall clock
day_offset  days added to a day: -1 where the end of a period is told by the day after it
split   the separator of a list written as text;  without it such text is JSON
items   where a list of values is, with `fields` for what each one holds

A field that is itself a type (an address, a period) has a table of its fields instead.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, ClassVar

import msgspec

from gateway.validation import validate_table

Spec = str | Mapping[str, Any]
ONE_OF = ("path", "value", "join")
Words = dict[str, str | int | bool]


class FieldSpec(msgspec.Struct, forbid_unknown_fields=True):
    """One field's table, as it may be written."""

    path: str = ""
    value: Any = None
    join: list[str] = []
    values: Words = {}
    scale: int = 0
    format: str = ""
    zone: str = ""
    day_offset: int = 0
    split: str = ""
    items: str = ""
    fields: dict[str, Any] = {}


SPEC_WORDS = frozenset(FieldSpec.__struct_fields__)


def spec_errors(table: Mapping[str, Any], *, listed: bool = False) -> list[str]:
    """What is wrong with a table, in sentences; of a list, `items` may say where it is."""
    unknown = sorted(set(table) - SPEC_WORDS)
    ways = (*ONE_OF[:2], "items") if listed else ONE_OF
    said = sorted(set(table) & {*ONE_OF, "items"})
    found = []
    if len(said) != 1 or said[0] not in ways:
        written = ", ".join(said or unknown) or "nothing"
        found.append(f"say {', '.join(ways[:-1])} or {ways[-1]}, not {written}")
    return found + [sentence for _, sentence in validate_table(table, FieldSpec, strict=True)]


def enum_errors(kind: Any, table: Mapping[str, Any]) -> list[str]:
    """The words of an enum's codes that are none of its own."""
    words = table.get("values")
    if not isinstance(kind, type) or not issubclass(kind, Enum) or not isinstance(words, Mapping):
        return []
    wrong = [str(word) for word in words.values() if str(word) not in kind.__members__]
    known = ", ".join(kind.__members__)
    return [f"{kind.__name__} has no {', '.join(dict.fromkeys(wrong))}; it has {known}"] if wrong else []


class NamingConvention:
    """How a source spells our field names where the catalog does not say: by rule."""

    RULES: ClassVar[Mapping[str, Callable[[str], str]]] = {
        "snake_case": lambda name: name,
        "camelCase": lambda name: name.split("_")[0] + "".join(w.title() for w in name.split("_")[1:]),
        "PascalCase": lambda name: "".join(word.title() for word in name.split("_")),
        "UPPER_CASE": lambda name: name.upper(),
    }
