"""The end of an execution that has too many objects, or is not complete at its deadline."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.loading.loader import Loader


class Ending:
    """Ends one execution: what its resolvers wait for, slice by slice, and what is left of it.

    tasks: endings in progress, of all executions; they outlive their requests.
    """

    def __init__(self, loader: Loader, tasks: set[asyncio.Task[None]]) -> None:
        self.loader, self.tasks = loader, tasks
        self._execution = asyncio.current_task()
        self._has_begun = self._has_cancelled = False

    @contextmanager
    def at(self, seconds: float | None) -> Iterator[None]:
        """End the execution when it has too many objects, or after some seconds. Close its loader."""
        self.loader.releases.on_excess = self.begin
        timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self.begin)
        try:
            yield
        finally:
            self._execution = None
            if timer is not None:
                timer.cancel()
            if not self._has_begun:
                self.loader.close()

    def begin(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            task = asyncio.get_running_loop().create_task(self._end())
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def is_cause(self) -> bool:
        """Whether the execution was cancelled by this, and not by its caller."""
        task = asyncio.current_task()
        if task is not None and self._has_cancelled:
            task.uncancel()
        return self._has_begun and (task is None or not task.cancelling())

    async def _end(self) -> None:
        await self.loader.drain()
        self.loader.close()
        if self._execution is not None:  # it waited for something else
            self._has_cancelled = True
            self._execution.cancel()
