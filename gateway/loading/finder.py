"""Keys → records, for as long as the application lives: asks a source, and reads what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from gateway.catalog.model import Catalog, Entry
from gateway.contract.batch import ALL, NO_WISH, Answer, Batch, Fetch, Key, Window, Wish
from gateway.contract.times import midnight
from gateway.errors import NotConfigured, OddRow, SourceError
from gateway.loading.source_health import Hearing
from gateway.mapping.converters import Misfit
from gateway.mapping.validated import read_all

R = TypeVar("R")


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
        self.hearing = Hearing()

    async def find(
        self, record: type[R], by: str, keys: Sequence[Key], window: Window, wish: Wish = NO_WISH
    ) -> dict[Key, Found[R]]:
        """Everything known of these keys. Every key is answered; nothing is raised but bugs."""
        entry = self.catalog.entries.get((record.__name__, by))
        if entry is None:
            missing = NotConfigured(system(record))
            return dict.fromkeys(keys, Found([], error=missing))
        lookup = entry.lookup
        written = {key: lookup.as_written(key) if lookup.written else key for key in keys}
        batch = Batch(lookup, tuple(dict.fromkeys(written.values())), window, wish)
        answered = await self.fetches[lookup.source](batch)
        now = datetime.now(UTC)
        self.hearing.note(lookup.source, answered, now)
        for error in {id(each): each for each in answered.values() if isinstance(each, SourceError)}.values():
            self.log(error)  # once, however many keys it concerns
        return {key: self._found(entry, answered.get(name), window, now) for key, name in written.items()}

    def _found(
        self, entry: Entry, answer: Answer | SourceError | None, window: Window, now: datetime
    ) -> Found[Any]:
        if answer is None:
            return Found([], now)
        if isinstance(answer, SourceError):
            return Found([], error=answer.of(system(entry.reading.record)))
        try:
            records = read_all(entry.lookup, entry.reading.read, answer.rows)
        except Misfit as error:
            misread = OddRow(entry.lookup.source, str(error))
            self.log(misread)
            return Found([], error=misread.of(system(entry.reading.record)))
        zone = window.zone if window != ALL else None
        told: Found[Any] = Found([], answer.as_of, None, answer.from_cache, answer.stale)
        for record in records:
            record.zone, record.told = zone, told
        return Found(records, answer.as_of, None, answer.from_cache, answer.stale)


def system(record: type) -> str:
    """The name of the system that owns a record, as callers know it."""
    return str(record.SYSTEM.name)  # type: ignore[attr-defined]  # every record has one


def moment(record: Any, window: Window) -> tuple[datetime, str]:
    """When a record happened, and which it is: the order of every list."""
    value = getattr(record, record.TIME)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = midnight(value, window.zone)
    return value, record.id
