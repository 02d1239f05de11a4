"""A request may be cancelled anywhere: no fill lock stays, and other requests are answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from support.cache.redis_servers import PATIENT, URL, redis_namespace
from support.cancelling import FRESH, OLD, FullGateway, cancelled_after, full_gateway, settled

from gateway.cache.redis.keys import RedisKeys
from gateway.cache.redis.store import RedisStore, redis_backend

# graphql-core leaves coroutines that it has not begun where a request is cancelled.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
QUERY = """query($account: ID!) { billingAccount(id: $account) {
    balance { current { amount } } customer { party { name } } activities { nodes { title } } } }"""
POLICIES = pytest.mark.parametrize("policy", [FRESH, OLD], ids=["fresh", "old"])
Left = Callable[[], Awaitable[list[str]]]


@asynccontextmanager
async def sharing(policy: str) -> AsyncIterator[tuple[FullGateway, Callable[[], bool], Left]]:
    """A gateway with Redis, whether anything is in flight in it, and what requests have left behind."""
    async with redis_namespace() as (prefix, client):
        store = RedisStore(redis_backend(URL, PATIENT), RedisKeys(prefix), PATIENT)
        async with full_gateway(store, policy) as at:
            before = asyncio.all_tasks()

            def quiet() -> bool:
                return asyncio.all_tasks() <= before

            async def left() -> list[str]:
                locks = [str(name) for name in await client.keys(f"{prefix}:*:lock")]
                guards = [each.name for each in (store.reads, store.writes) if each.in_flight or not each.is_up]
                return [*at.leftovers(), *locks, *guards, *([] if quiet() else ["a task"])]

            yield at, quiet, left


@POLICIES
async def test_a_request_cancelled_anywhere_leaves_no_lock(policy: str) -> None:
    async with sharing(policy) as (at, quiet, left_behind):
        passes, ended = 0, True
        while ended:
            if policy is FRESH:
                await at.clear_cache()
            ended = await cancelled_after(passes, asyncio.create_task(at.ask(QUERY)), quiet)
            assert not (left := await left_behind()), (passes, left)
            passes += 1 + passes // 10


@POLICIES
async def test_a_request_cancelled_anywhere_leaves_another_its_answer(policy: str) -> None:
    async with sharing(policy) as (at, quiet, left_behind):
        whole = await at.ask(QUERY)
        await settled(quiet)
        passes, ended = 0, True
        while ended:
            if policy is FRESH:
                await at.clear_cache()
            asking, other = (asyncio.create_task(at.ask(QUERY)) for _ in range(2))
            ended = await cancelled_after(passes, asking, quiet)
            result = await other
            assert (result.data, result.errors) == (whole.data, whole.errors), passes
            assert not (left := await left_behind()), (passes, left)
            passes += 1 + passes // 10
