from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from support.cache.harnesses import caching_harness
from support.harness import Harness

from gateway.contract.batch import NO_OPTIONS
from gateway.errors import SourceDown
from gateway.ids import global_id

TABLES = {
    "Customer": [{"id": "1", "customer_number": "C1", "status": "OPEN"}],
    "BillingAccount": [{"id": "A1", "account_number": "A1", "customer_id": "1", "status": "ACTIVE"}],
}
BODY = "{ customer(id: $id) { customerNumber accounts(includeClosed: true) { accountNumber } } }"
QUERY = f"query($id: ID!) {BODY}"
ID = global_id("Customer", "1")


@pytest.fixture
async def at() -> AsyncIterator[Harness]:
    async with caching_harness(TABLES) as gateway:
        await gateway.ask(QUERY, id=ID)
        yield gateway


async def test_cached_records_are_not_loaded_again(at: Harness) -> None:
    result = await at.answer(QUERY, id=ID)
    assert at.gate.batch_names() == []
    assert {name: each["fromCache"] for name, each in result.sources.items()} == {"CRM": True, "CIS": True}


@pytest.mark.parametrize(
    ("directive", "loads"),
    [
        ("@refresh", ["BillingAccount by customer_id x 1", "Customer by id x 1"]),
        ("@refresh(sources: [CRM])", ["Customer by id x 1"]),
        ("@refresh(sources: [CIS, CRM])", ["BillingAccount by customer_id x 1", "Customer by id x 1"]),
        ("@refresh(sources: [])", []),
        ("@refresh(sources: [OUTAGE])", []),
    ],
)
async def test_refresh_asks_only_the_systems_it_names(at: Harness, directive: str, loads: list[str]) -> None:
    at.held["Customer"][0] = {**at.held["Customer"][0], "customer_number": "C2"}
    data = await at.ask(f"query($id: ID!) {directive} {BODY}", id=ID)
    assert at.gate.batch_names() == loads
    fresh = "Customer by id x 1" in loads
    assert data["customer"]["customerNumber"] == ("C2" if fresh else "C1")


async def test_systems_may_be_a_variable(at: Harness) -> None:
    query = f"query($id: ID!, $which: [SourceSystem!] = [CRM]) @refresh(sources: $which) {BODY}"
    await at.ask(query, id=ID)
    assert at.gate.batch_names() == ["Customer by id x 1"]
    await at.ask(query, id=ID, which=["CIS"])
    assert at.gate.batch_names() == ["BillingAccount by customer_id x 1"]


async def test_invalid_variables_ask_no_system(at: Harness) -> None:
    query = f"query($id: ID!, $which: [SourceSystem!]) @refresh(sources: $which) {BODY}"
    result = await at.answer(query, id=ID, which=["NOTHING"])
    assert (result.ran, at.gate.batch_names()) == (False, [])


@pytest.mark.parametrize("directive", ["@refresh(sources: [NOTHING])", "@refresh(source: [CRM])", "@refresh @refresh"])
async def test_an_invalid_directive_is_refused(at: Harness, directive: str) -> None:
    result = await at.answer(f"query($id: ID!) {directive} {BODY}", id=ID)
    assert result.errors
    assert not result.ran


async def test_a_directive_on_another_operation_is_ignored(at: Harness) -> None:
    document = f"query A($id: ID!) {BODY} query B($id: ID!) @refresh {BODY}"
    await at.ask(document, "A", id=ID)
    assert at.gate.batch_names() == []


async def test_request_options_bypass_the_cache_without_a_directive(at: Harness) -> None:
    at.gate.clear()
    options = replace(NO_OPTIONS, bypass_cache=frozenset({"CRM"}))
    await at.engine.execute(QUERY, {"id": ID}, None, options)
    assert at.gate.batch_names() == ["Customer by id x 1"]


async def test_a_failed_refresh_shows_cached_data_as_stale(at: Harness) -> None:
    at.gate.down["CRM"] = SourceDown
    result = await at.answer(f"query($id: ID!) @refresh {BODY}", id=ID)
    assert result.errors == []
    assert result.data is not None
    assert result.data["customer"]["customerNumber"] == "C1"
    states = {name: (each["state"], each["fromCache"]) for name, each in result.sources.items()}
    assert states == {"CRM": ("STALE", True), "CIS": ("OK", False)}


async def test_cached_answers_do_not_change_the_status_of_a_system(at: Harness) -> None:
    before = dict(at.engine.finder.source_health.last_status)
    await at.ask(QUERY, id=ID)
    assert at.engine.finder.source_health.last_status == before
    at.gate.down["CRM"] = SourceDown
    await at.ask(f"query($id: ID!) @refresh(sources: [CRM]) {BODY}", id=ID)
    states = {each["system"]: each["state"] for each in (await at.ask("{ sources { system state } }"))["sources"]}
    assert (states["CRM"], states["CIS"]) == ("DOWN", "OK")
