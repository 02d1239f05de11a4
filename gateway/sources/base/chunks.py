"""Steps from a batch to its answers: split into chunks of keys, filter rows, probe."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gateway.contract.answers import RowsByKey, answers_in_slices
from gateway.contract.batch import Answers, Batch, Fetch, Lookup, Row, Window
from gateway.contract.paths import Key, Path, parse_path, value_at
from gateway.contract.windows import text_key
from gateway.errors import InvalidResponse, InvalidRow, SourceError

Read = Callable[[Batch], Awaitable[RowsByKey]]
Condition = tuple[Path, Any]


def is_unicode(key: Key) -> bool:
    """Whether the key can be encoded: half of a surrogate pair cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in key)


def is_by_position(rows: Sequence[Any], ids: Sequence[Key], path: Path | None) -> bool:
    """Whether there is one row, or null, for each id, in the order of the ids."""
    if not path or len(rows) != len(ids):
        return False
    pairs = zip(rows, ids, strict=True)
    return all(row is None or text_key(value_at(row, path)) == row_id for row, row_id in pairs)


def in_chunks(keys: Sequence[Key], size: int) -> list[Sequence[Key]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]


async def fetch_in_chunks(batch: Batch, source: str, chunks: Iterable[Sequence[Key]], read: Read) -> Answers:
    """The answers of all chunks of keys, read concurrently. An error of a chunk is that of its keys."""
    calls = [_answers(replace(batch, keys=tuple(keys)), source, read) for keys in chunks]
    if len(calls) == 1:
        return await calls[0]
    return {key: answer for answers in await asyncio.gather(*calls) for key, answer in answers.items()}


async def _answers(batch: Batch, source: str, read: Read) -> Answers:
    as_of = datetime.now(UTC)
    try:
        return await answers_in_slices(batch, await read(batch), source, as_of)
    except SourceError as error:
        return dict.fromkeys(batch.keys, error)


async def probe_key(fetch: Fetch, lookup: Lookup, key: Key) -> tuple[Row, ...]:
    """The newest row of a key, or all rows where they have no time. Raises the key's error."""
    window = Window(limit=1 if lookup.time else None)
    answer = (await fetch(Batch(lookup, (key,), window))).get(key)
    if isinstance(answer, SourceError):
        raise answer
    return answer.rows if answer else ()


def matching_rows(source: str, lookup: Lookup, rows: Sequence[Row], where: Mapping[str, Any]) -> list[Row]:
    """The rows whose values equal those of `where`, at dotted paths.

    Raises InvalidRow for a row that cannot be decided: skipped rows would look like missing rows. If none can
    be decided, it is an InvalidResponse. A row without the value matches no condition, if it names its key.
    """
    conditions = [(parse_path(path), value) for path, value in where.items()]
    decided = [all(_is_comparable(lookup, row, condition) for condition in conditions) for row in rows]
    if not all(decided):
        error = InvalidRow if any(decided) else InvalidResponse
        raise error(source, f"{lookup.name}: a row without a comparable value at {', '.join(where)}")
    return [row for row in rows if all(value_at(row, path) == value for path, value in conditions)]


def _is_comparable(lookup: Lookup, row: Row, condition: Condition) -> bool:
    path, constant = condition
    value = value_at(row, path)
    if value is None:  # some services leave a usual value out
        return lookup.key is None or value_at(row, lookup.key) is not None
    return isinstance(value, str) == isinstance(constant, str) and not isinstance(value, list | dict)
