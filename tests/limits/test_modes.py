"""Each limit in each mode: `enforce` refuses, `measure` counts and answers, `off` does neither."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import fields
from typing import Any

import aiohttp
import pytest
from support.telemetry.served import metric_samples, served

from gateway.config.limits import Limit, Limits, Mode

MAXIMA = {
    "body": 2_000,
    "tokens": 100,
    "fields": 30,
    "depth": 4,
    "aliases": 3,
    "root_fields": 2,
    "directives": 2,
    "introspection": 300,
    "cost": 300,
    "page": 20,
    "objects": 10,
    "response": 3_000,
    "time": 1,
}
TABLES = {
    "Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}],
    "BillingAccount": [
        {"id": f"A{n}", "account_number": f"{n}", "customer_id": "1", "status": "ACTIVE"} for n in range(12)
    ],
}
CUSTOMER = '{{ customer(customerNumber: "C1") {} }}'
# Each is above one limit only, or above those that are looked at later.
REQUESTS = {
    "body": "{ __typename }" + " " * 3_000,
    "tokens": "#\n" * 150 + "{ __typename }",
    "fields": "{ sources { " + "system " * 31 + "} }",
    "depth": CUSTOMER.format("{ accounts { customer { accounts { id } } } }"),
    "aliases": "{ sources { a: system b: system c: system d: system } }",
    "root_fields": "{ a: __typename b: __typename c: __typename }",
    "directives": "{ __typename @include(if: true) sources @include(if: true) { system @skip(if: false) } }",
    "introspection": "{ __schema { types { name fields { name } } } }",
    "cost": CUSTOMER.format("{ a: activities { complete } b: activities { complete } c: activities { complete } }"),
    "page": CUSTOMER.format("{ interactions(first: 30) { nodes { id } } }"),
    "objects": CUSTOMER.format("{ accounts { accountNumber } }"),
    "response": "{ __schema { types { name } } }",
    "time": "{ sources { system } }",
}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


def limits(mode: Mode) -> Limits:
    by_name = {name: Limit(name, maximum, mode) for name, maximum in MAXIMA.items()}
    by_name["time"] = Limit("time", 10_000)  # enforced: test_deadline_over.py
    return Limits(**by_name)


@pytest.fixture(scope="module")
async def gateways() -> AsyncIterator[dict[Mode, aiohttp.ClientSession]]:
    async with AsyncExitStack() as stack:
        yield {mode: await stack.enter_async_context(served(TABLES, limits=limits(mode))) for mode in Mode}


async def answer(http: aiohttp.ClientSession, name: str) -> tuple[Any, float]:
    """The body of the answer, and by how many the breaches of the limit rose."""
    before = await breaches(http, name)
    async with http.post("/graphql", json={"query": REQUESTS[name]}) as response:
        body = await response.json()
    return body, await breaches(http, name) - before


async def breaches(http: aiohttp.ClientSession, name: str) -> float:
    samples = await metric_samples(http, "limit")
    return samples.get(("gateway_limit_breaches_total", name), 0)


def test_every_limit_has_a_request() -> None:
    assert [each.name for each in fields(Limits)] == list(REQUESTS) == list(MAXIMA)
    assert [getattr(Limits(), each.name).name for each in fields(Limits)] == list(MAXIMA)


@pytest.mark.parametrize("name", [name for name in REQUESTS if name != "time"])
async def test_an_enforced_limit_refuses(gateways: dict[Mode, aiohttp.ClientSession], name: str) -> None:
    body, count = await answer(gateways[Mode.ENFORCE], name)
    [error] = body["errors"]
    extensions = error["extensions"]
    assert (extensions["limitName"], extensions["limit"]) == (name, MAXIMA[name])
    assert extensions["measured"] > MAXIMA[name]
    assert extensions["code"] == ("TOO_LARGE" if name == "body" else "BAD_INPUT")
    assert not body.get("data") or name == "page"  # a page costs its own field
    assert count == 1


@pytest.mark.parametrize("name", [name for name in REQUESTS if name != "time"])
async def test_a_measured_limit_counts_and_answers(gateways: dict[Mode, aiohttp.ClientSession], name: str) -> None:
    body, count = await answer(gateways[Mode.MEASURE], name)
    assert body["data"]
    assert count == 1


@pytest.mark.parametrize("name", [name for name in REQUESTS if name != "time"])
async def test_a_limit_that_is_off_does_nothing(gateways: dict[Mode, aiohttp.ClientSession], name: str) -> None:
    body, count = await answer(gateways[Mode.OFF], name)
    assert body["data"]
    assert count == 0


async def test_time_can_be_measured() -> None:
    async with served(TABLES, limits=Limits(time=Limit("time", 0, Mode.MEASURE))) as http:
        async with http.get("/graphql", params={"query": REQUESTS["time"]}) as response:
            assert (await response.json())["data"]
        assert await breaches(http, "time") == 1
