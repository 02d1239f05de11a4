"""Steps from a batch to its answers: split by keys, turn failures into errors of keys, probe by one key."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from gateway.contract.batch import ALL_ROWS, Answer, Answers, Batch, Fetch, Key, Lookup, Row, Window
from gateway.contract.windows import windowed_answers
from gateway.errors import SourceError

RowsByKey = Mapping[Key, Sequence[Row] | SourceError]
Read = Callable[[Batch], Awaitable[RowsByKey]]


def is_unicode(key: Key) -> bool:
    """Whether the key can be encoded: half of a surrogate pair cannot."""
    return not any("\ud800" <= letter <= "\udfff" for letter in key)


def in_chunks(keys: Sequence[Key], size: int) -> list[Sequence[Key]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]


async def fetch_in_parts(batch: Batch, source: str, parts: Iterable[Sequence[Key]], read: Read) -> Answers:
    """The answers of all parts of the keys, read concurrently. An error of a part is that of its keys."""
    calls = [_answers(replace(batch, keys=tuple(keys)), source, read) for keys in parts]
    if len(calls) == 1:
        return await calls[0]
    return {key: answer for part in await asyncio.gather(*calls) for key, answer in part.items()}


async def _answers(batch: Batch, source: str, read: Read) -> Answers:
    as_of = datetime.now(UTC)
    try:
        return answers_at(batch, source, await read(batch), as_of)
    except SourceError as error:
        return dict.fromkeys(batch.keys, error)


def answers_at(batch: Batch, source: str, rows: RowsByKey, as_of: datetime) -> Answers:
    """The answers of rows or errors by key, as of a moment."""
    errors = {key: error for key, error in rows.items() if isinstance(error, SourceError)}
    read = {key: of_key for key, of_key in rows.items() if not isinstance(of_key, SourceError)}
    return {**windowed_answers(batch, read, source, as_of), **errors}


async def probe_key(fetch: Fetch, lookup: Lookup, key: Key) -> tuple[Row, ...]:
    """The newest row of a key, or all rows where they have no time. Raises the key's error."""
    window = Window(limit=1) if lookup.time else ALL_ROWS
    answer: Answer | SourceError | None = (await fetch(Batch(lookup, (key,), window))).get(key)
    if isinstance(answer, SourceError):
        raise answer
    return answer.rows if answer else ()
