"""Requests of callers with bounds end in time, and leave no task behind."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.documents import document
from support.harness import NEW_YORK, NOW, Harness, catalog_text, filled, harness
from support.neighbours import neighbours
from support.utility import ACCOUNT, VARIABLES

from gateway.access.bounds import Bounds
from gateway.access.caller import ALL_SCOPES, Caller
from gateway.config.settings import Config
from gateway.contract.batch import Answers, Batch, Fetch, RequestOptions
from gateway.runtime import open_runtime

CALLER = Caller("portal", ALL_SCOPES, bounds=Bounds(customers=frozenset({"C"})))
BILLS = "query($id: ID!) { billingAccount(id: $id) { bills { nodes { id } } } }"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def at() -> AsyncIterator[Harness]:
    async with harness(neighbours()) as gateway:
        yield gateway.asked_by(CALLER)


@pytest.mark.parametrize("passes", [0, 1, 2, 3, 5, 8, 20, 60, 100, 200, 400])
async def test_a_cancelled_request_leaves_no_task(at: Harness, passes: int) -> None:
    before = asyncio.all_tasks()
    request = asyncio.ensure_future(at.answer(document("customer-360"), **VARIABLES))  # type: ignore[arg-type]
    for _ in range(passes):
        await asyncio.sleep(0)
    request.cancel()
    await asyncio.wait([request])
    for _ in range(200):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


def hanging(_name: str, _fetch: Fetch) -> Fetch:
    async def never(_batch: Batch) -> Answers:
        await asyncio.Event().wait()
        raise AssertionError

    return never


async def test_an_unknown_reach_ends_at_the_deadline() -> None:
    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW)
    async with open_runtime(config, filled(catalog_text(), neighbours()), hanging) as runtime:
        options = RequestOptions(deadline=time.monotonic() + 0.1, caller=CALLER)
        result = await runtime.engine.execute(BILLS, {"id": ACCOUNT}, options=options)
        assert result.data == {"billingAccount": None}
        assert [each["extensions"]["code"] for each in result.errors] == ["SOURCE_TIMEOUT"]
        assert result.sources["CIS"]["state"] == "TIMEOUT"
