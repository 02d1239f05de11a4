"""The number of entries of a whole list: exact, or unknown."""

from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.answers import account
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.errors import SourceDown, SourceTimeout

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


COUNTS = """query($account: ID!, $filter: BillFilter) { billingAccount(id: $account) {
  bills(first: 2, filter: $filter) { nodes { id } totalCount totalCountState } } }"""
HISTORY = """query($account: ID!, $filter: FinancialHistoryFilter) { billingAccount(id: $account) {
  financialHistory(first: 1, filter: $filter) { nodes { kind } totalCount totalCountState } } }"""


def counting(at: Harness) -> list[str]:
    """The batches that ask for numbers, not rows."""
    return [f"{batch.lookup.name} x {len(batch.keys)}" for batch in at.gate.batches if batch.window.count]


async def test_a_longer_list_is_counted_by_its_system(at: Harness) -> None:
    at.held["Bill"] = bills(5)
    assert total((await account(at, COUNTS))["bills"]) == (5, "KNOWN")
    assert at.gate.batch_names() == ["Bill by account_id x 1", "Bill by account_id x 1", "BillingAccount by id x 1"]
    assert counting(at) == ["Bill by account_id x 1"]


async def test_all_accounts_are_counted_in_one_batch(shared: Harness) -> None:
    shared.fill(utility(50))
    of_each = [{**bill, "id": f"{bill['id']}-{n}", "account_id": f"A{n}"} for bill in bills(3) for n in range(1, 51)]
    shared.held["Bill"] = of_each
    query = """query($customer: ID!) { customer(id: $customer) { accounts {
      bills(first: 1) { nodes { id } totalCount totalCountState } } } }"""
    accounts = (await shared.ask(query, customer=CUSTOMER))["customer"]["accounts"]
    assert {total(each["bills"]) for each in accounts} == {(3, "KNOWN")}
    assert counting(shared) == ["Bill by account_id x 50"]


async def test_nothing_is_counted_unless_selected_and_needed(at: Harness) -> None:
    at.held["Bill"] = bills(5)
    await account(at, COUNTS.replace("totalCount totalCountState", ""))
    assert counting(at) == []
    at.held["Bill"] = bills(2)
    assert total((await account(at, COUNTS))["bills"]) == (2, "KNOWN")
    assert counting(at) == []


async def test_days_of_a_filter_are_counted_but_no_statuses(at: Harness) -> None:
    at.held["Bill"] = bills(5, status="COMPLETE")
    days = {"since": "2026-02-01", "until": "2026-04-30"}
    assert total((await account(at, COUNTS, filter=days))["bills"]) == (3, "KNOWN")
    page = (await account(at, COUNTS, filter={"statuses": ["COMPLETE"]}))["bills"]
    assert (total(page), counting(at)) == ((None, "UNKNOWN"), [])


async def test_a_history_adds_up_the_counts_of_its_kinds(at: Harness) -> None:
    days = (f"2026-01-{n:02}" for n in range(1, 31))
    at.held["Bill"] = [row("Bill", id=f"B{day}", account_id="A1", issued_on=day) for day in days]
    assert total((await account(at, HISTORY))["financialHistory"]) == (32, "KNOWN")
    names = ["Adjustment by account_id x 1", "Bill by account_id x 1", "Payment by account_id x 1"]
    assert sorted(counting(at)) == names
    of_bills = (await account(at, HISTORY, filter={"kinds": ["BILL"]}))["financialHistory"]
    assert (total(of_bills), counting(at)) == ((30, "KNOWN"), ["Bill by account_id x 1"])


async def test_records_of_several_keys_are_not_counted(at: Harness) -> None:
    order = at.held["ServiceOrder"][0]
    at.held["ServiceOrder"] = [{**order, "id": f"{n}"} for n in range(3)]
    query = """query($account: ID!) { billingAccount(id: $account) {
      serviceOrders(first: 1) { totalCount totalCountState } } }"""
    assert total((await account(at, query))["serviceOrders"]) == (None, "UNKNOWN")
    assert counting(at) == []


async def test_counts_of_two_filters_are_two_questions(at: Harness) -> None:
    at.held["Bill"] = bills(5)
    lists = ("a: bills(first: 1)", 'b: bills(first: 1, filter: { since: "2026-03-01" })')
    selection = " ".join(f"{each} {{ totalCount totalCountState }}" for each in lists)
    fields = await account(at, f"query($account: ID!) {{ billingAccount(id: $account) {{ {selection} }} }}")
    assert (total(fields["a"]), total(fields["b"])) == ((5, "KNOWN"), (3, "KNOWN"))
    assert counting(at) == ["Bill by account_id x 1"] * 2


async def test_a_count_that_fails_costs_the_number_alone(at: Harness) -> None:
    at.held["Bill"] = bills(5)
    at.gate.down = {"Bill by account_id (count)": SourceTimeout}
    result = await at.answer(COUNTS, account=ACCOUNT)
    page = (result.data or {})["billingAccount"]["bills"]
    assert (len(page["nodes"]), *total(page)) == (2, None, "UNKNOWN")
    [error] = result.errors
    assert (error["path"][-1], error["extensions"]["code"]) == ("totalCount", "SOURCE_TIMEOUT")
