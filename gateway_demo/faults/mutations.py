"""Faults that change what a system says: its JSON comes in, other JSON goes out. No schema is known here.

Rows are the objects of the outermost lists that hold objects; an answer without such a list is itself a row.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from gateway_demo.faults.model import Fault

Rows = list[Any]
Mutation = Callable[[Any, Fault, frozenset[str]], Any]
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SHORTEST_NUMBER = 6  # of digits alone: a shorter one is a page, a size or a year


def keys_in(words: Sequence[str]) -> frozenset[str]:
    """Those words of a question that look like keys: digits are in them, and they are no dates or sizes."""
    return frozenset(word for word in words if _is_key(word))


def _is_key(word: str) -> bool:
    if _DATE.match(word) or not re.search("[0-9]", word):
        return False
    return not word.isdecimal() or len(word) >= _SHORTEST_NUMBER


def wrong_shape(value: Any, fault: Fault, _asked: frozenset[str]) -> Any:
    """An answer of another shape."""
    match fault.form:
        case "bare":
            return _in_rows(value, lambda rows: [{} for _ in rows])
        case "renamed":
            return _renamed(value)
        case _:
            return {"result": value} if isinstance(value, list) else [value]


def wrong_types(value: Any, fault: Fault, asked: frozenset[str]) -> Any:
    """Values of other types. Asked keys stay, so that rows find their place, unless all shall change."""
    kept: frozenset[str] = frozenset() if fault.form == "all" else asked
    return _in_rows(value, lambda rows: [_mapped(row, lambda leaf: _odd(leaf, kept)) for row in rows])


def wrong_keys(value: Any, _fault: Fault, asked: frozenset[str]) -> Any:
    """Rows of keys that nobody asked for: what equals an asked key becomes another one of its form."""
    swapped = neighboring_keys(asked)
    return _in_rows(value, lambda rows: [_mapped(row, lambda leaf: _another(leaf, swapped)) for row in rows])


def duplicates(value: Any, _fault: Fault, _asked: frozenset[str]) -> Any:
    """Each row twice; an answer that is a row of its own stays one."""
    return _in_rows(value, lambda rows: [row for row in rows for _ in range(2)])


MUTATIONS: Mapping[str, Mutation] = {
    "wrong_shape": wrong_shape,
    "wrong_types": wrong_types,
    "wrong_keys": wrong_keys,
    "duplicates": duplicates,
}


def _in_rows(value: Any, change: Callable[[Rows], Rows]) -> Any:
    if _has_rows(value):
        return _walked(value, change)
    return change([value])[0] if isinstance(value, dict) else value


def _walked(value: Any, change: Callable[[Rows], Rows]) -> Any:
    if _is_rows(value):
        return change(value)
    if isinstance(value, dict):
        return {name: _walked(each, change) for name, each in value.items()}
    return value


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _has_rows(value: Any) -> bool:
    return _is_rows(value) or (isinstance(value, dict) and any(map(_has_rows, value.values())))


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if not _has_rows(value):
        return {f"{name}_v2": each for name, each in value.items()}
    return {f"{name}_v2" if _is_rows(each) else name: _way(each) for name, each in value.items()}


def _way(value: Any) -> Any:
    # Only what leads to rows is renamed; what stands beside them keeps its names.
    return _renamed(value) if isinstance(value, dict) and _has_rows(value) else value


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    return change(value)


def _odd(leaf: Any, kept: frozenset[str]) -> Any:
    match leaf:
        case bool():
            return "maybe"
        case int() | Decimal():
            return {"value": leaf}
        case str() if leaf not in kept:
            return "soon" if _DATE.match(leaf) else [leaf]
        case _:
            return leaf


def _another(leaf: Any, swapped: Mapping[str, str]) -> Any:
    return swapped.get(leaf, leaf) if isinstance(leaf, str) else leaf


def neighboring_keys(asked: frozenset[str]) -> Mapping[str, str]:
    """For each of these keys another one of its form, which nobody asked for."""
    swapped: dict[str, str] = {}
    for key in sorted(asked):
        taken = {*asked, *swapped.values()}
        swapped[key] = next(other for step in count(1) if (other := _stepped(key, step)) not in taken)
    return swapped


def _stepped(key: str, step: int) -> str:
    # The last number in it is counted on, and stays as long as it is: A0000017 becomes A0000018.
    before, number, after = re.split("([0-9]+)(?!.*[0-9])", key, maxsplit=1, flags=re.DOTALL)
    return f"{before}{int(number) + step:0{len(number)}d}{after}"
