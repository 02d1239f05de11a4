"""A list found by keys that another system said long ago says so: what is there since is missing from it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.cache.worlds import keeping, kept
from support.utility import ACCOUNT, utility
from support.world import World, catalog_text, world

from gateway.errors import SourceDown
from gateway.ids import global_id

SAYS = "sources { system state fromCache retryable }"
OF_ACCOUNT = ("serviceOrders", "fieldOrders", "interactions", "activities")
PARTY = global_id("Person", "H")
OF_PARTY = f'query $mark {{ node(id: "{PARTY}") {{ ... on Person {{ interactions {{ {SAYS} }} }} }} }}'


def of_account(name: str) -> str:
    return f'query $mark {{ billingAccount(id: "{ACCOUNT}") {{ {name} {{ {SAYS} }} }} }}'


@pytest.fixture
async def at() -> AsyncIterator[World]:
    async with keeping(utility()) as made:
        yield made


async def told(at: World, query: str, name: str, mark: str = "") -> dict[str, Any]:
    """What the page says of each system."""
    (found,) = (await at.ask(query.replace("$mark", mark))).values()
    return {each["system"]: each for each in found[name]["sources"]}


OLD = {"state": "STALE", "fromCache": True, "retryable": True}


@pytest.mark.parametrize("name", OF_ACCOUNT)
async def test_a_page_names_the_system_whose_old_cross_reference_it_was_found_by(
    at: World, name: str
) -> None:
    good = await told(at, of_account(name), name)
    assert {each["state"] for each in good.values()} == {"OK"}
    at.gate.down["AccountReference by account_id"] = SourceDown
    found = await told(at, of_account(name), name, "@refresh")
    assert found.pop("CIS") == {"system": "CIS", **OLD}
    assert {each["state"] for each in found.values()} == {"OK"}


async def test_a_partys_page_names_the_system_whose_old_relationships_it_was_found_by(at: World) -> None:
    assert (await told(at, OF_PARTY, "interactions")).keys() == {"INTERACTIONS"}
    at.gate.down["PartyRelationship by person_id"] = SourceDown
    found = await told(at, OF_PARTY, "interactions", "@refresh")
    assert found["CRM"] == {"system": "CRM", **OLD}
    assert found["INTERACTIONS"]["state"] == "OK"


@pytest.mark.parametrize("name", ["bills", "payments", "serviceRequests"])
async def test_a_page_that_needs_no_cross_reference_names_no_other_system(at: World, name: str) -> None:
    good = await told(at, of_account(name), name)
    at.gate.down["AccountReference by account_id"] = SourceDown
    assert (await told(at, of_account(name), name, "@refresh")).keys() == good.keys()


async def test_a_page_whose_records_are_found_by_account_alone_names_no_other_system() -> None:
    found_by = catalog_text(lookups=lambda record, by: (record, by) != ("ServiceOrder", "service_point_id"))
    async with world(utility(), text=kept(text=found_by)) as at:
        await told(at, of_account("serviceOrders"), "serviceOrders")
        at.gate.down["AccountReference by account_id"] = SourceDown
        found = await told(at, of_account("serviceOrders"), "serviceOrders", "@refresh")
        assert "AccountReference by account_id" in {each.lookup.name for each in at.gate.batches}
    assert "CIS" not in found


@pytest.mark.parametrize(
    ("lookup", "area", "system"),
    [("AccountReference by account_id", "OUTAGE", "CIS"), ("Customer by id", "CUSTOMER", "CRM")],
)
async def test_insights_name_the_system_whose_old_word_decided_what_was_asked(
    at: World, lookup: str, area: str, system: str
) -> None:
    query = (
        f'query $mark {{ billingAccount(id: "{ACCOUNT}") {{ insights(areas: [{area}]) {{ {SAYS} '
        "all { code } } } }"
    )
    assert "STALE" not in {each["state"] for each in (await told(at, query, "insights")).values()}
    at.gate.down[lookup] = SourceDown
    found = await at.ask(query.replace("$mark", "@refresh"))
    told_of = {each["system"]: each for each in found["billingAccount"]["insights"]["sources"]}
    assert told_of[system] == {"system": system, **OLD}
    assert "DATA_INCOMPLETE" in {each["code"] for each in found["billingAccount"]["insights"]["all"]}
