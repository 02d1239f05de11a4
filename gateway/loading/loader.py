"""What one request asks: gathered into batches, each question asked once.

Whatever resolvers ask in the same moment becomes one batch per lookup. Questions about one lookup that
differ only in how far back and how many are one question, answered by the wider.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.contract.batch import ALL, NO_WISH, Key, Window, Wish
from gateway.contract.windows import covers
from gateway.errors import OutOfTime
from gateway.loading.coalescing import Waiting, covered, fail, follow, groups, narrowed, own
from gateway.loading.finder import Finder, Found, system
from gateway.telemetry.request_record import Look
from gateway.telemetry.tracing import Round

R = TypeVar("R")
GRACE = 0.05  # seconds after the request's time, for those who end by themselves
QUIET = 2  # passes of the event loop without a new question


Question = tuple[type, str]


@dataclass(slots=True)
class Loaders:
    """Made for one request: batches, and asks each question once."""

    finder: Finder
    wish: Wish = NO_WISH
    asked: dict[tuple[Question, Key], list[Waiting]] = field(default_factory=dict)
    waiting: dict[Question, list[Waiting]] = field(default_factory=dict)
    flying: set[asyncio.Task[None]] = field(default_factory=set)
    heard: list[tuple[type, Iterable[Found[Any]]]] = field(default_factory=list)
    look: Look | None = None
    _timer: asyncio.TimerHandle | None = None
    _over: bool = False
    _armed: bool = False
    _grew: bool = False
    _quiet: int = 0

    def offers(self, record: type, by: str) -> bool:
        """Whether the catalog has this lookup."""
        return self.finder.catalog.offers(record.__name__, by)

    def parts(self, record: type, by: str) -> tuple[str, ...]:
        """What a key of this lookup may consist of; nothing where it is one text, or not there."""
        entry = self.finder.catalog.entries.get((record.__name__, by))
        return entry.lookup.parts if entry else ()

    def ask(self, record: type[R], by: str, key: Key, window: Window = ALL) -> asyncio.Future[Found[R]]:
        """What is known of this key: a future, so that whoever asks may ask more before waiting."""
        known = self.asked.setdefault(((record, by), key), [])
        for each in known:
            if each.window == window:
                return own(each.future)
        made = Waiting(key, window, asyncio.get_running_loop().create_future())
        if self._over:  # who asks now had not begun when the request ended: it ends as all others did
            made.future.cancel()
            return made.future
        wider = next((each for each in known if covers(each.window, window)), None)
        known.append(made)
        if wider is not None:
            follow(wider, made)
            return own(made.future)
        self.waiting.setdefault((record, by), []).append(made)
        self._arm()
        return own(made.future)

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
        self._over = True
        for task in self.flying:
            task.cancel()
        # A flight that had not begun will not run, not even to tell those who wait for it.
        for each in (one for known in self.asked.values() for one in known):
            each.future.cancel()
        if self._timer is not None:
            self._timer.cancel()

    def _watch(self) -> None:
        if self._timer is None and self.wish.until is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self.wish.left() + GRACE, self._expire)

    def _expire(self) -> None:
        """What sources themselves did not end in time ends here."""
        for ((record, _), _), known in self.asked.items():
            late: Found[Any] = Found([], error=OutOfTime(system(record), "the request's time was over"))
            for each in known:
                if not each.future.done():
                    each.future.set_result(late)
                    self.heard.append((record, (late,)))
        for task in self.flying:
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
        if self._quiet < QUIET:
            asyncio.get_running_loop().call_soon(self._tick)
            return
        self._armed = False
        if self._over:
            return
        self._watch()
        waiting, self.waiting = self.waiting, {}
        batches = [(question, group) for question, asked in waiting.items() for group in groups(asked)]
        within = self.look.round(len(batches)) if self.look else None
        for question, group in batches:
            self._fly(self._send(question, group), within)

    def _fly(self, flight: Coroutine[Any, Any, None], within: Round | None) -> None:
        context = within.context.copy() if within else None
        task = asyncio.get_running_loop().create_task(flight, context=context)
        if within:
            task.add_done_callback(within.landed)
        self.flying.add(task)
        task.add_done_callback(self.flying.discard)

    async def _send(self, question: Question, group: list[Waiting]) -> None:
        record, by = question
        window = covered(group)
        keys = tuple(dict.fromkeys(each.key for each in group))
        call = self.look.calls_for(f"{record.__name__} by {by}", len(keys)) if self.look else None
        try:
            found: dict[Key, Found[Any]] = await self.finder.find(record, by, keys, window, self.wish)
            if self.look and call:
                self.look.answered(call, found.values())
            self.heard.append((record, found.values()))
            for each in group:
                if not each.future.done():
                    each.future.set_result(narrowed(found[each.key], each.window, window))
        except asyncio.CancelledError:
            for each in group:
                each.future.cancel()
            raise
        except BaseException as error:  # noqa: BLE001  # whoever waits must not wait for ever, whatever it was
            for each in group:
                fail(each.future, error)
