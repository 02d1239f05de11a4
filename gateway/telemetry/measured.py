"""Every attempt is counted and timed, innermost of all: what is measured is what the source was asked."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.contract.outcomes import OK, outcome_code
from gateway.telemetry.source_stats import SourceStats


@dataclass(slots=True)
class Measured:
    """Surrounds a source's fetch. Lives as long as the application.

    `now` counts seconds, and only up; `clock` those since 1970.
    """

    fetch: Fetch
    stats: SourceStats
    now: Callable[[], float] = time.perf_counter
    clock: Callable[[], float] = time.time

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`."""
        tally, began, word = self.stats, self.now(), "CANCELLED"
        tally.under_way += 1
        try:
            answers = await self.fetch(batch)
            word = outcome_code(batch, answers)
            return answers
        finally:
            seconds = self.now() - began
            tally.under_way -= 1
            tally.seconds.add(seconds)
            tally.sizes.add(len(batch.keys))
            tally.outcomes[word] += 1
            if word == OK:
                tally.recent.add(seconds)
                tally.last_answer = self.clock()
