"""What is asked in the background is part of no request: not in its logs, nor in its trace, nor counted."""

from contextvars import ContextVar

from support.cache.callers import note, passes, world

from gateway.contract.batch import Answers, Batch
from gateway.telemetry.request_ids import REQUEST_ID

SPAN: ContextVar[str] = ContextVar("span", default="none")  # as a tracer has it


async def test_a_renewal_is_no_part_of_the_request_that_began_it():
    one = world({"A": [note("1")]})
    seen = []

    async def seeing(batch: Batch) -> Answers:
        seen.append((REQUEST_ID.get(), SPAN.get()))
        return await one.up(batch)

    one.keeper.fetch = seeing
    tokens = REQUEST_ID.set("r1"), SPAN.set("s1")
    try:
        await one.ask("A")
        one.go(60)
        await one.ask("A")
        await one.settled()
    finally:
        REQUEST_ID.reset(tokens[0])
        SPAN.reset(tokens[1])
    assert seen == [("r1", "s1"), ("", "none")]


async def test_only_what_requests_waited_for_is_counted_as_missed():
    one = world({"A": [note("1")]})
    await one.ask("A")
    one.go(60)
    one.up.gate.clear()
    await one.ask("A")
    await passes()
    one.up.gate.set()
    await one.settled()
    tally = one.keeper.stats
    assert len(one.up.asked) == 2
    assert (tally.cache_misses, tally.cache_stale, tally.cache_coalesced) == (1, 1, 0)
