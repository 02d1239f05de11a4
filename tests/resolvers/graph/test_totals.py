"""The number of entries of a whole list: exact, or unknown."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import account
from support.rows import row
from support.utility import ACCOUNT

from gateway.errors import SourceDown

TOTAL = "nodes { id } pageInfo { hasNextPage endCursor } totalCount totalCountState"
BILLS = f"""query($account: ID!, $first: Int, $after: String) {{
  billingAccount(id: $account) {{ bills(first: $first, after: $after) {{ {TOTAL} }} }}
}}"""
SEARCH = """query($first: Int) {
  search(by: { name: "ada" }, first: $first) { pageInfo { hasNextPage } totalCount totalCountState }
}"""


def bills(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [row("Bill", id=f"B{n}", account_id="A1", issued_on=f"2026-0{n}-01", **fields) for n in range(1, count + 1)]


def total(page: Any) -> tuple[int | None, str]:
    return page["totalCount"], page["totalCountState"]


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_a_page_that_is_the_whole_list_counts_it(at: Harness, count: int) -> None:
    at.held["Bill"] = bills(count)
    assert total((await account(at, BILLS, first=3))["bills"]) == (count, "KNOWN")


async def test_an_unreadable_row_makes_the_number_unknown(at: Harness) -> None:
    at.held["Bill"] = [*bills(2), {**bills(3)[2], "amount_due": "no number"}]
    page = (await account(at, BILLS))["bills"]
    assert (len(page["nodes"]), *total(page)) == (2, None, "UNKNOWN")


async def test_a_system_that_is_away_makes_the_number_unknown(at: Harness) -> None:
    at.gate.down = {"BILLING": SourceDown}
    result = await at.answer(BILLS, account=ACCOUNT)
    fields: Any = (result.data or {})["billingAccount"]
    assert total(fields["bills"]) == (None, "UNKNOWN")
    assert ["billingAccount", "bills", "totalCount"] in [error["path"] for error in result.errors]


async def test_a_search_counts_hits_once_all_are_there(at: Harness) -> None:
    person = at.held["Customer"][0]
    at.held["Customer"] = [person, {**person, "id": "D", "customer_number": "C-2"}]
    assert total((await at.ask(SEARCH, first=1))["search"]) == (None, "UNKNOWN")
    assert total((await at.ask(SEARCH, first=2))["search"]) == (2, "KNOWN")
