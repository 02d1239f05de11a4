"""A request's time holds whoever answers: what does not end by itself is ended."""

import asyncio
import time
from dataclasses import replace

from support.world import World, world

from gateway.contract.batch import NO_OPTIONS, Answers, Batch, Fetch
from gateway.execution.engine import Engine
from gateway.ids import global_id
from gateway.loading.finder import Finder

ID = global_id("Customer", "1")
QUERY = "query($id: ID!) { customer(id: $id) { customerNumber accounts { accountNumber } } }"
TABLES = {"Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}]}


def deaf(engine: Engine, source: str, ended: asyncio.Event) -> None:
    """Let a source never answer, nor look at the time."""

    async def never(_batch: Batch) -> Answers:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    fetches: dict[str, Fetch] = {**engine.finder.fetches, source: never}
    engine.finder = Finder(engine.finder.catalog, fetches, engine.finder.log)


async def asked(at: World, seconds: float):  # a Result
    wish = replace(NO_OPTIONS, deadline=time.monotonic() + seconds)
    return await at.engine.execute(QUERY, {"id": ID}, None, wish)


async def test_what_never_answers_is_late_and_all_else_is_there() -> None:
    ended = asyncio.Event()
    async with world(TABLES) as at:
        deaf(at.engine, "CIS", ended)
        result = await asked(at, 0.5)  # time enough for CRM, however busy the machine
        await ended.wait()
    assert result.data == {"customer": {"customerNumber": "C1", "accounts": None}}
    (error,) = result.errors
    assert (error["path"], error["extensions"]["code"]) == (["customer", "accounts"], "SOURCE_TIMEOUT")
    assert {name: each["state"] for name, each in result.sources.items()} == {"CRM": "OK", "CIS": "TIMEOUT"}


async def test_a_request_whose_time_is_over_asks_nothing_and_says_so() -> None:
    async with world(TABLES) as at:
        at.gate.forget()
        result = await asked(at, -1)
        assert at.gate.asked() == []
    assert result.data == {"customer": None}
    assert result.sources["CRM"]["state"] == "TIMEOUT"
