"""The contract between the gateway and every upstream system: a batch goes out, answers come back.

It knows no business term and no technology. Three questions suffice: the rows of these keys, their newest
rows within a window, and how many rows a window has.
"""

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from gateway.access.caller import LOCAL, Caller
from gateway.contract.paths import Key, Path, value_at
from gateway.contract.times import TimeFormat
from gateway.errors import SourceError

Row = Mapping[str, Any]
OK = "OK"
# The column of a row that its source could not read, which says why. Such a row is part of every window.
UNREADABLE = "\0unreadable"
# The column of the one row that answers a counting window: the number of rows, or None where that is not exact.
COUNT = "\0count"
# In settings: what proves who logs in, and changes now and then. The name of the login stands beside it.
Password = Annotated[str, "password"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a newest-first list: time and id of the last row seen."""

    time: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of each key: newest first by (time, id), ids compared by code point."""

    since: datetime | None = None  # inclusive
    until: datetime | None = None  # exclusive
    limit: int | None = None  # rows per key
    after: Position | None = None  # only strictly older rows
    zone: ZoneInfo = ZoneInfo("UTC")  # whose midnight a plain date means
    first: int | None = None  # rows per key of a lookup without a time, in the source's own steady order
    count: bool = False  # not the rows, but their number


ALL_ROWS = Window()


@dataclass(frozen=True, slots=True)
class TimeField:
    """Where a row holds its time, in which format, and which texts say that there is none."""

    path: Path
    format: TimeFormat
    empty: tuple[str, ...] = ()

    def read(self, row: Row, zone: ZoneInfo | None) -> datetime:
        return self.format.parse(value_at(row, self.path), zone)


class Place(Protocol):
    """Where one source holds the rows of one lookup: a table of the catalog, whatever the kind of source."""

    @property
    def key_parts(self) -> AbstractSet[str]:
        """The parts that a compound key may have (see `join_key`); empty where a key is one text."""

    @property
    def can_count(self) -> bool:
        """Whether the source tells the number of rows of a window."""

    @property
    def counts_many(self) -> bool:
        """Whether one question counts many keys, as in a database: cheaper than to read few rows."""

    def diagnostics(self) -> list[str]:
        """Words of the place that contradict each other, a sentence for each fault."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a search spells its keys, whatever was typed, in words and as a function."""

    words: str
    spell: Callable[[Key], Key]


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """How one record is found by one key. Lookups are equal only if they are the same object."""

    record: str
    by: str
    source: str
    place: Place
    key: Path | None  # where a row repeats its key; None if it does not (then one key per call)
    id: Path | None  # None if rows have no id (then they have no time either)
    time: TimeField | None = None
    columns: tuple[str, ...] = ()  # outermost names that must exist in a row
    optional_columns: tuple[str, ...] = ()  # outermost names that may be missing
    paths: tuple[Path, ...] = ()
    key_format: str | None = None  # the source's spelling of a key: # is a letter or digit, as in ####-##
    spelling: Spelling | None = None  # that of a search's keys
    unique: bool = False  # whether a key has at most one record, as each id has

    def format_key(self, key: Key) -> Key:
        """Spell the key as the source does, whatever separators were typed; other keys stay as typed."""
        if self.key_format is None:
            return key
        letters = [letter for letter in key.upper() if letter.isalnum()]
        if len(letters) != self.key_format.count("#"):
            return key
        rest = iter(letters)
        return "".join(next(rest) if place == "#" else place for place in self.key_format)

    @property
    def finds_one(self) -> bool:
        """Whether a key has at most one record: null in its place says that there is none."""
        return self.unique or self.by == "id"

    @property
    def can_count(self) -> bool:
        """Whether the rows of a window can be counted without reading them."""
        return self.time is not None and self.id is not None and self.place.can_count

    @property
    def counts_many(self) -> bool:
        return self.can_count and self.place.counts_many

    @property
    def name(self) -> str:
        """For logs and diagnostics: `Bill by account_id`."""
        return f"{self.record} by {self.by}"


@dataclass(frozen=True, slots=True)
class RequestOptions:
    deadline: float = math.inf  # in seconds of `time.monotonic`
    bypass_cache: frozenset[str] = frozenset()  # sources to be asked even if the cache has an answer
    request: str = ""  # request id, for logs here and upstream
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)  # W3C trace context for upstream
    caller: Caller = LOCAL  # who sends the request

    def remaining(self) -> float:
        """Seconds until the deadline: at least 0, infinity without a deadline."""
        return max(0.0, self.deadline - time.monotonic())


NO_OPTIONS = RequestOptions()


@dataclass(frozen=True, slots=True)
class Batch:
    """One question: a lookup, its distinct keys, and a window if the lookup has a time.

    Batches that differ only in their options are equal.
    """

    lookup: Lookup
    keys: tuple[Key, ...]
    window: Window = ALL_ROWS
    options: RequestOptions = field(default=NO_OPTIONS, compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One key's rows and their age. `stale` rows stand in for `stale_error`, if that is known."""

    rows: tuple[Row, ...]
    as_of: datetime
    from_cache: bool = False
    stale: bool = False
    stale_error: SourceError | None = field(default=None, compare=False)


# A key left out has no rows. An error belongs to its key alone.
Answers = Mapping[Key, Answer | SourceError]
Fetch = Callable[[Batch], Awaitable[Answers]]


class SourceSettings(Protocol):
    """How one source is reached: a table of the catalog, whatever the kind of source."""

    @property
    def timeout(self) -> float:
        """Seconds that one call may take."""

    @property
    def max_concurrent_calls(self) -> int | None:
        """How many calls the source takes at a time; None for any number."""


class Source(Protocol):
    """An upstream system of one kind (rest, sql, graphql, file, memory)."""

    name: str

    async def fetch(self, batch: Batch) -> Answers:
        """Answer every key with rows, nothing, or an error; raise only on bugs."""

    async def probe(self, lookup: Lookup) -> tuple[Row, ...]:
        """Ask one small question that needs no known key; return sample rows, if any came.

        Raises SourceError if the source does not answer as the lookup says.
        """


def batch_failure(batch: Batch, answers: Answers) -> SourceError | None:
    """Return the gravest error if every key failed, None if any key was answered.

    An error that spares the batch counts as an answer.
    """
    first = next(iter(answers.values()), None)
    if not isinstance(first, SourceError) or len(answers) < len(batch.keys):
        return None
    errors = [e for e in answers.values() if isinstance(e, SourceError) and not e.spares_batch]
    return min(errors, key=_rank) if len(errors) == len(answers) else None


def outcome_code(batch: Batch, answers: Answers) -> str:
    error = batch_failure(batch, answers)
    return OK if error is None else error.code


def _rank(error: SourceError) -> int:
    """Rank the gravest error first, so that the order of the keys does not matter."""
    if error.counts_against_source:
        return 0
    if error.inconclusive:
        return 3
    return 1 if error.lookup_fails else 2
