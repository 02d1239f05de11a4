"""Nobody works for a caller who is gone: what is under way for a request ends when its client hangs up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

CLIENT_CLOSED_REQUEST = 499  # the status of an answer that nobody reads, as nginx calls it
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class ClientDisconnected(Exception):  # it is no error
    """The client is gone: no answer can reach it."""


@asynccontextmanager
async def cancel_on_disconnect(receive: Receive) -> AsyncIterator[None]:
    """Cancels what is inside, and raises HungUp, when the client hangs up. The body must have been read."""
    scope = asyncio.timeout(None)

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass  # what else a client sends after its request is nobody's
        scope.reschedule(asyncio.get_running_loop().time())

    watcher = asyncio.get_running_loop().create_task(watch())
    try:
        async with scope:
            yield
    except TimeoutError:
        if scope.expired():
            raise ClientDisconnected from None
        raise
    finally:
        watcher.cancel()
