"""A few rows of a table, of any key, for probes: those that can be read, and words for those that cannot."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gateway.contract.batch import Answer, Batch, Fetch, Lookup, Row, Window
from gateway.contract.paths import value_at
from gateway.contract.windows import text_key
from gateway.errors import InvalidRow, SourceError
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


async def check_found(fetch: Fetch, lookup: Lookup, rows: Sequence[Row]) -> None:
    """Look up each row of a sample by its own key. Raises SourceError where the statement fails or misses it.

    A key with a row that cannot be read is no error here: requests lose that key alone.
    """
    keys = dict.fromkeys(key for row in rows if lookup.key and (key := text_key(value_at(row, lookup.key))))
    if not keys:
        return
    answers = await fetch(Batch(lookup, tuple(keys), Window(limit=1 if lookup.time else None)))
    for key in keys:
        answer = answers.get(key)
        if isinstance(answer, SourceError) and not isinstance(answer, InvalidRow):
            raise answer
        if answer is None or (isinstance(answer, Answer) and not answer.rows):
            raise InvalidRow(lookup.source, f"{lookup.name}: a row is not found by its own key; add a view")
