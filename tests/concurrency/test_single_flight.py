"""A call in flight is shared, and its result is not remembered."""

import asyncio

import pytest
from support.cache.cached_sources import passes

from gateway.concurrency.single_flight import SingleFlight


class Call:
    """A call that counts, and returns when its gate opens."""

    def __init__(self) -> None:
        self.count = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> int:
        self.count += 1
        await self.gate.wait()
        return self.count


async def test_callers_share_a_call_until_it_ends():
    flights: SingleFlight[str, int] = SingleFlight()
    call = Call()
    callers = [asyncio.create_task(flights.run("key", call)) for _ in range(3)]
    other = asyncio.create_task(flights.run("other key", Call()))
    await passes()
    call.gate.set()
    assert await asyncio.gather(*callers) == [1, 1, 1]
    assert await flights.run("key", call) == 2
    assert not other.done()
    await flights.close()


async def test_a_cancelled_caller_cancels_no_call():
    flights: SingleFlight[str, int] = SingleFlight()
    call = Call()
    first, second = (asyncio.create_task(flights.run("key", call)) for _ in range(2))
    await passes()
    first.cancel()
    call.gate.set()
    assert await second == 1
    assert not flights.running


async def test_an_error_reaches_every_caller():
    async def broken() -> int:
        raise ZeroDivisionError

    flights: SingleFlight[str, int] = SingleFlight()
    callers = [asyncio.create_task(flights.run("key", broken)) for _ in range(2)]
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(each) for each in results] == [ZeroDivisionError] * 2


async def test_closing_cancels_the_call():
    flights: SingleFlight[str, int] = SingleFlight()
    waiting = asyncio.create_task(flights.run("key", Call()))
    await passes()
    await flights.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
