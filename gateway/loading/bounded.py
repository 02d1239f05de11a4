"""Loads of a caller with bounds: a record out of its reach is answered as one that does not exist."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from gateway.access.ties import Parents, Tie, tie_of_key
from gateway.contract.batch import Window
from gateway.contract.paths import Key
from gateway.contract.record import MappedRecord
from gateway.errors import InvalidResponse, InvalidRow, SourceError
from gateway.loading.finder import LoadResult
from gateway.loading.releases import ResultFuture

MAX_ROWS = 2_001  # rows of an index that are compared with the reach: one more than a search may return
LoadKey = tuple[type[MappedRecord], str, Key, Window]
# Loads by type, lookup, key and window.
Load = Callable[[type[MappedRecord], str, Key, Window], ResultFuture]


class Reach(Protocol):
    """The keys that a caller may see."""

    async def holds(self, tie: Tie, key: Key) -> bool:
        """Whether a key is in reach. Raises the failure of the system that would tell."""

    async def prepare(self, ties: Iterable[Tie]) -> None:
        """Load all keys of these kinds. Failures are raised by `holds`."""

    async def trimmed(self, record: Any) -> Any:
        """The record without what it says of accounts out of reach."""

    def close(self) -> None:
        """Cancel what is being loaded."""


@dataclass(slots=True)
class BoundedLoads:
    """The loads of one request. They never reveal whether a record out of reach exists.

    A key of an account, customer, party or place is compared with the reach; no system is asked for others.
    Any other key is asked for, past the cache. Its records are compared afterwards.

    load_all: loads without bounds and scopes.
    refusal: the result for records beyond the caller's scopes; None for others.
    report: notes a result for the source report.
    records: record types by name.
    admitted: records in reach that were loaded: their parts need no further question.
    """

    reach: Reach
    load_all: Load
    refusal: Callable[[type[MappedRecord]], LoadResult[Any] | None]
    report: Callable[[type[MappedRecord], LoadResult[Any]], None]
    records: Callable[[str], type[MappedRecord]]
    tasks: dict[LoadKey, asyncio.Task[LoadResult[Any]]] = field(default_factory=dict)
    admitted: set[tuple[str, Key]] = field(default_factory=set)

    def load(self, record: type[MappedRecord], by: str, key: Key, window: Window) -> ResultFuture:
        """Load what is in reach, once."""
        load_key = record, by, key, window
        task = self.tasks.get(load_key)
        if task is None:
            task = self.tasks[load_key] = asyncio.get_running_loop().create_task(self._load(*load_key))
        return task

    def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
        self.tasks.clear()
        self.reach.close()

    async def _load(self, record: type[MappedRecord], by: str, key: Key, window: Window) -> LoadResult[Any]:
        tie = tie_of_key(record.TIES, by)
        try:
            if tie is not None and not await self._holds(tie, key):
                return _absent(window)
            if (refused := self.refusal(record)) is not None:
                return refused
            if tie is None:
                result = await self._load_any(record, by, key, window)
            else:
                result = await self._load_held(record, by, key, window)
        except SourceError as error:
            return LoadResult([], error=error.of_one_key())
        self.report(record, result)
        return result

    async def _load_held(self, record: type[MappedRecord], by: str, key: Key, window: Window) -> LoadResult[Any]:
        """The records of a key in reach. A customer or a place may also have records out of reach."""
        decides = by in ("id", "account_id", next(iter(record.TIES))) or isinstance(record.TIES.get(by), tuple)
        if window.count:
            return await self.load_all(record, by, key, window) if by == "account_id" else _uncounted()
        # A limit would count records that are left out. How many questions follow would tell their number.
        result = await self.load_all(record, by, key, window if decides else replace(window, limit=None))
        visible = await self._visible(result.listed, by, key)
        if not result.unreadable:
            return replace(result, records=visible[: window.limit])
        if decides:
            return replace(result, readable=visible)
        # Whose the unreadable rows are cannot be told.
        return replace(result, records=visible[: window.limit], error=None, readable=(), unreadable=0, unreadable_at=())

    async def _load_any(self, record: type[MappedRecord], by: str, key: Key, window: Window) -> LoadResult[Any]:
        """The records in reach of a key that any record may have. Each answer takes the same questions."""
        if window.count:
            return _uncounted()
        wide = replace(window, limit=window.limit and MAX_ROWS, first=window.first and MAX_ROWS)
        loading = self.load_all(record, by, key, wide)
        await self.reach.prepare(tie for tie in record.TIES.values() if isinstance(tie, Tie))
        result = await loading
        rows = result.listed
        if result.stale_error is not None:  # an older answer would tell that there is a record
            return LoadResult([], error=result.stale_error)
        if result.error is not None and not rows and not _may_concern_record(result.error, by):
            return result
        await self._load_parents(record, rows, key)
        visible = await self._visible(rows, by, key)
        limit = window.limit or window.first
        if limit and len(rows) >= MAX_ROWS and len(visible) < limit:
            error = InvalidResponse(record.SYSTEM.name, f"{MAX_ROWS} rows or more, few of them in the caller's reach")
            return LoadResult([], error=error)
        if not visible:
            return _absent(window)
        return LoadResult(visible[:limit], result.as_of, None, result.from_cache)

    async def _load_parents(self, record: type[MappedRecord], rows: Sequence[Any], key: Key) -> None:
        """Ask for the parent of a record. One that does not exist takes the same question."""
        for name, tie in record.TIES.items():
            if isinstance(tie, tuple):
                values = [getattr(row, name) for row in rows]
                await self._holds(tie, next(filter(None, values), key))

    async def _visible(self, records: Iterable[Any], by: str, key: Key) -> list[Any]:
        visible = [await self.reach.trimmed(record) for record in records if await self._admits(record, by, key)]
        self.admitted.update((type(record).__name__, record.id) for record in visible if getattr(record, "id", None))
        return visible

    async def _admits(self, record: Any, by: str, key: Key) -> bool:
        """Whether a record is in reach. The first of its ties that has a value decides."""
        ties = record.TIES
        if (by == "id" and by in ties) or (by == "account_id" and by not in ties):
            return True  # the key has decided
        for name, tie in ties.items():
            value = getattr(record, name) or (key if name == by else None)
            if value is not None:
                return await self._holds(tie, value)
        return False

    async def _holds(self, tie: Tie | Parents, key: Key) -> bool:
        if isinstance(tie, Tie):
            return await self.reach.holds(tie, key)
        if any((name, key) in self.admitted for name in tie):
            return True
        results = await asyncio.gather(*(self._parent(name, key) for name in tie))
        return any(result.records for result in results)

    async def _parent(self, name: str, key: Key) -> LoadResult[Any]:
        result = await self.load(self.records(name), "id", key, Window())
        if result.failure is not None:
            raise result.failure
        return result


def _absent(window: Window) -> LoadResult[Any]:
    """The result of a key without records, as a system gives it."""
    return LoadResult([], datetime.now(UTC), count=0 if window.count else None)


def _uncounted() -> LoadResult[Any]:
    """The result of a count that would include records out of reach."""
    return LoadResult([], datetime.now(UTC))


def _may_concern_record(error: SourceError, by: str) -> bool:
    """Whether an error may come from the one record of a key, and so tell that it exists."""
    if by != "id" and not by.endswith("_number"):
        return isinstance(error, InvalidRow)
    return error.key_specific or (isinstance(error, InvalidResponse) and error.sent)
