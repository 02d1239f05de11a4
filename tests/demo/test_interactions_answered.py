"""Interactions by customer, account and party, and the records they refer to, equal the demo's files."""

import random
from datetime import date
from typing import Any

import pytest
from support.demo import truth_talks as talks
from support.demo.demo_folders import DemoFolder
from support.demo.feed_queries import instant
from support.demo.running_demo import GatewayClient
from support.demo.truth import NEW_YORK, midnight, opaque

from gateway_demo.cases.index import BY_NAME

SAMPLE = 40
ACCOUNT = """query($id: ID!) { billingAccount(id: $id) {
  interactions { window { since until } ...Ids } all: interactions(all: true, first: 500) { ...Ids } } }
  fragment Ids on InteractionConnection { nodes { id } pageInfo { hasNextPage } }"""
PARTY = """query($id: ID!) { node(id: $id) { ... on Party { interactions(all: true, first: 500) {
  nodes { id party { id } } sources { system state } } } } }"""
OBJECTS = """query($id: ID!) { customer(id: $id) { interactions(all: true, first: 500) { nodes {
  account { id } activities { startedAt object { system recordType nodeId openMode url } } } } } }"""
RECORDS = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename
  ... on CustomerActivity { occurredAt account { id } source { system openMode url } } } }"""
SINCE = date(2025, 11, 15)


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[Any]:
    """Sampled accounts, and whether their customers have several."""
    rows = large_demo.ask(
        "cis", "SELECT ACCT_ID, CUST_ID, CUST_ACCT_CNT, CUST_ACCT_CNT > 1 AS several FROM CI_XREF ORDER BY 1"
    )
    return random.Random(367).sample(rows, SAMPLE)  # noqa: S311  # a sample


def test_an_accounts_interactions_name_it(gateway: GatewayClient, large_demo: DemoFolder, accounts: list[Any]) -> None:
    for account in accounts:
        key = opaque("BillingAccount", account["ACCT_ID"])
        answer = gateway.ask(ACCOUNT, id=key)["billingAccount"]
        allowed = (key,) if account["several"] else (key, None)
        expected = [each for each in talks.interactions(large_demo, account["CUST_ID"]) if each["account"] in allowed]
        newest = [each for each in expected if each["startedAt"] >= midnight(SINCE.isoformat(), NEW_YORK)]
        assert ids(answer["all"]) == [each["id"] for each in expected]
        assert ids(answer["interactions"]) == [each["id"] for each in newest[:25]]
        assert answer["interactions"]["window"] == {"since": "2025-11-15", "until": "2026-11-15"}


def ids(page: Any) -> list[str]:
    """The ids of a page's interactions."""
    return [each["id"] for each in page["nodes"]]


@pytest.fixture(scope="module")
def bakery(large_demo: DemoFolder) -> dict[str, Any]:
    """The parties of the organization and its contact."""
    key = BY_NAME["organization and its contact"].customer_id
    [customer] = large_demo.bodies("crm", "customer", "id", key)
    [relation] = large_demo.bodies("crm", "party", "id", customer["partyId"])
    return {
        "customer": key,
        "PartyRelationship": relation["id"],
        "Person": relation["personId"],
        "Organization": relation["organizationId"],
    }


MADE_OF = {
    "PartyRelationship": ("Person", "Organization"),
    "Person": ("PartyRelationship",),
    "Organization": ("PartyRelationship",),
}


@pytest.mark.parametrize("kind", MADE_OF)
def test_a_relationships_interactions_are_found_from_all_parties(
    gateway: GatewayClient, large_demo: DemoFolder, bakery: dict[str, Any], kind: str
) -> None:
    every = talks.interactions(large_demo, bakery["customer"])
    parties = {opaque(each, bakery[each]) for each in (kind, *MADE_OF[kind])}
    expected = [each for each in every if each["party"] in parties]
    page = gateway.ask(PARTY, id=opaque(kind, bakery[kind]))["node"]["interactions"]
    assert ids(page) == [each["id"] for each in expected]
    assert {each["party"]["id"] for each in page["nodes"]} == parties
    assert page["sources"] == [{"system": "INTERACTIONS", "state": "OK"}]


def test_an_interaction_refers_to_a_record_of_its_account(gateway: GatewayClient, accounts: list[Any]) -> None:
    kinds = set()
    for account in accounts[:12]:
        expected = gateway.ask(OBJECTS, id=opaque("Customer", account["CUST_ID"]))["customer"]["interactions"]["nodes"]
        named = [(talk, each) for talk in expected for each in talk["activities"] if each["object"] is not None]
        for talk, (record, each) in zip(
            (talk for talk, _ in named), opened(gateway, [each for _, each in named]), strict=True
        ):
            node = each["object"]
            assert (record["__typename"], record["account"]) == (node["recordType"], talk["account"])
            assert record["source"] == {name: node[name] for name in ("system", "openMode", "url")}
            assert (instant(record["occurredAt"]) - instant(each["startedAt"])).days <= 1
            kinds.add(node["recordType"])
    assert kinds == {"ServiceRequest", "Payment", "EmailMessage"}


def opened(gateway: GatewayClient, activities: list[Any]) -> list[tuple[Any, Any]]:
    """The records that activities refer to, each with its activity, found by their ids."""
    keys = [each["object"]["nodeId"] for each in activities]
    pages = [keys[start : start + 100] for start in range(0, len(keys), 100)]
    records = [record for page in pages for record in gateway.ask(RECORDS, ids=page)["nodes"]]
    return list(zip(records, activities, strict=True))
