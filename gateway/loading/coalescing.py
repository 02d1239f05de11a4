"""Coalesce pending loads: which of them share a batch, and how a shared result is passed on."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from gateway.concurrency.slices import SLICE, in_slices, sorted_in_slices
from gateway.contract.batch import Window
from gateway.contract.paths import Key
from gateway.contract.windows import SortKey, apply_window, covering_window, covers, in_window
from gateway.loading.finder import LoadResult, time_and_id
from gateway.loading.releases import Releases, ResultFuture

Hand = Callable[[ResultFuture, LoadResult[Any]], None]


@dataclass(slots=True)
class PendingLoad:
    key: Key
    window: Window
    future: ResultFuture


def group_loads(loads: Iterable[PendingLoad]) -> list[list[PendingLoad]]:
    """Group the loads that one window can answer together. A count belongs to one window."""
    by_bounds: dict[Any, list[PendingLoad]] = {}
    counts: dict[Window, list[PendingLoad]] = {}
    for load in loads:
        window = load.window
        if window.count:
            counts.setdefault(window, []).append(load)
        else:
            by_bounds.setdefault((window.until, window.after, window.zone, window.first), []).append(load)
    return [*_joined(list(by_bounds.values())), *counts.values()]


def _joined(groups: list[list[PendingLoad]]) -> list[list[PendingLoad]]:
    """The groups, with those that an unbounded one covers added to it."""
    if len(groups) < 2:  # noqa: PLR2004
        return groups
    unbounded = next((group for group in groups if _is_unbounded(shared_window(group))), None)
    if unbounded is None:
        return groups
    widest, separate = shared_window(unbounded), []
    for group in (group for group in groups if group is not unbounded):
        if covers(widest, shared_window(group)):
            unbounded += group
        else:
            separate.append(group)
    return [unbounded, *separate]


def shared_window(group: Sequence[PendingLoad]) -> Window:
    return covering_window([load.window for load in group])


def _is_unbounded(window: Window) -> bool:
    return (window.limit, window.until, window.after, window.first) == (None, None, None, None)


def narrow_result(result: LoadResult[Any], window: Window, wider: Window) -> LoadResult[Any]:
    """Derive the result for `window` from the result for a wider window."""
    if window == wider or not result.listed:
        return result
    stamped = [(time_and_id(record, window), record) for record in result.listed]
    return _with_records(result, [record for _, record in apply_window(window, stamped)])


async def narrow_in_slices(result: LoadResult[Any], window: Window, wider: Window) -> LoadResult[Any]:
    """The same as `narrow_result`, in slices."""
    if window == wider or len(result.listed) <= SLICE:
        return narrow_result(result, window, wider)
    stamped: list[tuple[SortKey, Any]] = []

    def add(part: Sequence[Any]) -> None:
        pairs = [(time_and_id(record, window), record) for record in part]
        stamped.extend([pair for pair in pairs if in_window(window, pair[0])])

    await in_slices(result.listed, add)
    ordered = await sorted_in_slices(stamped, itemgetter(0), reverse=True)
    return _with_records(result, [record for _, record in ordered[: window.limit]])


def _with_records(result: LoadResult[Any], records: list[Any]) -> LoadResult[Any]:
    return replace(result, readable=records) if result.unreadable else replace(result, records=records)


def derived_future(wider: PendingLoad, window: Window, tasks: set[asyncio.Task[None]]) -> ResultFuture:
    """The future of a narrower window, with the result of a wider load once that has one.

    tasks: to narrow a long list takes one more
    """

    def hand(target: ResultFuture, result: LoadResult[Any]) -> None:
        if len(result.listed) <= SLICE:
            target.set_result(narrow_result(result, window, wider.window))
            return
        task = asyncio.get_running_loop().create_task(_narrow_into(target, result, window, wider.window))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    return _forwarded(wider.future, hand)


async def _narrow_into(target: ResultFuture, result: LoadResult[Any], window: Window, wider: Window) -> None:
    try:
        narrow = await narrow_in_slices(result, window, wider)
        if not target.done():
            target.set_result(narrow)
    except asyncio.CancelledError:
        target.cancel()
        raise
    except BaseException as error:  # noqa: BLE001  # a bug must not leave resolvers waiting for ever
        fail_future(target, error)


def caller_future(shared: ResultFuture, releases: Releases) -> ResultFuture:
    """A future of the caller's own: cancelling it does not cancel the shared one."""
    is_usable = shared.done() and (shared.cancelled() or shared.exception() or releases.take(shared.result()))
    return shared if is_usable else _forwarded(shared, releases.hand)


def _forwarded(source: ResultFuture, hand: Hand) -> ResultFuture:
    target: ResultFuture = asyncio.get_running_loop().create_future()

    def resolve(done: ResultFuture) -> None:
        if target.done():
            return
        if done.cancelled():
            target.cancel()
        elif error := done.exception():
            fail_future(target, error)
        else:
            hand(target, done.result())

    source.add_done_callback(resolve)
    return target


def fail_future(future: ResultFuture, error: BaseException) -> None:
    """Fail a future with a bug's exception."""
    if not future.done():
        future.set_exception(error)
        future.exception()  # marks the exception as retrieved: a cancelled resolver never awaits it
