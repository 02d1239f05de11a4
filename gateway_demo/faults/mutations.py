"""Faults that change the JSON of a response, without knowing its schema.

Rows are the objects in the outermost lists of objects. A response without such a list is one row.
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
_SHORTEST_NUMBER = 6  # digits; a shorter number is a page, a size or a year


def keys_in(words: Sequence[str]) -> frozenset[str]:
    """The words of a request that look like keys: they contain digits and are not dates or sizes."""
    return frozenset(word for word in words if _is_key(word))


def _is_key(word: str) -> bool:
    if _DATE.match(word) or not re.search("[0-9]", word):
        return False
    return not word.isdecimal() or len(word) >= _SHORTEST_NUMBER


def wrong_shape(value: Any, fault: Fault, _keys: frozenset[str]) -> Any:
    """Change the structure of the response."""
    match fault.form:
        case "bare":
            return _map_rows(value, lambda rows: [{} for _ in rows])
        case "renamed":
            return _renamed(value)
        case _:
            return {"result": value} if isinstance(value, list) else [value]


def wrong_types(value: Any, fault: Fault, keys: frozenset[str]) -> Any:
    """Change the types of values; requested keys stay, unless the form is `all`."""
    fixed: frozenset[str] = frozenset() if fault.form == "all" else keys
    return _map_rows(value, lambda rows: [_map(row, lambda leaf: _wrong_type(leaf, fixed)) for row in rows])


def wrong_keys(value: Any, _fault: Fault, keys: frozenset[str]) -> Any:
    """Replace each requested key in the rows by a similar key that was not requested."""
    swaps = neighboring_keys(keys)
    return _map_rows(value, lambda rows: [_map(row, lambda leaf: _replaced(leaf, swaps)) for row in rows])


def duplicates(value: Any, _fault: Fault, _keys: frozenset[str]) -> Any:
    """Repeat each row; a response that is itself a row stays one."""
    return _map_rows(value, lambda rows: [row for row in rows for _ in range(2)])


MUTATIONS: Mapping[str, Mutation] = {
    "shape": wrong_shape,
    "types": wrong_types,
    "others": wrong_keys,
    "duplicates": duplicates,
}


def _map_rows(value: Any, change: Callable[[Rows], Rows]) -> Any:
    if _contains_rows(value):
        return _mapped_rows(value, change)
    return change([value])[0] if isinstance(value, dict) else value


def _mapped_rows(value: Any, change: Callable[[Rows], Rows]) -> Any:
    if _is_rows(value):
        return change(value)
    if isinstance(value, dict):
        return {name: _mapped_rows(item, change) for name, item in value.items()}
    return value


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _contains_rows(value: Any) -> bool:
    return _is_rows(value) or (isinstance(value, dict) and any(map(_contains_rows, value.values())))


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if not _contains_rows(value):
        return {f"{name}_v2": each for name, each in value.items()}
    return {f"{name}_v2" if _is_rows(each) else name: _renamed_branch(each) for name, each in value.items()}


def _renamed_branch(value: Any) -> Any:
    # Only objects that contain rows are renamed, not their siblings.
    return _renamed(value) if isinstance(value, dict) and _contains_rows(value) else value


def _map(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {name: _map(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_map(each, change) for each in value]
    return change(value)


def _wrong_type(leaf: Any, fixed: frozenset[str]) -> Any:
    match leaf:
        case bool():
            return "maybe"
        case int() | Decimal():
            return {"value": leaf}
        case str() if leaf not in fixed:
            return "soon" if _DATE.match(leaf) else [leaf]
        case _:
            return leaf


def _replaced(leaf: Any, swaps: Mapping[str, str]) -> Any:
    return swaps.get(leaf, leaf) if isinstance(leaf, str) else leaf


def neighboring_keys(keys: frozenset[str]) -> Mapping[str, str]:
    """Map each key to a key of the same form that is not among them."""
    swaps: dict[str, str] = {}
    for key in sorted(keys):
        used = {*keys, *swaps.values()}
        swaps[key] = next(other for step in count(1) if (other := _incremented(key, step)) not in used)
    return swaps


def _incremented(key: str, step: int) -> str:
    # Increment the last number and keep its length: A0000017 becomes A0000018.
    before, number, after = re.split("([0-9]+)(?!.*[0-9])", key, maxsplit=1, flags=re.DOTALL)
    return f"{before}{int(number) + step:0{len(number)}d}{after}"
