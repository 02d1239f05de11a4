"""Says how far the generator is: a bar on a terminal, a few plain lines elsewhere."""

import sys
from collections.abc import Callable
from typing import TextIO

Progress = Callable[[int, int], None]

_WIDTH = 40
_STEPS = 10


def progress_on(stream: TextIO = sys.stderr) -> Progress:
    """A way to tell `stream` how many of how many customers are done."""
    return _bar(stream) if stream.isatty() else _lines(stream)


def _bar(stream: TextIO) -> Progress:
    def progress(done: int, total: int) -> None:
        filled = "█" * (_WIDTH * done // max(total, 1))
        stream.write(f"\r{filled:░<{_WIDTH}} {done:,} of {total:,} customers")
        stream.write("\n" if done >= total else "")
        stream.flush()

    return progress


def _lines(stream: TextIO) -> Progress:
    said = 0

    def progress(done: int, total: int) -> None:
        nonlocal said
        step = _STEPS * done // max(total, 1)
        if step > said:
            said = step
            stream.write(f"{done:,} of {total:,} customers\n")
            stream.flush()

    return progress
