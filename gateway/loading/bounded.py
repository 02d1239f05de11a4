"""Loads of a caller with bounds: a record out of its reach is answered as one that does not exist."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from gateway.access.ties import KEYS, Parents, Tie, tie_of_key
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

    async def prepare(self, ties: Iterable[Tie]) -> SourceError | None:
        """Load all keys of these kinds. Return a failure that may leave some out."""

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
    load_apart: loads the record of an id, without bounds, in a question that no other load shares.
    admitted: records in reach that were loaded: their parts need no further question.
    parents: whether a record that a part names is in reach.
    """

    reach: Reach
    load_all: Load
    load_apart: Callable[[type[MappedRecord], Key], ResultFuture]
    refusal: Callable[[type[MappedRecord]], LoadResult[Any] | None]
    report: Callable[[type[MappedRecord], LoadResult[Any]], None]
    records: Callable[[str], type[MappedRecord]]
    tasks: dict[LoadKey, asyncio.Task[LoadResult[Any]]] = field(default_factory=dict)
    admitted: set[tuple[str, Key]] = field(default_factory=set)
    parents: dict[tuple[str, Key], bool] = field(default_factory=dict)

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
        """The records of a key in reach."""
        if by in ("id", "account_id", next(iter(record.TIES))) or isinstance(record.TIES.get(by), tuple):
            result = await self.load_all(record, by, key, window)
            visible = await self._visible(result.listed, by, key)
            return replace(result, readable=visible) if result.unreadable else replace(result, records=visible)
        return await self._load_shared(record, by, key, window)

    async def _load_shared(self, record: type[MappedRecord], by: str, key: Key, window: Window) -> LoadResult[Any]:
        """The records in reach of a customer, party or place, which may also have others."""
        if window.count:
            return _uncounted()
        # A limit would count records that are left out. How many questions follow would tell their number.
        loading = self.load_all(record, by, key, replace(window, limit=None))
        if failure := await self.reach.prepare(_ties_beside(record, by)):
            raise failure
        result = await loading
        visible = await self._visible(result.listed, by, key)
        # Whose the unreadable rows are cannot be told.
        error = None if result.unreadable else result.error
        return replace(
            result, records=visible[: window.limit], error=error, readable=(), unreadable=0, unreadable_at=()
        )

    async def _load_any(self, record: type[MappedRecord], by: str, key: Key, window: Window) -> LoadResult[Any]:
        """The records in reach of a key that any record may have. Each answer takes the same questions."""
        if window.count:
            return _uncounted()
        wide = replace(window, limit=window.limit and MAX_ROWS, first=window.first and MAX_ROWS)
        loading = self.load_all(record, by, key, wide)
        failure = await self.reach.prepare(_ties_beside(record, by))
        result = await loading
        rows = result.listed
        if result.stale_error is not None:  # an older answer would tell that there is a record
            return LoadResult([], error=result.stale_error)
        if result.error is not None and not rows and not _may_concern_record(result.error, by):
            return result
        await self._load_parents(record, rows, key)
        visible = [] if failure else await self._visible(rows, by, key)
        limit = window.limit or window.first
        if failure is None and limit and len(rows) >= MAX_ROWS and len(visible) < limit:
            failure = InvalidResponse(record.SYSTEM.name, f"{MAX_ROWS} rows or more, few of them in the caller's reach")
        if failure is not None:
            raise failure
        return LoadResult(visible[:limit], result.as_of, None, result.from_cache) if visible else _absent(window)

    async def _load_parents(self, record: type[MappedRecord], rows: Sequence[Any], key: Key) -> None:
        """Ask for the parent of a record. One that does not exist takes the same question."""
        for name, tie in record.TIES.items():
            if isinstance(tie, tuple):
                values = [getattr(row, name) for row in rows]
                parent = next(filter(None, values), key)
                for each in tie:
                    await self._load_parent(self.records(each), parent)

    async def _load_parent(self, record: type[MappedRecord], key: Key) -> None:
        """Ask for a parent apart from other loads: a shared question would tell that both name one record."""
        loading = self.load_apart(record, key)
        failure = await self.reach.prepare(_ties_beside(record, "id"))
        result = await loading
        if result.error is not None and not _may_concern_record(result.error, "id"):
            failure = failure or result.error
        if failure := failure or result.stale_error:
            raise failure
        self.parents[record.__name__, key] = bool(await self._visible(result.listed, "id", key))

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
            if name == by and value == key and KEYS.get(by) is tie:
                return True
            if value is not None:
                return await self._holds(tie, value)
        return False

    async def _holds(self, tie: Tie | Parents, key: Key) -> bool:
        if isinstance(tie, Tie):
            return await self.reach.holds(tie, key)
        if any((name, key) in self.admitted for name in tie):
            return True
        if all((name, key) in self.parents for name in tie):
            return any(self.parents[name, key] for name in tie)
        results = await asyncio.gather(*(self._parent(name, key) for name in tie))
        return any(result.records for result in results)

    async def _parent(self, name: str, key: Key) -> LoadResult[Any]:
        result = await self.load(self.records(name), "id", key, Window())
        if result.failure is not None:
            raise result.failure
        return result


def _ties_beside(record: type[MappedRecord], by: str) -> list[Tie]:
    """The ties of a record that its key has not decided."""
    return [
        tie for name, tie in record.TIES.items() if isinstance(tie, Tie) and (name != by or KEYS.get(by) is not tie)
    ]


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
