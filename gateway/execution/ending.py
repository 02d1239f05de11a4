"""The end of an execution that has too many objects, or is not complete at its deadline."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.loading.loader import Loader
from gateway.loading.releases import ignore


class Ending:
    """Ends one execution: what its resolvers wait for, slice by slice, and what is left of it.

    in_progress: executions that go on or come to their end, which may outlive their request.
    task: of the end, once it has begun.
    """

    def __init__(self, loader: Loader, in_progress: "set[Ending]") -> None:
        self.loader, self.in_progress = loader, in_progress
        self.task: asyncio.Task[None] | None = None
        self._execution = asyncio.current_task()
        self._has_cancelled = False

    @contextmanager
    def at(self, seconds: float | None) -> Iterator[None]:
        """End the execution when it has too many objects, or after some seconds. Close its loader."""
        self.in_progress.add(self)
        self.loader.releases.on_excess = self.begin
        timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self.begin)
        try:
            yield
        finally:
            self._execution = None
            self.loader.releases.on_excess = ignore  # else they hold each other, and all records of the answer
            if timer is not None:
                timer.cancel()
            if self.task is None:
                self.loader.close()
                self.in_progress.discard(self)

    def begin(self) -> None:
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self._end())
            self.task.add_done_callback(lambda _: self.in_progress.discard(self))

    def is_cause(self) -> bool:
        """Whether the execution was cancelled by this, and not by its caller."""
        task = asyncio.current_task()
        if task is not None and self._has_cancelled:
            task.uncancel()
        return self.task is not None and (task is None or not task.cancelling())

    async def _end(self) -> None:
        await self.loader.drain()
        self.loader.close()
        if self._execution is not None:  # it waited for something else
            self._has_cancelled = True
            self._execution.cancel()
