"""Rows in memory, for tests and demos: the simplest adapter."""

from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

import msgspec

from gateway.concurrency.slices import in_slices
from gateway.contract.answers import answers_in_slices, grouped_in_slices
from gateway.contract.batch import Answers, Batch, Lookup, Row
from gateway.contract.paths import Key, Path, split_key, value_at
from gateway.contract.windows import text_key
from gateway.sources.base.place import SourcePlace, place_of

Tables = Mapping[str, Sequence[Row]]


class MemoryPlace(SourcePlace, frozen=True):
    """Where the rows of a lookup are.

    at: the table.
    key_params: the column of each part of a compound key.
    """

    at: str
    key_params: dict[str, str] = msgspec.field(default_factory=dict)

    @property
    def key_parts(self) -> frozenset[str]:
        return frozenset(self.key_params)

    @property
    def can_count(self) -> bool:
        return True

    @property
    def counts_many(self) -> bool:
        return True


class MemorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of a memory source.

    tables: rows by the name of their table.
    """

    tables: dict[str, list[dict[str, Any]]] = {}
    timeout: ClassVar[float] = 5.0
    max_concurrent_calls: ClassVar[None] = None


class MemorySource:
    """Lives as long as the application."""

    def __init__(self, name: str, tables: Tables) -> None:
        self.name, self.tables = name, tables

    async def fetch(self, batch: Batch) -> Answers:
        path, place = batch.lookup.key, place_of(MemoryPlace, batch.lookup)
        rows = self.tables.get(place.at, ())
        if place.key_params:
            by_key = {key: await _selected(rows, partial(_matching, place, key)) for key in batch.keys}
        else:
            of_keys = await _selected(rows, partial(_rows_of_keys, path, set(batch.keys)))
            by_key = await grouped_in_slices(batch, of_keys, self.name)
        return await answers_in_slices(batch, by_key, self.name, datetime.now(UTC))

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The first row of the lookup's table."""
        return tuple(self.tables.get(place_of(MemoryPlace, lookup).at, ())[:1])


async def _selected(rows: Sequence[Row], select: Callable[[Sequence[Row]], list[Row]]) -> list[Row]:
    selected: list[Row] = []
    await in_slices(rows, lambda part: selected.extend(select(part)))
    return selected


def _rows_of_keys(path: Path | None, keys: Container[Key | None], rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if path and text_key(value_at(row, path)) in keys]


def _matching(place: MemoryPlace, key: Key, rows: Sequence[Row]) -> list[Row]:
    parts = split_key(key)
    if not set() < set(parts) <= place.key_parts:
        return []
    columns = {place.key_params[name]: value for name, value in parts.items()}
    return [row for row in rows if all(row.get(name) == value for name, value in columns.items())]


def open_memory(name: str, settings: MemorySettings) -> AbstractAsyncContextManager[MemorySource]:
    return nullcontext(MemorySource(name, settings.tables))
