"""Reports the generator's progress: a bar on a terminal, a few lines elsewhere."""

import sys
from collections.abc import Callable
from typing import TextIO

Progress = Callable[[int, int], None]

_WIDTH = 40
_STEPS = 10


def progress_on(stream: TextIO = sys.stderr) -> Progress:
    """A progress callback that writes to `stream`."""
    return _bar(stream) if stream.isatty() else _lines(stream)


def _bar(stream: TextIO) -> Progress:
    def progress(done: int, total: int) -> None:
        filled = "█" * (_WIDTH * done // max(total, 1))
        stream.write(f"\r{filled:░<{_WIDTH}} {done:,} of {total:,} customers")
        stream.write("\n" if done >= total else "")
        stream.flush()

    return progress


def _lines(stream: TextIO) -> Progress:
    reported_step = 0

    def progress(done: int, total: int) -> None:
        nonlocal reported_step
        step = _STEPS * done // max(total, 1)
        if step > reported_step:
            reported_step = step
            stream.write(f"{done:,} of {total:,} customers\n")
            stream.flush()

    return progress
