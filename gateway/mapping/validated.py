"""Rows that cannot be mapped become an error of their key before the cache stores them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gateway.contract.batch import Answer, Answers, Batch, Fetch, Lookup, Row
from gateway.errors import InvalidRow, SourceError
from gateway.mapping.converters import MappingError

R = TypeVar("R")
MapRow = Callable[[Row], object]


@dataclass(frozen=True, slots=True)
class Validated:
    """A fetch that maps the rows of the lookups in `mappers`, as a test.

    Rows are mapped again when they are used, so only cached lookups are worth the test.
    """

    name: str
    fetch: Fetch
    mappers: Mapping[Lookup, MapRow]

    async def __call__(self, batch: Batch) -> Answers:
        answers, mapper = await self.fetch(batch), self.mappers.get(batch.lookup)
        if mapper is None:
            return answers
        return {key: self._validated(batch.lookup, mapper, answer) for key, answer in answers.items()}

    def _validated(
        self, lookup: Lookup, mapper: MapRow, answer: Answer | SourceError
    ) -> Answer | SourceError:
        if isinstance(answer, SourceError):
            return answer
        try:
            map_rows(lookup, mapper, answer.rows)
        except MappingError as error:
            return InvalidRow(self.name, str(error))
        return answer


def map_rows(lookup: Lookup, mapper: Callable[[Row], R], rows: Sequence[Row]) -> list[R]:
    """The records of one key's rows.

    Raises MappingError for an invalid row, and for two different rows with the same id.
    """
    records = [mapper(row) for row in rows]
    if lookup.by == "id" and any(record != records[0] for record in records[1:]):
        raise MappingError(f"{lookup.name}: two different rows with the same id")
    return records
