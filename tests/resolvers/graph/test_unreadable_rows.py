"""A row that cannot be read costs itself: pages say that it is missing, other lists are unreadable."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import account
from support.rows import row
from support.utility import ACCOUNT

from gateway.ids import global_id

PAGE = """query($account: ID!, $first: Int, $after: String) { billingAccount(id: $account) {
  bills(first: $first, after: $after) { nodes { id } complete unreadable pageInfo { hasNextPage endCursor }
  sources { system state message asOf } } } }"""
FEED = """query($account: ID!) { billingAccount(id: $account) { activities(types: [BILL]) {
  nodes { id } complete unreadable counts { category count } sources { system state } } } }"""
HISTORY = """query($account: ID!) { billingAccount(id: $account) { financialHistory(kinds: [BILL]) {
  nodes { date } complete } } }"""
ALERTS = """query($account: ID!) { billingAccount(id: $account) { alerts { id } } }"""
ONE = "query($id: ID!) { node(id: $id) { id } }"


def bills(*days: str) -> list[dict[str, Any]]:
    """A bill for each of these days; the amount of a day with ! cannot be read."""
    odd = {day: {"amount_due": "x"} for day in days if day.endswith("!")}
    plain = {day: day.strip("!") for day in days}
    return [row("Bill", id=plain[d], account_id="A1", issued_on=plain[d], **odd.get(d, {})) for d in days]


def ids(nodes: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in nodes]


def of(*days: str) -> list[str]:
    return [global_id("Bill", day) for day in days]


async def test_a_page_skips_an_unreadable_row_and_says_so(at: Harness) -> None:
    at.held["Bill"] = bills("2026-03-01", "2026-02-01!", "2026-01-01")
    page = (await account(at, PAGE))["bills"]
    assert ids(page["nodes"]) == of("2026-03-01", "2026-01-01")
    assert (page["complete"], page["unreadable"]) == (False, 1)
    assert page["sources"][0]["state"] == "PARTIAL"
    assert page["sources"][0]["asOf"] is not None


async def test_a_page_of_readable_rows_is_complete(at: Harness) -> None:
    at.held["Bill"] = bills("2026-03-01")
    page = (await account(at, PAGE))["bills"]
    assert (page["complete"], page["unreadable"]) == (True, 0)
    assert page["sources"][0]["state"] == "OK"


async def test_pages_reach_every_readable_row(at: Harness) -> None:
    days = [f"2026-{month:02}-{day:02}{'!' if day % 3 else ''}" for month in range(1, 7) for day in range(1, 29)]
    at.held["Bill"] = bills(*days)
    ids_of_pages: list[str] = []
    after, more = None, True
    while more:
        page = (await account(at, PAGE, first=5, after=after))["bills"]
        ids_of_pages += ids(page["nodes"])
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert ids_of_pages == of(*sorted((day for day in days if "!" not in day), reverse=True))


async def test_a_list_without_a_readable_row_is_unreadable(at: Harness) -> None:
    at.held["Bill"] = bills("2026-03-01!", "2026-02-01!")
    result = await at.answer(PAGE, account=ACCOUNT)
    assert {error["extensions"]["code"] for error in result.errors} == {"SOURCE_MISREAD"}
    assert result.data["billingAccount"]["bills"]["nodes"] is None


async def test_the_feed_says_that_rows_are_missing(at: Harness) -> None:
    at.held["Bill"] = bills("2026-11-01", "2026-10-01!")
    feed = (await account(at, FEED))["activities"]
    assert ids(feed["nodes"]) == of("2026-11-01")
    assert (feed["complete"], feed["unreadable"]) == (False, 1)
    assert feed["counts"] == [{"category": "FINANCIAL_INFORMATION", "count": None}]
    assert feed["sources"] == [{"system": "BILLING", "state": "PARTIAL"}]


async def test_a_financial_history_is_whole_or_unreadable(at: Harness) -> None:
    at.held["Bill"] = bills("2026-03-01", "2026-02-01!")
    result = await at.answer(HISTORY, account=ACCOUNT)
    assert {error["extensions"]["code"] for error in result.errors} == {"SOURCE_MISREAD"}
    assert result.data["billingAccount"]["financialHistory"] == {"nodes": None, "complete": False}


async def test_a_plain_list_is_whole_or_unreadable(at: Harness) -> None:
    at.held["AccountAlert"] = [row("AccountAlert", id=name, account_id="A1") for name in ("1", "2")]
    at.held["AccountAlert"][1]["alert_type"] = {"code": 1.5}
    result = await at.answer(ALERTS, account=ACCOUNT)
    assert {error["extensions"]["code"] for error in result.errors} == {"SOURCE_MISREAD"}
    assert result.data["billingAccount"]["alerts"] is None


@pytest.mark.parametrize(("day", "state"), [("2026-03-01!", "DOWN"), ("2026-03-01", "OK")])
async def test_a_system_is_down_without_a_readable_record(at: Harness, day: str, state: str) -> None:
    at.held["Bill"] = bills(day)
    result = await at.answer(ONE, id=of("2026-03-01")[0])
    assert result.sources["BILLING"]["state"] == state
    assert bool(result.errors) == (state == "DOWN")
