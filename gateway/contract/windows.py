"""Windows over rows: each source applies them to its response, so that all sources give the same rows."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from gateway.contract.batch import COUNT, UNREADABLE, Answer, Answers, Batch, Lookup, Row, Window
from gateway.contract.paths import Key, value_at
from gateway.errors import InvalidResponse, InvalidRow, SourceError

T = TypeVar("T")
SortKey = tuple[datetime, str]
RowsByKey = Mapping[Key, Sequence[Row] | SourceError]
_SEPARATORS = re.compile(r"[,;\x00-\x1f]")


def text_key(value: Any) -> Key | None:
    """Return a text or a whole number as a key, None for any other value."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def sort_key(lookup: Lookup, row: Row, window: Window) -> SortKey:
    """Return the time and id of a row, the order of every list. ValueError if the row lacks one of them."""
    if lookup.time is None:
        raise ValueError("no time")
    row_id = text_key(value_at(row, lookup.id)) if lookup.id else None
    if row_id is None:
        raise ValueError("no id")
    return lookup.time.read(row, window.zone), row_id


def in_window(window: Window, key: SortKey) -> bool:
    """Whether a row with this sort key belongs to the window, its limit aside."""
    if window.since is not None and key[0] < window.since:
        return False
    if window.until is not None and key[0] >= window.until:
        return False
    after = window.after
    return after is None or key < (after.time, after.id)


def distinct_rows(lookup: Lookup, rows: Sequence[Row]) -> Sequence[Row]:
    """Drop rows that repeat another row in every field. Rows without an id are all kept."""
    if lookup.id is None or len(rows) < 2:  # noqa: PLR2004
        return rows
    time_path = lookup.time.path if lookup.time else ()
    first: dict[tuple[Key | None, str], Row] = {}
    others: dict[tuple[Key | None, str], set[Any]] = {}  # where rows share id and time
    distinct: list[Row] = []
    for row in rows:
        # The time belongs to the key: readings of one flow, for example, share the flow's number as their id.
        row_time = str(value_at(row, time_path)) if time_path else ""
        key = text_key(value_at(row, lookup.id)), row_time
        if key not in first:
            first[key] = row
            distinct.append(row)
            continue
        contents = others.setdefault(key, {_content(first[key])})
        content = _content(row)
        if content not in contents:
            contents.add(content)
            distinct.append(row)
    return distinct


def _content(value: Any) -> Any:
    """A value that is equal, and has the same hash, for equal contents."""
    if isinstance(value, Mapping):
        return frozenset((name, _content(each)) for name, each in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_content, value))
    return value


def apply_window(window: Window, keyed: Iterable[tuple[SortKey, T]]) -> list[tuple[SortKey, T]]:
    """Return the items inside the window, newest first, at most `limit`."""
    inside = [pair for pair in keyed if in_window(window, pair[0])]
    inside.sort(key=lambda pair: pair[0], reverse=True)
    return inside if window.limit is None else inside[: window.limit]


def readable_rows(rows: Iterable[Row]) -> list[Row]:
    """The rows that the source could read: the others have no time and no id."""
    return [row for row in rows if UNREADABLE not in row]


def windowed_rows(lookup: Lookup, rows: Sequence[Row], window: Window) -> tuple[Row, ...]:
    """The rows of a window, newest first, and those that the source could not read.

    ValueError where another row lacks its time or id.
    """
    keyed = [(sort_key(lookup, row, window), row) for row in readable_rows(rows)]
    unreadable = [row for row in rows if UNREADABLE in row]
    return (*(row for _, row in apply_window(window, keyed)), *unreadable)


def contains(wide: Window, narrow: Window) -> bool:
    """Whether every row of `narrow` belongs to `wide`, limits aside. A number of rows holds no other number."""
    if wide.count or narrow.count:
        return wide == narrow
    if (wide.zone, wide.first) != (narrow.zone, narrow.first):
        return False
    if wide.since is not None and (narrow.since is None or narrow.since < wide.since):
        return False
    end, narrow_end = _end(wide), _end(narrow)
    return end is None or (narrow_end is not None and narrow_end <= end)


def _end(window: Window) -> SortKey | None:
    """The sort key before which all rows of a window lie; None where the window has no end."""
    ends = [] if window.until is None else [(window.until, "")]
    if window.after is not None:
        ends.append((window.after.time, window.after.id))
    return min(ends, default=None)


def covers(wide: Window, narrow: Window) -> bool:
    """Whether the rows of `wide` suffice to answer `narrow`."""
    if not contains(wide, narrow):
        return False
    if (wide.until, wide.after) == (narrow.until, narrow.after):
        return wide.limit is None or (narrow.limit is not None and narrow.limit <= wide.limit)
    return wide.limit is None and wide.until is None and wide.after is None


def covering_window(windows: Sequence[Window]) -> Window:
    """Return the smallest window that covers all; they share `until`, `after`, `zone`, `first` and `count`."""
    if len(windows) == 1:
        return windows[0]
    sinces = [window.since for window in windows]
    limits = [window.limit for window in windows]
    return replace(
        windows[0],
        since=None if None in sinces else min(since for since in sinces if since),
        limit=None if None in limits else max(limit for limit in limits if limit is not None),
    )


def rows_by_key(batch: Batch, rows: Iterable[Row], source: str) -> dict[Key, list[Row]]:
    """Group rows by the key that each row repeats.

    Raises InvalidRow for a row without a requested key: it may belong to any key of the batch. Rows that all
    name keys outside the batch are an InvalidResponse: they answer another question. If the source merely
    confused a key with a similar one of the batch, the error is InvalidRow, too.
    """
    if batch.lookup.key is None:
        reason = "rows of several keys repeat no key; add `key` to the lookup"
        raise InvalidResponse(source, f"{batch.lookup.name}: {reason}")
    grouped: dict[Key, list[Row]] = {key: [] for key in batch.keys}
    strays: list[Key | None] = []
    for row in rows:
        key = text_key(value_at(row, batch.lookup.key))
        if key is None or key not in grouped:
            strays.append(key)
        else:
            grouped[key].append(row)
    if strays:
        raise _stray_error(batch, strays, source, is_mixed=any(grouped.values()))
    return grouped


def _stray_error(batch: Batch, strays: Sequence[Key | None], source: str, *, is_mixed: bool) -> InvalidResponse:
    if None in strays:
        return InvalidRow(source, f"{batch.lookup.name}: a row without the key that it must repeat")
    first = strays[0] or ""
    confused = any(_similar(requested, first) for requested in batch.keys)
    return not_requested(source, batch.lookup, InvalidRow if is_mixed or confused else InvalidResponse)


def not_requested(source: str, lookup: Lookup, error: type[InvalidResponse] = InvalidResponse) -> InvalidResponse:
    return error(source, f"{lookup.name}: a row of a key that was not requested")


def _similar(requested: Key, returned: Key) -> bool:
    """Whether a source may confuse these keys, or read the first as a list that contains the second.

    Some sources ignore case, accents or blanks, end a text at a control character, or read numbers.
    """
    folded = _folded(returned)
    return folded != "" and folded in map(_folded, (requested, *_SEPARATORS.split(requested)))


def _folded(key: Key) -> str:
    decomposed = unicodedata.normalize("NFKD", key).casefold()
    plain = "".join(mark for mark in decomposed if mark.isalnum())
    return plain.lstrip("0") or plain[:1]


def windowed_answers(batch: Batch, grouped: RowsByKey, source: str, as_of: datetime) -> Answers:
    """Return each key's error, or its rows in order, cut to the window; a row without time or id fails its key."""
    if batch.lookup.by == "id" and batch.lookup.key is None:
        grouped = {key: _rows_of_id(batch.lookup, key, rows, source) for key, rows in grouped.items()}
    return {key: _answer(batch, rows, source, as_of) for key, rows in grouped.items() if rows}


def _rows_of_id(
    lookup: Lookup, key: Key, rows: Sequence[Row] | SourceError, source: str
) -> Sequence[Row] | SourceError:
    """The rows whose id is the key: a search also finds others, which are not this record."""
    if isinstance(rows, SourceError) or lookup.id is None:
        return rows
    ids = [text_key(value_at(row, lookup.id)) for row in rows]
    if key not in ids and any(row_id is None or _similar(key, row_id) for row_id in ids):
        return InvalidRow(source, f"{lookup.name}: a row without its id, or with another spelling of it")
    return [row for row, row_id in zip(rows, ids, strict=True) if row_id == key]


def _answer(batch: Batch, rows: Sequence[Row] | SourceError, source: str, as_of: datetime) -> Answer | SourceError:
    if isinstance(rows, SourceError):
        return rows
    if batch.window.count:
        return _count_answer(batch, rows, source, as_of)
    rows = distinct_rows(batch.lookup, rows)
    if batch.lookup.time is None:
        return Answer(tuple(rows[: batch.window.first]), as_of)
    try:
        return Answer(windowed_rows(batch.lookup, rows, batch.window), as_of)
    except ValueError as error:
        return InvalidRow(source, f"{batch.lookup.name}: {error}")


def _count_answer(batch: Batch, rows: Sequence[Row], source: str, as_of: datetime) -> Answer | SourceError:
    """The answer to a counting window, from counts of the source, or else from the rows themselves.

    Rows of one id are one record. The number is unknown if a part of it is.
    """
    counts = [row[COUNT] for row in rows if COUNT in row]
    try:
        total = None if None in counts else sum(counts) if counts else _count(batch, rows)
    except ValueError as error:
        return InvalidRow(source, f"{batch.lookup.name}: {error}")
    return Answer(({COUNT: total},), as_of)


def _count(batch: Batch, rows: Sequence[Row]) -> int | None:
    inside = windowed_rows(batch.lookup, rows, batch.window)
    if any(UNREADABLE in row for row in inside):
        return None
    return len({sort_key(batch.lookup, row, batch.window)[1] for row in inside})
