"""A request whose deadline has passed asks nothing: its answer would come too late."""

from dataclasses import dataclass

from gateway.concurrency.loop_lag import LOOP_LAG
from gateway.contract.batch import Answers, Batch, Fetch


@dataclass(slots=True)
class Deadline:
    """Wraps a source's fetch. The source itself limits its calls to the remaining time."""

    fetch: Fetch

    async def __call__(self, batch: Batch) -> Answers:
        if batch.options.remaining() > 0:
            return await self.fetch(batch)
        reason = f"{batch.lookup.name}: the request's deadline passed before the call"
        return dict.fromkeys(batch.keys, LOOP_LAG.timeout(batch.lookup.source, reason))
