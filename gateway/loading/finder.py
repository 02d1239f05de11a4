"""Keys → records, for as long as the application lives: asks a source, and reads what it answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Generic, TypeVar

from gateway.catalog.model import Catalog, LookupEntry
from gateway.contract.batch import ALL_ROWS, NO_OPTIONS, Answer, Batch, Fetch, Key, RequestOptions, Window
from gateway.contract.record import Provenance
from gateway.contract.times import midnight
from gateway.errors import InvalidRow, NotConfigured, SourceError
from gateway.loading.source_health import SourceHealth
from gateway.mapping.converters import MappingError
from gateway.mapping.validated import map_rows

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class LoadResult(Generic[R]):
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
        self.source_health = SourceHealth()

    async def find(
        self, record: type[R], by: str, keys: Sequence[Key], window: Window, wish: RequestOptions = NO_OPTIONS
    ) -> dict[Key, LoadResult[R]]:
        """Everything known of these keys. Every key is answered; nothing is raised but bugs."""
        entry = self.catalog.entries.get((record.__name__, by))
        if entry is None:
            missing = NotConfigured(system_name(record))
            return dict.fromkeys(keys, LoadResult([], error=missing))
        lookup = entry.lookup
        written = {key: lookup.format_key(key) if lookup.key_format else key for key in keys}
        batch = Batch(lookup, tuple(dict.fromkeys(written.values())), window, wish)
        answered = await self.fetches[lookup.source](batch)
        now = datetime.now(UTC)
        self.source_health.record(lookup.source, answered, now)
        for error in {id(each): each for each in answered.values() if isinstance(each, SourceError)}.values():
            self.log(error)  # once, however many keys it concerns
        return {key: self._found(entry, answered.get(name), window, now) for key, name in written.items()}

    def _found(
        self, entry: LookupEntry, answer: Answer | SourceError | None, window: Window, now: datetime
    ) -> LoadResult[Any]:
        if answer is None:
            return LoadResult([], now)
        if isinstance(answer, SourceError):
            return LoadResult([], error=answer.of(system_name(entry.mapper.record)))
        zone = window.zone if window != ALL_ROWS else None
        provenance = Provenance(answer.as_of, answer.from_cache, answer.stale, zone)
        try:
            records = map_rows(entry.lookup, partial(entry.mapper.read, provenance=provenance), answer.rows)
        except MappingError as error:
            misread = InvalidRow(entry.lookup.source, str(error))
            self.log(misread)
            return LoadResult([], error=misread.of(system_name(entry.mapper.record)))
        return LoadResult(records, answer.as_of, None, answer.from_cache, answer.stale)


def system_name(record: type) -> str:
    """The name of the system that owns a record, as callers know it."""
    return str(record.SYSTEM.name)  # type: ignore[attr-defined]  # every record has one


def time_and_id(record: Any, window: Window) -> tuple[datetime, str]:
    """When a record happened, and which it is: the order of every list."""
    value = getattr(record, record.TIME)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = midnight(value, window.zone)
    return value, record.id
