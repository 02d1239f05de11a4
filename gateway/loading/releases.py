"""Results go to resolvers in slices: between two, the event loop serves other requests.

Each record that a resolver gets becomes an object of the answer. One shared result may go to thousands of resolvers.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.loading.finder import LoadResult

ResultFuture = asyncio.Future[LoadResult[Any]]
SLICE = 250  # records in one pass of the event loop, or one longer list


def ignore() -> None:
    """Do nothing."""


@dataclass(slots=True)
class Releases:
    """Made for one request.

    max_objects: records that all resolvers together may get.
    on_excess: called once, when they get more.
    objects: records that they have got.
    waiting: results for a later pass with the work that each makes, first come, first served.
    stopped: resolvers get nothing more.
    """

    max_objects: float = float("inf")
    on_excess: Callable[[], None] = ignore
    objects: int = 0
    waiting: deque[tuple[asyncio.Future[Any], Any, int]] = field(default_factory=deque)
    stopped: bool = False
    _left: int = SLICE  # in this pass
    _scheduled: bool = False

    @property
    def is_exceeded(self) -> bool:
        """Whether resolvers got more records than they may."""
        return self.objects > self.max_objects

    def take(self, result: LoadResult[Any]) -> bool:
        """Whether a resolver may use this result now. Its records count from now on."""
        if self.waiting or not self._fits(len(result.records)):
            return False
        self._count(result)
        return True

    def hand(self, future: ResultFuture, result: LoadResult[Any]) -> None:
        """Set the result of a resolver's future, now or in a later pass."""
        if not self.take(result):
            self._wait(future, result, len(result.records))
        elif not future.done():
            future.set_result(result)

    def turn(self, records: int) -> asyncio.Future[None] | None:
        """What to wait for before work on some records; None if this pass has room for it."""
        if not self.waiting and self._fits(records):
            return None
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._wait(future, None, records)
        return future

    def _fits(self, records: int) -> bool:
        """Whether this pass has room for some work, which it then has no more."""
        if self._left <= 0 or self.stopped:
            return False
        self._left -= 1 + records
        self._schedule()
        return True

    def _count(self, result: LoadResult[Any]) -> None:
        before, self.objects = self.objects, self.objects + len(result.records)
        if before <= self.max_objects < self.objects:
            self.on_excess()

    def _wait(self, future: asyncio.Future[Any], value: object, work: int) -> None:
        self.waiting.append((future, value, work))
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled and not self.stopped:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._on_pass)

    def _on_pass(self) -> None:
        self._scheduled, self._left = False, SLICE
        while self.waiting and self._fits(self.waiting[0][2]):
            future, value, _ = self.waiting.popleft()
            if value is not None:
                self._count(value)
            if not future.done():
                future.set_result(value)
        if self.waiting:
            self._schedule()
