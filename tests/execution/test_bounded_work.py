"""Documents of nested and of long lists: they end at a limit or a deadline, and others are served during them."""

import asyncio
import gc
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from support.harness import NOW, Harness, harness
from support.passes import Passes, passes_of
from support.resolvers.usage_queries import intervals
from support.rows import row

from gateway.concurrency.slices import SLICE as ROWS_AT_ONCE
from gateway.config.limits import Limit, Limits
from gateway.contract.batch import NO_OPTIONS
from gateway.execution.engine import OperationResult
from gateway.ids import global_id
from gateway.loading.loader import Loader
from gateway.loading.releases import SLICE
from gateway.resolvers.customer360.account import BillingAccount

# graphql-core leaves coroutines behind when an execution is cancelled. They are collected in the test that made them.
pytestmark = pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")
ACCOUNTS = 12
ID = global_id("Customer", "1")
TABLES = {
    "Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}],
    "BillingAccount": [
        {"id": f"A{n}", "account_number": f"{n}", "customer_id": "1", "status": "ACTIVE"} for n in range(ACCOUNTS)
    ],
}


def nested(levels: int) -> str:
    inner = "accountNumber"
    for _ in range(levels):
        inner = f"customer {{ accounts {{ {inner} }} }}"
    return f"query($id: ID!) {{ customer(id: $id) {{ accounts {{ {inner} }} }} }}"


async def execute(at: Harness, query: str, seconds: float = 600) -> OperationResult:
    options = replace(NO_OPTIONS, deadline=time.monotonic() + seconds)
    return await at.engine.execute(query, {"id": ID}, None, options)


async def passes_during(task: "asyncio.Task[OperationResult]") -> int:
    """The passes of the event loop that others get until the task ends."""
    passes = 0
    while not task.done():
        await asyncio.sleep(0)
        passes += 1
    return passes


@pytest.mark.parametrize("levels", [1, 2])
async def test_others_have_a_turn_after_each_slice_of_objects(levels: int) -> None:
    objects = sum(ACCOUNTS ** (level + 1) for level in range(levels + 1))
    async with harness(TABLES) as at:
        task = asyncio.create_task(execute(at, nested(levels)))
        passes = await passes_during(task)
        assert task.result().errors == []
        assert passes >= objects / (SLICE + ACCOUNTS)
        assert [each for each in at.gate.batch_names() if "x 1" not in each] == []


async def test_an_answer_of_too_many_objects_is_refused() -> None:
    async with harness(TABLES, limits=Limits(objects=Limit("objects", 1_000))) as at:
        result = await execute(at, nested(2))
        (error,) = result.errors
        assert (result.data, error["extensions"]["code"]) == (None, "BAD_INPUT")
        assert "more than 1000 objects" in error["message"]
        assert set(result.sources) == {"CRM", "CIS"}  # the systems asked until then
        whole = await execute(at, nested(1))
        assert whole.errors == []
    gc.collect()


async def test_others_have_a_turn_after_each_slice_that_ends() -> None:
    async with harness(TABLES) as at:
        loader = Loader(at.engine.finder)
        loader.releases.stopped = True  # so that all of them wait
        waiting = [asyncio.create_task(_wait(loader)) for _ in range(10 * SLICE)]
        await asyncio.sleep(0)
        draining = asyncio.create_task(loader.drain())
        while not draining.done():
            before = sum(task.done() for task in waiting)
            await asyncio.sleep(0)
            assert sum(task.done() for task in waiting) - before <= SLICE
        await asyncio.wait(waiting)
        assert all(task.cancelled() for task in waiting)
        loader.close()


async def _wait(loader: Loader) -> None:
    await loader.load(BillingAccount, "customer_id", "1")


async def test_nothing_is_left_of_an_execution_that_ended() -> None:
    async with harness(TABLES, limits=Limits(objects=Limit("objects", 5_000))) as at:
        tasks = asyncio.all_tasks()
        result = await execute(at, nested(3))
        assert [error["extensions"]["code"] for error in result.errors] == ["BAD_INPUT"]
        await asyncio.wait([each.task for each in at.engine.executions])
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == tasks
        assert (await execute(at, nested(0))).errors == []
    gc.collect()


async def test_a_caller_who_leaves_meanwhile_is_not_answered() -> None:
    async with harness(TABLES, limits=Limits(objects=Limit("objects", 5_000))) as at:
        task = asyncio.create_task(execute(at, nested(3)))
        while not any(each.task for each in at.engine.executions) and not task.done():  # noqa: ASYNC110  # each pass counts
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled() or task.result().errors
        assert (await execute(at, nested(0))).errors == []
    gc.collect()


async def test_an_answer_that_is_not_complete_at_its_deadline_ends() -> None:
    async with harness(TABLES) as at:
        await execute(at, nested(0))  # the schema is ready
        started_at = time.monotonic()
        result = await execute(at, nested(4), 0.01)
        assert result.errors
        assert {error["extensions"]["code"] for error in result.errors} <= {"TOO_LATE", "SOURCE_TIMEOUT", "OVERLOADED"}
        assert time.monotonic() - started_at < 60  # unbounded, it takes many minutes
        assert (await execute(at, nested(0))).errors == []
    gc.collect()


COMPARISON = """usageComparison(
    serviceType: ELECTRIC, granularity: DAY, range: { since: "2026-07-01", until: "2026-11-14" }, base: PREVIOUS_BILL
) { changePercent series { total coverage } }"""
LISTS = {
    "a page of bills": "bills(first: 5) { edges { node { id } } }",
    "the months of a chart": "billingHistory(months: 36) { __typename }",
    "a financial history": "financialHistory(first: 5) { edges { node { date } } }",
    "a comparison": COMPARISON,
    "a year of days": 'usage(granularity: DAY, range: { since: "2026-01-01", until: "2026-11-14" }) { total }',
}


@pytest.mark.parametrize("field", LISTS)
async def test_a_long_list_of_one_account_makes_no_busier_pass(field: str) -> None:
    query = f"query($id: ID!) {{ billingAccount(id: $id) {{ {LISTS[field]} }} }}"
    some, many = [await _passes(query, slices * ROWS_AT_ONCE) for slices in (2, 5)]
    assert many.busiest <= 1.5 * some.busiest
    assert many.number >= some.number + 3


async def _passes(query: str, count: int) -> Passes:
    days = [(NOW.date() - timedelta(days=n % 1_000)).isoformat() for n in range(count)]
    tables = {
        "BillingAccount": [row("BillingAccount", id="A1", account_number="1", status="ACTIVE")],
        "Bill": [row("Bill", id=f"{n}", account_id="A1", issued_on=day) for n, day in enumerate(days)],
        "Payment": [row("Payment", id=f"{n}", account_id="A1", paid_on=day) for n, day in enumerate(days)],
        "AccountReference": [row("AccountReference", account_id="A1", service_point_ids=["S1"])],
        "IntervalUsage": intervals(NOW - timedelta(minutes=15 * count), NOW),
    }
    account = global_id("BillingAccount", "A1")
    async with harness(tables) as at:
        await at.ask(query, id=global_id("BillingAccount", "A2"))  # what is prepared once
        return await passes_of(partial(at.ask, query, id=account))
