"""The query of a batch: the shape of its statement, and the values."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.contract.batch import Batch, Key, Row, Window
from gateway.contract.windows import text_key
from gateway.errors import InvalidResponse
from gateway.sources.sql.keys import is_storable_text
from gateway.sources.sql.prepared import PreparedLookup
from gateway.sources.sql.statements import PREFIX_INDEX, Shape
from gateway.sources.sql.windows import bounds

Query = tuple[Shape, Mapping[str, Any]]
_LAST_CHARACTER = "\U0010ffff"


def exact_query(prepared: PreparedLookup, keys: Sequence[Key], window: Window) -> Query | None:
    """Rows of exactly these keys; None where the column can hold none of them."""
    stored = [value for key in keys for value in prepared.key.values(key)]
    if not stored:
        return None
    values: dict[str, Any] = {"key": stored[0]}
    if len(stored) > 1:
        values = {"keys": json.dumps(stored) if prepared.sqlite else stored}
    limited = window.limit if prepared.time_column else window.first
    shape = _shape(window, many=len(stored) > 1, limit=limited is not None)
    return shape, {**values, **bounds(window, prepared.time_column)}


def prefix_query(prepared: PreparedLookup, keys: Sequence[Key], window: Window) -> Query | None:
    """Rows whose column starts with one of these keys; None without a key: an empty one matches no row."""
    prefixes = _prefixes(keys)
    if not prefixes:
        return None
    # Few shapes for any number of keys, by repeating the last. With a limit, no prefix is repeated.
    count = len(prefixes) if window.first is not None else 1 << (len(prefixes) - 1).bit_length()
    values: dict[str, Any] = dict(bounds(window, prepared.time_column))
    for n in range(count):
        key = prefixes[min(n, len(prefixes) - 1)]
        values |= {f"from{n}": key, f"to{n}": key + _LAST_CHARACTER, f"like{n}": f"{_escaped(key)}%"}
    return _shape(window, many=len(prefixes) > 1, limit=window.first is not None, prefixes=count), values


def _shape(window: Window, *, many: bool, limit: bool, prefixes: int = 0) -> Shape:
    since, until, after = window.since is not None, window.until is not None, window.after is not None
    return Shape(many, since, until, after, limit, prefixes)


def grouped_by_prefix(batch: Batch, rows: Sequence[Row], source: str) -> dict[Key, list[Row]]:
    """Each row under every prefix it has; with a limit, under the prefix that its statement was for.

    Raises InvalidResponse for a row without a requested prefix, as `rows_by_key` does.
    """
    column = batch.lookup.key[0] if batch.lookup.key else ""
    by_key: dict[Key, list[Row]] = {key: [] for key in batch.keys}
    prefixes = _prefixes(batch.keys)
    for row in rows:
        text = text_key(row[column]) or ""
        matching = [key for key in prefixes if text.startswith(key)]
        index = row.get(PREFIX_INDEX, -1)
        if not matching or (PREFIX_INDEX in row and index not in range(len(prefixes))):
            raise InvalidResponse(source, f"{batch.lookup.name}: a row of a key that was not requested")
        for key in matching if PREFIX_INDEX not in row else [prefixes[index]]:
            by_key[key].append(row)
    return by_key


def _prefixes(keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if key and is_storable_text(key)]


def _escaped(key: Key) -> str:
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
