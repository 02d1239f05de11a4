"""Values that several resolvers of one request need, computed once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, TypeVar

from gateway.loading.releases import SLICE
from gateway.resolvers.graph.context import Info

T = TypeVar("T")


def shared(info: Info, key: object, load: Callable[[], Coroutine[Any, Any, T]]) -> Awaitable[T]:
    """The value of this key; the first call starts to load it.

    Cancelling one caller does not cancel the value for the others.
    """
    values = info.context.shared
    if key not in values:
        values[key] = asyncio.ensure_future(load())
    return asyncio.shield(values[key])


def once(load: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., Coroutine[Any, Any, T]]:
    """A resolver that runs once for each object and its arguments, however many fields ask for the value."""

    @wraps(load)
    async def resolve(self: Any, info: Info, **arguments: Any) -> T:
        # The object is stored, so that no other one can have its identity during the request.
        info.context.shared["owner", id(self)] = self
        key = (load, id(self), repr(sorted(arguments.items())))
        value = await shared(info, key, lambda: load(self, info, **arguments))
        await info.context.loader.turn(SLICE)  # all of its readers resume at once, each for much work
        return value

    return resolve
