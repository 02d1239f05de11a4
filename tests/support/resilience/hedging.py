"""A hedged source over a held upstream."""

import asyncio
import sys

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Answers
from gateway.resilience.hedging import Hedging
from gateway.resilience.retry import RetryBudget
from gateway.telemetry.source_stats import REFRESH_EVERY, SourceStats
from support.batches import NAME, HeldUpstream, batch, settle

ENOUGH = REFRESH_EVERY
AGES = 1e6  # seconds


class HedgedSource:
    """A source whose recent reads took `seconds`; 0 makes every read late at once."""

    def __init__(
        self, seconds: float = 0.0, measured: int = ENOUGH, budget: float = 1.0, bulkhead: Bulkhead | None = None
    ) -> None:
        self.upstream, self.stats, self.budget = HeldUpstream(), SourceStats(NAME), RetryBudget(0.1, budget)
        for _ in range(measured):
            self.stats.recent_seconds.add(seconds)
        self.hedging = Hedging(self.upstream, self.budget, self.stats, bulkhead or Bulkhead(sys.maxsize))

    async def ask(self) -> "asyncio.Task[Answers]":
        """Start a read, and let it run until it waits."""
        task = asyncio.create_task(self.hedging(batch("a", "b")))
        await settle()
        return task

    @property
    def counts(self) -> tuple[int, int, int]:
        """Batches sent, batches in flight, and hedges."""
        return len(self.upstream.batches), self.upstream.in_flight, self.stats.hedges
