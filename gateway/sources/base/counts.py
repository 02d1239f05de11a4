"""Counts at services that say how many rows match: exact, or None.

A service may include the bounds of a window or not, and bounds are sent a step wider. So a bounded window is counted
twice: a step wider, and a step narrower. Equal numbers mean that no row lies between.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from gateway.contract.answers import RowsByKey
from gateway.contract.batch import COUNT, Answers, Batch, Row, Window
from gateway.contract.paths import Key
from gateway.contract.windows import in_window, sort_key
from gateway.errors import SourceError
from gateway.sources.base.chunks import fetch_in_chunks
from gateway.sources.base.place import WindowedPlace, place_of
from gateway.sources.base.windows import ReadSelection, RowSelection, bound_step, time_ambiguity, window_params

UNKNOWN: Sequence[Row] = ({COUNT: None},)


async def fetch_counts(batch: Batch, source: str, chunks: Iterable[Sequence[Key]], read: ReadSelection) -> Answers:
    """The numbers of rows of a counting window. `read` returns the number that one question tells of each key."""
    return await fetch_in_chunks(batch, source, chunks, partial(_counts, read))


def lie_in(batch: Batch, selection: RowSelection, rows: Sequence[Row]) -> bool:
    """Whether rows of a narrower window lie in that of the batch: a service may not know its parameters."""
    if selection.window == batch.window:
        return True
    try:
        return all(in_window(batch.window, sort_key(batch.lookup, row, batch.window)) for row in rows)
    except ValueError:
        return False


async def _counts(read: ReadSelection, batch: Batch) -> RowsByKey:
    selections = _selections(batch)
    results = await asyncio.gather(*(read(batch, each) for each in selections))
    return {key: _agreed([result.get(key, UNKNOWN) for result in results]) for key in batch.keys}


def _agreed(counts: Sequence[Sequence[Row] | SourceError]) -> Sequence[Row] | SourceError:
    error = next((each for each in counts if isinstance(each, SourceError)), None)
    if error is not None:
        return error
    return counts[0] if counts and all(each == counts[0] for each in counts) else [{COUNT: None}]


def _selections(batch: Batch) -> list[RowSelection]:
    """The questions that count a window; none where the service does not take its bounds."""
    place, window = place_of(WindowedPlace, batch.lookup), batch.window
    narrow = _narrow(batch)
    windows = [window] if narrow == window else [window, narrow] if narrow else []
    selections = [RowSelection(batch.keys, each) for each in windows]
    ends = {name for name, end in ((place.since, window.since), (place.until, window.until)) if end}
    sent = [window_params(place, batch.lookup, each).keys() for each in selections]
    return selections if all(None not in ends and ends <= names for names in sent) else []


def _narrow(batch: Batch) -> Window | None:
    """The window whose bounds, once written, are narrower; None where nothing is left of it."""
    lookup, place, window = batch.lookup, place_of(WindowedPlace, batch.lookup), batch.window
    is_bounded = window.since is not None or window.until is not None
    if is_bounded and lookup.time and lookup.time.format.name == "date" and place.time_format != "date":
        return None  # it is not known by which zone the service places a day
    by = 2 * (bound_step(place, lookup) + time_ambiguity(lookup))
    try:
        since, until = window.since and window.since + by, window.until and window.until - by
    except OverflowError:
        return None
    is_empty = since is not None and until is not None and since >= until
    return None if is_empty else replace(window, since=since, until=until)
