"""The share of time in which a thread worked, or was ready to work and had no processor."""

import time
from pathlib import Path
from typing import Final

SCHEDULING: Final = Path("/proc/thread-self/schedstat")  # of Linux: nanoseconds running, and waiting for a processor


class ThreadLoad:
    """Only the measured thread may call it. Without the file of Linux, it counts the time of running only."""

    def __init__(self, scheduling: Path = SCHEDULING) -> None:
        self._scheduling = scheduling if scheduling.exists() else None
        self._at, self._work = time.perf_counter(), 0.0

    def share(self) -> float:
        """The share since the last call; the first is without meaning."""
        now, work = time.perf_counter(), self._seconds()
        share = (work - self._work) / max(now - self._at, 1e-6)
        self._at, self._work = now, work
        return min(1.0, share)

    def _seconds(self) -> float:
        if self._scheduling is None:
            return time.thread_time()
        running, waiting, _ = self._scheduling.read_text().split()
        return (int(running) + int(waiting)) / 1e9
