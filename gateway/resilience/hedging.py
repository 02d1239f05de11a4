"""A read that takes longer than nearly all others is asked a second time, and the first to answer wins.

J. Dean, L. A. Barroso, "The Tail at Scale" (CACM 2013): after the 95th percentile, so few are asked twice.
"""

import asyncio
from dataclasses import dataclass

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.contract.outcomes import batch_failure
from gateway.resilience.concurrency_limit import Places
from gateway.resilience.retry_budget import RetryBudget
from gateway.telemetry.source_stats import SourceStats


@dataclass(slots=True)
class Hedging:
    """Surrounds a source's fetch. Lives as long as the application.

    What is asked has a place already, of `places` where these are counted; what is asked twice takes another,
    and where there is none it is not asked twice.
    """

    fetch: Fetch
    budget: RetryBudget
    stats: SourceStats
    places: Places | None = None

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        late = self.stats.recent.usual
        if late is None:
            return await self.fetch(batch)
        running = {self._asked(batch)}
        try:
            await asyncio.wait(running, timeout=late)
            if not any(each.done() for each in running) and self._may_hedge():
                running.add(self._hedge(batch))
            return await _first(batch, running)
        finally:
            for each in running:
                each.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    def _may_hedge(self) -> bool:
        if self.places is None:
            return self.budget.spend()
        if not self.places.take():
            return False
        if self.budget.spend():
            return True
        self.places.leave()
        return False

    def _hedge(self, batch: Batch) -> "asyncio.Task[Answers]":
        self.stats.hedges += 1
        hedge, places = self._asked(batch), self.places
        if places is not None:  # its place is left even where it is given up before it begins
            hedge.add_done_callback(lambda _: places.leave())
        return hedge

    def _asked(self, batch: Batch) -> "asyncio.Task[Answers]":
        async def ask() -> Answers:
            return await self.fetch(batch)

        return asyncio.get_running_loop().create_task(ask())


async def _first(batch: Batch, running: "set[asyncio.Task[Answers]]") -> Answers:
    """The first that tells anything; where none does, what the last one says."""
    pending = set(running)
    while True:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        said = [each.result() for each in done]  # two may come in the same moment
        good = [answers for answers in said if batch_failure(batch, answers) is None]
        if good or not pending:
            return (good or said)[0]
