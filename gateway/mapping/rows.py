"""The rows of a key as records, and a fetch that tries them before the cache stores them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.concurrency.slices import SLICE, in_slices
from gateway.contract.batch import Answer, Answers, Batch, Fetch, Lookup, Row
from gateway.contract.paths import Key
from gateway.contract.record import Provenance
from gateway.errors import InvalidRow, SourceError
from gateway.mapping.converters import MappingError
from gateway.mapping.mapper import RecordMapper


@dataclass(frozen=True, slots=True)
class Validated:
    """A fetch that maps the rows of the lookups in `mappers`, as a test before the cache stores them.

    A record that cannot be mapped, or a list without a readable row, becomes an error of its key. Rows are
    mapped again when they are used, so only cached lookups are worth the test.
    """

    fetch: Fetch
    mappers: Mapping[Lookup, RecordMapper]

    async def __call__(self, batch: Batch) -> Answers:
        answers, mapper = await self.fetch(batch), self.mappers.get(batch.lookup)
        if mapper is None or batch.window.count:
            return answers
        validated: dict[Key, Answer | SourceError] = {}
        done = 0
        for key, answer in answers.items():
            validated[key] = answer
            if isinstance(answer, SourceError):
                continue
            mapping = RowMapping(batch.lookup, mapper)
            await in_slices(answer.rows, mapping.add)
            if error := mapping.failure():
                validated[key] = InvalidRow(batch.lookup.source, str(error))
            done += len(answer.rows)
            if done >= SLICE:
                done = 0
                await asyncio.sleep(0)
        return validated


@dataclass(slots=True)
class RowMapping:
    """Maps the rows of one key, which may come in several parts.

    zone: of the window, for the times of unreadable rows
    records: those of the readable rows
    errors: those of the other rows
    times: when the other rows happened, if they say so
    """

    lookup: Lookup
    mapper: RecordMapper
    provenance: Provenance | None = None
    zone: ZoneInfo | None = None
    records: list[Any] = field(default_factory=list)
    errors: list[MappingError] = field(default_factory=list)
    times: list[datetime | None] = field(default_factory=list)
    _differ: bool = False  # records of one id

    def add(self, rows: Sequence[Row]) -> None:
        """Map further rows."""
        read, provenance = self.mapper.read, self.provenance
        try:
            records = [read(row, provenance) for row in rows]
        except MappingError:
            records = self._readable(rows)
        self.records += records
        if self.lookup.by == "id" and len(self.records) > 1:
            self._differ = self._differ or any(record != self.records[0] for record in records)

    def failure(self) -> MappingError | None:
        """Why the key has no records: no row is readable, or two different rows have the same id."""
        if self.errors and (self.lookup.by == "id" or not self.records):
            return self.errors[0]
        if self._differ:
            return MappingError(f"{self.lookup.name}: two different rows with the same id")
        return None

    def _readable(self, rows: Sequence[Row]) -> list[Any]:
        records: list[Any] = []
        for row in rows:
            try:
                records.append(self.mapper.read(row, self.provenance))
            except MappingError as error:
                self.errors.append(error)
                self.times.append(self._time_of(row))
        return records

    def _time_of(self, row: Row) -> datetime | None:
        try:
            return None if self.lookup.time is None else self.lookup.time.read(row, self.zone)
        except ValueError:
            return None
