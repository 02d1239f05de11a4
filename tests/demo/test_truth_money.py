"""Bills, payments, balances and usage equal the demo's files to the cent."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from support.demo import truth_money as money
from support.demo.demo_folders import DemoFolder
from support.demo.feed_queries import instant
from support.demo.running_demo import GatewayClient
from support.demo.truth import FeedTruth, opaque
from support.demo.truth_raw import months_before

ACCOUNTS = 100
MONEY = """
query Money($account: ID!) {
  billingAccount(id: $account) {
    balance {
      current { ...M } payoff { ...M } pastDue { ...M } deposit { ...M }
      arrears { label minDays maxDays amount { ...M } }
    }
    bills(first: 100) { nodes {
      id billNumber status issuedOn dueOn period { start end days } isFinal isEstimated
      previousBalance { ...M } totalPayments { ...M } totalAdjustments { ...M } currentCharges { ...M }
      endingBalance { ...M } amountDue { ...M } unpaidAmount { ...M } documentUrl
      segments {
        id name status serviceType period { start end days } amount { ...M } rateSchedule { ...C } isEstimated
        quantities { unit timeOfUse quantity } serviceAgreement { id } premise { id }
        lines { sequence description amount { ...M } unit quantity unitPrice }
      }
    } }
    payments(first: 100) { nodes {
      id paymentNumber paidOn amount { ...M } status channel { ...C } cancelReason { ...C }
      tenders { tenderType amount { ...M } instrument cancelReason { ...C } }
    } }
    adjustments(first: 100) { nodes {
      id adjustmentType { ...C } createdOn amount { ...M } status { ...C } cancelReason { ...C }
    } }
  }
}
fragment M on Money { amount currency }
fragment C on CodedValue { code description }
"""
USAGE = """
query Usage($account: ID!, $by: UsageGranularity!) {
  billingAccount(id: $account) {
    usage(granularity: $by) {
      servicePoint { id } serviceType unit flow total
      readings { start end value quality cost { amount currency } }
    }
  }
}
"""
QUANTITIES = ("quantity", "unitPrice")


@pytest.fixture(scope="module")
def truth(large_demo: DemoFolder) -> FeedTruth:
    return FeedTruth(large_demo)


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[str]:
    rows = large_demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT ORDER BY ACCT_ID")
    return random.Random(361).sample([row["ACCT_ID"] for row in rows], ACCOUNTS)  # noqa: S311  # a sample


@pytest.fixture(scope="module")
def answers(gateway: GatewayClient, accounts: list[str]) -> dict[str, Any]:
    def ask(account: str) -> Any:
        return gateway.ask(MONEY, account=opaque("BillingAccount", account))["billingAccount"]

    with ThreadPoolExecutor(4) as at_once:
        return dict(zip(accounts, at_once.map(ask, accounts), strict=True))


def exact(value: Any) -> Any:
    """Quantities as numbers, without trailing zeros; money as text."""
    if isinstance(value, list):
        return [exact(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: Decimal(each) if name in QUANTITIES and each is not None else exact(each) for name, each in value.items()
    }


def test_bills_equal_the_stored_ones_with_segments_and_lines(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        assert exact(answer["bills"]["nodes"]) == money.bills(large_demo, account)


def test_payments_equal_the_stored_ones_with_tenders(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        assert answer["payments"]["nodes"] == money.payments(large_demo, account)


def test_adjustments_equal_the_stored_ones(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        assert answer["adjustments"]["nodes"] == money.adjustments(large_demo, account)
    assert any(answer["adjustments"]["nodes"] for answer in answers.values())


def test_balances_equal_the_stored_ones(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        assert answer["balance"] == money.balance(large_demo, account)


def series(gateway: GatewayClient, account: str, by: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The readings of an account, by service point and flow."""
    answer = gateway.ask(USAGE, account=opaque("BillingAccount", account), by=by)
    return {
        (each["servicePoint"]["id"], each["flow"]): [read(reading) for reading in each["readings"]]
        for each in answer["billingAccount"]["usage"]
    }


def read(reading: dict[str, Any]) -> dict[str, Any]:
    """A reading with parsed values."""
    value = reading["value"]
    return {
        **reading,
        "start": instant(reading["start"]),
        "end": instant(reading["end"]),
        "value": None if value is None else Decimal(value),
    }


def test_usage_by_bill_period_equals_the_billed_usage(
    gateway: GatewayClient, truth: FeedTruth, accounts: list[str]
) -> None:
    for account in accounts:
        expected = {
            (opaque("ServicePoint", point), flow): readings
            for point in truth.points(account)
            for flow, readings in money.billed_usage(truth.demo, point, truth.zone(account), "2023-11-15").items()
        }
        assert series(gateway, account, "BILL_PERIOD") == expected


def test_usage_by_month_adds_up_the_days(gateway: GatewayClient, truth: FeedTruth, accounts: list[str]) -> None:
    for account in accounts:
        zone = truth.zone(account)
        answer = {
            key: {month(each["start"], zone): each["value"] for each in readings}
            for key, readings in series(gateway, account, "MONTH").items()
        }
        since = first_month(gateway, account)
        assert answer == {
            (opaque("ServicePoint", point), flow): months
            for point in truth.points(account)
            for flow, months in money.monthly_usage(truth.demo, point, since).items()
        }


def first_month(gateway: GatewayClient, account: str) -> str:
    """The first day of usage by month: a year before today, or before the day the account was closed."""
    query = "query($id: ID!) { billingAccount(id: $id) { closedOn } }"
    closed_on = gateway.ask(query, id=opaque("BillingAccount", account))["billingAccount"]["closedOn"]
    return months_before(date.fromisoformat(closed_on or "2026-11-15"), 12).replace(day=1).isoformat()


def month(start: datetime, zone: Any) -> str:
    """The month of an instant."""
    return start.astimezone(zone).strftime("%Y-%m")
