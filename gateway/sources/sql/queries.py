"""What is asked for a batch: the shape of the statement and its values."""

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

Values = Mapping[str, Any]
Query = tuple[Shape, Values]
_LAST = "\U0010ffff"


def exact_query(ready: PreparedLookup, keys: Sequence[Key], window: Window) -> Query | None:
    """Rows of exactly these keys; None where the column can hold none of them."""
    wanted = [value for key in keys for value in ready.key.values(key)]
    if not wanted:
        return None
    many = len(wanted) > 1
    given: Values = {"keys": json.dumps(wanted) if ready.sqlite else wanted} if many else {"key": wanted[0]}
    shape = Shape(
        many=many,
        since=window.since is not None,
        until=window.until is not None,
        after=window.after is not None,
        limit=_limited(ready, window),
    )
    return shape, {**given, **bounds(window, ready.moments)}


def prefix_query(ready: PreparedLookup, keys: Sequence[Key], window: Window) -> Query | None:
    """Rows whose column begins with one of these keys. Nothing begins with nothing: that is no search."""
    asked = _beginnings(keys)
    if not asked:
        return None
    # Few shapes, whatever the number of keys; but nobody's first are asked twice.
    room = len(asked) if window.first is not None else 1 << (len(asked) - 1).bit_length()
    given: dict[str, Any] = dict(bounds(window, ready.moments))
    for n in range(room):
        key = asked[min(n, len(asked) - 1)]
        given |= {f"from{n}": key, f"to{n}": key + _LAST, f"like{n}": f"{_escaped(key)}%"}
    shape = Shape(
        many=len(asked) > 1,
        since=window.since is not None,
        until=window.until is not None,
        after=window.after is not None,
        limit=window.first is not None,
        prefixes=room,
    )
    return shape, given


def _limited(ready: PreparedLookup, window: Window) -> bool:
    return (window.limit if ready.moments else window.first) is not None


def grouped_by_prefix(batch: Batch, rows: Sequence[Row], source: str) -> dict[Key, list[Row]]:
    """Each row under every key it begins with; the first of each key under that key alone.

    A row that begins with none of them condemns the whole answer, as in `grouped`.
    """
    column = batch.lookup.key[0] if batch.lookup.key else ""
    by_key: dict[Key, list[Row]] = {key: [] for key in batch.keys}
    asked = _beginnings(batch.keys)
    for row in rows:
        text = text_key(row[column]) or ""
        begun = [key for key in asked if text.startswith(key)]
        which = row.get(PREFIX_INDEX, -1)
        if not begun or (PREFIX_INDEX in row and which not in range(len(asked))):
            raise InvalidResponse(source, f"{batch.lookup.name}: a row of a key that was not asked")
        for key in begun if PREFIX_INDEX not in row else [asked[which]]:
            by_key[key].append(row)
    return by_key


def _beginnings(keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if key and is_storable_text(key)]


def _escaped(key: Key) -> str:
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
