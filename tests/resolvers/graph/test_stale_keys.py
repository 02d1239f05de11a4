"""A page that was found by stale keys reports the system of these keys."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from support.cache.harnesses import cached_catalog, caching_harness
from support.harness import Harness, catalog_text, harness
from support.utility import ACCOUNT, utility

from gateway.errors import SourceDown
from gateway.ids import global_id

SAYS = "sources { system state fromCache retryable }"
OF_ACCOUNT = ("serviceOrders", "fieldOrders", "interactions", "activities")
PARTY = global_id("Person", "H")
OF_PARTY = f'query $mark {{ node(id: "{PARTY}") {{ ... on Person {{ interactions {{ {SAYS} }} }} }} }}'


def of_account(name: str) -> str:
    return f'query $mark {{ billingAccount(id: "{ACCOUNT}") {{ {name} {{ {SAYS} }} }} }}'


@pytest.fixture
async def at() -> AsyncIterator[Harness]:
    async with caching_harness(utility()) as gateway:
        yield gateway


async def sources_of(at: Harness, query: str, name: str, mark: str = "") -> dict[str, Any]:
    """The sources of a page, by system."""
    (owner,) = (await at.ask(query.replace("$mark", mark))).values()
    return {each["system"]: each for each in owner[name]["sources"]}


OLD = {"state": "STALE", "fromCache": True, "retryable": True}


@pytest.mark.parametrize("name", OF_ACCOUNT)
async def test_a_page_reports_the_stale_cross_reference_it_used(at: Harness, name: str) -> None:
    before = await sources_of(at, of_account(name), name)
    assert {each["state"] for each in before.values()} == {"OK"}
    at.gate.down["AccountReference by account_id"] = SourceDown
    sources = await sources_of(at, of_account(name), name, "@refresh")
    assert sources.pop("CIS") == {"system": "CIS", **OLD}
    assert {each["state"] for each in sources.values()} == {"OK"}


async def test_a_party_page_reports_the_stale_relationships_it_used(at: Harness) -> None:
    assert (await sources_of(at, OF_PARTY, "interactions")).keys() == {"INTERACTIONS"}
    at.gate.down["PartyRelationship by person_id"] = SourceDown
    sources = await sources_of(at, OF_PARTY, "interactions", "@refresh")
    assert sources["CRM"] == {"system": "CRM", **OLD}
    assert sources["INTERACTIONS"]["state"] == "OK"


@pytest.mark.parametrize("name", ["bills", "payments", "serviceRequests"])
async def test_a_page_without_cross_reference_reports_no_other_system(at: Harness, name: str) -> None:
    before = await sources_of(at, of_account(name), name)
    at.gate.down["AccountReference by account_id"] = SourceDown
    assert (await sources_of(at, of_account(name), name, "@refresh")).keys() == before.keys()


async def test_a_page_found_by_account_reports_no_other_system() -> None:
    text = catalog_text(lookups=lambda record, by: (record, by) != ("ServiceOrder", "service_point_id"))
    async with harness(utility(), text=cached_catalog(text=text)) as at:
        await sources_of(at, of_account("serviceOrders"), "serviceOrders")
        at.gate.down["AccountReference by account_id"] = SourceDown
        sources = await sources_of(at, of_account("serviceOrders"), "serviceOrders", "@refresh")
        assert "AccountReference by account_id" in {each.lookup.name for each in at.gate.batches}
    assert "CIS" not in sources


@pytest.mark.parametrize(
    ("lookup", "area", "system"),
    [("AccountReference by account_id", "OUTAGE", "CIS"), ("Customer by id", "CUSTOMER", "CRM")],
)
async def test_insights_report_the_stale_system_that_decided_their_loads(
    at: Harness, lookup: str, area: str, system: str
) -> None:
    query = (
        f'query $mark {{ billingAccount(id: "{ACCOUNT}") {{ insights(areas: [{area}]) {{ {SAYS} all {{ code }} }} }} }}'
    )
    assert "STALE" not in {each["state"] for each in (await sources_of(at, query, "insights")).values()}
    at.gate.down[lookup] = SourceDown
    data = await at.ask(query.replace("$mark", "@refresh"))
    sources = {each["system"]: each for each in data["billingAccount"]["insights"]["sources"]}
    assert sources[system] == {"system": system, **OLD}
    assert "DATA_INCOMPLETE" in {each["code"] for each in data["billingAccount"]["insights"]["all"]}
