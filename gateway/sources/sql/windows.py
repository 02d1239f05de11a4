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
_SLACK = timedelta(days=2)  # a day may have 25 hours
_FIRST = datetime(3, 1, 1, tzinfo=UTC)
_LAST = datetime(9997, 1, 1, tzinfo=UTC)


def statement_window(window: Window, moments: TimeColumn | None) -> Window:
    """What a statement is asked: the window itself, or a wider one without a limit, to be narrowed after."""
    if moments is None:
        return Window(first=window.first)
    window = _in_utc(window)
    seen = (window.after.time, window.after.time + _TICK) if window.after else ()
    ends = [end for end in (window.since, window.until, *seen) if end]
    plain = window.after is None or is_storable_text(window.after.id)
    if plain and not any(_unsure(end, moments) for end in ends):
        return window
    return widened(window)


def widened(window: Window) -> Window:
    """A window that certainly holds all of this one, and has no limit."""
    ends = [end for end in (window.until, window.after and window.after.time) if end]
    return replace(
        window,
        since=_moved(window.since, -_SLACK) if window.since else None,
        until=_moved(min(ends), _SLACK) if ends else None,
        after=None,
        limit=None,
        first=None,
    )


def keys_cut_at_clock_change(
    moments: TimeColumn | None, lookup: Lookup, asked: Window, by_key: Mapping[Key, Sequence[Row]]
) -> tuple[Key, ...]:
    """Keys whose rows a limit has cut where daylight saving mixes up their order."""
    if moments is None or moments.walls is None or asked.limit is None or lookup.time is None:
        return ()
    full = {key: rows for key, rows in by_key.items() if len(rows) >= asked.limit}
    return tuple(key for key, rows in full.items() if _any_tangled(lookup.time, moments.walls, rows))


def keys_cut_by_duplicates(
    lookup: Lookup, asked: Window, by_key: Mapping[Key, Sequence[Row]]
) -> tuple[Key, ...]:
    """Keys of whom a limit has cut rows to make room for others that were said twice."""
    limit = asked.first if lookup.time is None else asked.limit
    if limit is None:
        return ()
    full = [key for key, rows in by_key.items() if len(rows) >= limit]
    return tuple(key for key in full if len(distinct_rows(lookup, by_key[key])) < limit)


def bounds(window: Window, moments: TimeColumn | None) -> Mapping[str, Any]:
    """Every value that a statement of this window may want."""
    if moments is None:
        return {"limit": window.first}
    values: dict[str, Any] = {"limit": window.limit}
    if window.since is not None:
        values |= _bound("since", window.since, window, moments, near=window.since)
    if window.until is not None:
        values |= _bound("until", window.until, window, moments, near=window.until + _SLACK)
    if window.after is not None:
        seen = window.after.time
        values |= _bound("past_after", seen + _TICK, window, moments, near=seen + _SLACK)
        values |= {"after": moments.low(seen, window.zone), "after_id": window.after.id}
    return values


def _in_utc(window: Window) -> Window:
    """The same window, whose ends can be reckoned with: an hour later is an hour later."""
    after = window.after
    return replace(
        window,
        since=window.since and window.since.astimezone(UTC),
        until=window.until and window.until.astimezone(UTC),
        after=after and replace(after, time=after.time.astimezone(UTC)),
    )


def _bound(name: str, end: datetime, window: Window, moments: TimeColumn, near: datetime) -> dict[str, Any]:
    values = {name: moments.low(end, window.zone)}
    return values if moments.near is None else values | {f"near_{name}": moments.near(near, window.zone)}


def _any_tangled(time: TimeField, zone: ZoneInfo, rows: Sequence[Row]) -> bool:
    with suppress(ValueError):  # a row without a time is an error of its key, whatever else there is
        return any(near_clock_change(time.of(row, zone), zone) for row in rows)
    return False


def _unsure(end: datetime, moments: TimeColumn) -> bool:
    if not _FIRST < end < _LAST:
        return True
    return moments.walls is not None and near_clock_change(end, moments.walls)


def _moved(end: datetime, by: timedelta) -> datetime:
    return min(max(end, _FIRST), _LAST) + by
