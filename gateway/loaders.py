"""Keys → records. Finder lives as long as the application, Loaders as long as one request.

Loaders gathers what resolvers ask in the same moment into one batch per lookup. Questions about
one lookup that differ only in how far back and how many are one question, answered by the wider.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from gateway.catalog import Catalog, Entry
from gateway.convert import Misfit
from gateway.errors import NotConfigured, SourceError, SourceMisread
from gateway.sources.base import ALL, Answer, Answers, Batch, Fetch, Key, Lookup, Row, Window
from gateway.sources.times import midnight
from gateway.sources.windows import cover, covers, narrow

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
            missing = NotConfigured(record.__name__)
            return dict.fromkeys(keys, Found([], error=missing))
        batch = Batch(entry.lookup, tuple(keys), window)
        answered = await self.fetches[entry.lookup.source](batch)
        now = datetime.now(UTC)
        self._note(entry.lookup.source, answered, now)
        return {key: self._found(entry, answered.get(key), window, now) for key in keys}

    def _note(self, source: str, answered: Answers, now: datetime) -> None:
        failed = next((each for each in answered.values() if isinstance(each, SourceError)), None)
        self.last[source] = Found([], now, failed)

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
        except SourceError as error:
            return Found([], error=error)
        return Found([], datetime.now(UTC))

    def _found(
        self, entry: Entry, answer: Answer | SourceError | None, window: Window, now: datetime
    ) -> Found[Any]:
        if answer is None:
            return Found([], now)
        if isinstance(answer, SourceError):
            self.log(answer)
            return Found([], error=answer)
        try:
            records = [entry.reading.read(row) for row in answer.rows]
        except Misfit as error:
            misread = SourceMisread(entry.lookup.source, str(error))
            self.log(misread)
            return Found([], error=misread)
        for record in records:
            record.zone = window.zone if window != ALL else None
        return Found(records, answer.as_of, None, answer.from_cache, answer.stale)


@dataclass(slots=True)
class Waiting:
    """One question on its way: who asked what of which window, and where the answer will be."""

    key: Key
    window: Window
    future: asyncio.Future[Found[Any]]


Question = tuple[type, str]


@dataclass(slots=True)
class Loaders:
    """Made for one request: batches, and asks each question once."""

    finder: Finder
    asked: dict[tuple[Question, Key], list[Waiting]] = field(default_factory=dict)
    waiting: dict[Question, list[Waiting]] = field(default_factory=dict)
    flying: set[asyncio.Task[None]] = field(default_factory=set)
    _armed: bool = False
    _grew: bool = False

    def offers(self, record: type, by: str) -> bool:
        """Whether the catalog has this lookup."""
        return self.finder.catalog.offers(record.__name__, by)

    def ask(self, record: type[R], by: str, key: Key, window: Window = ALL) -> "asyncio.Future[Found[R]]":
        """What is known of this key: a future, so that whoever asks may ask more before waiting."""
        known = self.asked.setdefault(((record, by), key), [])
        for each in known:
            if each.window == window:
                return each.future
        made = Waiting(key, window, asyncio.get_running_loop().create_future())
        wider = next((each for each in known if covers(each.window, window)), None)
        known.append(made)
        if wider is not None:
            self._follow(wider, made)
            return made.future
        self.waiting.setdefault((record, by), []).append(made)
        self._arm()
        return made.future

    async def many(self, record: type[R], by: str, key: Key, window: Window = ALL) -> list[R]:
        """The records of this key. Raises the SourceError when they are not known."""
        found = await self.ask(record, by, key, window)
        if found.error is not None:
            raise found.error
        return found.records

    async def one(self, record: type[R], by: str, key: Key) -> R | None:
        """The record of this key, None when there is none. Raises as `many` does."""
        return next(iter(await self.many(record, by, key)), None)

    def prime(self, record: type[R], by: str, key: Key, found: Found[R]) -> None:
        """Remember a record that came another way, so that nobody asks for it again."""
        known = self.asked.setdefault(((record, by), key), [])
        if not known:
            future: asyncio.Future[Found[Any]] = asyncio.get_running_loop().create_future()
            future.set_result(found)
            known.append(Waiting(key, ALL, future))

    def close(self) -> None:
        """End what is still under way: the request is over."""
        for task in self.flying:
            task.cancel()

    def _arm(self) -> None:
        self._grew = True
        if not self._armed:
            self._armed = True
            asyncio.get_running_loop().call_soon(self._tick)

    def _tick(self) -> None:
        # Resolvers wake one after another. As long as one pass of the event loop brings a new
        # question, the next pass may bring another that belongs to the same batch.
        if self._grew:
            self._grew = False
            asyncio.get_running_loop().call_soon(self._tick)
            return
        self._armed = False
        waiting, self.waiting = self.waiting, {}
        for question, asked in waiting.items():
            for group in _groups(asked):
                self._fly(self._send(question, group))

    def _fly(self, flight: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(flight)
        self.flying.add(task)
        task.add_done_callback(self.flying.discard)

    async def _send(self, question: Question, group: list[Waiting]) -> None:
        record, by = question
        window = cover([each.window for each in group])
        keys = tuple(dict.fromkeys(each.key for each in group))
        try:
            found: dict[Key, Found[Any]] = await self.finder.find(record, by, keys, window)
        except BaseException as error:  # whoever waits must not wait for ever, whatever it was
            for each in group:
                _fail(each.future, error)
            raise
        for each in group:
            if not each.future.done():
                each.future.set_result(_narrowed(found[each.key], each.window, window))

    def _follow(self, wider: Waiting, made: Waiting) -> None:
        def give(future: "asyncio.Future[Found[Any]]") -> None:
            if made.future.done():
                return
            if future.cancelled():
                made.future.cancel()
            elif error := future.exception():
                made.future.set_exception(error)
            else:
                made.future.set_result(_narrowed(future.result(), made.window, wider.window))

        wider.future.add_done_callback(give)


def _fail(future: "asyncio.Future[Found[Any]]", error: BaseException) -> None:
    if future.done():
        return
    if isinstance(error, asyncio.CancelledError):
        future.cancel()
    else:
        future.set_exception(error)
        future.exception()  # seen: a resolver that was cancelled will not look


def _groups(asked: Iterable[Waiting]) -> list[list[Waiting]]:
    """Those that one window can answer together."""
    groups: dict[Any, list[Waiting]] = {}
    for each in asked:
        window = each.window
        groups.setdefault((window.until, window.after, window.zone), []).append(each)
    whole = next((group for group in groups.values() if _is_whole(_cover(group))), None)
    if whole is None or len(groups) == 1:
        return list(groups.values())
    others = [group for group in groups.values() if group is not whole]
    held = [group for group in others if covers(_cover(whole), _cover(group))]
    merged = [each for group in (whole, *held) for each in group]
    return [merged, *(group for group in others if group not in held)]


def _cover(group: Sequence[Waiting]) -> Window:
    return cover([each.window for each in group])


def _is_whole(window: Window) -> bool:
    return window.limit is None and window.until is None and window.after is None


def moment(record: Any, window: Window) -> tuple[datetime, str]:
    """When a record happened, and which it is: the order of every list."""
    value = getattr(record, record.TIME)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = midnight(value, window.zone)
    return value, record.id


def _narrowed(found: Found[Any], window: Window, asked: Window) -> Found[Any]:
    if window == asked or not found.records:
        return found
    stamped = [(moment(each, window), each) for each in found.records]
    kept = [each for _, each in narrow(window, stamped)]
    return Found(kept, found.as_of, found.error, found.from_cache, found.stale)
