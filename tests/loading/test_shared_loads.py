"""Loads that two fields share survive the cancellation of one field."""

import asyncio

from support.harness import Harness, harness
from support.utility import utility

from gateway.contract.batch import Answers, Batch, Fetch
from gateway.errors import SourceDown
from gateway.ids import global_id
from gateway.loading.finder import Finder

BILL = global_id("Bill", "B1")
TWICE = """query($bill: ID!) {
    a: node(id: $bill) { ... on Bill { occurredAt segments { id } } }
    b: node(id: $bill) { ... on Bill { segments { id } } } }"""
PASSES = 300  # of the event loop: far more than a failure and the cancellation of its siblings take


def hold(at: Harness, record: str, release: asyncio.Event) -> None:
    """Hold back the answers of a record until they are released."""
    finder = at.engine.finder

    def gated(fetch: Fetch) -> Fetch:
        async def wait(batch: Batch) -> Answers:
            if batch.lookup.record == record:
                await release.wait()
            return await fetch(batch)

        return wait

    fetches = {name: gated(fetch) for name, fetch in finder.fetches.items()}
    at.engine.finder = Finder(finder.catalog, fetches, finder.log)


async def test_cancelling_one_field_keeps_the_load_of_another() -> None:
    release = asyncio.Event()
    async with harness(utility()) as at:
        at.gate.down = {"BillingAccount by id": SourceDown}  # the day of the bill needs its time zone
        hold(at, "BillSegment", release)
        request = asyncio.create_task(at.engine.execute(TWICE, {"bill": BILL}))
        for _ in range(PASSES):
            await asyncio.sleep(0)
        release.set()
        result = await request
    assert result.data == {"a": None, "b": {"segments": [{"id": global_id("BillSegment", "BS1")}]}}
    assert [error["path"] for error in result.errors] == [["a", "occurredAt"]]
