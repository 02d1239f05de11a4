"""A request ends anywhere, its answers remembered in Redis: no claim stays, and others are answered."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from support.cache.redis_servers import PATIENT, URL, corner
from support.cancelling import FRESH, OLD, Dressed, dressed, ended_after, rested

from gateway.cache.redis.client import redis_backend
from gateway.cache.redis.keys import Names
from gateway.cache.redis.store import RedisStore

# graphql-core leaves coroutines that it made and never began where a request ends in the middle.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
QUERY = """query($account: ID!) { billingAccount(id: $account) {
    balance { current { amount } } customer { party { name } } activities { nodes { title } } } }"""
KEEPS = pytest.mark.parametrize("keep", [FRESH, OLD], ids=["fresh", "old"])
Left = Callable[[], Awaitable[list[str]]]


@asynccontextmanager
async def sharing(keep: str) -> AsyncIterator[tuple[Dressed, Callable[[], bool], Left]]:
    """A gateway with a corner of Redis, whether anything is under way in it, and what was left behind."""
    async with corner() as (prefix, client):
        store = RedisStore(redis_backend(URL, PATIENT), Names(prefix), PATIENT)
        async with dressed(store, keep) as at:
            before = asyncio.all_tasks()

            def quiet() -> bool:
                return asyncio.all_tasks() <= before

            async def left() -> list[str]:
                claims = [str(name) for name in await client.keys(f"{prefix}:*:asked")]
                trying = [
                    each.what for each in (store.reading, store.writing) if each.trying or each.under_way
                ]
                return [*at.behind(), *claims, *trying, *([] if quiet() else ["a task"])]

            yield at, quiet, left


@KEEPS
async def test_whenever_it_ends_no_claim_stays(keep: str) -> None:
    async with sharing(keep) as (at, quiet, left_behind):
        passes, ended = 0, True
        while ended:
            if keep is FRESH:
                await at.forget()
            ended = await ended_after(passes, asyncio.create_task(at.ask(QUERY)), quiet)
            assert not (left := await left_behind()), (passes, left)
            passes += 1 + passes // 10


@KEEPS
async def test_whenever_one_of_two_ends_the_other_is_told_all(keep: str) -> None:
    async with sharing(keep) as (at, quiet, left_behind):
        whole = await at.ask(QUERY)
        await rested(quiet)
        passes, ended = 0, True
        while ended:
            if keep is FRESH:
                await at.forget()
            asking, other = (asyncio.create_task(at.ask(QUERY)) for _ in range(2))
            ended = await ended_after(passes, asking, quiet)
            told = await other
            assert (told.data, told.errors) == (whole.data, whole.errors), passes
            assert not (left := await left_behind()), (passes, left)
            passes += 1 + passes // 10
