"""One key that cannot be read costs itself: a call that fails on it is made again for fewer keys."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeGuard

from gateway.contract.batch import Batch, Row
from gateway.contract.paths import Key
from gateway.contract.windows import RowsByKey
from gateway.errors import InvalidResponse, InvalidRow, SourceError
from gateway.sources.base.chunks import in_chunks
from gateway.sources.base.windows import ReadSelection, RowSelection

MAX_FAILURES = 50  # calls of one chunk that may fail on a key; after them, a failed call fails all its keys


def isolated(read: ReadSelection) -> ReadSelection:
    """A reader that gives an InvalidRow to the one key that it concerns."""
    return partial(_read_isolated, read)


async def _read_isolated(read: ReadSelection, batch: Batch, selection: RowSelection) -> RowsByKey:
    """The rows of each key. A call that fails on a row of an unknown key is made again for each half of its keys.

    A body that cannot be read may have one such row. If neither half can be read, the source is at fault.
    """
    answered: dict[Key, Sequence[Row] | SourceError] = {}
    failed: dict[Key, SourceError] = {}
    parts: list[tuple[Key, ...]] = [selection.keys]
    failures = 0
    while parts:
        results = await asyncio.gather(*(_result(read, batch, replace(selection, keys=keys)) for keys in parts))
        is_hopeless = len(parts) > 1 and not answered and all(map(_is_of_body, results))
        halves: list[tuple[Key, ...]] = []
        for keys, result in zip(parts, results, strict=True):
            if isinstance(result, Mapping):
                answered |= result
                continue
            failures += 1
            failed |= dict.fromkeys(keys, result)
            splits = isinstance(result, InvalidRow) or (_is_of_body(result) and not is_hopeless)
            if splits and len(keys) > 1 and failures < MAX_FAILURES:
                halves += map(tuple, in_chunks(keys, (len(keys) + 1) // 2))
        parts = halves
    errors = {key: of_one_key(error) if answered and _is_of_body(error) else error for key, error in failed.items()}
    return {**errors, **answered}


def _is_of_body(result: object) -> TypeGuard[InvalidResponse]:
    return isinstance(result, InvalidResponse) and result.of_body


async def _result(read: ReadSelection, batch: Batch, selection: RowSelection) -> RowsByKey | SourceError:
    try:
        return await read(batch, selection)
    except SourceError as error:
        return error


def of_one_key(error: InvalidResponse) -> InvalidResponse:
    """The error of a call that was made for one key. An answer that cannot be read says nothing of other keys."""
    return InvalidRow(error.source, error.reason) if type(error) is InvalidResponse else error
