from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from support.cache.worlds import keeping
from support.world import World

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
async def at() -> AsyncIterator[World]:
    async with keeping(TABLES) as made:
        await made.ask(QUERY, id=ID)
        yield made


async def test_what_is_remembered_is_not_asked_for(at: World) -> None:
    result = await at.answer(QUERY, id=ID)
    assert at.gate.asked() == []
    assert {name: each["fromCache"] for name, each in result.sources.items()} == {"CRM": True, "CIS": True}


@pytest.mark.parametrize(
    ("mark", "asked"),
    [
        ("@refresh", ["BillingAccount by customer_id x 1", "Customer by id x 1"]),
        ("@refresh(sources: [CRM])", ["Customer by id x 1"]),
        ("@refresh(sources: [CIS, CRM])", ["BillingAccount by customer_id x 1", "Customer by id x 1"]),
        ("@refresh(sources: [])", []),
        ("@refresh(sources: [OUTAGE])", []),
    ],
)
async def test_only_the_systems_that_are_named_are_asked_anew(at: World, mark: str, asked: list[str]) -> None:
    at.held["Customer"][0] = {**at.held["Customer"][0], "customer_number": "C2"}
    told = await at.ask(f"query($id: ID!) {mark} {BODY}", id=ID)
    assert at.gate.asked() == asked
    fresh = "Customer by id x 1" in asked
    assert told["customer"]["customerNumber"] == ("C2" if fresh else "C1")


async def test_the_systems_may_come_as_a_variable(at: World) -> None:
    query = f"query($id: ID!, $which: [SourceSystem!] = [CRM]) @refresh(sources: $which) {BODY}"
    await at.ask(query, id=ID)
    assert at.gate.asked() == ["Customer by id x 1"]
    await at.ask(query, id=ID, which=["CIS"])
    assert at.gate.asked() == ["BillingAccount by customer_id x 1"]


async def test_variables_that_do_not_fit_ask_nothing(at: World) -> None:
    query = f"query($id: ID!, $which: [SourceSystem!]) @refresh(sources: $which) {BODY}"
    result = await at.answer(query, id=ID, which=["NOBODY"])
    assert (result.ran, at.gate.asked()) == (False, [])


@pytest.mark.parametrize(
    "mark", ["@refresh(sources: [NOBODY])", "@refresh(source: [CRM])", "@refresh @refresh"]
)
async def test_a_mark_that_does_not_fit_is_refused(at: World, mark: str) -> None:
    result = await at.answer(f"query($id: ID!) {mark} {BODY}", id=ID)
    assert result.errors
    assert not result.ran


async def test_a_mark_on_another_operation_of_the_document_asks_nothing(at: World) -> None:
    document = f"query A($id: ID!) {BODY} query B($id: ID!) @refresh {BODY}"
    await at.ask(document, "A", id=ID)
    assert at.gate.asked() == []


async def test_whoever_wishes_it_without_a_mark_is_told_anew_as_well(at: World) -> None:
    at.gate.forget()
    wish = replace(NO_OPTIONS, bypass_cache=frozenset({"CRM"}))
    await at.engine.execute(QUERY, {"id": ID}, None, wish)
    assert at.gate.asked() == ["Customer by id x 1"]


async def test_where_a_system_does_not_answer_anew_what_is_remembered_is_shown_and_called_old(
    at: World,
) -> None:
    at.gate.down["CRM"] = SourceDown
    result = await at.answer(f"query($id: ID!) @refresh {BODY}", id=ID)
    assert result.errors == []
    assert result.data is not None
    assert result.data["customer"]["customerNumber"] == "C1"
    states = {name: (each["state"], each["fromCache"]) for name, each in result.sources.items()}
    assert states == {"CRM": ("STALE", True), "CIS": ("OK", False)}


async def test_what_is_remembered_says_nothing_of_how_a_system_is_now(at: World) -> None:
    heard = dict(at.engine.finder.source_health.last_status)
    await at.ask(QUERY, id=ID)
    assert at.engine.finder.source_health.last_status == heard
    at.gate.down["CRM"] = SourceDown
    await at.ask(f"query($id: ID!) @refresh(sources: [CRM]) {BODY}", id=ID)
    told = {
        each["system"]: each["state"] for each in (await at.ask("{ sources { system state } }"))["sources"]
    }
    assert (told["CRM"], told["CIS"]) == ("DOWN", "OK")
