"""Loads that two resolvers share survive the cancellation of one."""

import asyncio
from datetime import UTC, datetime

import pytest
from support.harness import harness
from support.utility import utility

from gateway.contract.batch import ALL_ROWS, Window
from gateway.loading.loader import Loader
from gateway.resolvers.billing.bills import Bill, BillSegment

NARROW = Window(since=datetime(2020, 1, 1, tzinfo=UTC), limit=1)
WIDE = Window(since=datetime(2019, 1, 1, tzinfo=UTC), limit=5)
PASSES = 10  # of the event loop: the batch is on its way


@pytest.mark.parametrize("passes", [0, PASSES])
async def test_cancelling_one_resolver_keeps_the_load_of_another(passes: int) -> None:
    async with harness(utility()) as at:
        loader = Loader(at.engine.finder)
        first, second = (loader.load(BillSegment, "bill_id", "B1", ALL_ROWS) for _ in range(2))
        for _ in range(passes):
            await asyncio.sleep(0)
        first.cancel()
        assert [record.id for record in (await second).records] == ["BS1"]
        assert at.gate.batch_names() == ["BillSegment by bill_id x 1"]


@pytest.mark.parametrize("cancelled", [0, 1])
async def test_cancelling_one_window_keeps_another(cancelled: int) -> None:
    async with harness(utility()) as at:
        loader = Loader(at.engine.finder)
        loads = [loader.load(Bill, "account_id", "A1", window) for window in (WIDE, NARROW)]
        loads[cancelled].cancel()
        assert (await loads[1 - cancelled]).records
