"""Redis may be down, slow or full of garbage: then nothing is remembered, and nobody waits for it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from redis.exceptions import RedisError

from gateway.concurrency.bulkhead import Bulkhead

T = TypeVar("T")
log = logging.getLogger("gateway")
# What a server that is none, or has gone mad, makes of the driver, beside the driver's own errors.
FAULTS = (RedisError, OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, RuntimeError)
IN_A_ROW = 3  # so many failures, and it is left alone
PASSES = 5  # of the event loop, after the time is over: what has come already is taken


@dataclass(slots=True)
class Guard:
    """Lives as long as the store. `what` is what it guards, for the log; `room` is shared by several.

    Each command has `seconds`, its turn included; that it is late counts against Redis only where it was
    Redis's turn for most of them. After some failures in a row there is a rest of so many
    seconds, in which nothing is asked; then one command is tried. One line of log per change of state.
    A command that nobody waits for any more goes on to its end, so that its connection stays fit.
    """

    what: str
    room: Bulkhead
    seconds: float
    rest: float = 1.0
    now: Callable[[], float] = time.monotonic
    failed: int = 0
    away: bool = False
    until: float = 0.0
    trying: bool = False
    closed: bool = False
    under_way: set[asyncio.Task[object]] = field(default_factory=set)

    async def ask(self, work: Callable[[], Awaitable[T]], instead: T) -> T:
        """What the work brings; `instead` where that fails, takes too long or is not tried."""
        if self.closed or (self.away and (self.trying or self.now() < self.until)):
            return instead
        self.trying = self.away
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._done(work, instead))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        late = loop.call_later(self.seconds, _end, task, PASSES)
        task.add_done_callback(lambda _: late.cancel())
        await asyncio.wait([task])
        return instead if task.cancelled() else task.result()

    async def close(self) -> None:
        """End what is under way; nothing is asked any more, which would connect anew."""
        self.closed = True
        for task in self.under_way:
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)

    async def _done(self, work: Callable[[], Awaitable[T]], instead: T) -> T:
        asked, begun = asyncio.get_running_loop().time, float("inf")
        try:
            async with self.room.permit():
                begun = asked()
                told = await work()
        except asyncio.CancelledError:  # it is late, or the store is closed: nobody else can end it
            own = asked() - begun > self.seconds / 2
            self._failed(f"no answer in {self.seconds} s") if own else self._not_tried()
            return instead
        except FAULTS as error:
            self._failed(_reason(error))
            return instead
        except BaseException:
            self._not_tried()
            raise
        self._worked()
        return told

    def _not_tried(self) -> None:
        self.trying = False

    def _worked(self) -> None:
        if self.away:
            log.info("Redis: %s works again", self.what)
        self.failed, self.away, self.trying = 0, False, False

    def _failed(self, why: str) -> None:
        self.failed += 1
        self.trying = False
        if self.failed < IN_A_ROW:
            return
        self.until = self.now() + self.rest
        if not self.away:
            self.away = True
            log.warning(
                "Redis: %s fails (%s); until it works again, the gateway does without", self.what, why
            )


def _end(task: "asyncio.Task[object]", passes: int) -> None:
    """A busy event loop is late itself: the answer may lie there, and needs a few passes to arrive."""
    if passes:
        asyncio.get_running_loop().call_soon(_end, task, passes - 1)
    else:
        task.cancel()


def _reason(error: BaseException) -> str:
    """What kind of error, and Redis's own word for it (OOM, READONLY), never its text: it may quote."""
    word = str(error).partition(" ")[0]
    return f"{type(error).__name__} {word}" if word.isascii() and word.isupper() else type(error).__name__
