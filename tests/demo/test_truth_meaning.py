"""Comparisons, summaries and insights are what the formulas make of the demo's raw rows."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from support.demo import truth_bills, truth_insights, truth_summary
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient
from support.demo.truth import opaque
from support.demo.truth_raw import RawStores

from gateway.resolvers.insights.rules.table import RULES
from gateway_demo.cases.index import CASES

ACCOUNTS = 200
BATCH = 50
MEANING = """
query Meaning($ids: [ID!]!) {
  nodes(ids: $ids) { ... on BillingAccount {
    billComparison {
      current { id }
      comparisons {
        base bill { id } verdict change { ...M } changePercent changePerDayPercent
        drivers { kind serviceType amount { ...M } }
      }
    }
    financialSummary {
      currentBalance { ...M } payoffBalance { ...M } deposit { ...M } nextBillOn
      lastBill { id } previousBill { id } lastPayment { id } autopay { since until } creditRating
      billedLast12Months { ...M } onTimePaymentPercent12Months
    }
    insights { all { code severity amount { ...M } } unknown { code } }
  } }
}
fragment M on Money { amount }
"""


# Codes that no formula over an account's rows decides.
NOT_RECOMPUTED = {
    "NO_CTI": "is raised without a connected contact center; the demo has one",
    "DATA_INCOMPLETE": "is raised if a system does not respond; all of the demo's do",
}


@pytest.fixture(scope="module")
def raw(large_demo: DemoFolder) -> RawStores:
    return RawStores(large_demo)


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[str]:
    """Two hundred, and all accounts of every planted customer."""
    rows = large_demo.ask("cis", "SELECT ACCT_ID, CUST_ID FROM CI_ACCT ORDER BY ACCT_ID")
    customers = {case.customer_id for case in CASES}
    planted = {row["ACCT_ID"] for row in rows if row["CUST_ID"] in customers}
    sample = random.Random(363).sample([row["ACCT_ID"] for row in rows], ACCOUNTS)  # noqa: S311  # a sample
    return sorted(planted.union(sample))


@pytest.fixture(scope="module")
def answers(gateway: GatewayClient, accounts: list[str]) -> dict[str, Any]:
    nodes = [each for ids in chunks(accounts) for each in gateway.ask(MEANING, ids=ids)["nodes"]]
    return dict(zip(accounts, nodes, strict=True))


def chunks(accounts: Sequence[str]) -> Iterator[list[str]]:
    """The accounts' global ids, in batches."""
    for start in range(0, len(accounts), BATCH):
        yield [opaque("BillingAccount", each) for each in accounts[start : start + BATCH]]


def plain(value: Any) -> Any:
    """An answer with amounts and percents as numbers."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return Decimal(value["amount"]) if "amount" in value and len(value) == 1 else _fields(value)
    return Decimal(str(value)) if isinstance(value, float) else value


def _fields(value: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(each) for name, each in value.items()}


def compared(answer: Any) -> Any:
    """A comparison in the form of the truth, drivers sorted: their order has its own test."""
    values = plain(answer["billComparison"])
    for item in values["comparisons"]:
        item["drivers"] = sorted((tuple(each.values()) for each in item["drivers"]), key=str)
    return values


def test_bill_comparisons_follow_the_formulas(raw: RawStores, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        assert compared(answer) == truth_bills.comparison(raw.account(account)), account


def test_the_greatest_driver_comes_first(answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        for item in answer["billComparison"]["comparisons"]:
            sizes = [abs(plain(each["amount"])) for each in item["drivers"]]
            assert sizes == sorted(sizes, reverse=True), account


def test_the_sample_has_every_verdict_and_every_kind_of_driver(answers: dict[str, Any]) -> None:
    items = [item for answer in answers.values() for item in answer["billComparison"]["comparisons"]]
    assert {item["verdict"] for item in items} == {"MORE", "LESS", "ABOUT_THE_SAME", "NOT_COMPARABLE"}
    kinds = Counter(each["kind"] for item in items for each in item["drivers"])
    assert kinds.keys() >= {"USAGE", "RATE", "DAYS", "ESTIMATE"}


def test_financial_summaries_follow_the_formulas(raw: RawStores, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        raised_insights = plain(answer["financialSummary"])
        assert raised_insights == truth_summary.summary(raw.account(account)), account


def raised(answer: Any) -> tuple[Counter[truth_insights.Insight], set[str]]:
    """The insights of an answer in the form of the truth."""
    values = plain(answer["insights"])
    raised_insights = Counter((each["code"], each["severity"], each["amount"]) for each in values["all"])
    return raised_insights, {each["code"] for each in values["unknown"]}


def test_insights_follow_the_formulas(raw: RawStores, answers: dict[str, Any]) -> None:
    for account, answer in answers.items():
        assert raised(answer) == truth_insights.insights(raw.account(account)), account


def test_every_code_is_recomputed_except_those_listed() -> None:
    assert truth_insights.RULES.keys() | NOT_RECOMPUTED.keys() == {rule.code for rule in RULES}
    assert not truth_insights.RULES.keys() & NOT_RECOMPUTED.keys()


def test_the_sample_has_every_recomputed_insight_and_an_undecided_one(answers: dict[str, Any]) -> None:
    sets = [raised(answer) for answer in answers.values()]
    assert {code for raised_insights, _ in sets for code, _, _ in raised_insights} == truth_insights.RULES.keys()
    assert {code for _, unknown in sets for code in unknown} == {"LIFE_SUPPORT"}
