"""Windows over rows: what every adapter does on what came back, so that all give the same rows."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from gateway.contract.batch import Answer, Answers, Batch, Key, Lookup, Row, Window, value_at
from gateway.errors import InvalidResponse, InvalidRow, SourceError

T = TypeVar("T")
SortKey = tuple[datetime, str]
_APART = re.compile(r"[,;\x00-\x1f]")


def text_key(value: Any) -> Key | None:
    """A key as text, whatever it is upstream; None when it is no key at all."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def sort_key(lookup: Lookup, row: Row, window: Window) -> SortKey:
    """When and which: what a list is ordered by. ValueError when the row does not say."""
    if lookup.time is None:
        raise ValueError("no time")
    name = text_key(value_at(row, lookup.id)) if lookup.id else None
    if name is None:
        raise ValueError("no id")
    return lookup.time.of(row, window.zone), name


def in_window(window: Window, at: SortKey) -> bool:
    """Whether a row of this stamp belongs to the window, its limit aside."""
    moment, name = at
    if window.since is not None and moment < window.since:
        return False
    if window.until is not None and moment >= window.until:
        return False
    after = window.after
    return after is None or (moment, name) < (after.time, after.id)


def distinct_rows(lookup: Lookup, rows: Sequence[Row]) -> Sequence[Row]:
    """Each row once: what equals another of its id in every way is the same row, said twice.

    Rows that do not say which they are cannot be told apart, and are all kept.
    """
    if lookup.id is None or len(rows) < 2:  # noqa: PLR2004  # one is never said twice
        return rows
    when = lookup.time.path if lookup.time else ()
    seen: dict[tuple[Key | None, str], list[Row]] = {}
    kept: list[Row] = []
    for row in rows:
        # The moment too: readings of one flow, say, have its number for an id.
        alike = seen.setdefault(
            (text_key(value_at(row, lookup.id)), str(value_at(row, when)) if when else ""), []
        )
        if row not in alike:
            alike.append(row)
            kept.append(row)
    return kept


def apply_window(window: Window, stamped: Iterable[tuple[SortKey, T]]) -> list[tuple[SortKey, T]]:
    """Those inside the window, newest first, at most `limit`."""
    kept = [pair for pair in stamped if in_window(window, pair[0])]
    kept.sort(key=lambda pair: pair[0], reverse=True)
    return kept if window.limit is None else kept[: window.limit]


def covers(wide: Window, small: Window) -> bool:
    """Whether the rows of `wide` are enough to tell those of `small`."""
    if (wide.zone, wide.first) != (small.zone, small.first):
        return False
    if wide.since is not None and (small.since is None or small.since < wide.since):
        return False
    if (wide.until, wide.after) == (small.until, small.after):
        return wide.limit is None or (small.limit is not None and small.limit <= wide.limit)
    return wide.limit is None and wide.until is None and wide.after is None


def covering_window(windows: Sequence[Window]) -> Window:
    """The smallest window that answers all of these, which share `until`, `after`, `zone` and `first`."""
    if len(windows) == 1:
        return windows[0]
    sinces = [window.since for window in windows]
    limits = [window.limit for window in windows]
    return replace(
        windows[0],
        since=None if None in sinces else min(s for s in sinces if s),
        limit=None if None in limits else max(n for n in limits if n is not None),
    )


def rows_by_key(batch: Batch, rows: Iterable[Row], source: str) -> dict[Key, list[Row]]:
    """Rows by the key they repeat.

    A row of nobody who was asked condemns the whole answer: it may be another question's answer, on a
    connection gone astray. Where a less exact system took an asked key for that row's, it is the trouble of
    whoever asked, not a sign that the system fails: else one odd key, asked again and again, would have it
    left alone.
    """
    if batch.lookup.key is None:
        raise InvalidResponse(source, f"{batch.lookup.name}: several keys asked, none repeated")
    by_key: dict[Key, list[Row]] = {key: [] for key in batch.keys}
    for row in rows:
        key = text_key(value_at(row, batch.lookup.key))
        if key is None or key not in by_key:
            mistaken = key is not None and any(_taken_for(asked, key) for asked in batch.keys)
            kind = InvalidRow if mistaken else InvalidResponse
            raise kind(source, f"{batch.lookup.name}: a row of a key that was not asked")
        by_key[key].append(row)
    return by_key


def _taken_for(asked: Key, said: Key) -> bool:
    """Whether a system may take the one key for the other, or for a list of which the other is a part.

    Some know no case, accents or blanks, end a text where a control character stands, or read numbers.
    """
    blunt = _blunt(said)
    return blunt != "" and blunt in map(_blunt, (asked, *_APART.split(asked)))


def _blunt(key: Key) -> str:
    apart = unicodedata.normalize("NFKD", key).casefold()
    plain = "".join(mark for mark in apart if mark.isalnum())
    return plain.lstrip("0") or plain[:1]


def windowed_answers(
    batch: Batch, by_key: Mapping[Key, Sequence[Row]], source: str, as_of: datetime
) -> Answers:
    """Each key's rows, windowed and in order; a row that cannot be placed is its key's error."""
    return {key: _answer(batch, rows, source, as_of) for key, rows in by_key.items() if rows}


def _answer(batch: Batch, rows: Sequence[Row], source: str, as_of: datetime) -> Answer | SourceError:
    rows = distinct_rows(batch.lookup, rows)
    if batch.lookup.time is None:
        return Answer(tuple(rows[: batch.window.first]), as_of)
    try:
        stamped = [(sort_key(batch.lookup, row, batch.window), row) for row in rows]
    except ValueError as error:
        return InvalidRow(source, f"{batch.lookup.name}: {error}")
    return Answer(tuple(row for _, row in apply_window(batch.window, stamped)), as_of)
