"""The dashboards of planted cases and premises: availability, reason and landing page."""

from collections.abc import Mapping
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

from gateway_demo.cases.index import BY_NAME

OFFERED = (True, "AVAILABLE", "CUSTOMER_DASHBOARD")
VACANT = (False, "VACANT_PREMISE", "NOT_OFFERED")
# Customers with an account, open or closed, have a dashboard; these planted ones never had an account.
NOT_OFFERED = {
    "prospect never attached": (False, "PROSPECT_NEVER_ATTACHED", "CRM_ACCOUNT_PAGE"),
    "prospect once attached": (False, "NO_BILLING_ACCOUNT", "CUSTOMER_DASHBOARD"),
    "CRM-only contact": (False, "CRM_ONLY", "CRM_ACCOUNT_PAGE"),
}
CUSTOMERS = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer {
  dashboard { available reason landing } source { openMode url } } } }"""
PREMISES = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Premise {
  dashboard { available reason landing } } } }"""
SEARCH = """query($by: CustomerSearch!) { search(by: $by) { nodes { __typename
  ... on Premise { dashboard { available reason landing } } } } }"""


def dashboard_of(node: Any) -> tuple[bool, str, str]:
    """A dashboard's availability, reason and landing page."""
    answer = node["dashboard"]
    return answer["available"], answer["reason"], answer["landing"]


@pytest.fixture(scope="module")
def dashboards(gateway: GatewayClient) -> Mapping[str, Any]:
    """The answer about each case's customer."""
    ids = [opaque("Customer", case.customer_id) for case in BY_NAME.values()]
    return dict(zip(BY_NAME, gateway.ask(CUSTOMERS, ids=ids)["nodes"], strict=True))


@pytest.mark.parametrize("name", BY_NAME)
def test_a_case_has_its_dashboard(dashboards: Mapping[str, Any], name: str) -> None:
    assert dashboard_of(dashboards[name]) == NOT_OFFERED.get(name, OFFERED)


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_landing_on_the_crm_page_has_its_address(
    dashboards: Mapping[str, Any], large_demo: DemoFolder, name: str
) -> None:
    key = BY_NAME[name].customer_id
    [row] = large_demo.ask("crm", "SELECT customer_number FROM customer WHERE id = ?", key)
    assert dashboards[name]["source"] == {
        "openMode": "EXTERNAL_RECORD",
        "url": f"https://crm.riverton.example/accounts/{row['customer_number']}",
    }


def test_a_vacant_premise_has_no_current_account(gateway: GatewayClient, large_demo: DemoFolder) -> None:
    rows = large_demo.ask("cis", "SELECT PREM_ID, VACANT_SW FROM CI_PREM ORDER BY VACANT_SW DESC, PREM_ID LIMIT 100")
    ids = [opaque("Premise", row["PREM_ID"]) for row in rows]
    answer = [each["dashboard"] and dashboard_of(each) for each in gateway.ask(PREMISES, ids=ids)["nodes"]]
    assert answer == [VACANT if row["VACANT_SW"] == "Y" else None for row in rows]
    assert {None, VACANT} == set(answer)


def test_the_vacant_premise_is_found_without_a_dashboard(gateway: GatewayClient) -> None:
    planted = opaque("Premise", BY_NAME["vacant premise"].other_id)
    assert dashboard_of(gateway.ask(PREMISES, ids=[planted])["nodes"][0]) == VACANT
    [hit] = gateway.ask(SEARCH, by={"address": "12 Elm St, Riverton"})["search"]["nodes"]
    assert (hit["__typename"], dashboard_of(hit)) == ("Premise", VACANT)
