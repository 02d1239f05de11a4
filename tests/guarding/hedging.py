"""A source whose slow reads are asked twice, for tests of when they are."""

import asyncio

from guarded import NAME, Held, batch, settled

from gateway.guarding.budget import Budget
from gateway.guarding.hedged import Hedged
from gateway.guarding.queued import Places
from gateway.sources.base import Answers
from gateway.tally import REFRESH, Tally

ENOUGH = REFRESH
AGES = 1e6  # seconds


class At:
    """A source whose reads took so many seconds lately; none at all, so that each is late at once."""

    def __init__(
        self,
        seconds: float = 0.0,
        measured: int = ENOUGH,
        budget: float = 1.0,
        places: Places | None = None,
    ) -> None:
        self.upstream, self.tally, self.budget = Held(), Tally(NAME), Budget(0.1, budget)
        for _ in range(measured):
            self.tally.recent.add(seconds)
        self.hedged = Hedged(self.upstream, self.budget, self.tally, places)

    async def ask(self) -> "asyncio.Task[Answers]":
        """A question that has gone as far as it can."""
        task = asyncio.create_task(self.hedged(batch("a", "b")))
        await settled()
        return task

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many questions were asked, how many of them are under way, and how many were hedges."""
        return len(self.upstream.asked), self.upstream.inside, self.tally.hedges
