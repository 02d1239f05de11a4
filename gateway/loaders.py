"""What one request asks: gathered into batches, each question asked once.

Whatever resolvers ask in the same moment becomes one batch per lookup. Questions about one lookup that
differ only in how far back and how many are one question, answered by the wider.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.finder import Finder, Found, moment
from gateway.sources.base import ALL, Key, Window
from gateway.sources.windows import cover, covers, narrow

R = TypeVar("R")


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
        """End what is still under way, and ask nothing more: the request is over."""
        waiting, self.waiting = self.waiting, {}
        for each in (one for asked in waiting.values() for one in asked):
            each.future.cancel()
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
            for each in group:
                if not each.future.done():
                    each.future.set_result(_narrowed(found[each.key], each.window, window))
        except asyncio.CancelledError:
            for each in group:
                each.future.cancel()
            raise
        except BaseException as error:  # noqa: BLE001  # whoever waits must not wait for ever, whatever it was
            for each in group:
                _fail(each.future, error)

    def _follow(self, wider: Waiting, made: Waiting) -> None:
        def give(future: "asyncio.Future[Found[Any]]") -> None:
            if made.future.done():
                return
            if future.cancelled():
                made.future.cancel()
            elif error := future.exception():
                _fail(made.future, error)
            else:
                made.future.set_result(_narrowed(future.result(), made.window, wider.window))

        wider.future.add_done_callback(give)


def _fail(future: "asyncio.Future[Found[Any]]", error: BaseException) -> None:
    if future.done():
        return
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


def _narrowed(found: Found[Any], window: Window, asked: Window) -> Found[Any]:
    if window == asked or not found.records:
        return found
    stamped = [(moment(each, window), each) for each in found.records]
    kept = [each for _, each in narrow(window, stamped)]
    return Found(kept, found.as_of, found.error, found.from_cache, found.stale)
