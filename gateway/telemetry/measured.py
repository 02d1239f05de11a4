"""Counts and times every call, innermost of all middleware: the numbers are those of the source itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.contract.batch import OK, Answers, Batch, Fetch, outcome_code
from gateway.telemetry.source_stats import SourceStats


@dataclass(slots=True)
class Measured:
    """Wraps a source's fetch. Lives as long as the application."""

    fetch: Fetch
    stats: SourceStats
    now: Callable[[], float] = time.perf_counter
    wall_clock: Callable[[], float] = time.time

    async def __call__(self, batch: Batch) -> Answers:
        stats, started_at, outcome = self.stats, self.now(), "CANCELLED"
        stats.in_flight += 1
        try:
            answers = await self.fetch(batch)
            outcome = outcome_code(batch, answers)
            return answers
        finally:
            seconds = self.now() - started_at
            stats.in_flight -= 1
            stats.seconds.add(seconds)
            stats.batch_sizes.add(len(batch.keys))
            stats.outcomes[outcome] += 1
            if outcome == OK:
                stats.recent_seconds.add(seconds)
                stats.last_answer_at = self.wall_clock()
