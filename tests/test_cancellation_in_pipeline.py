"""A request ends at any pass, its sources dressed with everything: nothing stays, and others are answered."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from support.cancelling import FRESH, OLD, Dressed, dressed, ended_after, in_memory, rested
from support.documents import document

from gateway.errors import SourceDown

# graphql-core leaves coroutines that it made and never began where a request ends in the middle.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
INSIGHTS = "query($account: ID!) { billingAccount(id: $account) { insights { all { code state } } } }"
DOCUMENTS = pytest.mark.parametrize("query", [INSIGHTS, document("customer-360")], ids=["insights", "360"])
KEEPS = pytest.mark.parametrize("keep", [FRESH, OLD], ids=["fresh", "old"])


@asynccontextmanager
async def watched(keep: str) -> AsyncIterator[tuple[Dressed, Callable[[], bool]]]:
    """A gateway, and whether nothing of any request is under way in it."""
    async with dressed(in_memory(), keep) as at:
        before = asyncio.all_tasks()
        yield at, lambda: asyncio.all_tasks() <= before


def left_by(at: Dressed, *, quiet: bool) -> list[str]:
    return [*at.behind(), *([] if quiet else ["a task"])]


@KEEPS
@DOCUMENTS
async def test_whenever_it_ends_nothing_of_it_stays(query: str, keep: str) -> None:
    async with watched(keep) as (at, quiet):
        passes, ended = 0, True
        while ended:
            if keep is FRESH:
                await at.forget()
            ended = await ended_after(passes, asyncio.create_task(at.ask(query)), quiet)
            assert not (left := left_by(at, quiet=quiet())), (passes, left)
            passes += 1 + passes // 20
        assert sum(each.hedges for each in at.pipeline.source_stats.values())


@pytest.mark.parametrize("source", ["CIS", "BILLING"])
@KEEPS
async def test_whenever_it_ends_a_source_that_was_away_is_found_well_again(source: str, keep: str) -> None:
    async with watched(keep) as (at, quiet):
        whole = await at.ask(INSIGHTS)
        passes, ended = 0, True
        while ended:
            await at.forget()
            at.gate.down = {source: SourceDown}
            await at.ask(INSIGHTS)
            ended = await ended_after(passes, asyncio.create_task(at.ask(INSIGHTS)), quiet)
            assert not (left := left_by(at, quiet=quiet())), (passes, left)
            at.gate.down = {}
            await at.ask(INSIGHTS)  # one question of it tries, the others are turned away
            await rested(quiet)
            told = await at.ask(INSIGHTS)
            assert (told.data, told.errors) == (whole.data, whole.errors), passes
            passes += 1 + passes // 20
        assert at.pipeline.source_stats[source].breaker_opened > 10


@pytest.mark.parametrize("later", [0, 1, 40])
@KEEPS
async def test_whenever_one_of_two_ends_the_other_is_told_all(keep: str, later: int) -> None:
    async with watched(keep) as (at, quiet):
        whole = await at.ask(INSIGHTS)
        passes, ended = 0, True
        while ended:
            if keep is FRESH:
                await at.forget()
            asking = asyncio.create_task(at.ask(INSIGHTS))
            for _ in range(later):
                await asyncio.sleep(0)
            other = asyncio.create_task(at.ask(INSIGHTS))
            ended = await ended_after(passes, asking, quiet)
            told = await other
            assert (told.data, told.errors) == (whole.data, whole.errors), passes
            assert not (left := left_by(at, quiet=quiet())), (passes, left)
            passes += 1 + passes // 20
        assert keep is OLD or sum(each.cache_coalesced for each in at.pipeline.source_stats.values())
