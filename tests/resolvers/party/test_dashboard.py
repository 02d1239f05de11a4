"""The dashboard of customers and premises (ELIG-*, NAV-*)."""

from itertools import chain, combinations
from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.rows import row
from support.utility import CUSTOMER

from gateway.errors import SourceDown
from gateway.ids import global_id
from gateway.resolvers.party.parties import PartyRole

CUSTOMERS = "query($id: ID!) { customer(id: $id) { dashboard { available reason landing content } } }"
PREMISES = "query($id: ID!) { node(id: $id) { ... on Premise { dashboard { available reason landing content } } } }"
SEARCH = """query($by: CustomerSearch!) { search(by: $by) { nodes {
  ... on Customer { dashboard { reason } } ... on Premise { dashboard { reason } } } } }"""
OFFERED = ("AVAILABLE", "CUSTOMER_DASHBOARD")
ROLES = [role.name for role in PartyRole]
EVERY_SET = [list(each) for each in chain.from_iterable(combinations(ROLES, n) for n in range(5))]


async def dashboard_of(at: Harness, query: str = CUSTOMERS, key: str = CUSTOMER) -> Any:
    """Reason and landing of the dashboard. Content, availability and landing always agree."""
    [owner] = (await at.ask(query, id=key)).values()
    dashboard = owner["dashboard"]
    if dashboard is None:
        return None
    assert dashboard["available"] == (dashboard["reason"] == "AVAILABLE") == (dashboard["content"] == "FULL")
    assert (dashboard["landing"] == "CUSTOMER_DASHBOARD") == (dashboard["content"] != "NONE")
    return dashboard["reason"], dashboard["landing"]


def without_accounts(at: Harness, roles: list[str]) -> None:
    """Remove all accounts, and give Ada these roles."""
    at.held["BillingAccount"] = []
    for each in at.held["Person"]:
        each["roles"] = roles


def expected(roles: list[str]) -> tuple[str, str]:
    """Reason and landing of a customer without account."""
    if {"CUSTOMER", "FORMER_CUSTOMER"} & set(roles):
        return "NO_BILLING_ACCOUNT", "CUSTOMER_DASHBOARD"
    return ("PROSPECT_NEVER_ATTACHED" if "PROSPECT" in roles else "CRM_ONLY"), "CRM_ACCOUNT_PAGE"


@pytest.mark.parametrize("roles", EVERY_SET)
@pytest.mark.parametrize("status", ["PENDING", "ACTIVE", "INACTIVE", "FINALED"])
async def test_every_account_open_or_closed_offers_a_dashboard(alone: Harness, status: str, roles: list[str]) -> None:
    alone.held["BillingAccount"][0]["status"] = status
    for each in alone.held["Person"]:
        each["roles"] = roles
    assert await dashboard_of(alone) == OFFERED


@pytest.mark.parametrize("roles", EVERY_SET)
async def test_without_an_account_the_roles_decide(at: Harness, roles: list[str]) -> None:
    without_accounts(at, roles)
    assert await dashboard_of(at) == expected(roles)


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("roles", EVERY_SET)
async def test_the_crm_decides_whether_a_prospect_was_attached(
    at: Harness, roles: list[str], *, attached: bool
) -> None:
    without_accounts(at, roles)
    at.held["Customer"][0]["ever_attached"] = attached
    if "PROSPECT" not in roles or "CUSTOMER" in roles:
        assert await dashboard_of(at) == expected(roles)
    elif attached:
        assert await dashboard_of(at) == ("NO_BILLING_ACCOUNT", "CUSTOMER_DASHBOARD")
    else:
        assert await dashboard_of(at) == ("PROSPECT_NEVER_ATTACHED", "CRM_ACCOUNT_PAGE")


async def test_a_former_customer_of_a_vacant_premise_keeps_the_dashboard(alone: Harness) -> None:
    alone.held["BillingAccount"][0]["status"] = "FINALED"
    alone.held["Premise"][0]["is_vacant"] = True
    assert await dashboard_of(alone) == OFFERED
    assert await dashboard_of(alone, PREMISES, global_id("Premise", "P1")) == ("VACANT_PREMISE", "NOT_OFFERED")


@pytest.mark.parametrize(
    ("vacant", "dashboard"), [(True, ("VACANT_PREMISE", "NOT_OFFERED")), (False, None), (None, None)]
)
async def test_only_a_vacant_premise_has_a_known_dashboard(at: Harness, vacant: Any, dashboard: Any) -> None:
    at.held["Premise"][0]["is_vacant"] = vacant
    assert await dashboard_of(at, PREMISES, global_id("Premise", "P1")) == dashboard
    assert at.gate.batch_names() == ["Premise by id x 1"]


async def test_a_premise_without_account_has_no_dashboard(at: Harness) -> None:
    at.held["Premise"][0]["is_vacant"] = False
    at.held["BillingAccount"], at.held["AccountReference"], at.held["ServiceAgreement"] = [], [], []
    assert await dashboard_of(at, PREMISES, global_id("Premise", "P1")) is None


async def test_without_accounts_and_party_the_dashboard_is_unknown(at: Harness) -> None:
    at.held["BillingAccount"], at.held["Person"] = [], []
    assert await dashboard_of(at) is None


async def test_a_failing_cis_makes_the_dashboard_unknown(at: Harness) -> None:
    at.gate.down = {"CIS": SourceDown}
    result = await at.answer(CUSTOMERS, id=CUSTOMER)
    assert result.data == {"customer": {"dashboard": None}}
    assert [each["extensions"]["source"] for each in result.errors] == ["CIS"]


async def test_without_a_cis_the_dashboard_is_unknown_without_error() -> None:
    tables = {"Customer": [row("Customer", id="C", customer_number="1")]}
    async with harness(tables, text=catalog_text(["CIS"])) as at:
        assert await dashboard_of(at) is None


async def test_the_party_is_needed_only_without_accounts(at: Harness) -> None:
    at.gate.down = {"Person by id": SourceDown}
    assert await dashboard_of(at) == OFFERED
    at.held["BillingAccount"] = []
    result = await at.answer(CUSTOMERS, id=CUSTOMER)
    assert result.data == {"customer": {"dashboard": None}}
    assert [each["extensions"]["source"] for each in result.errors] == ["CRM"]


@pytest.mark.parametrize("people", [1, 40])
async def test_dashboards_of_a_page_of_hits_are_two_batches(at: Harness, people: int) -> None:
    at.held["Customer"] = [
        row("Customer", id=f"C{n}", customer_number=f"{n}", party_id=f"H{n}", party_kind="PERSON")
        | {"search_name": "ada"}
        for n in range(people)
    ]
    at.held["Person"] = [row("Person", id=f"H{n}", name="Ada", roles=["PROSPECT"]) for n in range(people)]
    nodes = (await at.ask(SEARCH, by={"name": "ada"}))["search"]["nodes"]
    assert {each["dashboard"]["reason"] for each in nodes} == {"PROSPECT_NEVER_ATTACHED"}
    count = min(people, 25)
    assert [each for each in at.gate.batch_names() if not each.startswith("Customer ")] == [
        f"BillingAccount by customer_id x {count}",
        f"Person by id x {count}",
    ]


async def test_dashboards_of_premises_load_nothing(at: Harness) -> None:
    for number, vacant in enumerate((True, False)):
        at.held["Premise"][number]["is_vacant"] = vacant
    nodes = (await at.ask(SEARCH, by={"address": "1 elm st"}))["search"]["nodes"]
    assert [each["dashboard"] for each in nodes] == [{"reason": "VACANT_PREMISE"}, None]
    assert [each.lookup.record for each in at.gate.batches] == ["Premise"]
