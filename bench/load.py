"""Load on one server: so many connections, each asking again as soon as it is answered."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from bench.client import connect
from bench.figures import Sample
from bench.processes import cpu_seconds

OK = 200


@dataclass(frozen=True, slots=True)
class Target:
    """A server that is measured: its name, its process, its port."""

    name: str
    pid: int
    port: int


class BrokenAnswer(Exception):
    """An answer that is none: what was measured is worth nothing."""


async def press(target: Target, requests: Sequence[bytes], connections: int, seconds: float) -> Sample:
    """What one server does with these requests, sent in turn over so many connections."""
    latencies: list[float] = []
    turns = count()
    cpu, began = cpu_seconds(target.pid), time.perf_counter()
    await asyncio.gather(
        *(_one(target, requests, turns, began + seconds, latencies) for _ in range(connections))
    )
    spent, took = cpu_seconds(target.pid) - cpu, time.perf_counter() - began
    return Sample(took, spent, tuple(latencies))


async def _one(
    target: Target, requests: Sequence[bytes], turns: Iterator[int], end: float, latencies: list[float]
) -> None:
    async with connect(target.port) as connection:
        now = time.perf_counter()
        while now < end:
            status, body = await connection.ask(requests[next(turns) % len(requests)])
            done = time.perf_counter()
            check(target, status, body)
            latencies.append(done - now)
            now = done


def check(target: Target, status: int, body: bytes) -> None:
    """BrokenAnswer unless it is an answer without errors."""
    if status != OK or b'"errors":' in body:
        raise BrokenAnswer(f"{target.name}: {status} {body[:500].decode(errors='replace')}")
