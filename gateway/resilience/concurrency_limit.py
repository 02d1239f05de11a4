"""A limit on the batches that a source is asked at once; further batches wait in a short queue."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Answers, Batch, Fetch, SourceSettings
from gateway.errors import Overloaded, QueueFull, SourceError
from gateway.telemetry.source_stats import SourceStats

DEFAULT_MAX_IN_FLIGHT = 200  # of a source without a limit in its settings
# Admit twice the source's own concurrency: its pool stays busy, the rest waits in this bounded queue.
HEADROOM = 2


class ConcurrencyPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many batches a source is asked at once.

    max_in_flight: batches at once; default: twice the source's `max_concurrent_calls` or `pool_size`, or 200.
    max_queue: batches that may wait for their turn; further ones are rejected.
    queue_timeout: longest wait in seconds; the deadline of the request may end it earlier.
    """

    max_in_flight: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    max_queue: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 1000
    queue_timeout: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 5.0

    def bulkhead(self, settings: SourceSettings) -> Bulkhead:
        """Return the bulkhead for a source with these settings."""
        own_limit = settings.max_concurrent_calls
        default = HEADROOM * own_limit if own_limit else DEFAULT_MAX_IN_FLIGHT
        return Bulkhead(self.max_in_flight or default, self.max_queue, self.queue_timeout)


@dataclass(slots=True)
class ConcurrencyLimit:
    """Wraps a source's fetch. Lives as long as the application.

    A rejected batch is the gateway's overload while the source answers others, else the source's failure.
    """

    fetch: Fetch
    bulkhead: Bulkhead
    stats: SourceStats

    async def __call__(self, batch: Batch) -> Answers:
        if not await self.bulkhead.acquire(batch.options.remaining(), batch.options.caller.id):
            self.stats.rejected += 1
            kind = Overloaded if self.bulkhead.answers() else QueueFull
            return dict.fromkeys(batch.keys, kind(self.stats.source, "too many calls wait for it"))
        try:
            answers = await self.fetch(batch)
            if not all(isinstance(each, SourceError) and each.source_fails is not False for each in answers.values()):
                self.bulkhead.last_answer = self.bulkhead.now()
            return answers
        finally:
            self.bulkhead.release()
