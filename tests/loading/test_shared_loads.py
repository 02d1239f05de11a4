"""What two parts of one request ask alike is told to both, also where one of them gives up."""

import asyncio

from support.utility import utility
from support.world import World, world

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import SourceDown
from gateway.ids import global_id
from gateway.loading.finder import Finder

BILL = global_id("Bill", "B1")
TWICE = """query($bill: ID!) {
    a: node(id: $bill) { ... on Bill { occurredAt segments { id } } }
    b: node(id: $bill) { ... on Bill { segments { id } } } }"""
PASSES = 300  # of the event loop: many more than it takes to hear that a system is down, and to give up


def hold(at: World, record: str, free: asyncio.Event) -> None:
    """Let nobody hear of these records before they are free."""
    finder = at.engine.finder

    def held(fetch: Fetch) -> Fetch:
        async def wait(batch: Batch) -> Answers:
            if batch.lookup.record == record:
                await free.wait()
            return await fetch(batch)

        return wait

    fetches = {name: held(fetch) for name, fetch in finder.fetches.items()}
    at.engine.finder = Finder(finder.catalog, fetches, finder.log)


async def test_a_field_whose_sibling_fails_ends_nothing_that_others_wait_for() -> None:
    free = asyncio.Event()
    async with world(utility()) as at:
        at.gate.down = {"BillingAccount by id": SourceDown}  # whose zone the day of the bill needs
        hold(at, "BillSegment", free)
        asking = asyncio.create_task(at.engine.execute(TWICE, {"bill": BILL}))
        for _ in range(PASSES):
            await asyncio.sleep(0)
        free.set()
        told = await asking
    assert told.data == {"a": None, "b": {"segments": [{"id": global_id("BillSegment", "BS1")}]}}
    assert [error["path"] for error in told.errors] == [["a", "occurredAt"]]
