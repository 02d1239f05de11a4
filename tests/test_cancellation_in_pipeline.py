"""A request may be cancelled at any pass of the loop: nothing stays, and other requests are answered."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from support.cancelling import FRESH, OLD, FullGateway, cancelled_after, full_gateway, large_memory_store, settled
from support.documents import document

from gateway.errors import SourceDown

# graphql-core leaves coroutines that it has not begun when a request is cancelled.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
INSIGHTS = "query($account: ID!) { billingAccount(id: $account) { insights { all { code state } } } }"
DOCUMENTS = pytest.mark.parametrize("query", [INSIGHTS, document("customer-360")], ids=["insights", "360"])
POLICIES = pytest.mark.parametrize("policy", [FRESH, OLD], ids=["fresh", "old"])


@asynccontextmanager
async def watched(policy: str) -> AsyncIterator[tuple[FullGateway, Callable[[], bool]]]:
    """A gateway, and whether it is quiet: no task of any request is left."""
    async with full_gateway(large_memory_store(), policy) as at:
        before = asyncio.all_tasks()
        yield at, lambda: asyncio.all_tasks() <= before


def assert_nothing_left(at: FullGateway, quiet: Callable[[], bool], passes: int) -> None:
    leftovers = [*at.leftovers(), *([] if quiet() else ["a task"])]
    assert not leftovers, (passes, leftovers)


def growing() -> Iterator[int]:
    """Numbers of passes: every one at first, then in steps of 5 percent."""
    passes = 0
    while True:
        yield passes
        passes += 1 + passes // 20


@POLICIES
@DOCUMENTS
async def test_a_request_cancelled_at_any_pass_leaves_nothing(query: str, policy: str) -> None:
    async with watched(policy) as (at, quiet):
        for passes in growing():
            if policy is FRESH:
                await at.clear_cache()
            was_running = await cancelled_after(passes, asyncio.create_task(at.ask(query)), quiet)
            assert_nothing_left(at, quiet, passes)
            if not was_running:
                break
        assert sum(each.stats.hedges for each in at.pipelines.values())


@pytest.mark.parametrize("source", ["CIS", "BILLING"])
@POLICIES
async def test_a_recovered_source_is_used_again_after_any_cancellation(source: str, policy: str) -> None:
    async with watched(policy) as (at, quiet):
        whole = await at.ask(INSIGHTS)
        for passes in growing():
            await at.clear_cache()
            at.gate.down = {source: SourceDown}
            await at.ask(INSIGHTS)
            was_running = await cancelled_after(passes, asyncio.create_task(at.ask(INSIGHTS)), quiet)
            assert_nothing_left(at, quiet, passes)
            at.gate.down = {}
            await at.ask(INSIGHTS)  # one of its calls is the trial, the others are rejected
            await settled(quiet)
            result = await at.ask(INSIGHTS)
            assert (result.data, result.errors) == (whole.data, whole.errors), passes
            if not was_running:
                break
        assert at.pipelines[source].stats.breaker_opened > 10


@pytest.mark.parametrize("later", [0, 1, 40])
@POLICIES
async def test_cancelling_one_of_two_requests_leaves_the_other_whole(policy: str, later: int) -> None:
    async with watched(policy) as (at, quiet):
        whole = await at.ask(INSIGHTS)
        for passes in growing():
            if policy is FRESH:
                await at.clear_cache()
            request = asyncio.create_task(at.ask(INSIGHTS))
            for _ in range(later):
                await asyncio.sleep(0)
            other = asyncio.create_task(at.ask(INSIGHTS))
            was_running = await cancelled_after(passes, request, quiet)
            result = await other
            assert (result.data, result.errors) == (whole.data, whole.errors), passes
            assert_nothing_left(at, quiet, passes)
            if not was_running:
                break
        assert policy is OLD or sum(each.stats.cache["coalesced"] for each in at.pipelines.values())
