"""Rows in memory: tests, demos, and the plainest example of an adapter."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from gateway.contract.batch import Answers, Batch, Key, Lookup, Row, split_key, value_at
from gateway.contract.windows import rows_by_key, text_key, windowed_answers

Tables = Mapping[str, Sequence[Row]]


class MemoryPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of a lookup's rows; `key_params` names the column of each part of a compound key."""

    at: str
    key_params: dict[str, str] = {}


class MemorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tables, row by row."""

    tables: dict[str, list[dict[str, Any]]] = {}


class MemorySource:
    """A source that lives as long as the application and remembers every question."""

    def __init__(self, name: str, tables: Tables) -> None:
        self.name = name
        self.tables = tables
        self.asked: list[Batch] = []

    async def fetch(self, batch: Batch) -> Answers:
        """Answer from the tables."""
        self.asked.append(batch)
        path, wanted = batch.lookup.key, set(batch.keys)
        place: MemoryPlace = batch.lookup.place
        rows = self.tables.get(place.at, ())
        if place.key_params:
            found = {key: _fitting(place, key, rows) for key in batch.keys}
            return windowed_answers(batch, found, self.name, datetime.now(UTC))
        mine = [row for row in rows if path and text_key(value_at(row, path)) in wanted]
        return windowed_answers(batch, rows_by_key(batch, mine, self.name), self.name, datetime.now(UTC))

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """The first row of the lookup's table."""
        return tuple(self.tables.get(lookup.place.at, ())[:1])


def _fitting(place: MemoryPlace, key: Key, rows: Sequence[Row]) -> list[Row]:
    parts = split_key(key)
    if not set() < set(parts) <= set(place.key_params):
        return []
    return [
        row for row in rows if all(row.get(place.key_params[name]) == value for name, value in parts.items())
    ]


@asynccontextmanager
async def open_memory(name: str, settings: MemorySettings) -> AsyncIterator[MemorySource]:
    """A memory source for as long as the context lasts."""
    yield MemorySource(name, settings.tables)
