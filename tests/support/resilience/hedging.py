"""A source whose slow reads are asked twice, for tests of when they are."""

import asyncio

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Answers
from gateway.resilience.hedging import Hedging
from gateway.resilience.retry_budget import RetryBudget
from gateway.telemetry.source_stats import REFRESH_EVERY, SourceStats
from support.batches import NAME, Held, batch, settled

ENOUGH = REFRESH_EVERY
AGES = 1e6  # seconds


class At:
    """A source whose reads took so many seconds lately; none at all, so that each is late at once."""

    def __init__(
        self,
        seconds: float = 0.0,
        measured: int = ENOUGH,
        budget: float = 1.0,
        bulkhead: Bulkhead | None = None,
    ) -> None:
        self.upstream, self.stats, self.budget = Held(), SourceStats(NAME), RetryBudget(0.1, budget)
        for _ in range(measured):
            self.stats.recent_seconds.add(seconds)
        self.hedged = Hedging(self.upstream, self.budget, self.stats, bulkhead)

    async def ask(self) -> "asyncio.Task[Answers]":
        """A question that has gone as far as it can."""
        task = asyncio.create_task(self.hedged(batch("a", "b")))
        await settled()
        return task

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many questions were asked, how many of them are under way, and how many were hedges."""
        return len(self.upstream.asked), self.upstream.inside, self.stats.hedges
