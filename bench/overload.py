"""Overload: widgets and 360s, 9 : 1, at a pace that does not wait for answers, up to five times the capacity.

An answer is good if it is whole and comes within a second. Shed requests are not good.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count, cycle

from bench import client
from bench.documents import Document
from bench.figures import percentile
from bench.load import OK, BrokenAnswer, Target

GOOD = 1.0  # seconds
PATIENCE = 5.0  # seconds until a client gives up
CLIENTS = 6  # that find the capacity: each sends its next request after every answer
WIDGETS = 9  # for each 360
LOADS = (1, 2, 5)  # times the capacity
QUIET = 20.0  # widgets a second
CALM = 0.25  # seconds: a gateway that answers within it again has recovered
CALM_ANSWERS = 10  # in a row
SHED = 503
NONE = 0  # the status of an answer that did not come, or is not whole


@dataclass(frozen=True, slots=True)
class Answered:
    """One request: its document, when it was sent, the seconds to its answer, and the status."""

    name: str
    sent_at: float
    seconds: float
    status: int

    @property
    def is_good(self) -> bool:
        return self.status == OK and self.seconds <= GOOD


@dataclass(frozen=True, slots=True)
class Load:
    """A measured load: the requests of some seconds, and the seconds to recover afterwards."""

    seconds: float
    answers: Sequence[Answered]
    recovery: float

    def good(self, name: str | None = None) -> float:
        """Good answers a second, of one document or all."""
        return sum(each.is_good for each in self.answers if name in (None, each.name)) / self.seconds

    def p99_ms(self, name: str) -> float:
        """The p99 of the answers that came, without those that were shed."""
        return 1000 * percentile([each.seconds for each in self.answers if each.name == name and each.status == OK], 99)


@dataclass(frozen=True, slots=True)
class Overload:
    """Loads by their multiple of the capacity, in requests a second; widgets without and beside 360s.

    whole: 360s at twice the capacity for them alone.
    """

    capacity: float
    mixed: dict[int, Load]
    whole_capacity: float
    whole: Load
    quiet: Load
    beside: Load


class Clients:
    """Sends requests, each on an idle connection or a new one, and collects what comes of them."""

    def __init__(self, target: Target) -> None:
        self.target, self.answers = target, list[Answered]()
        self._idle: list[client.Connection] = []
        self._open = AsyncExitStack()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The time in which connections are open."""
        async with self._open:
            yield

    async def send(self, name: str, request: bytes) -> Answered:
        """Send a request, and wait for its answer until the client's patience ends."""
        sent_at, status = time.perf_counter(), NONE
        with suppress(TimeoutError, OSError, asyncio.IncompleteReadError):
            async with asyncio.timeout(PATIENCE):
                status = await self._ask(request)
        answered = Answered(name, sent_at, time.perf_counter() - sent_at, status)
        self.answers.append(answered)
        return answered

    async def _ask(self, request: bytes) -> int:
        connection = self._idle.pop() if self._idle else await self._connect()
        try:
            status, body = await connection.ask(request)
        except BaseException:
            connection.writer.close()
            raise
        self._idle.append(connection)
        if status not in (OK, SHED):
            raise BrokenAnswer(f"{self.target.name}: {status} {body[:500].decode(errors='replace')}")
        return NONE if status == OK and b'"errors":' in body else status

    async def pace(self, requests: Iterator[tuple[str, bytes]], rate: float, seconds: float) -> None:
        """Send at an even pace, and await all answers."""
        began = time.perf_counter()
        async with asyncio.TaskGroup() as sending:
            for n in range(int(rate * seconds)):
                if (early := began + n / rate - time.perf_counter()) > 0:
                    await asyncio.sleep(early)
                sending.create_task(self.send(*next(requests)))

    async def in_turn(self, requests: Iterator[tuple[str, bytes]], seconds: float) -> None:
        """Send each request after the answer to the one before."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            await self.send(*next(requests))

    async def _connect(self) -> client.Connection:
        return await self._open.enter_async_context(client.connect(self.target.port))


async def overload(
    target: Target, documents: Sequence[Document], seconds: float, say: Callable[[str], None]
) -> Overload:
    """Measure each load for some seconds, after the capacity."""
    widget, whole, *_ = documents
    mixed, widgets, wholes = _mixed(widget, whole), _only(widget), _only(whole)
    capacity = await _capacity(target, mixed, seconds)
    quiet = await _load(target, widgets, QUIET, seconds)
    loads = {}
    for times in LOADS:
        loads[times] = await _load(target, mixed, times * capacity, seconds)
        say(f"{times} times the capacity of {capacity:.0f}/s: done")
    rate = await _capacity(target, wholes, seconds)
    alone = await _load(target, wholes, 2 * rate, seconds)
    beside = await _beside(target, widgets, wholes, 5 * rate, seconds)
    return Overload(capacity, loads, rate, alone, quiet, beside)


async def _capacity(target: Target, requests: Iterator[tuple[str, bytes]], seconds: float) -> float:
    """The good answers a second, where a few clients keep the gateway busy."""
    clients = Clients(target)
    async with clients.running():
        await asyncio.gather(*(clients.in_turn(requests, seconds) for _ in range(CLIENTS)))
    return Load(seconds, clients.answers, 0.0).good()


async def _load(target: Target, requests: Iterator[tuple[str, bytes]], rate: float, seconds: float) -> Load:
    clients = Clients(target)
    async with clients.running():
        sending = asyncio.create_task(clients.pace(requests, rate, seconds))
        await asyncio.sleep(seconds)
        recovery = await _recovery(target, requests)
        await sending
    return Load(seconds, clients.answers, recovery)


async def _recovery(target: Target, requests: Iterator[tuple[str, bytes]]) -> float:
    """The seconds until the gateway answers request after request at once."""
    began = time.perf_counter()
    clients = Clients(target)
    async with clients.running():
        calm, since = 0, began
        while calm < CALM_ANSWERS:
            answered = await clients.send(*next(requests))
            is_calm = answered.status == OK and answered.seconds <= CALM
            calm, since = (calm + 1, since) if is_calm else (0, time.perf_counter())
    return since - began


async def _beside(
    target: Target,
    widgets: Iterator[tuple[str, bytes]],
    wholes: Iterator[tuple[str, bytes]],
    rate: float,
    seconds: float,
) -> Load:
    """Widgets as on a quiet day, beside 360s at this rate."""
    clients = Clients(target)
    async with clients.running(), asyncio.TaskGroup() as sending:
        sending.create_task(clients.pace(wholes, rate, seconds))
        sending.create_task(clients.pace(widgets, QUIET, seconds))
    return Load(seconds, clients.answers, 0.0)


def _mixed(widget: Document, whole: Document) -> Iterator[tuple[str, bytes]]:
    widgets, wholes = _only(widget), _only(whole)
    for n in count():
        yield next(widgets if n % (WIDGETS + 1) else wholes)


def _only(document: Document) -> Iterator[tuple[str, bytes]]:
    return cycle([(document.name, client.post("/graphql", body)) for body in document.bodies])
