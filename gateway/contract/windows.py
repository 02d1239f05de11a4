"""Windows over rows: each source applies them to its response, so that all sources give the same rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any, TypeVar

from gateway.concurrency.slices import in_slices, sorted_in_slices
from gateway.contract.batch import UNREADABLE, Lookup, Row, Window
from gateway.contract.paths import Key, value_at

T = TypeVar("T")
SortKey = tuple[datetime, str]


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
    distinct = DistinctRows(lookup)
    distinct.add(rows)
    return distinct.rows


class DistinctRows:
    """Collects the rows of a lookup, each once. They may come in several parts."""

    def __init__(self, lookup: Lookup) -> None:
        self.rows: list[Row] = []
        self._id = lookup.id
        self._time = lookup.time.path if lookup.time else ()
        self._first: dict[tuple[Key | None, str], Row] = {}
        self._others: dict[tuple[Key | None, str], set[Any]] = {}  # where rows share id and time

    def add(self, rows: Sequence[Row]) -> None:
        """Add the rows that repeat none of those before them. Rows without an id are all added."""
        if self._id is None:
            self.rows += rows
            return
        for row in rows:
            # The time belongs to the key: readings of one flow, for example, share the flow's number as their id.
            row_time = str(value_at(row, self._time)) if self._time else ""
            key = text_key(value_at(row, self._id)), row_time
            if key not in self._first:
                self._first[key] = row
                self.rows.append(row)
                continue
            contents = self._others.setdefault(key, {_content(self._first[key])})
            content = _content(row)
            if content not in contents:
                contents.add(content)
                self.rows.append(row)


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


async def windowed_in_slices(lookup: Lookup, rows: Sequence[Row], window: Window) -> tuple[Row, ...]:
    """The same as `windowed_rows`, in slices."""
    keyed: list[tuple[SortKey, Row]] = []
    unreadable: list[Row] = []

    def add(part: Sequence[Row]) -> None:
        stamped = [(sort_key(lookup, row, window), row) for row in readable_rows(part)]
        keyed.extend([pair for pair in stamped if in_window(window, pair[0])])
        unreadable.extend([row for row in part if UNREADABLE in row])

    await in_slices(rows, add)
    ordered = await sorted_in_slices(keyed, itemgetter(0), reverse=True)
    return (*[row for _, row in ordered[: window.limit]], *unreadable)


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
