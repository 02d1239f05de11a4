"""A hedge is a question like others: it takes a place, or is not asked."""

import asyncio

from support.batches import batch, good, settled
from support.resilience.hedging import AGES, At

from gateway.concurrency.bulkhead import Bulkhead
from gateway.resilience.concurrency_limit import ConcurrencyLimit


def line(at_once: int) -> Bulkhead:
    return Bulkhead(at_once, max_queue=10, queue_timeout=AGES)


async def test_a_hedge_takes_a_place_and_leaves_it_again() -> None:
    at = At(bulkhead=(bulkhead := line(2)))
    queued = ConcurrencyLimit(at.hedged, bulkhead, at.stats)
    first = asyncio.create_task(queued(batch("a")))
    await settled()
    assert (at.counts, bulkhead.in_flight) == ((2, 2, 1), 2)
    second = asyncio.create_task(queued(batch("b")))
    await settled()
    assert len(at.upstream.asked) == 2  # it waits: the hedge has the other place
    await at.upstream.tell(0)
    assert await first == good(batch("a"))
    assert at.upstream.asked[2].keys == ("b",)
    await at.upstream.tell(2)
    assert await second == good(batch("b"))
    assert (bulkhead.in_flight, at.upstream.inside) == (0, 0)


async def test_where_no_place_is_free_it_goes_without_a_hedge_and_spends_nothing() -> None:
    at = At(bulkhead=(bulkhead := line(1)))
    task = asyncio.create_task(ConcurrencyLimit(at.hedged, bulkhead, at.stats)(batch("a")))
    await settled()
    assert (at.counts, at.budget.balance, bulkhead.in_flight) == ((1, 1, 0), 1, 1)
    await at.upstream.tell(0)
    assert await task == good(batch("a"))


async def test_where_nothing_is_left_to_spend_the_place_of_the_hedge_is_left_again() -> None:
    at = At(budget=0.5, bulkhead=(bulkhead := line(2)))
    task = asyncio.create_task(ConcurrencyLimit(at.hedged, bulkhead, at.stats)(batch("a")))
    await settled()
    assert (at.counts, at.budget.balance, bulkhead.in_flight) == ((1, 1, 0), 0.5, 1)
    await at.upstream.tell(0)
    await task


async def test_a_wait_in_our_own_line_is_no_reason_to_ask_twice() -> None:
    at = At(bulkhead=(bulkhead := line(1)), budget=5.0)
    bulkhead.try_acquire()  # somebody else's
    task = asyncio.create_task(ConcurrencyLimit(at.hedged, bulkhead, at.stats)(batch("a")))
    await settled()
    assert at.counts == (0, 0, 0)
    bulkhead.release()
    await settled()
    assert at.counts == (1, 1, 0)
    await at.upstream.tell(0)
    await task


async def test_whenever_it_is_given_up_no_place_is_lost() -> None:
    for passes in range(12):  # of the event loop: before it begins, in between, and when both are asked
        at = At(bulkhead=(bulkhead := line(3)))
        task = asyncio.create_task(ConcurrencyLimit(at.hedged, bulkhead, at.stats)(batch("a")))
        for _ in range(passes):
            await asyncio.sleep(0)
        task.cancel()
        await settled()
        assert (bulkhead.in_flight, at.upstream.inside) == (0, 0)
