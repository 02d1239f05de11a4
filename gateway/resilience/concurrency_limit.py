"""How many questions a source is asked at once: the rest wait in a short queue, and not for ever."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated

import msgspec

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.contract.source_kind import SourceSettings
from gateway.errors import NotAsked
from gateway.telemetry.source_stats import SourceStats

AT_ONCE = 200  # of a source that takes any number itself
# Of a source that takes so many calls as many questions again may be with it, each perhaps of several calls:
# it is never idle, and what has to wait longer does so here, where waits are counted and bounded.
FACTOR = 2


class ConcurrencyPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many batches of questions a source gets.

    at_once: so many are under way at most; by default twice the `max_concurrent_calls` or `pool_size` of the
        source, or 200
    waiting: so many more may wait for their turn; further ones are turned away
    seconds: none waits longer, nor longer than its request has time
    """

    at_once: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    waiting: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1000
    seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 5.0

    def places(self, settings: SourceSettings) -> "Places":
        """Those of a source of these settings, which say what it takes at once where its kind does."""
        takes = settings.max_concurrent_calls
        return Places(self.at_once or (FACTOR * takes if takes else AT_ONCE), self.waiting, self.seconds)


@dataclass(slots=True)
class Places:
    """Those of one source: `most` questions have one, `waiting` may wait so many `seconds` for one.

    First come, first served.
    """

    most: int
    waiting: int
    seconds: float
    taken: int = 0
    line: deque["asyncio.Future[None]"] = field(default_factory=deque)

    def take(self) -> bool:
        """Whether there was one; if so, it is taken, and has to be left."""
        if self.taken >= self.most:
            return False
        self.taken += 1
        return True

    async def wait(self, left: float) -> bool:
        """As `take`, after a wait if need be; for no longer than so many seconds are left."""
        if self.take():
            return True
        if len(self.line) >= self.waiting:
            return False
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.line.append(turn)
        try:
            async with asyncio.timeout(min(self.seconds, left)):
                await asyncio.shield(turn)
        except TimeoutError:
            return self._gave_up(turn)
        except asyncio.CancelledError:
            if self._gave_up(turn):
                self.leave()
            raise
        return True

    def leave(self) -> None:
        """The place goes on to the next."""
        if self.line:
            self.line.popleft().set_result(None)
        else:
            self.taken -= 1

    def _gave_up(self, turn: "asyncio.Future[None]") -> bool:
        """Whether its turn came all the same, in the last moment."""
        if turn.done():
            return True
        self.line.remove(turn)
        return False


@dataclass(slots=True)
class ConcurrencyLimit:
    """Surrounds a source's fetch. Lives as long as the application."""

    fetch: Fetch
    places: Places
    stats: SourceStats

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        if not await self.places.wait(batch.options.remaining()):
            self.stats.turned_away += 1
            return dict.fromkeys(batch.keys, NotAsked(self.stats.source, "too many questions wait for it"))
        try:
            return await self.fetch(batch)
        finally:
            self.places.leave()
