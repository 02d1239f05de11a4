"""The deadline of a request ends sources that do not end by themselves."""

import asyncio
import time
from dataclasses import replace

from support.harness import Harness, harness

from gateway.contract.batch import NO_OPTIONS, Answers, Batch, Fetch
from gateway.execution.engine import Engine, OperationResult
from gateway.ids import global_id
from gateway.loading.finder import Finder

ID = global_id("Customer", "1")
QUERY = "query($id: ID!) { customer(id: $id) { customerNumber accounts { accountNumber } } }"
TABLES = {"Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}]}


def make_unresponsive(engine: Engine, source: str, ended: asyncio.Event) -> None:
    """Let a source never answer, and ignore deadlines."""

    async def never(_batch: Batch) -> Answers:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    fetches: dict[str, Fetch] = {**engine.finder.fetches, source: never}
    engine.finder = Finder(engine.finder.catalog, fetches, engine.finder.log)


async def execute(at: Harness, seconds: float) -> OperationResult:
    options = replace(NO_OPTIONS, deadline=time.monotonic() + seconds)
    return await at.engine.execute(QUERY, {"id": ID}, None, options)


async def test_an_unresponsive_source_times_out_and_others_answer() -> None:
    ended = asyncio.Event()
    async with harness(TABLES) as at:
        make_unresponsive(at.engine, "CIS", ended)
        result = await execute(at, 0.5)  # enough time for CRM, also on a busy machine
        await ended.wait()
    assert result.data == {"customer": {"customerNumber": "C1", "accounts": None}}
    (error,) = result.errors
    assert (error["path"], error["extensions"]["code"]) == (["customer", "accounts"], "SOURCE_TIMEOUT")
    assert {name: status["state"] for name, status in result.sources.items()} == {"CRM": "OK", "CIS": "TIMEOUT"}


async def test_a_request_past_its_deadline_sends_no_batch() -> None:
    async with harness(TABLES) as at:
        at.gate.clear()
        result = await execute(at, -1)
        assert at.gate.batch_names() == []
    assert result.data == {"customer": {"customerNumber": None, "accounts": None}}
    assert result.sources["CRM"]["state"] == "TIMEOUT"
