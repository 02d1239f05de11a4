"""Requests, orders, processes, arrangements and interactions equal the demo's files."""

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from support.demo import truth_talks as talks
from support.demo import truth_work as work
from support.demo.demo_folders import DemoFolder
from support.demo.feed_queries import instant
from support.demo.running_demo import GatewayClient
from support.demo.truth import FeedTruth, opaque

ACCOUNTS = 100
WORK = """
query Work($account: ID!) {
  billingAccount(id: $account) {
    serviceRequests(first: 500) { nodes {
      id requestNumber title state severity requestCategory { ...C } openedAt updatedAt dueAt resolvedAt
      owner { name } description
    } }
    serviceOrders(first: 500) { nodes {
      id orderNumber kind state occurredAt requestedFor completedAt execution servicePoint { id }
      steps { id stepType { ...C } state execution result { ...C } }
    } }
    fieldOrders(first: 500) { nodes {
      id orderNumber state priority taskType { ...C } occurredAt scheduledFrom scheduledTo crew completedAt
      result { ...C } remarks
    } }
    creditProcesses {
      __typename id processStatus createdAt endedAt amount { amount }
      events { sequence eventType { code } status triggerDate }
    }
    paymentArrangements {
      id status since until total { amount } installment { amount } installments installmentsBilled
      remaining { amount } nextBillAmount { amount }
    }
    payPlans { id status since total { amount } payments { dueOn amount { amount } received { amount } } }
  }
}
fragment C on CodedValue { code description }
"""
TALKS = """
query Talks($customer: ID!) {
  customer(id: $customer) { interactions(first: 500, all: true) { nodes {
    id status startedAt endedAt durationSeconds direction agent { name } campaign { ...C }
    wrapUp { outcome { ...C } result { ...C } reason { ...C } } account { id } party { id }
    activities { id activityType { code } startedAt handler object { recordId } }
    mediaItems { id media direction originator isPartyKnown segments { kind durationSeconds } }
    notes { text }
  } } }
}
fragment C on CodedValue { code description }
"""
TOTALS = """
query Totals($account: ID!, $customer: ID!) {
  billingAccount(id: $account) { serviceRequests(first: 1) { totalCount } }
  customer(id: $customer) {
    interactions(first: 1, all: true) { totalCount }
    newest: interactions(first: 1) { totalCount }
    newestRows: interactions(first: 500) { nodes { id } }
  }
}
"""
MOMENTS = ("At", "For", "From", "To")


@pytest.fixture(scope="module")
def truth(large_demo: DemoFolder) -> FeedTruth:
    return FeedTruth(large_demo)


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[str]:
    rows = large_demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT ORDER BY ACCT_ID")
    return random.Random(362).sample([row["ACCT_ID"] for row in rows], ACCOUNTS)  # noqa: S311  # a sample


@pytest.fixture(scope="module")
def answers(gateway: GatewayClient, accounts: list[str]) -> dict[str, Any]:
    def ask(account: str) -> Any:
        return gateway.ask(WORK, account=opaque("BillingAccount", account))["billingAccount"]

    with ThreadPoolExecutor(4) as at_once:
        return dict(zip(accounts, at_once.map(ask, accounts), strict=True))


def plain(node: dict[str, Any]) -> dict[str, Any]:
    """A node with parsed instants and amounts, and references replaced by ids."""
    return {name: _plain(name, value) for name, value in node.items()}


def _plain(name: str, value: Any) -> Any:
    if value is not None and name.endswith(MOMENTS):
        return instant(value)
    if not isinstance(value, dict) or len(value) != 1:
        return value
    only = next(iter(value.values()))
    return Decimal(only) if "amount" in value and only is not None else only


def same(nodes: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    """Compare nodes with expected ones; their sort keys are not compared."""
    without_keys = [{name: each for name, each in one.items() if name != "key"} for one in expected]
    assert nodes == without_keys


def test_service_requests_equal_the_stored_ones(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        nodes = answer["serviceRequests"]["nodes"]
        same([plain(each) for each in nodes], work.requests(large_demo, account))


def test_service_orders_equal_the_stored_ones_with_their_steps(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        nodes = answer["serviceOrders"]["nodes"]
        same([plain(each) for each in nodes], work.orders(large_demo, account))


def test_field_orders_equal_the_stored_ones(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        nodes = answer["fieldOrders"]["nodes"]
        same([plain(each) for each in nodes], work.visits(large_demo, account))


def test_credit_processes_equal_the_stored_ones_with_their_events(
    large_demo: DemoFolder, answers: dict[str, Any]
) -> None:
    for account, answer in answers.items():
        nodes = [
            {**plain(each), "events": [event(one) for one in each["events"]]} for each in answer["creditProcesses"]
        ]
        same(nodes, work.processes(large_demo, account))
    assert any(answer["creditProcesses"] for answer in answers.values())


def event(node: dict[str, Any]) -> tuple[Any, ...]:

    return node["sequence"], node["eventType"]["code"], node["status"], node["triggerDate"]


def test_arrangements_and_plans_equal_the_stored_ones(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        same([plain(each) for each in answer["paymentArrangements"]], work.arrangements(large_demo, account))
        nodes = [
            {
                **plain(each),
                "payments": [
                    (one["dueOn"], Decimal(one["amount"]["amount"]), Decimal(one["received"]["amount"]))
                    for one in each["payments"]
                ],
            }
            for each in answer["payPlans"]
        ]
        same(nodes, talks.plans(large_demo, account))


def test_interactions_equal_the_stored_ones(gateway: GatewayClient, truth: FeedTruth, accounts: list[str]) -> None:
    for customer in sorted({truth.account(account)["CUST_ID"] for account in accounts}):
        answer = gateway.ask(TALKS, customer=opaque("Customer", customer))
        nodes = [talk(each) for each in answer["customer"]["interactions"]["nodes"]]
        same(nodes, talks.interactions(truth.demo, customer))


def test_services_count_their_rows(gateway: GatewayClient, truth: FeedTruth, accounts: list[str]) -> None:
    totals = set()
    for account in accounts[:25]:
        customer = truth.account(account)["CUST_ID"]
        ids = {"account": opaque("BillingAccount", account), "customer": opaque("Customer", customer)}
        answer = gateway.ask(TOTALS, **ids)
        requests, of_customer = answer["billingAccount"]["serviceRequests"], answer["customer"]
        assert requests["totalCount"] == len(work.requests(truth.demo, account))
        assert of_customer["interactions"]["totalCount"] == len(talks.interactions(truth.demo, customer))
        assert of_customer["newest"]["totalCount"] == len(of_customer["newestRows"]["nodes"])
        totals |= {requests["totalCount"], of_customer["interactions"]["totalCount"]}
    assert max(totals) > 1


def talk(node: dict[str, Any]) -> dict[str, Any]:
    """An interaction in the form of the truth."""
    wrap_up = node.pop("wrapUp") or {"outcome": None, "result": None, "reason": None}
    return {
        **plain(node),
        **wrap_up,
        "activities": sorted(
            (
                each["id"],
                each["activityType"]["code"],
                str(instant(each["startedAt"])),
                each["handler"],
                str(each["object"] and each["object"]["recordId"]),
            )
            for each in node["activities"]
        ),
        "mediaItems": sorted(
            (
                each["id"],
                each["media"],
                each["direction"],
                each["originator"],
                each["isPartyKnown"],
                tuple(
                    sum(part["durationSeconds"] for part in each["segments"] if part["kind"] == kind)
                    for kind in talks.SEGMENT_KINDS
                ),
            )
            for each in node["mediaItems"]
        ),
        "notes": sorted(each["text"] for each in node["notes"]),
    }
