"""How much work one pass of the event loop does: calls of functions, counted, and not the time they take."""

import sys
from asyncio import base_events
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

_PASS = base_events.BaseEventLoop._run_once.__code__  # type: ignore[attr-defined]  # noqa: SLF001  # no public hook
_WORK = ("/gateway/", "/heapq.py")


@dataclass
class Passes:
    """The passes of the event loop during some work.

    number: how many there were
    busiest: the calls that the gateway made in the busiest one; calls in threads are not among them
    """

    number: int = 0
    busiest: int = 0


async def passes_of(work: Callable[[], Awaitable[Any]]) -> Passes:
    """The passes of the event loop during this work."""
    passes, calls = Passes(), 0

    def count(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        if event == "call" and frame.f_code is _PASS:
            passes.number += 1
            calls = 0
        elif event in ("call", "c_call") and any(part in frame.f_code.co_filename for part in _WORK):
            calls += 1
            passes.busiest = max(passes.busiest, calls)

    sys.setprofile(count)
    try:
        await work()
    finally:
        sys.setprofile(None)
    return passes
