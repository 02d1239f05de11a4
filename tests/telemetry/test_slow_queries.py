"""A slow request logs one line: its operation, duration and query plan, without values."""

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from support.telemetry.log_lines import captured_logs
from support.telemetry.served import FIND, ask, failing, policies, served

from gateway.errors import SourceDown, SourceTimeout
from gateway.loading.finder import LoadResult
from gateway.server.instrumentation import Instrumentation
from gateway.telemetry.request_record import BatchRecord, RequestRecord, query_plan

ACCOUNTS = """query Whose { a: customer(customerNumber: "C1") { accounts { accountNumber } }
    b: customer(customerNumber: "C2") { accounts { accountNumber } } }"""
SLOW = "gateway.slow"


def without_times(line: dict[str, Any]) -> dict[str, Any]:
    assert line["ms"] >= 0
    plan = [{**step, "ms": None} for step in line["plan"] if step["ms"] >= 0]
    return {name: line[name] for name in ("operation", "document", "outcome")} | {"plan": plan}


def step(lookup: str, keys: int, **outcome: int) -> dict[str, Any]:
    return {"lookup": lookup, "batches": 1, "keys": keys, "cached": 0, "ms": None, "outcome": outcome}


async def test_the_plan_lists_the_batches_of_a_request():
    async with served(slow_request_ms=0, wrap=failing(SourceDown, "CIS")) as http:
        with captured_logs() as lines:
            _, headers, _ = await ask(http, ACCOUNTS)
    (line,) = lines.events(SLOW)
    assert (line["level"], line["message"], line["request"]) == ("WARNING", "slow request", headers["X-Request-Id"])
    assert without_times(line) == {
        "operation": "Whose",
        "document": hashlib.sha256(ACCOUNTS.encode()).hexdigest()[:12],
        "outcome": "PARTIAL",
        "plan": [step("Customer by customer_number", 2, OK=1), step("BillingAccount by customer_id", 2, SOURCE_DOWN=1)],
    }


async def test_the_plan_counts_cached_keys():
    async with served(slow_request_ms=0, text=policies(cache="60")) as http:
        with captured_logs() as lines:
            for _ in range(2):
                await ask(http, n="C1")
    assert [line["plan"][0]["cached"] for line in lines.events(SLOW)] == [0, 1]


async def test_a_fast_request_logs_nothing():
    async with served(slow_request_ms=86_400_000) as http:
        with captured_logs() as lines:
            await ask(http, n="C1")
    assert lines.events(SLOW) == []


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def logged_of(seconds: float) -> list[dict[str, Any]]:
    """The log lines of a request that takes this long, if 2 s are slow."""
    clock = Clock()

    async def answer(_request: Request, record: RequestRecord) -> Response:
        record.start_batch("Bill by account_id", 7)
        clock.seconds += seconds
        return Response()

    with captured_logs() as lines:
        await Instrumentation(slow_seconds=2.0, now=clock).observe(Request({"type": "http", "headers": []}), answer)
    return lines.events(SLOW)


async def test_a_request_is_slow_from_the_threshold_on():
    assert await logged_of(1.999) == []
    (line,) = await logged_of(2.0)
    assert line["ms"] == 2000.0
    assert line["plan"] == [
        {
            "lookup": "Bill by account_id",
            "batches": 1,
            "keys": 7,
            "cached": 0,
            "ms": 2000.0,
            "outcome": {"UNANSWERED": 1},
        }
    ]


def test_batches_of_one_lookup_are_summed_up() -> None:
    down, late = SourceDown("BILLING"), SourceTimeout("BILLING")
    empty: LoadResult[Any] = LoadResult([])
    batches = [
        BatchRecord("Bill by id", 2, 0.0, 1.0, [empty, LoadResult([], from_cache=True)]),
        BatchRecord("Call by id", 1, 0.5, 0.75, [LoadResult([], error=late)]),
        BatchRecord("Bill by id", 3, 1.0, 1.5, [empty, LoadResult([], error=down)]),
        BatchRecord("Bill by id", 1, 2.0, 2.25, [LoadResult([], error=down)]),
    ]
    bills = step("Bill by id", 6, OK=1, PARTIAL=1, SOURCE_DOWN=1)
    assert query_plan(batches, 9.0) == [
        {**bills, "batches": 3, "cached": 1, "ms": 1750.0},
        {**step("Call by id", 1, SOURCE_TIMEOUT=1), "ms": 250.0},
    ]


async def test_a_refused_request_names_no_document():
    async with served(slow_request_ms=0) as http:
        with captured_logs() as lines:
            await ask(http, FIND, n=None)
            await ask(http, "{ nonsense }")
    assert [(line["operation"], line["outcome"]) for line in lines.events(SLOW)] == [
        ("Find", "REFUSED"),
        ("", "REFUSED"),
    ]
    assert lines.events(SLOW)[1]["document"] == ""
