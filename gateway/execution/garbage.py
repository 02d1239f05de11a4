"""Full garbage collections between large answers: during one, they would stop everybody for half a second.

A collection takes time for each live object. The young generations stay with Python: they are small.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

YOUNG, MIDDLE = 3_000, 10  # a request creates thousands of objects, and hardly any reference cycles
NEVER = 1_000_000_000
DUE = 30  # collections of the middle generation since the last full one
LARGE = 5_000  # records in one answer
INTERVAL = 0.5  # seconds between two looks
PATIENCE = 60.0  # seconds that a full collection waits for the end of large answers


class FullCollections:
    """Decides when to run a full collection. `now` is in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._due_since: float | None = None

    @contextmanager
    def scheduled(self, largest: Callable[[], int]) -> Iterator[None]:
        """Look regularly until the end. `largest` gives the records of the largest answer in progress.

        What lives at the beginning is never scanned: the schema alone would take a tenth of a second.
        """
        loop, before = asyncio.get_running_loop(), gc.get_threshold()
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, MIDDLE, NEVER)

        looking = loop.create_task(self._look_regularly(largest))
        try:
            yield
        finally:
            looking.cancel()
            gc.set_threshold(*before)
            gc.unfreeze()

    async def _look_regularly(self, largest: Callable[[], int]) -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            self.look(largest())

    def look(self, largest: int) -> None:
        """Collect if it is due, and no large answer is in progress or it has waited for long."""
        if gc.get_count()[2] < DUE:
            self._due_since = None
            return
        now = self.now()
        if self._due_since is None:
            self._due_since = now
        if largest < LARGE or now - self._due_since >= PATIENCE:
            gc.collect()
            self._due_since = None
