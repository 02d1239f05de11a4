"""Lists in both orders: one is the exact reverse of the other."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.harness import Harness
from support.resolvers.answers import account, keys
from support.resolvers.list_queries import LISTS, ORDERS, fill, ids, page_of, pages_of, query, records, refused
from support.rows import row
from support.utility import ACCOUNT

from gateway.errors import SourceDown
from gateway.loading.oldest_first import MAX_RECORDS

ANY_LIST = pytest.mark.parametrize("name", LISTS)
ANY_ORDER = pytest.mark.parametrize("order", ORDERS)


@ANY_LIST
async def test_the_oldest_order_is_the_exact_reverse(at: Harness, name: str) -> None:
    fill(at, name, 7)
    newest, oldest = [ids(await pages_of(at, name, order, 3)) for order in ORDERS]
    assert oldest == newest[::-1]
    assert len(newest) == 7


async def test_pages_of_the_oldest_first_read_less_and_less(at: Harness) -> None:
    fill(at, "bills", 6)
    after, windows, totals = None, [], []
    for _ in range(3):
        page = await page_of(at, "bills", "OLDEST_FIRST", first=2, after=after)
        after = page["pageInfo"]["endCursor"]
        batches = [batch for batch in at.gate.batches if batch.lookup.record == "Bill"]
        windows += [batch.window for batch in batches if not batch.window.count]
        totals.append(page["totalCount"])
    assert [window.limit for window in windows] == [MAX_RECORDS + 1] * 3
    starts = [window.since and window.since.date().isoformat() for window in windows]
    assert starts == [None, "2026-11-10", "2026-11-12"]
    assert totals == [6, 6, 6]


async def test_both_orders_of_a_list_share_a_batch(at: Harness) -> None:
    fill(at, "bills", 6)
    lists = "newest: bills(first: 2) { nodes { id } } oldest: bills(first: 2, orderBy: OLDEST_FIRST) { nodes { id } }"
    fields = await account(at, f"query($account: ID!) {{ billingAccount(id: $account) {{ {lists} }} }}")
    assert keys(fields["newest"]["nodes"]) == ["0000", "0001"]
    assert keys(fields["oldest"]["nodes"]) == ["0005", "0004"]
    assert at.gate.batch_names() == ["Bill by account_id x 1", "BillingAccount by id x 1"]


async def test_a_list_too_long_for_the_oldest_is_refused(at: Harness) -> None:
    same_day = {"account_id": "A1", "issued_on": "2026-03-01"}
    at.held["Bill"] = [row("Bill", id=f"{n:04}", **same_day) for n in range(MAX_RECORDS)]
    page = await page_of(at, "bills", "OLDEST_FIRST", first=1)
    assert page["totalCount"] == MAX_RECORDS
    at.held["Bill"].append(row("Bill", id="more", **same_day))
    extensions = await refused(at, "bills", "OLDEST_FIRST")
    assert extensions == {"reason": "LIST_TOO_LONG", "argument": "orderBy", "limit": MAX_RECORDS}
    assert (await page_of(at, "bills", "OLDEST_FIRST", filter={"since": "2026-03-02"}))["nodes"] == []


@ANY_ORDER
async def test_a_history_is_filtered_by_kind_and_ordered(at: Harness, order: str) -> None:
    at.held["Bill"] = records("bills", 3)
    at.held["Payment"] = records("payments", 2)
    entries = [("2026-11-14", "BILL"), ("2026-11-14", "PAYMENT"), ("2026-11-13", "BILL")]
    entries += [("2026-11-13", "PAYMENT"), ("2026-11-12", "BILL")]
    for kinds in (["BILL"], ["PAYMENT", "BILL"]):
        pages = await pages_of(at, "financialHistory", order, 2, filter={"kinds": kinds})
        expected = [each for each in entries if each[1] in kinds]
        nodes = [(node["date"], node["kind"]) for page in pages for node in page["nodes"]]
        assert nodes == (expected if order == "NEWEST_FIRST" else expected[::-1])


async def test_the_oldest_continue_after_a_system_was_away(at: Harness) -> None:
    at.held["Bill"], at.held["Payment"] = records("bills", 3), records("payments", 3)
    at.gate.down = {"PAYMENTS": SourceDown}
    document, arguments = query("financialHistory"), {"order": "OLDEST_FIRST", "first": 2}
    result = await at.answer(document, account=ACCOUNT, **arguments)
    page: Any = (result.data or {})["billingAccount"]["financialHistory"]
    assert page["nodes"] is None
    at.gate.down = {}
    pages = await pages_of(at, "financialHistory", "OLDEST_FIRST", 2)
    assert [node["kind"] for page in pages for node in page["nodes"]].count("PAYMENT") == 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["COMPLETE", "CANCELED", None])), max_size=12),
    first=st.integers(1, 4),
    statuses=st.sampled_from([None, ["COMPLETE"], ["CANCELED", "COMPLETE"]]),
)
async def test_any_list_in_any_order_has_each_record_once(at: Harness, days: Any, first: int, statuses: Any) -> None:
    at.held["Bill"] = [
        row("Bill", id=f"{n:02}", account_id="A1", issued_on=f"2026-03-0{day}", status=status)
        for n, (day, status) in enumerate(days)
    ]
    fitting = [each for each in at.held["Bill"] if statuses is None or each["status"] in statuses]
    expected = [each["id"] for each in sorted(fitting, key=lambda each: (each["issued_on"], each["id"]))]
    chosen = {"statuses": statuses} if statuses else None
    assert ids(await pages_of(at, "bills", "OLDEST_FIRST", first, filter=chosen)) == expected
    assert ids(await pages_of(at, "bills", "NEWEST_FIRST", first, filter=chosen)) == expected[::-1]
