"""Requests: their options, and disconnection of the client."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.types import Receive

from gateway.access.caller import LOCAL, Caller
from gateway.contract.batch import RequestOptions
from gateway.errors import BadInput
from gateway.errors.reasons import Reason

CLIENT_CLOSED_REQUEST = 499  # nginx's status; no client reads it
MAX_DEADLINE_DIGITS = 9  # of milliseconds: eleven days, longer than any configured deadline

INVALID_DEADLINE = "X-Request-Deadline must be a whole number of milliseconds, such as 1500."


class ClientDisconnected(Exception):
    """The client has closed its connection."""


def request_options(
    headers: Mapping[str, str], max_seconds: float, sources: frozenset[str], caller: Caller = LOCAL
) -> RequestOptions:
    """The options of a request that may take at most `max_seconds`.

    `X-Request-Deadline` is a whole number of milliseconds from now; `max_seconds` caps it.
    With `Cache-Control: no-cache`, all `sources` bypass the cache.
    """
    no_cache = "no-cache" in headers.get("cache-control", "").lower()
    deadline = time.monotonic() + min(max_seconds, _seconds(headers, max_seconds))
    return RequestOptions(deadline, sources if no_cache else frozenset(), caller=caller)


def _seconds(headers: Mapping[str, str], max_seconds: float) -> float:
    text = headers.get("x-request-deadline")
    if text is None:
        return max_seconds
    digits = text.lstrip("0") if text.isascii() and text.isdigit() else ""
    if not digits:
        raise BadInput(INVALID_DEADLINE, Reason.INVALID_REQUEST)
    return int(digits) / 1000 if len(digits) <= MAX_DEADLINE_DIGITS else max_seconds


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
