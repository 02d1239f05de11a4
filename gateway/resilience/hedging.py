"""Hedged reads: a read slower than most recent ones is sent a second time, and the first answer wins.

J. Dean, L. A. Barroso, "The Tail at Scale" (CACM 2013): after the 95th percentile, few reads are sent twice.
"""

import asyncio
from dataclasses import dataclass

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Answers, Batch, Fetch, batch_failure
from gateway.resilience.retry import RetryBudget
from gateway.telemetry.source_stats import SourceStats


@dataclass(slots=True)
class Hedging:
    """Wraps a source's fetch. Lives as long as the application.

    The first call has its place in `bulkhead` already; a hedge takes a second one, or is not sent.
    """

    fetch: Fetch
    budget: RetryBudget
    stats: SourceStats
    bulkhead: Bulkhead

    async def __call__(self, batch: Batch) -> Answers:
        delay = self.stats.recent_seconds.quantile
        if delay is None:
            return await self.fetch(batch)
        calls = {asyncio.ensure_future(self.fetch(batch))}
        try:
            await asyncio.wait(calls, timeout=delay)
            if not any(call.done() for call in calls) and self._may_hedge():
                calls.add(self._hedge(batch))
            return await _first_success(batch, calls)
        finally:
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)

    def _may_hedge(self) -> bool:
        if not self.bulkhead.try_acquire():
            return False
        if self.budget.spend():
            return True
        self.bulkhead.release()
        return False

    def _hedge(self, batch: Batch) -> "asyncio.Task[Answers]":
        self.stats.hedges += 1
        hedge = asyncio.ensure_future(self.fetch(batch))
        # Releases the place even of a hedge cancelled before it starts.
        hedge.add_done_callback(lambda _: self.bulkhead.release())
        return hedge


async def _first_success(batch: Batch, calls: "set[asyncio.Task[Answers]]") -> Answers:
    """Return the first answers that are no failure; if all fail, those of the last call."""
    pending = set(calls)
    while True:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        results = [call.result() for call in done]  # two may end in the same pass of the event loop
        successes = [answers for answers in results if batch_failure(batch, answers) is None]
        if successes or not pending:
            return (successes or results)[0]
