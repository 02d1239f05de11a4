"""A hedge takes a place of the bulkhead like any call, or is not sent."""

import asyncio

from support.batches import batch, settle, success
from support.resilience.hedging import AGES, HedgedSource

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import Answers
from gateway.resilience.concurrency_limit import ConcurrencyLimit


class LimitedSource(HedgedSource):
    """A hedged source behind a concurrency limit."""

    def __init__(self, max_in_flight: int, budget: float = 1.0) -> None:
        self.bulkhead = Bulkhead(max_in_flight, max_queue=10, queue_timeout=AGES)
        super().__init__(budget=budget, bulkhead=self.bulkhead)
        self.limit = ConcurrencyLimit(self.hedging, self.bulkhead, self.stats)

    def start(self, key: str) -> "asyncio.Task[Answers]":
        return asyncio.create_task(self.limit(batch(key)))


async def test_a_hedge_takes_a_place_and_releases_it() -> None:
    at = LimitedSource(2)
    first = at.start("a")
    await settle()
    assert (at.counts, at.bulkhead.in_flight) == ((2, 2, 1), 2)
    second = at.start("b")
    await settle()
    assert len(at.upstream.batches) == 2  # it waits: the hedge has the other place
    await at.upstream.reply(0)
    assert await first == success(batch("a"))
    assert at.upstream.batches[2].keys == ("b",)
    await at.upstream.reply(2)
    assert await second == success(batch("b"))
    assert (at.bulkhead.in_flight, at.upstream.in_flight) == (0, 0)


async def test_without_a_free_place_no_hedge_is_sent() -> None:
    at = LimitedSource(1)
    task = at.start("a")
    await settle()
    assert (at.counts, at.budget.balance, at.bulkhead.in_flight) == ((1, 1, 0), 1, 1)
    await at.upstream.reply(0)
    assert await task == success(batch("a"))


async def test_without_budget_the_place_of_the_hedge_is_released() -> None:
    at = LimitedSource(2, budget=0.5)
    task = at.start("a")
    await settle()
    assert (at.counts, at.budget.balance, at.bulkhead.in_flight) == ((1, 1, 0), 0.5, 1)
    await at.upstream.reply(0)
    await task


async def test_a_wait_in_the_queue_causes_no_hedge() -> None:
    at = LimitedSource(1, budget=5.0)
    at.bulkhead.try_acquire()  # another call
    task = at.start("a")
    await settle()
    assert at.counts == (0, 0, 0)
    at.bulkhead.release()
    await settle()
    assert at.counts == (1, 1, 0)
    await at.upstream.reply(0)
    await task


async def test_a_read_cancelled_at_any_moment_loses_no_place() -> None:
    for passes in range(12):  # of the event loop: before it begins, in between, and with both calls sent
        at = LimitedSource(3)
        task = at.start("a")
        for _ in range(passes):
            await asyncio.sleep(0)
        task.cancel()
        await settle()
        assert (at.bulkhead.in_flight, at.upstream.in_flight) == (0, 0)
