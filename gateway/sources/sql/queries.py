"""The query of a batch: the shape of its statement, and the keys and bounds as values."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.answers import not_requested
from gateway.contract.batch import Batch, Lookup, Row, TimeField, Window
from gateway.contract.paths import Key
from gateway.contract.times import TICK
from gateway.contract.windows import distinct_rows, text_key
from gateway.sources.sql.keys import is_storable_text
from gateway.sources.sql.statements import PREFIX_INDEX, PreparedLookup, Shape
from gateway.sources.sql.times import TimeColumn, near_clock_change

_MARGIN = timedelta(days=2)  # a day may have 25 hours
_FIRST = datetime(3, 1, 1, tzinfo=UTC)
_LAST = datetime(9997, 1, 1, tzinfo=UTC)
_LAST_CHARACTER = "\U0010ffff"
Query = tuple[Shape, Mapping[str, Any]]


def statement_window(window: Window, prepared: PreparedLookup) -> Window:
    """The window of a statement: the batch's own, or a wider one without a limit, cut afterwards."""
    column = prepared.time
    if column is None:
        return Window(first=window.first)
    after = window.after and replace(window.after, time=window.after.time.astimezone(UTC))
    window = replace(
        window,  # in UTC, where an hour later is an hour later
        since=window.since and window.since.astimezone(UTC),
        until=window.until and window.until.astimezone(UTC),
        after=after,
    )
    ends = [end for end in (window.since, window.until) if end]
    ends += [after.time, after.time + TICK] if after else []
    storable = after is None or (is_storable_text(after.id) and (prepared.writes_all_text or after.id.isascii()))
    return window if storable and not any(_is_inexact(end, column) for end in ends) else widened(window)


def widened(window: Window) -> Window:
    """A window without a limit that holds all of this one."""
    ends = [end for end in (window.until, window.after and window.after.time) if end]
    return replace(
        window,
        since=_moved(window.since, -_MARGIN) if window.since else None,
        until=_moved(min(ends), _MARGIN) if ends else None,
        after=None,
        limit=None,
        first=None,
    )


def keys_cut_inexactly(
    column: TimeColumn | None, lookup: Lookup, window: Window, by_key: Mapping[Key, Sequence[Row]]
) -> tuple[Key, ...]:
    """Keys whose rows the limit cut where it should not.

    A clock change mixes up the order of rows with a local time. A duplicate takes the place of another row.
    """
    limit = window.first if lookup.time is None else window.limit
    if limit is None:
        return ()
    zone = column.wall_clock if column and lookup.time else None
    full = {key: rows for key, rows in by_key.items() if len(rows) >= limit}
    return tuple(
        key
        for key, rows in full.items()
        if len(distinct_rows(lookup, rows)) < limit or _any_near_clock_change(lookup.time, zone, rows)
    )


def bounds(window: Window, prepared: PreparedLookup) -> Mapping[str, Any]:
    """Every value that a statement of this window may need."""
    column = prepared.time
    limit = window.limit if column else window.first
    values: dict[str, Any] = {"limit": limit and min(limit, prepared.max_rows + 1)}
    if column is None:
        return values
    if window.since is not None:
        values |= _bound("since", window.since, window, column, timedelta())
    if window.until is not None:
        values |= _bound("until", window.until, window, column, _MARGIN)
    if window.after is not None:
        last = window.after.time
        values |= _bound("past_after", last + TICK, window, column, _MARGIN - TICK)
        values |= {"after": column.lower(last, window.zone), "after_id": window.after.id}
    return values


def _bound(name: str, end: datetime, window: Window, column: TimeColumn, by: timedelta) -> dict[str, Any]:
    """The value of a bound, and that of the bare column, `by` further out."""
    values = {name: column.lower(end, window.zone)}
    if column.index_bound is not None:
        values[f"index_{name}"] = column.index_bound(end + by, window.zone)
    return values


def _any_near_clock_change(time: TimeField | None, zone: ZoneInfo | None, rows: Sequence[Row]) -> bool:
    if time is None or zone is None:
        return False
    with suppress(ValueError):  # a row without a time is its key's error, whatever the other rows are
        return any(near_clock_change(time.read(row, zone), zone) for row in rows)
    return False


def _is_inexact(end: datetime, column: TimeColumn) -> bool:
    zone = column.wall_clock
    return not _FIRST < end < _LAST or (zone is not None and near_clock_change(end, zone))


def _moved(end: datetime, by: timedelta) -> datetime:
    return min(max(end, _FIRST), _LAST) + by


def exact_query(prepared: PreparedLookup, keys: Sequence[Key], window: Window) -> Query | None:
    """Rows of exactly these keys; None where the column can hold none of them."""
    stored = [value for key in keys for value in prepared.key_type.values(key)]
    if not stored:
        return None
    values: dict[str, Any] = {"key": stored[0]}
    if len(stored) > 1:
        values = {"keys": json.dumps(stored) if prepared.dialect.name == "sqlite" else stored}
    limited = window.limit if prepared.time else window.first
    shape = _shape(window, many=len(stored) > 1, limit=limited is not None)._replace(counts=window.count)
    return shape, {**values, **bounds(window, prepared)}


def prefix_query(prepared: PreparedLookup, keys: Sequence[Key], window: Window) -> Query | None:
    """Rows whose column starts with one of these keys; None without a key: an empty one matches no row."""
    prefixes = _prefixes(keys)
    if not prefixes:
        return None
    # Few shapes for any number of keys, by repeating the last. With a limit, no prefix is repeated.
    count = len(prefixes) if window.first is not None else 1 << (len(prefixes) - 1).bit_length()
    values: dict[str, Any] = dict(bounds(window, prepared))
    for n in range(count):
        key = prefixes[min(n, len(prefixes) - 1)]
        values |= {f"from{n}": key, f"to{n}": key + _LAST_CHARACTER}
        values[f"like{n}"] = re.sub(r"([\\%_])", r"\\\1", key) + "%"
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
            raise not_requested(source, batch.lookup)
        for key in matching if PREFIX_INDEX not in row else [prefixes[index]]:
            by_key[key].append(row)
    return by_key


def _prefixes(keys: Sequence[Key]) -> list[Key]:
    return [key for key in keys if key and is_storable_text(key)]
