"""Planted cases tell what counts, what was issued, and whose it is."""

from typing import Any

import pytest
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

from gateway_demo.cases.index import BY_NAME

ACCOUNT = """query($account: ID!) { billingAccount(id: $account) {
  balance { current { amount } }
  premises { lifeSupport }
  insights { top { code } }
  bills { nodes { status issuedOn } }
  issued: bills(status: [COMPLETE, WRITTEN_OFF], first: 1) { nodes { status } }
  activities(types: [BILL]) { nodes { title ... on Bill { status } } }
  mails: activities(types: [EMAIL], range: { since: "2026-05-16", until: "2026-11-15" }) {
    nodes { account { ... on BillingAccount { id } } } }
  financialHistory(first: 200) { nodes { kind counts amount { amount } balanceAfter { amount } } }
  customer { ... on Customer { dashboard { available } accounts { id } closed: accounts(status: [FINALED]) { id } } }
} }"""


def case(gateway: GatewayClient, name: str) -> Any:
    """The first account of a planted case."""
    return gateway.ask(ACCOUNT, account=opaque("BillingAccount", BY_NAME[name].account_id))["billingAccount"]


@pytest.mark.parametrize("name", ["special needs", "disconnection at a life-support premise"])
def test_a_premise_says_what_the_insight_says(gateway: GatewayClient, name: str) -> None:
    account = case(gateway, name)
    assert "LIFE_SUPPORT" in {each["code"] for each in account["insights"]["top"]}
    assert [each["lifeSupport"] for each in account["premises"]] == [True]


def test_a_disconnection_despite_life_support_leads(gateway: GatewayClient) -> None:
    account = case(gateway, "disconnection at a life-support premise")
    assert account["insights"]["top"][0]["code"] == "DISCONNECT_VS_LIFE_SUPPORT"


def test_a_pending_bill_is_neither_issued_nor_an_activity(gateway: GatewayClient) -> None:
    account = case(gateway, "bill pending")
    assert account["bills"]["nodes"][0]["status"] == "PENDING"
    assert account["issued"]["nodes"] == [{"status": "COMPLETE"}]
    assert {each["status"] for each in account["activities"]["nodes"]} == {"COMPLETE"}


def test_a_canceled_bill_is_titled_as_canceled(gateway: GatewayClient) -> None:
    titles = [each["title"] for each in case(gateway, "canceled bill")["activities"]["nodes"]]
    assert sum(title.endswith(" (canceled)") for title in titles) <= 1
    assert not [title for title in titles if "(" in title and not title.endswith("(canceled)")]


@pytest.mark.parametrize("name", ["bill pending", "canceled bill", "payment returned", "written off"])
def test_every_entry_that_counts_leads_to_the_balance(gateway: GatewayClient, name: str) -> None:
    account = case(gateway, name)
    entries = account["financialHistory"]["nodes"]
    counted = [each for each in entries if each["counts"]]
    assert len(counted) < len(entries) or name == "written off"
    assert all(each["balanceAfter"] for each in counted)
    assert not [each for each in entries if not each["counts"] and each["balanceAfter"]]
    assert counted[0]["balanceAfter"] == account["balance"]["current"]
    assert all(float(each["amount"]["amount"]) < 0 for each in entries if each["kind"] == "PAYMENT")


def test_mail_of_other_accounts_is_not_in_the_feed(gateway: GatewayClient) -> None:
    name = "landlord with 40 accounts"
    accounts = [each["account"] for each in case(gateway, name)["mails"]["nodes"]]
    assert {each["id"] for each in accounts if each} <= {opaque("BillingAccount", BY_NAME[name].account_id)}


def test_a_former_customer_keeps_the_account_of_the_dashboard(gateway: GatewayClient) -> None:
    customer = case(gateway, "prospect with a former account")["customer"]
    assert customer["dashboard"]["available"]
    assert (
        customer["accounts"]
        == customer["closed"]
        == [{"id": opaque("BillingAccount", BY_NAME["prospect with a former account"].account_id)}]
    )
