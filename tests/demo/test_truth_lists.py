"""Filtered and ordered lists, their totals, and the billing history equal the demo's files."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from support.demo import truth_money as money
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque

ACCOUNTS = 40
LISTS = """query Lists($account: ID!, $statuses: [BillStatus!], $since: Date, $until: Date) {
  billingAccount(id: $account) {
    bills(first: 1) { nodes { id } totalCount }
    payments(first: 1) { nodes { id } totalCount }
    adjustments(first: 1) { nodes { id } totalCount }
    financialHistory(first: 1) { nodes { date } totalCount }
    oldest: bills(first: 500, orderBy: OLDEST_FIRST) { nodes { id } totalCount }
    chosen: bills(first: 500, filter: { statuses: $statuses, since: $since, until: $until }) { nodes { id } totalCount }
    days: bills(first: 2, filter: { since: $since, until: $until }) { nodes { id } totalCount }
    billingHistory(months: 36) { since charges { amount } chargesState bills { id } corrections { text } }
  }
}"""
CHOICE = {"statuses": ["COMPLETE"], "since": "2025-01-10", "until": "2026-03-20"}


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[str]:
    rows = large_demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT ORDER BY ACCT_ID")
    canceled = large_demo.ask("billing", "SELECT DISTINCT ACCT_ID FROM BL_BILL WHERE BILL_STAT = 'X'")
    sample = random.Random(10).sample([row["ACCT_ID"] for row in rows], ACCOUNTS)  # noqa: S311  # a sample
    return [*sample, *(row["ACCT_ID"] for row in canceled)]


@pytest.fixture(scope="module")
def answers(gateway: GatewayClient, accounts: list[str]) -> dict[str, Any]:
    def ask(account: str) -> Any:
        return gateway.ask(LISTS, account=opaque("BillingAccount", account), **CHOICE)["billingAccount"]

    with ThreadPoolExecutor(4) as at_once:
        return dict(zip(accounts, at_once.map(ask, accounts), strict=True))


def ids(page: Any) -> list[str]:
    return [node["id"] for node in page["nodes"]]


def test_totals_equal_the_numbers_of_stored_rows(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        numbers = [len(rows(large_demo, account)) for rows in (money.bills, money.payments, money.adjustments)]
        totals = [answer[name]["totalCount"] for name in ("bills", "payments", "adjustments")]
        assert totals == numbers
        assert answer["financialHistory"]["totalCount"] == sum(numbers)


def test_orders_and_filters_equal_the_stored_bills(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        bills = money.bills(large_demo, account)
        assert ids(answer["oldest"]) == [bill["id"] for bill in bills][::-1]
        of_days = [bill for bill in bills if CHOICE["since"] <= bill["issuedOn"] <= CHOICE["until"]]
        chosen = [bill["id"] for bill in of_days if bill["status"] == "COMPLETE"]
        assert (ids(answer["chosen"]), answer["chosen"]["totalCount"]) == (chosen, len(chosen))
        assert (ids(answer["days"]), answer["days"]["totalCount"]) == ([b["id"] for b in of_days[:2]], len(of_days))


def test_a_history_has_the_charges_of_each_month(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    corrections = 0
    for account, answer in answers.items():
        by_month: defaultdict[str, list[Any]] = defaultdict(list)
        for bill in money.bills(large_demo, account):
            if bill["status"] in ("COMPLETE", "WRITTEN_OFF"):
                by_month[bill["issuedOn"][:7]].append(bill)
        for point in answer["billingHistory"]:
            bills = by_month[point["since"][:7]]
            assert [bill["id"] for bill in point["bills"]] == [bill["id"] for bill in bills]
            total = sum((Decimal(bill["currentCharges"]["amount"]) for bill in bills), Decimal(0))
            assert point["chargesState"] == ("KNOWN" if bills else "NONE")
            assert point["charges"] == ({"amount": f"{total:f}"} if bills else None)
            corrections += len(point["corrections"])
    assert corrections
