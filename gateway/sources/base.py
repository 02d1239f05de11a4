"""The one contract between the gateway and everything upstream: a batch goes out, answers come back.

It knows no business word and no technology. Two verbs are enough for the whole mission: *these keys*,
and *these keys' newest k in a window*.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from gateway.errors import SourceError
from gateway.sources.times import Clock

Key = str
Row = Mapping[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list that runs newest first: the time and the id of the last row seen."""

    time: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of each key: newest first by (time, id), ids compared as text by code point.

    `since` is inclusive, `until` exclusive, both instants; `limit` counts per key; only rows strictly
    older than `after` are given. `zone` says whose midnight a plain date is.
    """

    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    after: Position | None = None
    zone: ZoneInfo = ZoneInfo("UTC")


ALL = Window()


@dataclass(frozen=True, slots=True)
class Time:
    """Where a row says when it happened, and in which form."""

    path: Path
    clock: Clock

    def of(self, row: Row, zone: ZoneInfo | None) -> datetime:
        """The row's instant. ValueError when it has none that fits."""
        return self.clock.read(dig(row, self.path), zone)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """How one record is found by one key. Two lookups are the same only if they are one object.

    `place` is what the source's kind made of the catalog's words (table, path, parameters). `key` is
    where a row repeats the key it was asked by, None where it does not (one key per call). `id` is where a
    row says which it is, None where rows cannot be told apart: such rows have no time. `columns` are the
    outermost names a record is read from, all of which must exist; `maybe` those that may be missing.
    """

    record: str
    by: str
    source: str
    place: Any
    key: Path | None
    id: Path | None
    time: Time | None = None
    columns: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """How people call it: `Bill by account_id`."""
        return f"{self.record} by {self.by}"


@dataclass(frozen=True, slots=True)
class Batch:
    """One question: a lookup, its keys (each once), and a window where the lookup has a time."""

    lookup: Lookup
    keys: tuple[Key, ...]
    window: Window = ALL


@dataclass(frozen=True, slots=True)
class Answer:
    """One key's rows, and how old that knowledge is."""

    rows: tuple[Row, ...]
    as_of: datetime
    from_cache: bool = False
    stale: bool = False


# A key left out has no rows, as of now. An error stands at the key it concerns.
Answers = Mapping[Key, Answer | SourceError]
Fetch = Callable[[Batch], Awaitable[Answers]]


class Source(Protocol):
    """Something upstream: a kind (rest, sql, graphql, memory) with a fetch."""

    name: str

    async def fetch(self, batch: Batch) -> Answers:
        """Answer every key of the batch: rows, nothing, or an error; raise nothing but bugs."""
        ...

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """One small question that needs no key known: rows to try the mapping on, if any came.

        Raises SourceError when the source does not answer, or not with what the lookup says.
        """
        ...


def dig(row: Any, path: Path) -> Any:
    """The value at a path of names; None where the path ends early."""
    for name in path:
        if not isinstance(row, dict) and not isinstance(row, Mapping):  # the abstract check is slow
            return None
        row = row.get(name)
    return row
