"""No answer to a shipped document has the personal data of a planted case, wherever its systems hold it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque
from support.documents import document, operations

from gateway_demo.cases.index import BY_NAME

CASES = ("card number in a transcript", "plain residential", "landlord with 40 accounts", "same name, third")
OF_ACCOUNT = ("activities-drawer", "billing-tab", "collections", "orders", "overview-tab", "widgets")
OF_CUSTOMER = ("account-header", "customer-360", "interactions")
TRANSCRIPT = ("4111 1111 1111 1111", "4111111111111111", "900-12-3456", "555 201 2345", "ada.private")


def personal_data(demo: DemoFolder, customer: str) -> Iterator[str]:
    """Identifiers, birth dates and contact points of the people of a customer, as the CRM holds them."""
    party = demo.bodies("crm", "customer", "id", customer)[0]["partyId"]
    for body in demo.bodies("crm", "party", "id", party):
        yield from filter(None, (body.get("birthDate"), body.get("taxId")))
        yield from (each["value"] for name in ("identifiers", "contactPoints") for each in body.get(name) or ())
    yield from TRANSCRIPT


def answers(gateway: GatewayClient, name: str) -> Iterator[Any]:
    """Whole answers to the shipped documents, with those of the details of each activity."""
    case = BY_NAME[name]
    account, customer = opaque("BillingAccount", case.account_id), opaque("Customer", case.customer_id)
    for each in (*OF_CUSTOMER, *OF_ACCOUNT):
        for operation in operations(each):
            yield gateway.answer(document(each), operation, account=account, customer=customer)
    feed = "query($id: ID!) { billingAccount(id: $id) { activities(first: 100) { nodes { id title summary } } } }"
    nodes = gateway.ask(feed, id=account)["billingAccount"]["activities"]["nodes"]
    yield nodes
    for node in nodes:
        yield gateway.answer(document("activity-detail"), operations("activity-detail")[0], id=node["id"])


def searches(gateway: GatewayClient, texts: list[str]) -> Iterator[Any]:
    for text in texts:
        yield gateway.answer(document("search-box"), operations("search-box")[0], text=text)


@pytest.mark.parametrize("name", CASES)
def test_no_shipped_document_shows_personal_data(gateway: GatewayClient, large_demo: DemoFolder, name: str) -> None:
    planted = list(personal_data(large_demo, BY_NAME[name].customer_id))
    assert len(planted) > len(TRANSCRIPT)
    hits = searches(gateway, [each for each in planted if "@" in each or each.startswith("+")])
    texts = [json.dumps(each, ensure_ascii=False) for each in (*answers(gateway, name), *hits)]
    assert [each for each in planted for text in texts if each in text] == []
    assert any("***" in text for text in texts)


def test_the_transcript_is_shown_with_masks(gateway: GatewayClient) -> None:
    case = BY_NAME["card number in a transcript"]
    query = """query($id: ID!) { billingAccount(id: $id) { activities(types: [CHAT], acrossWindows: true, first: 5) {
      nodes { ... on Chat { summary transcript { text } } } } } }"""
    account = opaque("BillingAccount", case.account_id)
    chats = gateway.ask(query, id=account)["billingAccount"]["activities"]["nodes"]
    [chat] = [each for each in chats if "card" in each["summary"]]
    assert chat["summary"] == "Wanted to pay with card ****-****-****-1111."
    text = " ".join(each["text"] for each in chat["transcript"])
    for masked in (
        "My card is ****-****-****-1111,",
        "My social is ***-**-3456",
        "phone ***-***-2345",
        "a***@e***.com",
    ):
        assert masked in text
