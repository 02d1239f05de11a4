"""The dashboard of customers and premises: offered or not, why, and where a link leads (ELIG-*, NAV-*)."""

from itertools import chain, combinations
from typing import Any

import pytest
from support.rows import row
from support.utility import CUSTOMER
from support.world import World, catalog_text, world

from gateway.errors import SourceDown
from gateway.ids import global_id
from gateway.resolvers.party.parties import PartyRole

CUSTOMERS = "query($id: ID!) { customer(id: $id) { dashboard { available reason landing } } }"
PREMISES = "query($id: ID!) { node(id: $id) { ... on Premise { dashboard { available reason landing } } } }"
SEARCH = """query($by: CustomerSearch!) { search(by: $by) { nodes {
  ... on Customer { dashboard { reason } } ... on Premise { dashboard { reason } } } } }"""
OFFERED = ("AVAILABLE", "CUSTOMER_DASHBOARD")
ROLES = [role.name for role in PartyRole]
EVERY_SET = [list(each) for each in chain.from_iterable(combinations(ROLES, n) for n in range(5))]


async def told(at: World, query: str = CUSTOMERS, key: str = CUSTOMER) -> Any:
    """The dashboard, as (reason, landing); it is offered where there is one, and only there."""
    [found] = (await at.ask(query, id=key)).values()
    dashboard = found["dashboard"]
    if dashboard is None:
        return None
    assert dashboard["available"] == (dashboard["reason"] == "AVAILABLE")
    return dashboard["reason"], dashboard["landing"]


def without_accounts(at: World, roles: list[str]) -> None:
    """Nobody has an account, and Ada has these roles."""
    at.held["BillingAccount"] = []
    for each in at.held["Person"]:
        each["roles"] = roles


def expected(roles: list[str]) -> tuple[str, str]:
    """What is offered to somebody without any account."""
    if {"CUSTOMER", "FORMER_CUSTOMER"} & set(roles):
        return "NO_BILLING_ACCOUNT", "CUSTOMER_DASHBOARD"
    return ("PROSPECT_NEVER_ATTACHED" if "PROSPECT" in roles else "CRM_ONLY"), "CRM_ACCOUNT_PAGE"


@pytest.mark.parametrize("roles", EVERY_SET)
@pytest.mark.parametrize("status", ["PENDING", "ACTIVE", "INACTIVE", "FINALED"])
async def test_whoever_has_an_account_open_or_closed_has_a_dashboard(
    alone: World, status: str, roles: list[str]
) -> None:
    alone.held["BillingAccount"][0]["status"] = status
    for each in alone.held["Person"]:
        each["roles"] = roles
    assert await told(alone) == OFFERED


@pytest.mark.parametrize("roles", EVERY_SET)
async def test_without_an_account_the_reason_is_who_they_are(at: World, roles: list[str]) -> None:
    without_accounts(at, roles)
    assert await told(at) == expected(roles)


async def test_a_former_customer_whose_premises_are_all_vacant_keeps_their_dashboard(alone: World) -> None:
    alone.held["BillingAccount"][0]["status"] = "FINALED"
    alone.held["Premise"][0]["is_vacant"] = True
    assert await told(alone) == OFFERED
    assert await told(alone, PREMISES, global_id("Premise", "P1")) == ("VACANT_PREMISE", "NOT_OFFERED")


@pytest.mark.parametrize(
    ("vacant", "dashboard"), [(True, ("VACANT_PREMISE", "NOT_OFFERED")), (False, None), (None, None)]
)
async def test_a_vacant_premise_has_none_and_of_any_other_it_is_unknown(
    at: World, vacant: Any, dashboard: Any
) -> None:
    at.held["Premise"][0]["is_vacant"] = vacant
    assert await told(at, PREMISES, global_id("Premise", "P1")) == dashboard
    assert at.gate.asked() == ["Premise by id x 1"]


async def test_nothing_is_offered_at_a_premise_where_there_is_no_account_at_all(at: World) -> None:
    at.held["Premise"][0]["is_vacant"] = False
    at.held["BillingAccount"], at.held["AccountReference"], at.held["ServiceAgreement"] = [], [], []
    assert await told(at, PREMISES, global_id("Premise", "P1")) is None


async def test_of_somebody_of_whom_neither_accounts_nor_party_are_known_it_is_unknown(at: World) -> None:
    at.held["BillingAccount"], at.held["Person"] = [], []
    assert await told(at) is None


async def test_whether_there_is_one_is_unknown_while_the_cis_is_down(at: World) -> None:
    at.gate.down = {"CIS": SourceDown}
    result = await at.answer(CUSTOMERS, id=CUSTOMER)
    assert result.data == {"customer": {"dashboard": None}}
    assert [each["extensions"]["source"] for each in result.errors] == ["CIS"]


async def test_where_no_cis_is_connected_it_is_unknown_without_an_error() -> None:
    tables = {"Customer": [row("Customer", id="C", customer_number="1")]}
    async with world(tables, text=catalog_text(["CIS"])) as at:
        assert await told(at) is None


async def test_who_they_are_matters_only_where_there_is_no_account(at: World) -> None:
    at.gate.down = {"Person by id": SourceDown}
    assert await told(at) == OFFERED
    at.held["BillingAccount"] = []
    result = await at.answer(CUSTOMERS, id=CUSTOMER)
    assert result.data == {"customer": {"dashboard": None}}
    assert [each["extensions"]["source"] for each in result.errors] == ["CRM"]


@pytest.mark.parametrize("people", [1, 40])
async def test_the_dashboards_of_a_page_of_hits_are_two_questions_at_most(at: World, people: int) -> None:
    at.held["Customer"] = [
        row("Customer", id=f"C{n}", customer_number=f"{n}", party_id=f"H{n}", party_kind="PERSON")
        | {"search_name": "ada"}
        for n in range(people)
    ]
    at.held["Person"] = [row("Person", id=f"H{n}", name="Ada", roles=["PROSPECT"]) for n in range(people)]
    found = (await at.ask(SEARCH, by={"name": "ada"}))["search"]["nodes"]
    assert {each["dashboard"]["reason"] for each in found} == {"PROSPECT_NEVER_ATTACHED"}
    shown = min(people, 25)
    assert [each for each in at.gate.asked() if not each.startswith("Customer ")] == [
        f"BillingAccount by customer_id x {shown}",
        f"Person by id x {shown}",
    ]


async def test_the_dashboards_of_premises_found_cost_nothing(at: World) -> None:
    for number, vacant in enumerate((True, False)):
        at.held["Premise"][number]["is_vacant"] = vacant
    found = (await at.ask(SEARCH, by={"address": "1 elm st"}))["search"]["nodes"]
    assert [each["dashboard"] for each in found] == [{"reason": "VACANT_PREMISE"}, None]
    assert [each.lookup.record for each in at.gate.batches] == ["Premise"]
