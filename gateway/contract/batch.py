"""The one contract between the gateway and everything upstream: a batch goes out, answers come back.

It knows no business word and no technology. Two verbs are enough for the whole mission: *these keys*,
and *these keys' newest k in a window*.
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from gateway.contract.source_kind import Place
from gateway.contract.times import TimeFormat
from gateway.errors import SourceError

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
    older than `after` are given. `zone` says whose midnight a plain date is. Where a lookup has no time,
    only `first` means anything: so many rows of each key, in the source's own order, which stays the same.
    """

    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    after: Position | None = None
    zone: ZoneInfo = ZoneInfo("UTC")
    first: int | None = None


ALL_ROWS = Window()


@dataclass(frozen=True, slots=True)
class TimeField:
    """Where a row says when it happened, and in which form."""

    path: Path
    clock: TimeFormat

    def of(self, row: Row, zone: ZoneInfo | None) -> datetime:
        """The row's instant. ValueError when it has none that fits."""
        return self.clock.read(value_at(row, self.path), zone)


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """How one record is found by one key. Two lookups are the same only if they are one object.

    `place` is what the source's kind made of the catalog's words (table, path, parameters). `key` is
    where a row repeats the key it was asked by, None where it does not (one key per call). `id` is where a
    row says which it is, None where rows cannot be told apart: such rows have no time. `columns` are the
    outermost names a record is read from, all of which must exist; `maybe` those that may be missing.
    `written` is how the source writes a key that people type: a # is a letter or digit, as in `####-##`.
    `parts` are what a key of several parts may consist of (see `together`); none where a key is one text.
    """

    record: str
    by: str
    source: str
    place: Place
    key: Path | None
    id: Path | None
    time: TimeField | None = None
    columns: tuple[str, ...] = ()
    optional_columns: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    key_format: str | None = None
    parts: tuple[str, ...] = ()

    def format_key(self, key: Key) -> Key:
        """The key in the source's own writing, whatever stood between its letters; else as typed."""
        if self.key_format is None:
            return key
        said = [letter for letter in key.upper() if letter.isalnum()]
        if len(said) != self.key_format.count("#"):
            return key
        left = iter(said)
        return "".join(next(left) if place == "#" else place for place in self.key_format)

    @property
    def name(self) -> str:
        """How people call it: `Bill by account_id`."""
        return f"{self.record} by {self.by}"


@dataclass(frozen=True, slots=True)
class RequestOptions:
    """What a request wishes of the answers to it.

    `until` is when its time is over, in seconds of `time.monotonic`; `anew` are the sources that shall be
    asked whatever is remembered of them; `request` is its id, for logs here and there; `headers` are
    what else goes upstream with its questions: the W3C trace context.
    """

    until: float | None = None
    bypass_cache: frozenset[str] = frozenset()
    request: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)

    def remaining(self) -> float:
        """The seconds that are left; none is less than 0, and no end is infinity."""
        return float("inf") if self.until is None else max(0.0, self.until - time.monotonic())


NO_OPTIONS = RequestOptions()


@dataclass(frozen=True, slots=True)
class Batch:
    """One question: a lookup, its keys (each once), and a window where the lookup has a time.

    What is asked is the same whoever wishes it.
    """

    lookup: Lookup
    keys: tuple[Key, ...]
    window: Window = ALL_ROWS
    options: RequestOptions = field(default=NO_OPTIONS, compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One key's rows, and how old that knowledge is.

    `stale`: the source does not answer, and this is the last it said; `why` it does not, where that is known.
    """

    rows: tuple[Row, ...]
    as_of: datetime
    from_cache: bool = False
    stale: bool = False
    stale_error: SourceError | None = field(default=None, compare=False)


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


def join_key(parts: Mapping[str, str]) -> Key:
    """One key of several parts; the same parts are the same key. `apart` takes it apart again."""
    return json.dumps(parts, sort_keys=True, ensure_ascii=False)


def split_key(key: Key) -> dict[str, str]:
    """The parts of a key that `together` made; none of any other text."""
    try:
        return msgspec.json.decode(key, type=dict[str, str])
    except (msgspec.DecodeError, UnicodeEncodeError):
        return {}


def value_at(row: Any, path: Path) -> Any:
    """The value at a path of names; None where the path ends early."""
    for name in path:
        if not isinstance(row, dict) and not isinstance(row, Mapping):  # the abstract check is slow
            return None
        row = row.get(name)
    return row
