"""What several ask for at the same moment is done once, and its outcome is everybody's: a failure, too."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, TypeVar

What = TypeVar("What", bound=Hashable)
Outcome = TypeVar("Outcome")


class SingleFlight(Generic[What, Outcome]):
    """Remembers what is being done, and nothing that is done."""

    def __init__(self) -> None:
        self._doing: dict[What, asyncio.Task[Outcome]] = {}

    async def outcome(self, what: What, do: Callable[[], Coroutine[Any, Any, Outcome]]) -> Outcome:
        """The outcome of `do`, or of the same begun by another."""
        task = self._doing.get(what)
        if task is None:
            task = self._doing[what] = asyncio.create_task(do())
            task.add_done_callback(partial(self._settled, what))
        # Whoever stops waiting must not end it for the others.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """End all that is under way."""
        tasks = list(self._doing.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _settled(self, what: What, task: asyncio.Task[Outcome]) -> None:
        del self._doing[what]
        if not task.cancelled():
            task.exception()  # seen, even if nobody waits any more
