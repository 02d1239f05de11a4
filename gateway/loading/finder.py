"""Keys → records: fetch the rows of a lookup, and map them. One finder for the whole application."""

import asyncio
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from gateway.catalog.model import Catalog, LookupEntry
from gateway.concurrency.slices import SLICE, in_slices
from gateway.contract.batch import ALL_ROWS, COUNT, NO_OPTIONS, Answer, Batch, Fetch, Lookup, RequestOptions, Window
from gateway.contract.paths import Key
from gateway.contract.record import MappedRecord, Provenance
from gateway.contract.times import midnight
from gateway.errors import InvalidRow, NotConfigured, NotPermitted, SourceError
from gateway.loading.source_health import SourceHealth
from gateway.mapping.rows import RowMapping
from gateway.telemetry.source_stats import SourceStats

T = TypeVar("T")
R = TypeVar("R", bound=MappedRecord)


@dataclass(frozen=True, slots=True)
class LoadResult(Generic[T]):
    """The records of one key, or the error that kept them away, with the age of the answer.

    readable: the records of a list whose other rows, `unreadable`, the error keeps away.
    unreadable_at: when the unreadable rows happened; None where that cannot be read either.
    count: the number of records, if it was asked for instead of them; None if it is not exact.
    stale_error: why an older answer is shown, if its source failed when it was asked.
    """

    records: list[T]
    as_of: datetime | None = None
    error: SourceError | None = None
    from_cache: bool = False
    stale: bool = False
    readable: Sequence[T] = ()
    unreadable: int = 0
    unreadable_at: Sequence[datetime | None] = ()
    count: int | None = None
    stale_error: SourceError | None = None

    @property
    def failure(self) -> SourceError | None:
        """The error, if it may have kept records away."""
        return self.error if self.error is not None and self.error.is_failure else None

    @property
    def listed(self) -> Sequence[T]:
        """The records of a list that can say that rows are missing."""
        return self.readable or self.records

    @property
    def list_failure(self) -> SourceError | None:
        """The failure of such a list: none if some of its rows are readable."""
        return None if self.unreadable else self.failure

    @property
    def not_configured(self) -> bool:
        """Whether this utility has no such records."""
        return self.error is not None and not self.error.is_failure


@dataclass(slots=True)
class Finder:
    """Lives as long as the application.

    misspelled: of each source, the searches that cannot find some texts of their column, as seen so far
    """

    catalog: Catalog
    fetches: Mapping[str, Fetch]
    log: Callable[[SourceError], None]
    source_health: SourceHealth = field(default_factory=SourceHealth)
    source_stats: Mapping[str, SourceStats] = field(default_factory=dict)
    misspelled: Mapping[str, Container[Lookup]] = field(default_factory=dict)

    async def find(
        self, record: type[R], by: str, keys: Sequence[Key], window: Window, options: RequestOptions = NO_OPTIONS
    ) -> dict[Key, LoadResult[R]]:
        """Find the records of every key. A source's failure is a result; only bugs are raised."""
        entry = self.catalog.entries.get((record.__name__, by))
        if entry is None:
            return dict.fromkeys(keys, LoadResult([], error=NotConfigured(record.SYSTEM.name)))
        lookup = entry.lookup
        upstream_keys = {key: lookup.format_key(key) for key in keys}
        batch = Batch(lookup, tuple(dict.fromkeys(upstream_keys.values())), window, options)
        answers = await self.fetches[lookup.source](batch)
        now = datetime.now(UTC)
        self.source_health.record(lookup, answers, now)
        errors = {id(answer): answer for answer in answers.values() if isinstance(answer, SourceError)}
        for error in errors.values():
            self.log(error)  # once, however many keys it concerns
        results: dict[Key, LoadResult[R]] = {}
        done = 0
        for key, upstream_key in upstream_keys.items():
            answer = answers.get(upstream_key)
            if isinstance(answer, Answer) and not window.count:
                mapping = _mapping(entry, answer, window)
                if len(answer.rows) > SLICE:
                    await in_slices(answer.rows, mapping.add)
                else:
                    mapping.add(answer.rows)
                results[key] = self._listed(entry, answer, mapping)
            else:
                results[key] = self._unlisted(entry, answer, window, now)
            done += len(results[key].records)
            if done >= SLICE:
                done = 0
                await asyncio.sleep(0)  # others have their turn
        return results

    def refused(self, record: type[MappedRecord]) -> LoadResult[Any]:
        """The result for records beyond a caller's scopes."""
        return LoadResult([], error=self.named(record, NotPermitted(record.SYSTEM.name, record.SCOPE.value)))

    def past_cache(self, record: type[MappedRecord], by: str, options: RequestOptions) -> RequestOptions:
        """The options of a lookup whose cached answers do not serve."""
        entry = self.catalog.entries.get((record.__name__, by))
        sources = frozenset() if entry is None else frozenset({entry.lookup.source})
        return replace(options, bypass_cache=options.bypass_cache | sources)

    def _unlisted(
        self, entry: LookupEntry, answer: Answer | SourceError | None, window: Window, now: datetime
    ) -> LoadResult[Any]:
        """The result of a key without rows, or with their number alone."""
        if answer is None:
            return LoadResult([], now, count=0 if window.count else None)
        if isinstance(answer, SourceError):
            return LoadResult([], error=self.named(entry.mapper.record, answer))
        return LoadResult([], answer.as_of, count=answer.rows[0][COUNT])

    def _listed(self, entry: LookupEntry, answer: Answer, mapping: RowMapping) -> LoadResult[Any]:
        """The result of a key whose rows were mapped."""
        if failure := mapping.failure():
            return LoadResult([], error=self.named(entry.mapper.record, self._invalid(entry, str(failure))))
        records, errors = mapping.records, mapping.errors
        if not errors:
            stale_error = answer.stale_error and self.named(entry.mapper.record, answer.stale_error)
            return LoadResult(records, answer.as_of, None, answer.from_cache, answer.stale, stale_error=stale_error)
        invalid = self._invalid(entry, f"{errors[0]} ({len(errors)} of {len(answer.rows)} rows cannot be read)")
        misread = self.named(entry.mapper.record, invalid)
        return LoadResult(
            [], answer.as_of, misread, answer.from_cache, answer.stale, records, len(errors), mapping.times
        )

    def named(self, record: type[MappedRecord], error: SourceError) -> SourceError:
        """The error under the name of the system, with what people call the system."""
        system = record.SYSTEM
        return error.renamed(system.name, self.catalog.labels.get(system.name, getattr(system, "english", system.name)))

    def _invalid(self, entry: LookupEntry, reason: str) -> InvalidRow:
        invalid = InvalidRow(entry.lookup.source, reason)
        self.log(invalid)
        return invalid


def _mapping(entry: LookupEntry, answer: Answer, window: Window) -> RowMapping:
    zone = window.zone if window != ALL_ROWS else None
    provenance = Provenance(answer.as_of, answer.from_cache, answer.stale, zone)
    return RowMapping(entry.lookup, entry.mapper, provenance, window.zone)


def time_and_id(record: Any, window: Window) -> tuple[datetime, str]:
    """The sort key of a record with a time. A plain day counts from midnight in the window's zone."""
    value = getattr(record, record.TIME)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = midnight(value, window.zone)
    return value, record.id
