"""What is asked for a batch: the shape of the statement and its values."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.sources.base import Batch, Key, Row, Window
from gateway.sources.sql_keys import sayable
from gateway.sources.sql_lookup import Ready
from gateway.sources.sql_statements import Shape
from gateway.sources.sql_windows import bounds
from gateway.sources.windows import text_key

Values = Mapping[str, Any]
Question = tuple[Shape, Values]
_LAST = "\U0010ffff"


def equal(ready: Ready, keys: Sequence[Key], window: Window) -> Question | None:
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
        limit=window.limit is not None,
    )
    return shape, {**given, **bounds(window, ready.moments)}


def beginning(ready: Ready, keys: Sequence[Key], window: Window) -> Question | None:
    """Rows whose column begins with one of these keys. Nothing begins with nothing: that is no search."""
    asked = [key for key in keys if key and sayable(key)]
    if not asked:
        return None
    room = 1 << (len(asked) - 1).bit_length()  # few shapes, whatever the number of keys
    given: dict[str, Any] = dict(bounds(window, ready.moments))
    for n in range(room):
        key = asked[min(n, len(asked) - 1)]
        given |= {f"from{n}": key, f"to{n}": key + _LAST, f"like{n}": f"{_escaped(key)}%"}
    shape = Shape(
        many=True,
        since=window.since is not None,
        until=window.until is not None,
        after=window.after is not None,
        prefixes=room,
    )
    return shape, given


def by_beginning(batch: Batch, rows: Sequence[Row]) -> dict[Key, list[Row]]:
    """Each row under every key it begins with."""
    column = batch.lookup.key[0] if batch.lookup.key else ""
    by_key: dict[Key, list[Row]] = {key: [] for key in batch.keys}
    for row in rows:
        text = text_key(row[column]) or ""
        for key in batch.keys:
            if key and text.startswith(key):
                by_key[key].append(row)
    return by_key


def _escaped(key: Key) -> str:
    return key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
