"""A window as bound values, and the few windows that a statement cannot cut exactly."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateway.contract.batch import Key, Lookup, Row, TimeField, Window
from gateway.contract.windows import distinct_rows
from gateway.sources.sql.keys import is_storable_text
from gateway.sources.sql.times import TimeColumn, near_clock_change

_TICK = timedelta(microseconds=1)
_MARGIN = timedelta(days=2)  # a day may have 25 hours
_FIRST = datetime(3, 1, 1, tzinfo=UTC)
_LAST = datetime(9997, 1, 1, tzinfo=UTC)


def statement_window(window: Window, column: TimeColumn | None) -> Window:
    """The window of a statement: the batch's own, or a wider one without a limit, cut afterwards."""
    if column is None:
        return Window(first=window.first)
    window = _in_utc(window)
    after = (window.after.time, window.after.time + _TICK) if window.after else ()
    ends = [end for end in (window.since, window.until, *after) if end]
    storable = window.after is None or is_storable_text(window.after.id)
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


def bounds(window: Window, column: TimeColumn | None) -> Mapping[str, Any]:
    """Every value that a statement of this window may need."""
    if column is None:
        return {"limit": window.first}
    values: dict[str, Any] = {"limit": window.limit}
    if window.since is not None:
        values |= _bound("since", window.since, window, column, timedelta())
    if window.until is not None:
        values |= _bound("until", window.until, window, column, _MARGIN)
    if window.after is not None:
        last = window.after.time
        values |= _bound("past_after", last + _TICK, window, column, _MARGIN - _TICK)
        values |= {"after": column.lower(last, window.zone), "after_id": window.after.id}
    return values


def _bound(name: str, end: datetime, window: Window, column: TimeColumn, by: timedelta) -> dict[str, Any]:
    """The value of a bound, and that of the bare column, `by` further out."""
    values = {name: column.lower(end, window.zone)}
    if column.index_bound is not None:
        values[f"index_{name}"] = column.index_bound(end + by, window.zone)
    return values


def _in_utc(window: Window) -> Window:
    """The same window, with ends that can be added to: an hour later is an hour later."""
    after = window.after
    return replace(
        window,
        since=window.since and window.since.astimezone(UTC),
        until=window.until and window.until.astimezone(UTC),
        after=after and replace(after, time=after.time.astimezone(UTC)),
    )


def _any_near_clock_change(time: TimeField | None, zone: ZoneInfo | None, rows: Sequence[Row]) -> bool:
    if time is None or zone is None:
        return False
    with suppress(ValueError):  # a row without a time is its key's error, whatever the other rows are
        return any(near_clock_change(time.read(row, zone), zone) for row in rows)
    return False


def _is_inexact(end: datetime, column: TimeColumn) -> bool:
    if not _FIRST < end < _LAST:
        return True
    return column.wall_clock is not None and near_clock_change(end, column.wall_clock)


def _moved(end: datetime, by: timedelta) -> datetime:
    return min(max(end, _FIRST), _LAST) + by
