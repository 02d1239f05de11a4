"""Questions on their way: which of them one batch answers, and what each is told of its answer."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import Key, Window
from gateway.contract.windows import apply_window, covering_window, covers
from gateway.loading.finder import LoadResult, time_and_id


@dataclass(slots=True)
class PendingLoad:
    """One question: who asked what of which window, and where the answer will be."""

    key: Key
    window: Window
    future: asyncio.Future[LoadResult[Any]]


def group_loads(asked: Iterable[PendingLoad]) -> list[list[PendingLoad]]:
    """Those that one window can answer together."""
    found: dict[Any, list[PendingLoad]] = {}
    for each in asked:
        window = each.window
        found.setdefault((window.until, window.after, window.zone, window.first), []).append(each)
    if len(found) == 1:
        return list(found.values())
    whole = next((group for group in found.values() if _is_whole(shared_window(group))), None)
    if whole is None:
        return list(found.values())
    others = [group for group in found.values() if group is not whole]
    held = [group for group in others if covers(shared_window(whole), shared_window(group))]
    merged = [each for group in (whole, *held) for each in group]
    return [merged, *(group for group in others if group not in held)]


def shared_window(group: Sequence[PendingLoad]) -> Window:
    """The window that answers all of a group."""
    return covering_window([each.window for each in group])


def _is_whole(window: Window) -> bool:
    return (window.limit, window.until, window.after, window.first) == (None, None, None, None)


def narrow_result(found: LoadResult[Any], window: Window, asked: Window) -> LoadResult[Any]:
    """What the answer to a wider window tells of this one."""
    if window == asked or not found.records:
        return found
    stamped = [(time_and_id(each, window), each) for each in found.records]
    kept = [each for _, each in apply_window(window, stamped)]
    return LoadResult(kept, found.as_of, found.error, found.from_cache, found.stale)


def derive_result(wider: PendingLoad, made: PendingLoad) -> None:
    """Tell a question what the answer to a wider one tells of it, as soon as that is there."""
    _pass_on(wider.future, made.future, lambda found: narrow_result(found, made.window, wider.window))


def caller_future(shared: asyncio.Future[LoadResult[Any]]) -> asyncio.Future[LoadResult[Any]]:
    """The same for one who asks: where he gives up, as siblings of a failed field do, nobody else does."""
    if shared.done():
        return shared
    mine: asyncio.Future[LoadResult[Any]] = asyncio.get_running_loop().create_future()
    _pass_on(shared, mine, lambda found: found)
    return mine


def _pass_on(
    first: asyncio.Future[LoadResult[Any]],
    then: asyncio.Future[LoadResult[Any]],
    told: Callable[[LoadResult[Any]], LoadResult[Any]],
) -> None:
    def give(done: asyncio.Future[LoadResult[Any]]) -> None:
        if then.done():
            return
        if done.cancelled():
            then.cancel()
        elif error := done.exception():
            fail_future(then, error)
        else:
            then.set_result(told(done.result()))

    first.add_done_callback(give)


def fail_future(future: asyncio.Future[LoadResult[Any]], error: BaseException) -> None:
    """Tell whoever waits that there was a bug."""
    if future.done():
        return
    future.set_exception(error)
    future.exception()  # seen: a resolver that was cancelled will not look
