"""Work on many rows, in slices: after each, the event loop serves other requests.

A list of at most one slice is worked on at once, without a pass of the event loop.
"""

import asyncio
from collections.abc import Callable, Sequence
from heapq import merge
from itertools import islice
from typing import Any, ParamSpec, TypeVar

SLICE = 1_000  # rows between two passes of the event loop
T = TypeVar("T")
P = ParamSpec("P")


async def in_slices(items: Sequence[T], work: Callable[[Sequence[T]], object]) -> None:
    """Hand all items to `work`, at most one slice at a time."""
    if len(items) <= SLICE:
        work(items)
        return
    for start in range(0, len(items), SLICE):
        work(items[start : start + SLICE])
        await asyncio.sleep(0)


async def sorted_in_slices(items: Sequence[T], key: Callable[[T], Any], *, reverse: bool = False) -> list[T]:
    """The items, sorted as `sorted` does. More than a slice is sorted slice by slice, and then merged."""
    if len(items) <= SLICE:
        return sorted(items, key=key, reverse=reverse)
    runs: list[list[T]] = []
    await in_slices(items, lambda run: runs.append(sorted(run, key=key, reverse=reverse)))
    merged, ordered = merge(*runs, key=key, reverse=reverse), list[T]()
    while part := list(islice(merged, SLICE)):
        ordered += part
        await asyncio.sleep(0)
    return ordered


async def off_loop(is_large: bool, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:  # noqa: FBT001
    """The result of work that needs its whole list: on a large one it is done in a thread."""
    if is_large:
        return await asyncio.to_thread(work, *args, **kwargs)
    return work(*args, **kwargs)
