"""Nothing is asked for a request whose time is over: nobody would hear the answer."""

from dataclasses import dataclass

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import DeadlineExceeded


@dataclass(slots=True)
class Deadline:
    """Surrounds the fetch of `source`. Lives as long as the application."""

    source: str
    fetch: Fetch

    async def __call__(self, batch: Batch) -> Answers:
        """A `Fetch`. How the time that is left is spent is up to the source."""
        if batch.options.remaining() > 0:
            return await self.fetch(batch)
        late = DeadlineExceeded(
            self.source, f"{batch.lookup.name}: the request's time was over before it was asked"
        )
        return dict.fromkeys(batch.keys, late)
