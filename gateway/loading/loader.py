"""The data loader of one request: it batches keys, and loads each key once.

All loads of one moment become one batch per lookup. Windows that differ only in their start and limit
share the widest window's answer.
"""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.access.ties import tie_of_key
from gateway.catalog.model import LookupEntry
from gateway.concurrency.loop_lag import LOOP_LAG
from gateway.contract.batch import ALL_ROWS, NO_OPTIONS, RequestOptions, Window
from gateway.contract.paths import Key
from gateway.contract.record import MappedRecord
from gateway.contract.windows import covers
from gateway.loading import coalescing
from gateway.loading.bounded import BoundedLoads
from gateway.loading.coalescing import PendingLoad, caller_future, derived_future, group_loads
from gateway.loading.finder import LoadResult
from gateway.loading.lookups import Lookups
from gateway.loading.releases import SLICE, Releases, ResultFuture
from gateway.telemetry.request_record import RequestRecord

R = TypeVar("R", bound=MappedRecord)
GRACE = 0.05  # seconds after the deadline, for sources that end by themselves
QUIET_PASSES = 3  # passes of the event loop without a new load, before batches are sent
LookupKey = tuple[type[MappedRecord], str]


@dataclass(slots=True)
class Loader(Lookups):
    """Loads records for one request.

    loads: every load of the request, also those that have a result.
    pending: loads of the next batches.
    tasks: batches in flight.
    results: what each batch returned, for the source report.
    releases: how results go to resolvers.
    callers: what resolvers wait for, or have got.
    bounded: the loads of a caller with bounds; None for a caller that sees all accounts.
    """

    options: RequestOptions = NO_OPTIONS
    request_record: RequestRecord = field(default_factory=RequestRecord)
    loads: dict[tuple[LookupKey, Key], list[PendingLoad]] = field(default_factory=dict)
    pending: dict[LookupKey, list[PendingLoad]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    results: list[tuple[type[MappedRecord], Iterable[LoadResult[Any]]]] = field(default_factory=list)
    releases: Releases = field(default_factory=Releases)
    callers: list[asyncio.Future[Any]] = field(default_factory=list)
    bounded: BoundedLoads | None = None
    _timer: asyncio.TimerHandle | None = None
    _closed: bool = False
    _passes_left: int = 0  # until pending loads are sent

    def can_count(self, record: type[MappedRecord], by: str) -> bool:
        """Whether the source tells the number of records of a lookup without reading them."""
        return (entry := self._entry_to_count(record, by)) is not None and entry.lookup.can_count

    def counts_many(self, record: type[MappedRecord], by: str) -> bool:
        """Whether one question to the source counts many keys."""
        return (entry := self._entry_to_count(record, by)) is not None and entry.lookup.counts_many

    def _entry_to_count(self, record: type[MappedRecord], by: str) -> LookupEntry | None:
        if self.bounded is not None and by != "account_id":
            return None  # it would count records beyond the caller's bounds
        return self.finder.catalog.entries.get((record.__name__, by))

    def load(self, record: type[R], by: str, key: Key, window: Window = ALL_ROWS) -> asyncio.Future[LoadResult[R]]:
        """Load one key. A future, so that a resolver can start several loads before it waits."""
        load = self.load_all if self.bounded is None else self.bounded.load
        future = caller_future(load(record, by, key, window), self.releases)
        self.callers.append(future)
        return future

    async def turn(self, records: int) -> None:
        """Wait for a pass of the event loop that has room for work on records which the caller has got.

        Call it before sorting or adding up the results of several loads: of many resolvers that wait for
        several results, most get the last one in the same pass.
        """
        future = self.releases.turn(records)
        if future is not None:
            self.callers.append(future)
            if self._closed:
                future.cancel()
            await future

    def load_all(self, record: type[MappedRecord], by: str, key: Key, window: Window) -> ResultFuture:
        """The one load of a key, which its callers share, without bounds."""
        loads = self.loads.setdefault(((record, by), key), [])
        for load in loads:
            if load.window == window:
                return load.future
        wider = next((load for load in loads if covers(load.window, window)), None)
        future = (
            asyncio.get_running_loop().create_future() if wider is None else derived_future(wider, window, self.tasks)
        )
        if self._closed:  # a resolver that starts after the request has ended
            future.cancel()
            return future
        new = PendingLoad(key, window, future)
        if wider is None:
            self.pending.setdefault((record, by), []).append(new)
            self._schedule()
        loads.append(new)
        return future

    def load_apart(self, record: type[MappedRecord], key: Key) -> ResultFuture:
        """Load the record of an id, in a question that no other load shares."""
        load = PendingLoad(key, ALL_ROWS, asyncio.get_running_loop().create_future())
        if self._closed:
            load.future.cancel()
        else:
            self.loads.setdefault(((record, "id, apart"), key), []).append(load)
            self.pending.setdefault((record, "id"), []).append(load)
            self._schedule()
        return load.future

    def prime(self, record: type[R], by: str, key: Key, result: LoadResult[R]) -> None:
        """Store a result from another lookup, unless the key was loaded before."""
        loads = self.loads.setdefault(((record, by), key), [])
        if not loads:
            future: ResultFuture = asyncio.get_running_loop().create_future()
            future.set_result(result)
            loads.append(PendingLoad(key, ALL_ROWS, future))

    async def drain(self) -> None:
        """End the resolvers that wait, some in each pass of the event loop, and accept no new loads.

        To cancel an execution of many objects at once would keep the loop busy for seconds.
        """
        self._closed = self.releases.stopped = True
        while self.callers:
            callers, self.callers = self.callers, []
            for start in range(0, len(callers), SLICE):
                for future in callers[start : start + SLICE]:
                    future.cancel()
                await asyncio.sleep(0)

    def close(self) -> None:
        """Cancel all loads, and accept no new ones: the request has ended."""
        self._closed = True
        for task in self.tasks:
            task.cancel()
        if self.bounded is not None:
            self.bounded.close()
        # A cancelled task that never started does not run, so it cannot cancel its futures.
        for load in (load for loads in self.loads.values() for load in loads):
            load.future.cancel()
        if self._timer is not None:
            self._timer.cancel()
        # graphql-core's executor holds itself, and so its context, until a garbage collection: hold no records.
        self.loads.clear()
        self.callers.clear()
        self.releases.waiting.clear()

    def _expire(self) -> None:
        """End every load that sources did not end in time."""
        for ((record, _), _), loads in self.loads.items():
            error = LOOP_LAG.timeout(record.SYSTEM.name, "the request's deadline has passed")
            late: LoadResult[Any] = LoadResult([], error=error)
            for load in loads:
                if not load.future.done():
                    load.future.set_result(late)
                    self.results.append((record, (late,)))
        for task in self.tasks:
            task.cancel()

    def _schedule(self) -> None:
        # Resolvers resume at different passes of the event loop. While passes bring new loads, wait:
        # the next pass may bring another load for the same batch.
        is_scheduled = self._passes_left > 0
        self._passes_left = 1 + QUIET_PASSES
        if not is_scheduled:
            asyncio.get_running_loop().call_soon(self._on_pass)

    def _on_pass(self) -> None:
        loop = asyncio.get_running_loop()
        self._passes_left -= not self.releases.waiting
        if self._passes_left:
            loop.call_soon(self._on_pass)
            return
        if self._closed:
            return
        if self._timer is None and self.options.deadline < math.inf:
            self._timer = loop.call_later(self.options.remaining() + GRACE, self._expire)
        self._send_pending()

    def _send_pending(self) -> None:
        pending, self.pending = self.pending, {}
        batches = [(lookup, group) for lookup, loads in pending.items() for group in group_loads(loads)]
        traced_round = self.request_record.start_round(len(batches))
        for lookup, group in batches:
            context = traced_round.context.copy() if traced_round else None
            task = asyncio.get_running_loop().create_task(self._send(lookup, group), context=context)
            if traced_round:
                task.add_done_callback(traced_round.batch_done)
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _send(self, lookup: LookupKey, group: list[PendingLoad]) -> None:
        try:
            window = coalescing.shared_window(group)
            results = await self._find(lookup, group, window)
            for load in group:
                result = results[load.key]
                if load.window != window:
                    result = await coalescing.narrow_in_slices(result, load.window, window)
                if not load.future.done():
                    load.future.set_result(result)
        except asyncio.CancelledError:
            for load in group:
                load.future.cancel()
            raise
        except BaseException as error:  # noqa: BLE001  # a bug must not leave resolvers waiting for ever
            for load in group:
                coalescing.fail_future(load.future, error)

    async def _find(self, lookup: LookupKey, group: list[PendingLoad], window: Window) -> dict[Key, LoadResult[Any]]:
        record, by = lookup
        keys = tuple(dict.fromkeys(load.key for load in group))
        name = f"{record.__name__} by {by}{' (count)' if window.count else ''}"
        if self.bounded is None and (refused := self.refusal(record)) is not None:
            return dict.fromkeys(keys, refused)
        is_open = self.bounded is not None and tie_of_key(record.TIES, by) is None
        options = self.finder.past_cache(record, by, self.options) if is_open else self.options
        batch = self.request_record.start_batch(name, len(keys))
        results: dict[Key, LoadResult[Any]] = await self.finder.find(record, by, keys, window, options)
        self.request_record.finish_batch(batch, results.values())
        if self.bounded is None:
            self.results.append((record, results.values()))
        return results

    def refusal(self, record: type[MappedRecord]) -> LoadResult[Any] | None:
        """The result for records that the caller's scopes do not open; None if they do."""
        if record.SCOPE in self.options.caller.scopes:
            return None
        refused = self.finder.refused(record)
        self.results.append((record, (refused,)))
        return refused
