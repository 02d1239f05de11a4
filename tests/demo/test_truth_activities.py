"""Status, label, amount and day of activities equal what the demo's files say."""

import random
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

from gateway_demo.cases.index import CASES

SAMPLE = 60
FEED = """query($account: ID!, $after: String) { billingAccount(id: $account) {
  zoneOfDays
  activities(first: 500, after: $after, includePendingBills: true) {
    pageInfo { hasNextPage endCursor }
    nodes { id occurredAt occurredOn precision activityStatus statusLabel amount { amount } }
  } } }"""


class Source(NamedTuple):
    """Where the records of a type are, and what their codes mean."""

    record: str
    system: str
    table: str
    columns: str
    meanings: dict[str, tuple[str, str]]


BILL = {
    "P": ("OPEN", "Pending"),
    "C": ("INFORMATION", "Issued"),
    "W": ("FAILED", "Written off"),
    "X": ("CANCELED", "Canceled"),
}
PAYMENT = {
    "INC": ("OPEN", "Incomplete"),
    "ERR": ("FAILED", "Not posted"),
    "FRZB": ("OPEN", "Ready to post"),
    "FRZ": ("DONE", "Posted"),
    "CAN": ("CANCELED", "Canceled"),
    "RET": ("FAILED", "Returned"),
}
ARRANGEMENT = {
    "05": ("OPEN", "Pending"),
    "20": ("OPEN", "Active"),
    "30": ("DONE", "Kept"),
    "40": ("FAILED", "Broken"),
    "50": ("DONE", "Completed"),
    "60": ("CANCELED", "Canceled"),
}
CLAIM = {"REVW": ("OPEN", "In review"), "APPR": ("DONE", "Approved"), "DENY": ("FAILED", "Denied")}
SOURCES = (
    Source("Bill", "billing", "BL_BILL", "BILL_ID, BILL_STAT, AMT_DUE_CENTS / 100.0, BILL_DT", BILL),
    Source("Payment", "payments", "pay", "pay_id, stat, amt_cents / 100.0, pay_dt", PAYMENT),
    Source("PaymentArrangement", "collections", "CC_PAY_ARR", "PA_ID, STAT_CD, TOT_AMT, START_DT", ARRANGEMENT),
    Source("RebateClaim", "cis", "CI_REBATE", "CLAIM_ID, STAT_CD, CLAIM_AMT, CLAIM_DT", CLAIM),
)


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[str]:
    rows = large_demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT ORDER BY ACCT_ID")
    sample = random.Random(363).sample([row["ACCT_ID"] for row in rows], SAMPLE)  # noqa: S311  # a sample
    return sorted({*sample, *(case.account_id for case in CASES if case.account_id)})


@pytest.fixture(scope="module")
def activities(gateway: GatewayClient, accounts: list[str]) -> dict[str, Any]:
    """Every activity of the accounts, by its id, with the zone of its account."""
    return {
        node["id"]: {**node, "zone": zone}
        for account in accounts
        for zone, nodes in pages(gateway, account)
        for node in nodes
    }


def pages(gateway: GatewayClient, account: str) -> Iterator[tuple[str, list[Any]]]:
    after = None
    while True:
        data = gateway.ask(FEED, account=opaque("BillingAccount", account), after=after)["billingAccount"]
        yield data["zoneOfDays"], data["activities"]["nodes"]
        info = data["activities"]["pageInfo"]
        if not info["hasNextPage"]:
            return
        after = info["endCursor"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.record)
def test_a_status_is_that_of_the_file(
    large_demo: DemoFolder, activities: dict[str, Any], accounts: list[str], source: Source
) -> None:
    statuses = set()
    statement = f"SELECT {source.columns} FROM {source.table} WHERE ACCT_ID = ?"  # noqa: S608  # our own names
    for account in accounts:
        for row in large_demo.ask(source.system, statement, account):
            key, code, amount, day = tuple(row)
            node = activities.get(opaque(source.record, str(key)))
            if node is None:
                continue  # older than the searchable years
            statuses.add(code)
            assert (node["activityStatus"], node["statusLabel"]) == source.meanings[code]
            assert Decimal(node["amount"]["amount"]) == round(Decimal(str(amount)), 2)
            assert (node["occurredOn"], node["precision"]) == (day[:10], "DAY")
    assert len(statuses) > 1


def test_an_instant_falls_on_its_day(activities: dict[str, Any]) -> None:
    for node in activities.values():
        when = datetime.fromisoformat(node["occurredAt"])
        assert when.date().isoformat() == node["occurredOn"]


def test_days_begin_at_midnight(activities: dict[str, Any]) -> None:
    days = [node for node in activities.values() if node["precision"] == "DAY"]
    assert {node["occurredAt"][10:19] for node in days} == {"T00:00:00"}


def test_every_status_is_among_the_demo(activities: dict[str, Any]) -> None:
    assert {node["activityStatus"] for node in activities.values()} >= {
        "OPEN",
        "DONE",
        "CANCELED",
        "FAILED",
        "INFORMATION",
    }


def test_every_account_names_its_zone(activities: dict[str, Any]) -> None:
    assert {node["zone"] for node in activities.values()} == {"America/New_York", "America/Chicago"}
