"""CPU time, memory and cores of a process, on Linux."""

import os
from pathlib import Path

_USER, _SYSTEM = 11, 12  # fields of /proc/<pid>/stat after the name, which may hold spaces


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid: int) -> float:
    """The peak memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [peak] = [line for line in lines if line.startswith("VmHWM:")]
    return int(peak.split()[1]) / 1024


def cores() -> tuple[set[int], set[int]] | None:
    """One core for the measured servers, and the others for the rest; None with a single core."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    available = sorted(os.sched_getaffinity(0))
    return ({available[-1]}, set(available[:-1])) if len(available) > 1 else None


def pin(pid: int, to: set[int]) -> None:
    """Run a process on these cores only. Its later threads inherit them."""
    os.sched_setaffinity(pid, to)
