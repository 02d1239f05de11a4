"""A breaker for each source: who fails and fails is left alone for a while, then tried with one question."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Annotated

import msgspec

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.contract.outcomes import batch_failure, fails, says_nothing
from gateway.errors import NotAsked, UpstreamRateLimited
from gateway.resilience.sliding_window import SlidingWindow


class BreakerPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a source gets a rest.

    calls: it rests only where at least so many questions were answered, or failed, lately
    share: and this share of them or more failed: 5xx, no answer in time, nonsense; not 4xx, nor odd rows
    seconds: how far back "lately" reaches, to a tenth of it
    rest: for so many seconds it is not asked; then one question tries it alone
    """

    calls: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 5
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    seconds: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 10.0
    rest: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 5.0


class CircuitState(Enum):
    """CLOSED: asked as usual. OPEN: not asked. TRYING: one question is under way, no other is asked."""

    CLOSED = "CLOSED"
    OPEN = "OPEN"
    TRYING = "TRYING"


@dataclass(slots=True)
class CircuitBreaker:
    """Surrounds a source's fetch. Lives as long as the application; `now` counts seconds, and only up.

    `changed` is told every new state; `opened` is told, before that, in which state the source failed so that
    it gets a rest: CLOSED, or TRYING where its trial failed. A `trial` goes on though nobody waits for it any
    more: a caller ends whose other questions are turned away meanwhile, and would end each trial with it.
    """

    source: str
    fetch: Fetch
    when: BreakerPolicy
    changed: Callable[[CircuitState], None]
    opened: Callable[[CircuitState], None]
    now: Callable[[], float] = time.monotonic
    state: CircuitState = CircuitState.CLOSED
    until: float = 0.0
    changes: int = 0
    trial: asyncio.Task[Answers] | None = None
    lately: SlidingWindow = field(init=False)

    def __post_init__(self) -> None:
        self.lately = SlidingWindow(self.when.seconds)

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        if self.state is CircuitState.OPEN and self.now() >= self.until:
            return await self._tried(batch)
        if self.state is not CircuitState.CLOSED:
            wait = max(0.0, self.until - self.now())
            return dict.fromkeys(batch.keys, NotAsked(self.source, "its breaker is open", retry_after=wait))
        changes = self.changes
        answers = await self.fetch(batch)
        error = batch_failure(batch, answers)
        # What was asked before it opened, or closed again, tells nothing of the system as it is since.
        if changes == self.changes and not says_nothing(error):
            self._note(bad=fails(error))
        return answers

    async def close(self) -> None:
        """End the trial that is under way."""
        if self.trial is not None:
            self.trial.cancel()
            await asyncio.wait([self.trial])

    async def _tried(self, batch: Batch) -> Answers:
        self._become(CircuitState.TRYING)

        async def ask() -> Answers:
            return await self.fetch(batch)

        trial = self.trial = asyncio.get_running_loop().create_task(ask())
        trial.add_done_callback(partial(self._learn, batch))  # before anybody hears of it
        return await asyncio.shield(trial)

    def _learn(self, batch: Batch, trial: asyncio.Task[Answers]) -> None:
        self.trial = None
        if trial.cancelled() or trial.exception() is not None:
            self._become(CircuitState.OPEN)  # it was ended, or there is a bug: the next question tries
            return
        error = batch_failure(batch, trial.result())
        if fails(error):
            self._open()
        elif says_nothing(error) or isinstance(error, UpstreamRateLimited):
            self._become(CircuitState.OPEN)  # nothing is learned, or not to ask more: the next question tries
        else:
            self._close()

    def _note(self, *, bad: bool) -> None:
        self.lately.note(self.now(), bad=bad)
        if not bad:
            return
        asked, failed = self.lately.told()
        if asked >= self.when.calls and failed >= self.when.share * asked:
            self._open()

    def _close(self) -> None:
        self.lately.forget()
        self._become(CircuitState.CLOSED)

    def _open(self) -> None:
        self.until = self.now() + self.when.rest
        self.opened(self.state)
        self._become(CircuitState.OPEN)

    def _become(self, state: CircuitState) -> None:
        self.state = state
        self.changes += 1
        self.changed(state)
