"""Load on one server: each connection sends its next request after every answer."""

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
    """A measured server."""

    name: str
    pid: int
    port: int


class BrokenAnswer(Exception):
    """A wrong answer: the measurement is void."""


async def press(target: Target, requests: Sequence[bytes], connections: int, seconds: float) -> Sample:
    """Send requests in turn over some connections, and measure the server."""
    latencies: list[float] = []
    indexes = count()
    cpu, began = cpu_seconds(target.pid), time.perf_counter()
    await asyncio.gather(*(_one(target, requests, indexes, began + seconds, latencies) for _ in range(connections)))
    spent, took = cpu_seconds(target.pid) - cpu, time.perf_counter() - began
    return Sample(took, spent, tuple(latencies))


async def _one(
    target: Target, requests: Sequence[bytes], indexes: Iterator[int], end: float, latencies: list[float]
) -> None:
    async with connect(target.port) as connection:
        now = time.perf_counter()
        while now < end:
            status, body = await connection.ask(requests[next(indexes) % len(requests)])
            done = time.perf_counter()
            check(target, status, body)
            latencies.append(done - now)
            now = done


def check(target: Target, status: int, body: bytes) -> None:
    """Raise BrokenAnswer unless the answer has no errors."""
    if status != OK or b'"errors":' in body:
        raise BrokenAnswer(f"{target.name}: {status} {body[:500].decode(errors='replace')}")
