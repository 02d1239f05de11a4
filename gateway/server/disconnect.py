"""Cancellation of requests whose client has disconnected."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

CLIENT_CLOSED_REQUEST = 499  # nginx's status; no client reads it
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class ClientDisconnected(Exception):
    """The client has closed its connection."""


@asynccontextmanager
async def cancel_on_disconnect(receive: Receive) -> AsyncIterator[None]:
    """Cancel the block and raise ClientDisconnected if the client disconnects. Read the body first."""
    scope = asyncio.timeout(None)

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass  # ignore what a client sends after its request
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
