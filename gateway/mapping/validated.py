"""What cannot be read is a failure of its key before anybody remembers it, or takes it for a good answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import Answer, Answers, Batch, Fetch, Lookup, Row
from gateway.errors import InvalidRow, SourceError
from gateway.mapping.converters import MappingError

MapRow = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Validated:
    """Surrounds a source's fetch. `reads` are the lookups to be tried, and what reads a row of each.

    What a row says is read again by whoever uses it: only lookups that are remembered are worth this.
    """

    name: str
    fetch: Fetch
    reads: Mapping[Lookup, MapRow]

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        answers, read = await self.fetch(batch), self.reads.get(batch.lookup)
        if read is None:
            return answers
        return {key: self._tried(batch.lookup, read, each) for key, each in answers.items()}

    def _tried(self, lookup: Lookup, read: MapRow, answer: Answer | SourceError) -> Answer | SourceError:
        if isinstance(answer, SourceError):
            return answer
        try:
            map_rows(lookup, read, answer.rows)
        except MappingError as error:
            return InvalidRow(self.name, str(error))
        return answer


def map_rows(lookup: Lookup, read: MapRow, rows: Sequence[Row]) -> list[Any]:
    """The records of one key's rows, as `read` makes them.

    Misfit where a row does not fit, or where two different ones have one id.
    """
    records = [read(row) for row in rows]
    if lookup.by == "id" and any(each != records[0] for each in records[1:]):
        raise MappingError(f"{lookup.name}: two different rows of one id")
    return records
