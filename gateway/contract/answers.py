"""From the rows of a call to the answer of each key: grouped by key, each row once, cut to the window."""

import asyncio
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from gateway.concurrency.slices import SLICE, in_slices, off_loop
from gateway.contract.batch import COUNT, UNREADABLE, Answer, Answers, Batch, Lookup, Row
from gateway.contract.paths import Key, value_at
from gateway.contract.windows import DistinctRows, distinct_rows, sort_key, text_key, windowed_in_slices, windowed_rows
from gateway.errors import InvalidResponse, InvalidRow, SourceError

RowsByKey = Mapping[Key, Sequence[Row] | SourceError]
_SEPARATORS = re.compile(r"[,;\x00-\x1f]")


def rows_by_key(batch: Batch, rows: Iterable[Row], source: str) -> dict[Key, list[Row]]:
    """Group rows by the key that each row repeats; see `GroupedRows`."""
    grouped = GroupedRows(batch, source)
    grouped.add(rows)
    return grouped.by_key()


async def grouped_in_slices(batch: Batch, rows: Sequence[Row], source: str) -> dict[Key, list[Row]]:
    """The same as `rows_by_key`, in slices."""
    grouped = GroupedRows(batch, source)
    await in_slices(rows, grouped.add)
    return grouped.by_key()


class GroupedRows:
    """Groups rows by the key that each row repeats. They may come in several parts.

    Raises InvalidRow for a row without a requested key: it may belong to any key of the batch. Rows that all
    name keys outside the batch are an InvalidResponse: they answer another question. If the source merely
    confused a key with a similar one of the batch, the error is InvalidRow, too.
    """

    def __init__(self, batch: Batch, source: str) -> None:
        if batch.lookup.key is None:
            reason = "rows of several keys repeat no key; add `key` to the lookup"
            raise InvalidResponse(source, f"{batch.lookup.name}: {reason}")
        self._batch, self._source, self._path = batch, source, batch.lookup.key
        self._grouped: dict[Key, list[Row]] = {key: [] for key in batch.keys}
        self._strays: list[Key | None] = []

    def add(self, rows: Iterable[Row]) -> None:
        """Put each row to its key."""
        grouped, path = self._grouped, self._path
        for row in rows:
            key = text_key(value_at(row, path))
            if key is None or key not in grouped:
                self._strays.append(key)
            else:
                grouped[key].append(row)

    def by_key(self) -> dict[Key, list[Row]]:
        """The rows of each key of the batch. Raises for rows of other keys."""
        if self._strays:
            is_mixed = any(self._grouped.values())
            raise _stray_error(self._batch, self._strays, self._source, is_mixed=is_mixed)
        return self._grouped


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
    if _finds_by_search(batch.lookup):
        grouped = {key: _rows_of_id(batch.lookup, key, rows, source) for key, rows in grouped.items()}
    return {key: _answer(batch, rows, source, as_of) for key, rows in grouped.items() if rows}


async def answers_in_slices(batch: Batch, grouped: RowsByKey, source: str, as_of: datetime) -> Answers:
    """The same as `windowed_answers`, in slices."""
    sizes = [0 if isinstance(rows, SourceError) else len(rows) for rows in grouped.values()]
    if sum(sizes) <= SLICE:
        return windowed_answers(batch, grouped, source, as_of)
    answers: dict[Key, Answer | SourceError] = {}
    done = 0
    for (key, rows), size in zip(grouped.items(), sizes, strict=True):
        if isinstance(rows, SourceError) or size <= SLICE:
            answers |= windowed_answers(batch, {key: rows}, source, as_of)
        else:
            answers |= await _large_answer(batch, key, rows, source, as_of)
        done += size
        if done >= SLICE:
            done = 0
            await asyncio.sleep(0)
    return answers


async def _large_answer(batch: Batch, key: Key, rows: Sequence[Row], source: str, as_of: datetime) -> Answers:
    """The answer of one key with more rows than a slice."""
    lookup = batch.lookup
    if batch.window.count or _finds_by_search(lookup):
        return await off_loop(len(rows) > SLICE, windowed_answers, batch, {key: rows}, source, as_of)
    distinct = DistinctRows(lookup)
    await in_slices(rows, distinct.add)
    if lookup.time is None:
        return {key: Answer(tuple(distinct.rows[: batch.window.first]), as_of)}
    try:
        return {key: Answer(await windowed_in_slices(lookup, distinct.rows, batch.window), as_of)}
    except ValueError as error:
        return {key: InvalidRow(source, f"{lookup.name}: {error}")}


def _finds_by_search(lookup: Lookup) -> bool:
    """Whether a record is found by its id among the rows of a search, which may find others."""
    return lookup.by == "id" and lookup.key is None


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
