"""Questions on their way: which of them one batch answers, and what each is told of its answer."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.contract.batch import Key, Window
from gateway.contract.windows import cover, covers, narrow
from gateway.loading.finder import Found, moment


@dataclass(slots=True)
class Waiting:
    """One question: who asked what of which window, and where the answer will be."""

    key: Key
    window: Window
    future: asyncio.Future[Found[Any]]


def groups(asked: Iterable[Waiting]) -> list[list[Waiting]]:
    """Those that one window can answer together."""
    found: dict[Any, list[Waiting]] = {}
    for each in asked:
        window = each.window
        found.setdefault((window.until, window.after, window.zone, window.first), []).append(each)
    if len(found) == 1:
        return list(found.values())
    whole = next((group for group in found.values() if _is_whole(covered(group))), None)
    if whole is None:
        return list(found.values())
    others = [group for group in found.values() if group is not whole]
    held = [group for group in others if covers(covered(whole), covered(group))]
    merged = [each for group in (whole, *held) for each in group]
    return [merged, *(group for group in others if group not in held)]


def covered(group: Sequence[Waiting]) -> Window:
    """The window that answers all of a group."""
    return cover([each.window for each in group])


def _is_whole(window: Window) -> bool:
    return (window.limit, window.until, window.after, window.first) == (None, None, None, None)


def narrowed(found: Found[Any], window: Window, asked: Window) -> Found[Any]:
    """What the answer to a wider window tells of this one."""
    if window == asked or not found.records:
        return found
    stamped = [(moment(each, window), each) for each in found.records]
    kept = [each for _, each in narrow(window, stamped)]
    return Found(kept, found.as_of, found.error, found.from_cache, found.stale)


def follow(wider: Waiting, made: Waiting) -> None:
    """Tell a question what the answer to a wider one tells of it, as soon as that is there."""
    _pass_on(wider.future, made.future, lambda found: narrowed(found, made.window, wider.window))


def own(shared: asyncio.Future[Found[Any]]) -> asyncio.Future[Found[Any]]:
    """The same for one who asks: where he gives up, as siblings of a failed field do, nobody else does."""
    if shared.done():
        return shared
    mine: asyncio.Future[Found[Any]] = asyncio.get_running_loop().create_future()
    _pass_on(shared, mine, lambda found: found)
    return mine


def _pass_on(
    first: asyncio.Future[Found[Any]],
    then: asyncio.Future[Found[Any]],
    told: Callable[[Found[Any]], Found[Any]],
) -> None:
    def give(done: asyncio.Future[Found[Any]]) -> None:
        if then.done():
            return
        if done.cancelled():
            then.cancel()
        elif error := done.exception():
            fail(then, error)
        else:
            then.set_result(told(done.result()))

    first.add_done_callback(give)


def fail(future: asyncio.Future[Found[Any]], error: BaseException) -> None:
    """Tell whoever waits that there was a bug."""
    if future.done():
        return
    future.set_exception(error)
    future.exception()  # seen: a resolver that was cancelled will not look
