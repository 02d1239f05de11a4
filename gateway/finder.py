"""Keys → records, for as long as the application lives: asks a source, and reads what it answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from gateway.catalog import Catalog, Entry
from gateway.convert import Misfit
from gateway.errors import NotConfigured, SourceError, SourceMisread
from gateway.sources.base import ALL, Answer, Answers, Batch, Fetch, Key, Lookup, Row, Window
from gateway.sources.times import midnight

R = TypeVar("R")
Probe = Callable[[Lookup], Awaitable[tuple[Row, ...]]]


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """What is known of one key: its records, or why they are not known, and how old that is."""

    records: list[R]
    as_of: datetime | None = None
    error: SourceError | None = None
    from_cache: bool = False
    stale: bool = False


class Finder:
    """Made once, at start: asks sources and reads what they answer."""

    def __init__(
        self, catalog: Catalog, fetches: Mapping[str, Fetch], log: Callable[[SourceError], None]
    ) -> None:
        self.catalog, self.fetches, self.log = catalog, fetches, log
        self.last: dict[str, Found[Any]] = {}
        self.probes: dict[str, Probe] = {}

    async def find(
        self, record: type[R], by: str, keys: Sequence[Key], window: Window
    ) -> dict[Key, Found[R]]:
        """Everything known of these keys. Every key is answered; nothing is raised but bugs."""
        entry = self.catalog.entries.get((record.__name__, by))
        if entry is None:
            missing = NotConfigured(_system(record))
            return dict.fromkeys(keys, Found([], error=missing))
        batch = Batch(entry.lookup, tuple(keys), window)
        answered = await self.fetches[entry.lookup.source](batch)
        now = datetime.now(UTC)
        self._note(entry.lookup.source, answered, now)
        return {key: self._found(entry, answered.get(key), window, now) for key in keys}

    def _note(self, source: str, answered: Answers, now: datetime) -> None:
        failed = [each for each in answered.values() if isinstance(each, SourceError)]
        # One odd row is its key's trouble; a system is in trouble when nothing it said can be used.
        self.last[source] = Found([], now, failed[0] if failed and len(failed) == len(answered) else None)

    async def heard(self, lookups: Sequence[Lookup], fresh: timedelta) -> Found[Any] | None:
        """What was last heard of the source of these lookups; asked now where that is too long ago.

        None where there are no lookups.
        """
        if not lookups:
            return None
        last = self.last.get(lookups[0].source)
        if last is not None and last.as_of is not None and datetime.now(UTC) - last.as_of < fresh:
            return last
        try:
            await self.probes[lookups[0].source](lookups[0])
            self.last[lookups[0].source] = Found([], datetime.now(UTC))
        except SourceError as error:
            self.last[lookups[0].source] = Found([], datetime.now(UTC), error)
        return self.last[lookups[0].source]

    def _found(
        self, entry: Entry, answer: Answer | SourceError | None, window: Window, now: datetime
    ) -> Found[Any]:
        if answer is None:
            return Found([], now)
        if isinstance(answer, SourceError):
            self.log(answer)
            return Found([], error=answer.of(_system(entry.reading.record)))
        try:
            records = [entry.reading.read(row) for row in answer.rows]
        except Misfit as error:
            misread = SourceMisread(entry.lookup.source, str(error))
            self.log(misread)
            return Found([], error=misread.of(_system(entry.reading.record)))
        zone = window.zone if window != ALL else None
        for record in records:
            record.zone = zone
        return Found(records, answer.as_of, None, answer.from_cache, answer.stale)


def _system(record: type) -> str:
    return str(record.SYSTEM.name)  # type: ignore[attr-defined]  # every record has one


def moment(record: Any, window: Window) -> tuple[datetime, str]:
    """When a record happened, and which it is: the order of every list."""
    value = getattr(record, record.TIME)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = midnight(value, window.zone)
    return value, record.id
