"""One question under way is asked once, however many wait for it; and ended when nobody waits any more."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
FOREVER = float("inf")
GIVEN_UP = float("-inf")


@dataclass(slots=True, eq=False)
class Flight(Generic[K, V]):
    """Some keys on their way. It is given up at `until`: who has more time than that does not join."""

    keys: list[K]
    until: float
    task: asyncio.Task[Mapping[K, V]] = field(init=False)
    waiting: int = 0

    def give_up(self) -> None:
        """End it, once: nobody waits for it. Until it has ended nobody may join it, either."""
        if self.until != GIVEN_UP and not self.task.done():
            self.until = GIVEN_UP
            self.task.cancel()


@dataclass(slots=True)
class Flights(Generic[K, V]):
    """Lives as long as the application.

    `aloft` are those under way that may be joined; `next` those that begin after them; `all` whatever has
    not ended.
    """

    aloft: dict[K, Flight[K, V]] = field(default_factory=dict)
    next: dict[K, Flight[K, V]] = field(default_factory=dict)
    all: set[Flight[K, V]] = field(default_factory=set)

    def join(self, keys: Iterable[K], until: float) -> tuple[list[Flight[K, V]], list[K]]:
        """The flights that these keys are on already, and the keys that are on none."""
        return _joined(self.aloft, keys, until)

    def join_next(self, keys: Iterable[K], until: float) -> tuple[list[Flight[K, V]], list[K]]:
        """As `join`, of those that have not begun: what they bring is no older than this moment."""
        return _joined(self.next, keys, until)

    def start(
        self,
        keys: Iterable[K],
        ask: Callable[[list[K]], Coroutine[Any, Any, Mapping[K, V]]],
        until: float = FOREVER,
        *,
        after: bool = False,
        context: Context | None = None,
    ) -> Flight[K, V]:
        """A flight of these keys: at once, or after those of them that are aloft have landed.

        `context` is what it runs in; that of whoever starts it, if not said.
        """
        flight: Flight[K, V] = Flight(list(keys), until)
        self.all.add(flight)
        before = {self.aloft[key].task for key in flight.keys if after and key in self.aloft}
        if before:
            self.next.update(dict.fromkeys(flight.keys, flight))

        async def fly() -> Mapping[K, V]:
            if before:
                await asyncio.wait(before)
            self._begin(flight)
            return await ask(flight.keys)

        flight.task = asyncio.get_running_loop().create_task(fly(), context=context)
        if not before:
            self._begin(flight)  # at once, so that whoever asks in this very moment joins
        flight.task.add_done_callback(lambda done: self._land(flight, done))
        return flight

    def forget(self, touched: Callable[[K], bool] = lambda _: True) -> None:
        """Nobody joins what is under way now of these keys: something has changed since it was asked."""
        for key in [each for each in self.aloft if touched(each)]:
            del self.aloft[key]

    async def close(self) -> None:
        """End those for which nobody waits, or nobody yet, and wait until they have ended."""
        alone = [each for each in self.all if not each.waiting]
        for each in alone:
            each.give_up()
        if alone:
            await asyncio.wait([each.task for each in alone])

    def _begin(self, flight: Flight[K, V]) -> None:
        for key in flight.keys:
            self.aloft[key] = flight
            if self.next.get(key) is flight:
                del self.next[key]

    def _land(self, flight: Flight[K, V], done: asyncio.Task[Mapping[K, V]]) -> None:
        self.all.discard(flight)
        for flights in (self.aloft, self.next):
            for key in flight.keys:
                if flights.get(key) is flight:
                    del flights[key]
        if not done.cancelled():
            done.exception()  # seen, even if nobody waits any more


def _joined(
    flights: Mapping[K, Flight[K, V]], keys: Iterable[K], until: float
) -> tuple[list[Flight[K, V]], list[K]]:
    joined: dict[Flight[K, V], None] = {}
    missing: list[K] = []
    for key in keys:
        flight = flights.get(key)
        if flight is None or flight.until < until:
            missing.append(key)
        else:
            joined[flight] = None
    return list(joined), missing


async def landed(flights: Iterable[Flight[K, V]], seconds: float) -> dict[K, V]:
    """What those bring that land in time. Who lands later is ended, unless others wait for it."""
    mine = list(flights)
    for each in mine:
        each.waiting += 1
    try:
        limit = None if seconds == FOREVER else seconds
        done, _ = await asyncio.wait([each.task for each in mine], timeout=limit) if mine else (set(), None)
        return {key: value for task in done for key, value in task.result().items()}
    finally:
        for each in mine:
            each.waiting -= 1
            if not each.waiting:
                each.give_up()
