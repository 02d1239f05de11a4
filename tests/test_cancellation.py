"""A request may end at any pass of the event loop: nothing that it began waits for ever."""

import asyncio
from contextlib import suppress

import pytest
from support.documents import document
from support.utility import ACCOUNT, CUSTOMER, utility
from support.world import World, world

# graphql-core leaves coroutines that it made and never began where a request ends in the middle.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
INSIGHTS = "query($account: ID!) { billingAccount(id: $account) { insights { all { code state } } } }"
PASSES = 60  # of the loop, until whatever was cancelled has ended: some tasks wait for others


async def left_of(at: World, query: str, passes: int) -> tuple[bool, set["asyncio.Task[object]"]]:
    """Whether a request was ended after so many passes of the loop, and what of it has not ended since."""
    before = asyncio.all_tasks()
    variables = {"account": ACCOUNT, "customer": CUSTOMER}
    asking = asyncio.create_task(at.engine.execute(query, variables))
    for _ in range(passes):
        await asyncio.sleep(0)
    ended = asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    for _ in range(PASSES):
        await asyncio.sleep(0)
    return ended, asyncio.all_tasks() - before


@pytest.mark.parametrize("query", [INSIGHTS, document("customer-360")], ids=["insights", "customer-360"])
async def test_whenever_a_request_ends_nothing_of_it_goes_on(query: str) -> None:
    async with world(utility()) as at:
        passes, ended = 0, True
        while ended:
            ended, left = await left_of(at, query, passes)
            assert not left, f"after {passes} passes: {left}"
            passes += 1
        assert passes > 10, "it was ended in its middle, too"
