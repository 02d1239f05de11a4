"""What the kernel says of a process, and which cores it may run on. Linux tells; others say nothing."""

import os
from pathlib import Path

_USER, _SYSTEM = 11, 12  # places in /proc/<pid>/stat behind the name, which may hold blanks


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid: int) -> float:
    """The most memory that a process ever held."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [peak] = [line for line in lines if line.startswith("VmHWM:")]
    return int(peak.split()[1]) / 1024


def cores() -> tuple[set[int], set[int]] | None:
    """A core for the servers that are measured, and the others for the rest; None where there is one."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    mine = sorted(os.sched_getaffinity(0))
    return ({mine[-1]}, set(mine[:-1])) if len(mine) > 1 else None


def pin(pid: int, to: set[int]) -> None:
    """Let a process run on these cores only; threads it starts later inherit that."""
    os.sched_setaffinity(pid, to)
