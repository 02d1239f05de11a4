"""Redis may be down, slow or full of garbage: then nothing is cached, and no request waits for it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from redis.exceptions import RedisError

from gateway.concurrency.bulkhead import Bulkhead
from gateway.resilience.circuit import Attempt, Circuit, CircuitState, ConsecutiveFailures

T = TypeVar("T")
log = logging.getLogger("gateway")
# Errors of the driver, and those that it raises where something else answers in place of Redis.
FAULTS = (RedisError, OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, RuntimeError)
MAX_FAILURES = 3  # in a row: then the circuit opens
OPEN_FOR = 1.0  # seconds
PASSES = 5  # of the event loop after the timeout: an answer that has arrived by then is taken


@dataclass(slots=True)
class Guard:
    """Runs commands, each within `timeout` seconds. Lives as long as the store.

    A command outlives its caller, so that its connection stays usable. Its timeout includes the wait for the
    bulkhead; it counts as a failure of Redis only where Redis had most of the time.

    name, consequence: what it guards, and what its failure means, for the log
    """

    name: str
    bulkhead: Bulkhead
    timeout: float
    now: Callable[[], float] = time.monotonic
    consequence: str = "nothing is cached"
    closed: bool = False
    in_flight: set[asyncio.Task[object]] = field(default_factory=set)
    circuit: Circuit = field(init=False)
    reason: str = ""  # of the latest failure

    def __post_init__(self) -> None:
        self.circuit = Circuit(ConsecutiveFailures(MAX_FAILURES), OPEN_FOR, self._log_change, self.now)

    @property
    def is_up(self) -> bool:
        return self.circuit.state is CircuitState.CLOSED

    async def run(self, command: Callable[[], Awaitable[T]], fallback: T) -> T:
        """The result of the command; the fallback where it fails, is late, or the circuit is open."""
        attempt = None if self.closed else self.circuit.admit()
        if attempt is None:
            return fallback
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._attempt(attempt, command, fallback))
        self.in_flight.add(task)
        task.add_done_callback(self.in_flight.discard)
        timer = loop.call_later(self.timeout, _cancel, task, PASSES)
        task.add_done_callback(lambda _: timer.cancel())
        await asyncio.wait([task])
        return fallback if task.cancelled() else task.result()

    async def close(self) -> None:
        """Cancel the commands in flight. Later ones are not run: they would connect again."""
        self.closed = True
        for task in self.in_flight:
            task.cancel()
        await asyncio.gather(*self.in_flight, return_exceptions=True)

    async def _attempt(self, attempt: Attempt, command: Callable[[], Awaitable[T]], fallback: T) -> T:
        clock, started_at = asyncio.get_running_loop().time, float("inf")
        try:
            async with self.bulkhead.permit():
                started_at = clock()
                result = await command()
        except asyncio.CancelledError:  # late, or the store is closed: callers cannot cancel this task
            if clock() - started_at > self.timeout / 2:
                self._fail(attempt, f"no answer in {self.timeout} s")
            else:
                attempt.abandon()
            return fallback
        except FAULTS as error:
            self._fail(attempt, _reason(error))
            return fallback
        except BaseException:
            attempt.abandon()
            raise
        attempt.succeed()
        return result

    def _fail(self, attempt: Attempt, reason: str) -> None:
        self.reason = reason
        attempt.fail()

    def _log_change(self, circuit: Circuit, before: CircuitState) -> None:
        if circuit.state is CircuitState.CLOSED:
            log.info("Redis: %s work again", self.name)
        elif before is CircuitState.CLOSED:
            log.warning("Redis: %s fail (%s); until they work, %s", self.name, self.reason, self.consequence)


def _cancel(task: asyncio.Task[object], passes: int) -> None:
    """A busy event loop is late itself: an answer that lies there needs a few passes to arrive."""
    if passes:
        asyncio.get_running_loop().call_soon(_cancel, task, passes - 1)
    else:
        task.cancel()


def _reason(error: BaseException) -> str:
    """The type of the error, and Redis's own code (OOM, READONLY). Its text may quote keys."""
    code = str(error).partition(" ")[0]
    return f"{type(error).__name__} {code}" if code.isascii() and code.isupper() else type(error).__name__
