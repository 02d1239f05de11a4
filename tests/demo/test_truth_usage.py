"""Usage comparisons by month and day equal the sums of raw reads, for a hundred accounts."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder
from support.demo.running_demo import GatewayClient
from support.demo.truth import FeedTruth, opaque
from support.demo.truth_usage import KINDS, UNIT, Compared, compared, spans_of

ACCOUNTS = 100
NAMES = {(service, *kind): f"c{n}" for n, (service, kind) in enumerate(product(UNIT, KINDS))}
FIELDS = """unit verdict changePercent notComparableReason points { changePercent }
  series { period { start end } total averagePerDay readings { value } }"""
COMPARISONS = " ".join(
    f"{name}: usageComparison(serviceType: {service}, granularity: {by}, base: {base}) {{ {FIELDS} }}"
    for (service, by, base), name in NAMES.items()
)
QUERY = f"query($account: ID!) {{ billingAccount(id: $account) {{ {COMPARISONS} }} }}"


@pytest.fixture(scope="module")
def accounts(large_demo: DemoFolder) -> list[str]:
    rows = large_demo.ask("cis", "SELECT ACCT_ID FROM CI_ACCT ORDER BY ACCT_ID")
    return random.Random(362).sample([row["ACCT_ID"] for row in rows], ACCOUNTS)  # noqa: S311  # a sample


@pytest.fixture(scope="module")
def answers(gateway: GatewayClient, accounts: list[str]) -> dict[str, Any]:
    def ask(account: str) -> Any:
        return gateway.ask(QUERY, account=opaque("BillingAccount", account))["billingAccount"]

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(accounts, pool.map(ask, accounts), strict=True))


def sides(large_demo: DemoFolder, answers: dict[str, Any]) -> Iterator[tuple[Any, Compared | None, tuple[str, ...]]]:
    """Each comparison: the answer, the expected one, and its days."""
    truth = FeedTruth(large_demo)
    closed = {row["ACCT_ID"]: row["CLOSE_DT"] for row in large_demo.ask("cis", "SELECT * FROM CI_ACCT")}
    for account, answer in answers.items():
        for (service, by, base), name in NAMES.items():
            spans = spans_of(by, base, closed[account])
            yield answer[name], compared(large_demo, truth.points(account), service, spans), spans


def test_usage_comparisons_equal_the_sums_of_reads(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    verdicts = set()
    for comparison, expected, spans in sides(large_demo, answers):
        if expected is None:  # other readings may tell the unit
            assert comparison is None or {side["total"] for side in comparison["series"]} == {None}
            continue
        totals = [each["total"] and Decimal(each["total"]) for each in comparison["series"]]
        assert tuple(totals) == expected.totals
        assert comparison["changePercent"] == expected.percent
        assert (comparison["verdict"] == "NOT_COMPARABLE") == (expected.percent is None)
        assert (comparison["notComparableReason"] is None) == (expected.percent is not None)
        assert len(comparison["points"]) == max(len(side["readings"]) for side in comparison["series"])
        days = [each["period"][end] for each in comparison["series"] for end in ("start", "end")]
        assert tuple(days) == spans
        verdicts.add(comparison["verdict"])
    assert verdicts == {"MORE", "LESS", "ABOUT_THE_SAME", "NOT_COMPARABLE"}


def test_most_accounts_of_two_years_can_be_compared_by_month(large_demo: DemoFolder, answers: dict[str, Any]) -> None:
    young = {row["ACCT_ID"] for row in large_demo.ask("cis", "SELECT * FROM CI_ACCT WHERE SETUP_DT > '2024-10-31'")}
    name = NAMES["ELECTRIC", "MONTH", "SAME_PERIOD_LAST_YEAR"]
    comparison = [answer[name] for account, answer in answers.items() if account not in young]
    comparable = [each for each in comparison if each and each["verdict"] != "NOT_COMPARABLE"]
    assert len(comparable) > len(comparison) / 2
