"""Rows in memory, for tests and demos: the simplest adapter."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec

from gateway.contract.batch import Answers, Batch, Lookup, Row
from gateway.contract.paths import Key, split_key, value_at
from gateway.contract.windows import rows_by_key, text_key, windowed_answers
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
            by_key = {key: _matching(place, key, rows) for key in batch.keys}
        else:
            keys = set(batch.keys)
            rows = [row for row in rows if path and text_key(value_at(row, path)) in keys]
            by_key = rows_by_key(batch, rows, self.name)
        return windowed_answers(batch, by_key, self.name, datetime.now(UTC))

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The first row of the lookup's table."""
        return tuple(self.tables.get(place_of(MemoryPlace, lookup).at, ())[:1])


def _matching(place: MemoryPlace, key: Key, rows: Sequence[Row]) -> list[Row]:
    parts = split_key(key)
    if not set() < set(parts) <= place.key_parts:
        return []
    columns = {place.key_params[name]: value for name, value in parts.items()}
    return [row for row in rows if all(row.get(name) == value for name, value in columns.items())]


def open_memory(name: str, settings: MemorySettings) -> AbstractAsyncContextManager[MemorySource]:
    return nullcontext(MemorySource(name, settings.tables))
