"""Single-flight: a call is made once, however many callers wait for its result."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Iterable, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
FOREVER = float("inf")
_CANCELLED = float("-inf")


@dataclass(slots=True, eq=False)
class Flight(Generic[K, V]):
    """One call for some keys. It ends at `deadline`: a caller with more time starts another flight.

    background: the flight goes on without a waiting caller
    """

    keys: list[K]
    deadline: float
    background: bool
    task: asyncio.Task[Mapping[K, V]] = field(init=False)
    waiting: int = 0

    def cancel(self) -> None:
        """Cancel the call, once. No caller joins it until it has ended."""
        if self.deadline != _CANCELLED and not self.task.done():
            self.deadline = _CANCELLED
            self.task.cancel()


@dataclass(slots=True)
class SingleFlight(Generic[K, V]):
    """Lives as long as its owner. It knows calls in flight, and remembers no results.

    in_flight: flights that callers may join, by key
    queued: flights that begin when those have ended, by key
    running: every flight that has not ended, queued ones too
    """

    in_flight: dict[K, Flight[K, V]] = field(default_factory=dict)
    queued: dict[K, Flight[K, V]] = field(default_factory=dict)
    running: set[Flight[K, V]] = field(default_factory=set)

    async def run(self, key: K, call: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """The result of `call`, or of the call in flight for this key.

        Cancelling a caller does not cancel the call.
        """

        async def fetch(_keys: list[K]) -> Mapping[K, V]:
            return {key: await call()}

        flight = self.in_flight.get(key) or self.start([key], fetch)
        return (await asyncio.shield(flight.task))[key]

    def join(self, keys: Iterable[K], deadline: float, *, queued: bool = False) -> tuple[list[Flight[K, V]], list[K]]:
        """The flights of these keys that may be joined, and the keys without one.

        Results of `queued` flights, which have not begun, are no older than this moment.
        """
        flights = self.queued if queued else self.in_flight
        joined: dict[Flight[K, V], None] = {}
        missing: list[K] = []
        for key in keys:
            flight = flights.get(key)
            if flight is None or flight.deadline < deadline:
                missing.append(key)
            else:
                joined[flight] = None
        return list(joined), missing

    def start(
        self,
        keys: Iterable[K],
        call: Callable[[list[K]], Coroutine[Any, Any, Mapping[K, V]]],
        deadline: float = FOREVER,
        *,
        queued: bool = False,
        background: bool = False,
    ) -> Flight[K, V]:
        """Start a flight of these keys. A `queued` one waits until the flights of its keys have ended.

        A `background` one has no part in the caller's context: its logs and traces do not show the request.
        """
        flight: Flight[K, V] = Flight(list(keys), deadline, background)
        self.running.add(flight)
        before = {self.in_flight[key].task for key in flight.keys if queued and key in self.in_flight}
        if before:
            self.queued.update(dict.fromkeys(flight.keys, flight))

        async def fly() -> Mapping[K, V]:
            if before:
                await asyncio.wait(before)
            self._begin(flight)
            return await call(flight.keys)

        context = Context() if background else None
        flight.task = asyncio.get_running_loop().create_task(fly(), context=context)
        if not before:
            self._begin(flight)  # at once, so that the next caller joins it
        flight.task.add_done_callback(lambda done: self._end(flight, done))
        return flight

    def forget(self, concerned: Callable[[K], bool] = lambda _: True) -> None:
        """Let no caller join a flight of these keys: their data has changed since it began."""
        for key in [each for each in self.in_flight if concerned(each)]:
            del self.in_flight[key]

    async def close(self) -> None:
        """Cancel the flights without a waiting caller, and wait until they have ended."""
        idle = [each for each in self.running if not each.waiting]
        for each in idle:
            each.cancel()
        if idle:
            await asyncio.wait([each.task for each in idle])

    def _begin(self, flight: Flight[K, V]) -> None:
        for key in flight.keys:
            self.in_flight[key] = flight
            if self.queued.get(key) is flight:
                del self.queued[key]

    def _end(self, flight: Flight[K, V], task: asyncio.Task[Mapping[K, V]]) -> None:
        self.running.discard(flight)
        for flights in (self.in_flight, self.queued):
            for key in flight.keys:
                if flights.get(key) is flight:
                    del flights[key]
        if not task.cancelled() and not flight.background:
            task.exception()  # retrieved, also where no caller waits any more


async def collect(flights: Iterable[Flight[K, V]], timeout: float) -> dict[K, V]:  # noqa: ASYNC109
    """The results of the flights that end in time. A later flight is cancelled if no other caller waits."""
    joined = list(flights)
    if not joined:
        return {}
    for each in joined:
        each.waiting += 1
    try:
        seconds = None if timeout == FOREVER else timeout
        done, _ = await asyncio.wait([each.task for each in joined], timeout=seconds)
        return {key: value for task in done for key, value in task.result().items()}
    finally:
        for each in joined:
            each.waiting -= 1
            if not each.waiting and not each.background:
                each.cancel()
