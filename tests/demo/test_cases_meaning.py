"""Planted cases tell what counts, what was issued, and whose it is."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder
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


PENDING = """query($account: ID!) { billingAccount(id: $account) {
  activities(types: [BILL], includePendingBills: true, range: { since: "2026-05-16", until: "2026-11-15" }) {
    nodes { title ... on Bill { status } } } } }"""
HEADER = """query($account: ID!) { billingAccount(id: $account) {
  header { contactName accountNumber account { id } personalIdentifiers { kind isMasked } dateOfBirth dateOfBirthState }
  newest: activities(first: 5) { complete nodes { occurredAt } sources { asOf } }
  customer { ... on Customer { id } } } }"""


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
    account = gateway.ask(PENDING, account=opaque("BillingAccount", BY_NAME["canceled bill"].account_id))[
        "billingAccount"
    ]
    titles = {each["status"]: each["title"] for each in account["activities"]["nodes"]}
    assert titles["CANCELED"].startswith("Bill canceled: $")
    assert "canceled" not in titles["COMPLETE"].lower()


def test_a_pending_bill_is_an_activity_on_request(gateway: GatewayClient) -> None:
    account = gateway.ask(PENDING, account=opaque("BillingAccount", BY_NAME["bill pending"].account_id))[
        "billingAccount"
    ]
    titles = {each["status"]: each["title"] for each in account["activities"]["nodes"]}
    assert "pending" in titles["PENDING"].lower()


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


def header_of(gateway: GatewayClient, name: str) -> Any:
    """The header of the first account of a planted case, and its newest activities."""
    return gateway.ask(HEADER, account=opaque("BillingAccount", BY_NAME[name].account_id))["billingAccount"]


def test_a_quiet_account_begins_with_its_newest_activities(gateway: GatewayClient) -> None:
    newest = header_of(gateway, "prospect with a former account")["newest"]
    assert newest["complete"]
    assert len(newest["nodes"]) == 5
    assert max(each["occurredAt"] for each in newest["nodes"]) < "2026-05-15"


def test_an_account_has_the_header_of_its_customer(gateway: GatewayClient) -> None:
    account = header_of(gateway, "plain residential")
    header = account["header"]
    assert header["contactName"] == "Ada Whitcombe"
    assert header["account"] == {"id": opaque("BillingAccount", BY_NAME["plain residential"].account_id)}
    assert (header["dateOfBirth"], header["dateOfBirthState"]) == (None, "MASKED")
    assert header["personalIdentifiers"] == [{"kind": "SSN", "isMasked": True}]


def test_an_organization_is_identified_by_its_tax_id(gateway: GatewayClient) -> None:
    header = header_of(gateway, "landlord with 40 accounts")["header"]
    assert [each["kind"] for each in header["personalIdentifiers"]] == ["TAX_ID"]
    assert (header["dateOfBirth"], header["dateOfBirthState"]) == (None, "NONE")


def test_a_contact_of_an_organization_is_identified_as_a_person(gateway: GatewayClient) -> None:
    header = header_of(gateway, "organization and its contact")["header"]
    assert {each["kind"] for each in header["personalIdentifiers"]} - {"TAX_ID"}


def test_the_header_of_an_account_of_somebody_else_is_refused(gateway: GatewayClient) -> None:
    customer = header_of(gateway, "plain residential")["customer"]["id"]
    query = "query($id: ID!, $account: ID) { customer(id: $id) { header(accountId: $account) { contactName } } }"
    other = opaque("BillingAccount", BY_NAME["landlord with 40 accounts"].account_id)
    response = gateway.answer(query, id=customer, account=other)
    assert response["data"] == {"customer": {"header": None}}
    assert [each["extensions"]["code"] for each in response["errors"]] == ["BAD_INPUT"]


def test_ages_are_told_by_the_clock_of_the_demo(gateway: GatewayClient) -> None:
    sources = header_of(gateway, "plain residential")["newest"]["sources"]
    assert {each["asOf"][:10] for each in sources if each["asOf"]} == {"2026-11-15"}


def test_life_support_of_a_premise_alone_is_not_known(gateway: GatewayClient) -> None:
    query = "query($account: ID!) { billingAccount(id: $account) { premises { id lifeSupport } } }"
    account = opaque("BillingAccount", BY_NAME["special needs"].account_id)
    [premise] = gateway.ask(query, account=account)["billingAccount"]["premises"]
    alone = gateway.ask("query($id: ID!) { node(id: $id) { ... on Premise { lifeSupport } } }", id=premise["id"])
    assert (premise["lifeSupport"], alone["node"]["lifeSupport"]) == (True, None)


LEDGER = """query($account: ID!, $after: String) { billingAccount(id: $account) {
  financialHistory(first: 60, after: $after) {
    nodes { date counts amount { amount } balanceAfter { amount } } pageInfo { hasNextPage endCursor } } } }"""


def ledger(gateway: GatewayClient, account: str) -> list[Any]:
    """Entries of an account that count, newest first, from all pages."""
    entries: list[Any] = []
    page: Any = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        after = page["pageInfo"]["endCursor"]
        page = gateway.ask(LEDGER, account=account, after=after)["billingAccount"]["financialHistory"]
        entries += page["nodes"]
    return [each for each in entries if each["counts"]]


def test_in_every_ledger_neighbours_differ_by_the_newer_amount(gateway: GatewayClient, large_demo: DemoFolder) -> None:
    same_day = checked = 0
    for row in large_demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT"):
        for newer, older in pairwise(ledger(gateway, opaque("BillingAccount", row["ACCT_ID"]))):
            after, before, amount = (
                Decimal(each["amount"]) for each in (newer["balanceAfter"], older["balanceAfter"], newer["amount"])
            )
            assert after == before + amount, (row["ACCT_ID"], newer, older)
            checked, same_day = checked + 1, same_day + (newer["date"] == older["date"])
    assert checked > 10_000
    assert same_day > 50  # otherwise no day has an order
