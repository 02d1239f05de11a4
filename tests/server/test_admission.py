"""Places of requests are taken and given back, also by clients that disconnect."""

import asyncio

import pytest

from gateway.concurrency.admission import Gate
from gateway.server.admission import place
from gateway.server.instrumentation import AtConcurrencyLimit

POINTS = 50_000
NEVER = float("inf")


def counts(gate: Gate) -> tuple[int, int]:
    """Expensive requests in progress, and those that wait."""
    lane = gate.lane(POINTS)
    return lane.in_progress, lane.length


async def hold(gate: Gate, until: asyncio.Event, expires_at: float = NEVER) -> None:
    async with place(gate, POINTS, "ann", expires_at):
        await until.wait()


async def test_a_place_passes_to_the_request_that_waits() -> None:
    gate, done = Gate(), asyncio.Event()
    tasks = [asyncio.create_task(hold(gate, done)) for _ in range(3)]
    await asyncio.sleep(0)
    assert counts(gate) == (1, 2)
    done.set()
    await asyncio.gather(*tasks)
    assert counts(gate) == (0, 0)


async def test_a_cancelled_request_gives_back_its_place() -> None:
    gate, done = Gate(), asyncio.Event()
    first, second, third = (asyncio.create_task(hold(gate, done)) for _ in range(3))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    assert counts(gate) == (1, 1)
    first.cancel()
    await asyncio.wait([first])
    assert counts(gate) == (1, 0)
    done.set()
    await third


async def test_a_request_cancelled_as_it_starts_gives_back_its_place() -> None:
    gate, done, other = Gate(), asyncio.Event(), asyncio.Event()
    first, second = asyncio.create_task(hold(gate, done)), asyncio.create_task(hold(gate, other))
    await asyncio.sleep(0)
    done.set()
    await first
    second.cancel()
    await asyncio.wait([second])
    assert counts(gate) == (0, 0)


async def test_a_request_that_waits_too_long_is_shed() -> None:
    gate, done = Gate(), asyncio.Event()
    first = asyncio.create_task(hold(gate, done))
    await asyncio.sleep(0)
    second = asyncio.create_task(hold(gate, done, gate.now()))
    await asyncio.sleep(0)
    gate.tick(0.0, 0.0)
    with pytest.raises(AtConcurrencyLimit):
        await second
    assert counts(gate) == (1, 0)
    done.set()
    await first
