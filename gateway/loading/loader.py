"""What one request asks: gathered into batches, each question asked once.

Whatever resolvers ask in the same moment becomes one batch per lookup. Questions about one lookup that
differ only in how far back and how many are one question, answered by the wider.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.contract.batch import ALL_ROWS, NO_OPTIONS, Key, RequestOptions, Window
from gateway.contract.windows import covers
from gateway.errors import DeadlineExceeded
from gateway.loading.coalescing import (
    PendingLoad,
    caller_future,
    derive_result,
    fail_future,
    group_loads,
    narrow_result,
    shared_window,
)
from gateway.loading.finder import Finder, LoadResult, system_name
from gateway.telemetry.request_record import RequestRecord
from gateway.telemetry.tracing import Round

R = TypeVar("R")
GRACE = 0.05  # seconds after the request's time, for those who end by themselves
QUIET_PASSES = 2  # passes of the event loop without a new question


Question = tuple[type, str]


@dataclass(slots=True)
class Loader:
    """Made for one request: batches, and asks each question once."""

    finder: Finder
    options: RequestOptions = NO_OPTIONS
    loads: dict[tuple[Question, Key], list[PendingLoad]] = field(default_factory=dict)
    pending: dict[Question, list[PendingLoad]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    results: list[tuple[type, Iterable[LoadResult[Any]]]] = field(default_factory=list)
    request_record: RequestRecord | None = None
    _timer: asyncio.TimerHandle | None = None
    _over: bool = False
    _armed: bool = False
    _grew: bool = False
    _quiet: int = 0

    def has_lookup(self, record: type, by: str) -> bool:
        """Whether the catalog has this lookup."""
        return self.finder.catalog.has_lookup(record.__name__, by)

    def parts(self, record: type, by: str) -> tuple[str, ...]:
        """What a key of this lookup may consist of; nothing where it is one text, or not there."""
        entry = self.finder.catalog.entries.get((record.__name__, by))
        return entry.lookup.parts if entry else ()

    def load(
        self, record: type[R], by: str, key: Key, window: Window = ALL_ROWS
    ) -> asyncio.Future[LoadResult[R]]:
        """What is known of this key: a future, so that whoever asks may ask more before waiting."""
        known = self.loads.setdefault(((record, by), key), [])
        for each in known:
            if each.window == window:
                return caller_future(each.future)
        made = PendingLoad(key, window, asyncio.get_running_loop().create_future())
        if self._over:  # who asks now had not begun when the request ended: it ends as all others did
            made.future.cancel()
            return made.future
        wider = next((each for each in known if covers(each.window, window)), None)
        known.append(made)
        if wider is not None:
            derive_result(wider, made)
            return caller_future(made.future)
        self.pending.setdefault((record, by), []).append(made)
        self._arm()
        return caller_future(made.future)

    async def many(self, record: type[R], by: str, key: Key, window: Window = ALL_ROWS) -> list[R]:
        """The records of this key. Raises the SourceError when they are not known."""
        found = await self.load(record, by, key, window)
        if found.error is not None:
            raise found.error
        return found.records

    async def one(self, record: type[R], by: str, key: Key) -> R | None:
        """The record of this key, None when there is none. Raises as `many` does."""
        return next(iter(await self.many(record, by, key)), None)

    def prime(self, record: type[R], by: str, key: Key, found: LoadResult[R]) -> None:
        """Remember a record that came another way, so that nobody asks for it again."""
        known = self.loads.setdefault(((record, by), key), [])
        if not known:
            future: asyncio.Future[LoadResult[Any]] = asyncio.get_running_loop().create_future()
            future.set_result(found)
            known.append(PendingLoad(key, ALL_ROWS, future))

    def close(self) -> None:
        """End what is still under way, and ask nothing more: the request is over."""
        self._over = True
        for task in self.tasks:
            task.cancel()
        # A flight that had not begun will not run, not even to tell those who wait for it.
        for each in (one for known in self.loads.values() for one in known):
            each.future.cancel()
        if self._timer is not None:
            self._timer.cancel()

    def _watch(self) -> None:
        if self._timer is None and self.options.until is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self.options.remaining() + GRACE, self._expire)

    def _expire(self) -> None:
        """What sources themselves did not end in time ends here."""
        for ((record, _), _), known in self.loads.items():
            late: LoadResult[Any] = LoadResult(
                [], error=DeadlineExceeded(system_name(record), "the request's time was over")
            )
            for each in known:
                if not each.future.done():
                    each.future.set_result(late)
                    self.results.append((record, (late,)))
        for task in self.tasks:
            task.cancel()

    def _arm(self) -> None:
        self._grew = True
        if not self._armed:
            self._armed = True
            asyncio.get_running_loop().call_soon(self._tick)

    def _tick(self) -> None:
        # Resolvers wake one after another, some through more hands than others. As long as a pass of the
        # event loop brings a new question, one of the next may bring another that belongs to the same batch.
        self._quiet = 0 if self._grew else self._quiet + 1
        self._grew = False
        if self._quiet < QUIET_PASSES:
            asyncio.get_running_loop().call_soon(self._tick)
            return
        self._armed = False
        if self._over:
            return
        self._watch()
        waiting, self.pending = self.pending, {}
        batches = [(question, group) for question, asked in waiting.items() for group in group_loads(asked)]
        within = self.request_record.start_round(len(batches)) if self.request_record else None
        for question, group in batches:
            self._fly(self._send(question, group), within)

    def _fly(self, flight: Coroutine[Any, Any, None], within: Round | None) -> None:
        context = within.context.copy() if within else None
        task = asyncio.get_running_loop().create_task(flight, context=context)
        if within:
            task.add_done_callback(within.batch_done)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _send(self, question: Question, group: list[PendingLoad]) -> None:
        record, by = question
        window = shared_window(group)
        keys = tuple(dict.fromkeys(each.key for each in group))
        call = (
            self.request_record.start_batch(f"{record.__name__} by {by}", len(keys))
            if self.request_record
            else None
        )
        try:
            found: dict[Key, LoadResult[Any]] = await self.finder.find(record, by, keys, window, self.options)
            if self.request_record and call:
                self.request_record.finish_batch(call, found.values())
            self.results.append((record, found.values()))
            for each in group:
                if not each.future.done():
                    each.future.set_result(narrow_result(found[each.key], each.window, window))
        except asyncio.CancelledError:
            for each in group:
                each.future.cancel()
            raise
        except BaseException as error:  # noqa: BLE001  # whoever waits must not wait for ever, whatever it was
            for each in group:
                fail_future(each.future, error)
