"""A request may be cancelled at any pass of the event loop: none of its tasks waits forever."""

import asyncio
from contextlib import suppress

import pytest
from support.documents import document
from support.harness import Harness, harness
from support.utility import ACCOUNT, CUSTOMER, utility

# graphql-core leaves coroutines that it has not begun when a request is cancelled.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
INSIGHTS = "query($account: ID!) { billingAccount(id: $account) { insights { all { code state } } } }"
PASSES = 60  # of the loop, until every cancelled task has ended: some wait for others


async def cancel_after(at: Harness, query: str, passes: int) -> tuple[bool, set["asyncio.Task[object]"]]:
    """Cancel a request after some passes; return whether it was running, and its remaining tasks."""
    before = asyncio.all_tasks()
    variables = {"account": ACCOUNT, "customer": CUSTOMER}
    request = asyncio.create_task(at.engine.execute(query, variables))
    for _ in range(passes):
        await asyncio.sleep(0)
    was_running = request.cancel()
    with suppress(asyncio.CancelledError):
        await request
    for _ in range(PASSES):
        await asyncio.sleep(0)
    return was_running, asyncio.all_tasks() - before


@pytest.mark.parametrize("query", [INSIGHTS, document("customer-360")], ids=["insights", "customer-360"])
async def test_a_request_cancelled_at_any_pass_leaves_no_task(query: str) -> None:
    async with harness(utility()) as at:
        passes, was_running = 0, True
        while was_running:
            was_running, left = await cancel_after(at, query, passes)
            assert not left, f"after {passes} passes: {left}"
            passes += 1
        assert passes > 10, "cancelled in the middle, too"
