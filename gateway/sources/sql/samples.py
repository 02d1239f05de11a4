"""A few rows of a table, of any key, for probes: those that can be read, and words for those that cannot."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gateway.contract.batch import Lookup, Row
from gateway.errors import InvalidRow
from gateway.sources.sql.pool import ResultRows
from gateway.sources.sql.statements import SAMPLE_SIZE, PreparedLookup, Statement

log = logging.getLogger("gateway")


@dataclass(frozen=True, slots=True)
class SampleReader:
    """Reads a sample of one lookup.

    rows: the rows of a statement under the catalog's names
    records: what a statement returns
    """

    source: str
    lookup: Lookup
    prepared: PreparedLookup
    rows: Callable[[Statement], Awaitable[Sequence[Row]]]
    records: Callable[[Statement], Awaitable[ResultRows]]

    async def read(self) -> tuple[Row, ...]:
        """The rows that can be read; the log names the columns of the others. Raises InvalidRow if there is none."""
        with suppress(InvalidRow):
            return tuple(await self.rows(self.prepared.sample()))
        readable: list[Row] = []
        reasons: list[str] = []
        for place in range(SAMPLE_SIZE):
            try:
                readable += await self.rows(self.prepared.sample(place))
            except InvalidRow as error:
                reasons.append(await self._reason(place, error))
        if not reasons:
            return tuple(readable)
        total = len(readable) + len(reasons)
        text = f"{self.lookup.name}: {len(reasons)} of {total} rows cannot be read: {'; '.join(dict.fromkeys(reasons))}"
        if not readable:
            raise InvalidRow(self.source, text)
        log.warning("%s: %s", self.source, text)
        return tuple(readable)

    async def _reason(self, place: int, error: InvalidRow) -> str:
        """Which columns of a row cannot be read, and why."""
        names = []
        for name, column in zip(self.prepared.names, self.prepared.columns, strict=True):
            try:
                await self.records(self.prepared.sample(place, column))
            except InvalidRow:
                names.append(name)
        return f"column {', '.join(names)}: {error.reason}" if names else error.reason
