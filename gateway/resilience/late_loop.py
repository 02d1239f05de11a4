"""A timeout while the event loop was late blames the gateway, not the source."""

from dataclasses import dataclass

from gateway.concurrency.loop_lag import LOOP_LAG, LoopLag
from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import SourceTimeout


@dataclass(slots=True)
class LateLoop:
    """Wraps a source's fetch itself."""

    fetch: Fetch
    lag: LoopLag = LOOP_LAG

    async def __call__(self, batch: Batch) -> Answers:
        started_at = self.lag.now()
        answers = await self.fetch(batch)
        if not self.lag.is_late(started_at):
            return answers
        return {
            key: self.lag.overloaded(each.source, each.reason) if isinstance(each, SourceTimeout) else each
            for key, each in answers.items()
        }
