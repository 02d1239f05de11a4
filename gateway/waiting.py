"""Questions on their way: which of them one batch answers, and what each is told of its answer."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.finder import Found, moment
from gateway.sources.base import Key, Window
from gateway.sources.windows import cover, covers, narrow


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

    def give(future: "asyncio.Future[Found[Any]]") -> None:
        if made.future.done():
            return
        if future.cancelled():
            made.future.cancel()
        elif error := future.exception():
            fail(made.future, error)
        else:
            made.future.set_result(narrowed(future.result(), made.window, wider.window))

    wider.future.add_done_callback(give)


def fail(future: "asyncio.Future[Found[Any]]", error: BaseException) -> None:
    """Tell whoever waits that there was a bug."""
    if future.done():
        return
    future.set_exception(error)
    future.exception()  # seen: a resolver that was cancelled will not look
