"""One key that cannot be read costs itself: a call that fails on it is made again for fewer keys."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from gateway.contract.answers import RowsByKey
from gateway.contract.batch import Batch, Row
from gateway.contract.paths import Key
from gateway.errors import InvalidResponse, InvalidRow, QuestionTooLong, SourceError
from gateway.sources.base.chunks import in_chunks
from gateway.sources.base.windows import ReadSelection, RowSelection

ENOUGH_PARTS = 4  # of a chunk: if none of them is answered, the source is at fault
MAX_FAILURES = 50  # calls of one chunk that may fail on a key; after them, a failed call fails all its keys


def isolated(read: ReadSelection) -> ReadSelection:
    """A reader that gives an InvalidRow to the one key that it concerns."""
    return partial(_read_isolated, read)


async def _read_isolated(read: ReadSelection, batch: Batch, selection: RowSelection) -> RowsByKey:
    """The rows of each key. A call that fails on a row of an unknown key is made again for each half of its keys.

    So is a call whose body cannot be read, that is refused, or whose answer says that something lacks: one key may
    be the cause. If no part of some can be read, the source is at fault.
    """
    answered: dict[Key, Sequence[Row] | SourceError] = {}
    failed: dict[Key, SourceError] = {}
    parts: list[tuple[Key, ...]] = [selection.keys]
    failures = 0
    while parts:
        results = await asyncio.gather(*(_result(read, batch, replace(selection, keys=keys)) for keys in parts))
        is_hopeless = len(parts) >= ENOUGH_PARTS and not answered and all(map(_is_of_all_keys, results))
        halves: list[tuple[Key, ...]] = []
        for keys, result in zip(parts, results, strict=True):
            if isinstance(result, Mapping):
                answered |= result
                continue
            failures += 1
            failed |= dict.fromkeys(keys, result)
            splits = isinstance(result, InvalidRow) or (_may_be_of_one_key(result) and not is_hopeless)
            if splits and len(keys) > 1 and failures < MAX_FAILURES:
                halves += map(tuple, in_chunks(keys, (len(keys) + 1) // 2))
        parts = halves
    is_alone = len(selection.keys) == 1
    return {**{key: _of_its_key(error, is_alone, bool(answered)) for key, error in failed.items()}, **answered}


def _may_be_of_one_key(result: object) -> bool:
    return isinstance(result, InvalidResponse) and (result.of_body or result.of_keys)


def _is_of_all_keys(result: object) -> bool:
    """Whether parts that all fail like this show that the source is at fault."""
    return _may_be_of_one_key(result) and not isinstance(result, QuestionTooLong)


def _of_its_key(error: SourceError, is_alone: bool, is_any_answered: bool) -> SourceError:  # noqa: FBT001
    """An error of one key where other keys were answered, or where the answer to a key alone was read."""
    if not isinstance(error, InvalidResponse):
        return error
    is_of_key = (is_any_answered and _may_be_of_one_key(error)) or (is_alone and error.of_keys)
    return of_one_key(error) if is_of_key else error


async def _result(read: ReadSelection, batch: Batch, selection: RowSelection) -> RowsByKey | SourceError:
    try:
        return await read(batch, selection)
    except SourceError as error:
        return error


def of_one_key(error: InvalidResponse) -> InvalidResponse:
    """The error of a call that was made for one key. An answer that cannot be read says nothing of other keys."""
    return InvalidRow(error.source, error.reason) if type(error) is InvalidResponse else error
