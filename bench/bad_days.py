"""Bad days: one system takes five seconds, another fails; documents that need neither are measured.

The widget needs neither. Beside it, 360s, which need both, run at a steady pace, on good and bad days.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import msgspec

from bench import client
from bench.documents import Document
from bench.figures import Sample, merged
from bench.load import OK, BrokenAnswer, Target, press
from bench.servers import Servers

FAULTS = {"outage": {"kind": "latency", "seconds": 5}, "field_work": {"kind": "error"}}
OWNERS = {"OUTAGE", "FIELD_WORK"}
CONNECTIONS = 8
PACE = 0.25  # seconds between 360s
ROUNDS = 2
HEALING = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Days:
    """The widget on good and bad days, and the seconds of 360s on bad days."""

    good: Sample
    bad: Sample
    whole: tuple[float, ...]


async def days(servers: Servers, documents: Sequence[Document], seconds: float) -> Days:
    """Alternate good and bad days. BrokenAnswer if a 360 lacks data of a healthy system."""
    widget, whole, *_ = documents
    requests = [client.post("/graphql", body) for body in widget.bodies]
    taken: dict[bool, list[Sample]] = {False: [], True: []}
    latencies: list[float] = []
    for _ in range(ROUNDS):
        for bad in (False, True):
            async with _steered(servers.systems, bad=bad), _beside(servers.gateway, whole, latencies, bad=bad):
                taken[bad].append(await press(servers.gateway, requests, CONNECTIONS, seconds / ROUNDS))
            await _healed(servers.gateway, [client.post("/graphql", body) for body in whole.bodies])
    return Days(merged(taken[False]), merged(taken[True]), tuple(latencies))


@asynccontextmanager
async def _steered(port: int, *, bad: bool) -> AsyncIterator[None]:
    for system, fault in FAULTS.items() if bad else ():
        await _steer(port, "PUT", f"/_faults/{system}", msgspec.json.encode(fault))
    try:
        yield
    finally:
        await _steer(port, "DELETE", "/_faults", b"")


async def _healed(target: Target, requests: Sequence[bytes]) -> None:
    """Wait until both systems answer again, and their breakers have closed."""
    async with asyncio.timeout(HEALING), client.connect(target.port) as connection:
        for request in cycle(requests):  # not every customer needs both systems
            _, body = await connection.ask(request)
            sources = msgspec.json.decode(body)["extensions"]["sources"]
            if all(sources.get(owner, {}).get("state") == "OK" for owner in OWNERS):
                return
            await asyncio.sleep(PACE)


async def _steer(port: int, method: str, path: str, body: bytes) -> None:
    async with client.connect(port) as connection:
        status, answer = await connection.ask(client.post(path, body).replace(b"POST", method.encode(), 1))
    if status != OK:
        raise BrokenAnswer(f"systems: {method} {path}: {status} {answer[:200].decode(errors='replace')}")


@asynccontextmanager
async def _beside(target: Target, document: Document, latencies: list[float], *, bad: bool) -> AsyncIterator[None]:
    """Send 360s at a steady pace, each on its own connection, and await all answers at the end."""
    running: set[asyncio.Task[None]] = set()

    async def send() -> None:
        for body in (*document.bodies, *document.bodies):
            task = asyncio.create_task(_one(target, body, latencies if bad else [], bad=bad))
            running.add(task)
            await asyncio.sleep(PACE)

    sending = asyncio.create_task(send())
    try:
        yield
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await asyncio.gather(*running)


async def _one(target: Target, body: bytes, latencies: list[float], *, bad: bool) -> None:
    began = time.perf_counter()
    async with client.connect(target.port) as connection:
        status, answer = await connection.ask(client.post("/graphql", body))
    latencies.append(time.perf_counter() - began)
    check_whole(target, status, msgspec.json.decode(answer), OWNERS if bad else set())


def check_whole(target: Target, status: int, answer: dict[str, Any], owners: set[str]) -> None:
    """Raise BrokenAnswer if data of another system is missing."""
    if status != OK or not answer.get("data") or not answer["data"]["customer"]:
        raise BrokenAnswer(f"{target.name}: no customer, status {status}")
    errors = {each["extensions"].get("source") for each in answer.get("errors", ())}
    sources = answer["extensions"]["sources"]
    failed = {name for name, each in sources.items() if each["state"] not in ("OK", "NOT_CONFIGURED")}
    if (errors | failed) - owners:
        raise BrokenAnswer(f"{target.name}: {sorted(map(str, (errors | failed) - owners))} failed as well")
