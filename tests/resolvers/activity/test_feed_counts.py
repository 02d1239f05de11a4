"""How many activities a feed has: exact, or not known, and one batch for each lookup only where it is selected."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.green_button_feeds import ACCOUNT as FEED_ACCOUNT
from support.green_button_feeds import expected, records
from support.green_button_feeds import utility as feed_utility
from support.harness import KINDS, Harness, catalog_text, harness
from support.rows import row
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.errors import SourceDown
from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.graph.activity import ActivityCategory

QUERY = """
query($account: ID!, $types: [ActivityType!], $categories: [ActivityCategory!], $first: Int, $after: String,
      $across: Boolean! = true, $total: Boolean! = true, $counts: Boolean! = true) {
  billingAccount(id: $account) {
    activities(types: $types, categories: $categories, first: $first, after: $after, acrossWindows: $across) {
      totalCount @include(if: $total)
      totalCountState @include(if: $total)
      counts @include(if: $counts) { category count }
      pageInfo { endCursor }
      nodes { id }
    }
  }
}
"""
often = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def feed(at: Harness, account: str = ACCOUNT, **arguments: Any) -> Any:
    return (await at.ask(QUERY, account=account, **arguments))["billingAccount"]["activities"]


def total(page: Any) -> tuple[int | None, str]:
    return page["totalCount"], page["totalCountState"]


def counts(page: Any) -> dict[str, int | None]:
    return {each["category"]: each["count"] for each in page["counts"]}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, as its harness outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def shared(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    async with harness({}) as at:
        yield at


@pytest.fixture
async def at() -> AsyncIterator[Harness]:
    async with harness(utility(2)) as at:
        yield at


@often
@given(feed_rows=records(), size=st.sampled_from((1, 3, 500)), across=st.booleans())
async def test_the_total_is_the_number_of_entries_of_all_pages(
    shared: Harness, feed_rows: Any, size: int, across: Any
) -> None:
    shared.fill(feed_utility(feed_rows))
    first = await feed(shared, FEED_ACCOUNT, first=size, across=across)
    second = await feed(shared, FEED_ACCOUNT, first=size, across=across, after=first["pageInfo"]["endCursor"])
    entries = expected(feed_rows)
    assert total(first) == total(second) == (len(entries), "KNOWN")
    if across:
        by_category = Counter(KINDS[kind].CATEGORY.name for kind, _ in entries)
        assert counts(first) == counts(second) == {each.name: by_category[each.name] for each in ActivityCategory}


async def batches(at: Harness, **arguments: Any) -> Counter[str]:
    await feed(at, **arguments)
    return Counter(at.gate.batch_names())


def of_types(names: Counter[str]) -> Counter[str]:
    start = ("BillingAccount", "AccountReference")
    return Counter({name: number for name, number in names.items() if not name.startswith(start)})


async def test_what_a_first_page_holds_whole_is_not_asked_again(at: Harness) -> None:
    plain = await batches(at, first=3, total=False, counts=False)
    assert len(of_types(plain)) == len(ACTIVITIES)
    assert await batches(at, first=3) == plain
    assert len(at.gate.rounds) == 2


async def test_only_longer_types_of_a_first_page_are_counted(at: Harness) -> None:
    at.held["Case"] = [row("Case", id=f"{n}", account_id="A1") for n in range(9)]
    plain = await batches(at, first=3, total=False, counts=False)
    assert await batches(at, first=3) - plain == Counter({"Case by account_id x 1": 1})
    assert (at.gate.batches[-1].window.count, len(at.gate.rounds)) == (True, 3)


async def test_a_later_page_takes_one_more_batch_per_lookup(at: Harness) -> None:
    after = (await feed(at, first=3))["pageInfo"]["endCursor"]
    plain = await batches(at, first=3, after=after, total=False, counts=False)
    read = Counter({"EmailMessage by customer_id x 1": 1})  # counted by reading, in the batch of the page
    assert await batches(at, first=3, after=after) - plain == of_types(plain) - read
    assert len(at.gate.rounds) == 2  # the numbers do not depend on the page


async def test_what_only_reading_counts_is_read_with_the_first_page() -> None:
    async with harness(utility(2)) as at:
        calls = [row("Interaction", id=f"{n}", account_id="A1", customer_id="1") for n in range(9)]
        at.held["Interaction"] = calls
        plain = await batches(at, first=3, total=False, counts=False)
        page = await feed(at, first=3)
        assert Counter(at.gate.batch_names()) == plain
        assert len(at.gate.rounds) == 2
    assert page["totalCountState"] == "KNOWN"


async def test_a_page_by_window_counts_all_windows_on_request_only(at: Harness) -> None:
    plain = await batches(at, first=3, across=False, total=False, counts=False)
    assert of_types(plain) == of_types(await batches(at, first=3, across=False, total=False))
    read = ("Bill by account", "EmailMessage by customer", "FieldOrder", "OutageCall", "ServiceOrder by service_point")
    more = Counter({name: number for name, number in of_types(plain).items() if not name.startswith(read)})
    assert await batches(at, first=3, across=False, counts=False) - plain == more  # the rest is in the page's batches


def orders(number: int) -> list[dict[str, Any]]:
    """Service orders of account A1 at a service point where others may have some."""
    return [row("ServiceOrder", id=f"{n}", service_point_id="S1", account_id="A1") for n in range(number)]


@pytest.mark.parametrize(("number", "count"), [(1_000, 1_000), (1_001, None)])
async def test_more_than_a_thousand_are_not_read_to_be_counted(at: Harness, number: int, count: int | None) -> None:
    at.held["ServiceOrder"] = orders(number)
    page = await feed(at, first=1, types=["SERVICE_ORDER", "EMAIL"])
    assert total(page) == ((None, "UNKNOWN") if count is None else (count + 1, "KNOWN"))
    assert counts(page) == {"EMAIL": 1, "SERVICE_ORDER": count}
    assert at.gate.batches[-1].window.limit == 1_001


async def test_a_system_that_counts_needs_to_read_nothing(at: Harness) -> None:
    at.held["Case"] = [row("Case", id=f"{n}", account_id="A1") for n in range(3_000)]
    assert total(await feed(at, first=1, types=["CASE"])) == (3_000, "KNOWN")
    assert max(batch.window.limit or 0 for batch in at.gate.batches if batch.lookup.record == "Case") == 2


async def test_a_system_that_is_away_makes_its_counts_unknown(at: Harness) -> None:
    at.gate.down = {"EMAIL": SourceDown}
    page = await feed(at, types=["CASE", "EMAIL"])
    assert total(page) == (None, "UNKNOWN")
    assert counts(page) == {"EMAIL": None, "CUSTOMER_INFORMATION": 1}


async def test_rows_that_cannot_be_read_make_counts_unknown(at: Harness) -> None:
    at.held["ServiceRequest"].append(row("ServiceRequest", id="odd", account_id="A1") | {"state": "???"})
    page = await feed(at, types=["SERVICE_REQUEST"])
    assert (len(page["nodes"]), total(page)) == (1, (None, "UNKNOWN"))


async def test_a_system_that_is_not_connected_has_none_to_count() -> None:
    async with harness(utility(2), text=catalog_text(["EMAIL"])) as without:
        assert total(await feed(without, types=["CASE", "EMAIL"])) == (1, "KNOWN")
        page = await feed(without, types=["EMAIL"])
    assert (total(page), counts(page)) == ((None, "UNKNOWN"), {"EMAIL": None})


async def test_filters_that_exclude_each_other_count_nothing(at: Harness) -> None:
    assert total(await feed(at, types=["BILL"], categories=["EMAIL"])) == (0, "KNOWN")


async def test_a_customers_feed_is_counted(at: Harness) -> None:
    query = """query($id: ID!) { customer(id: $id) { activities(first: 3) { totalCount }
      all: activities(first: 500, acrossWindows: true) { nodes { id } } } }"""
    customer = (await at.ask(query, id=CUSTOMER))["customer"]
    assert customer["activities"]["totalCount"] == len(customer["all"]["nodes"]) > 21
