"""Filters of lists: alike on all, exact page by page, and refused with a reason."""

import pytest
from support.harness import Harness
from support.resolvers.list_queries import LISTS, ORDERS, fill, ids, page_of, pages_of, refused
from support.utility import ACCOUNT

from gateway.execution.schema import GatewaySchema

TYPES = GatewaySchema()._schema.type_map  # noqa: SLF001  # strawberry has no other way to it
ANY_LIST = pytest.mark.parametrize("name", LISTS)
ANY_ORDER = pytest.mark.parametrize("order", ORDERS)


def test_all_lists_have_the_same_arguments_first() -> None:
    owners = [getattr(TYPES["BillingAccount"], "fields")[name] for name in [*LISTS, "financialHistory"]]  # noqa: B009
    owners += [getattr(TYPES[kind], "fields")["interactions"] for kind in ("Customer", "Person", "Organization")]  # noqa: B009
    assert {tuple(field.args)[:4] for field in owners} == {("first", "after", "filter", "orderBy")}


def test_all_connections_have_the_same_fields() -> None:
    kinds = [each for name, each in TYPES.items() if name.endswith("Connection")]
    names = {"edges", "nodes", "pageInfo", "totalCount", "totalCountState", "complete", "unreadable", "sources"}
    assert len(kinds) == 10
    assert [each.name for each in kinds if not names <= set(getattr(each, "fields"))] == []  # noqa: B009


@ANY_LIST
@ANY_ORDER
async def test_pages_of_a_filter_give_each_record_once(at: Harness, name: str, order: str) -> None:
    fitting = (0, 1, 5, 40, 41, 60)
    fill(at, name, 61, *fitting)
    pages = await pages_of(at, name, order, 2, filter=LISTS[name][2])
    expected = [f"{n:04}" for n in fitting]
    assert ids(pages) == (expected if order == "NEWEST_FIRST" else expected[::-1])
    assert [len(page["nodes"]) for page in pages] == [2, 2, 2]
    assert [page["pageInfo"]["hasNextPage"] for page in pages] == [True, True, False]


@ANY_LIST
async def test_days_of_a_filter_may_be_open(at: Harness, name: str) -> None:
    fill(at, name, 5)  # of 10 to 14 November
    spans = {
        (): ["0000", "0001", "0002", "0003", "0004"],
        (("since", "2026-11-12"),): ["0000", "0001", "0002"],
        (("until", "2026-11-12"),): ["0002", "0003", "0004"],
        (("since", "2026-11-11"), ("until", "2026-11-12")): ["0002", "0003"],
        (("since", "2026-11-12"), ("until", "2026-11-12")): ["0002"],
    }
    for days, expected in spans.items():
        assert ids([await page_of(at, name, filter=dict(days))]) == expected
        assert ids([await page_of(at, name, "OLDEST_FIRST", filter=dict(days))]) == expected[::-1]


@ANY_LIST
async def test_impossible_filters_name_argument_and_limit(at: Harness, name: str) -> None:
    [argument] = LISTS[name][2]
    empty = await refused(at, name, filter={argument: []})
    assert empty == {"reason": "EMPTY_FILTER", "argument": f"filter.{argument}", "limit": 1}
    reversed_days = await refused(at, name, filter={"since": "2026-03-02", "until": "2026-03-01"})
    assert reversed_days == {"reason": "RANGE_REVERSED", "argument": "filter.since", "limit": "2026-03-01"}
    outside = await refused(at, name, filter={"until": "9999-12-31"})
    assert outside == {"reason": "RANGE_OUTSIDE_CALENDAR", "argument": "filter.until"}
    unreadable = await refused(at, name, filter={"since": "soon"})
    assert unreadable == {"reason": "INVALID_VALUE", "argument": "filter.since"}


@ANY_LIST
async def test_a_cursor_belongs_to_its_filter_and_order(at: Harness, name: str) -> None:
    fill(at, name, 4, 0, 1, 2)
    chosen = LISTS[name][2]
    page = await page_of(at, name, first=1, filter=chosen)
    after = page["pageInfo"]["endCursor"]
    foreign = {"reason": "FOREIGN_CURSOR", "argument": "after"}
    assert await refused(at, name, after=after) == foreign
    assert await refused(at, name, "OLDEST_FIRST", after=after, filter=chosen) == foreign
    assert await refused(at, name, after=after, filter={**chosen, "since": "2026-01-01"}) == foreign
    assert ids([await page_of(at, name, after=after, filter=chosen)]) == ["0001", "0002"]


async def test_a_filter_is_read_in_at_most_three_steps(at: Harness) -> None:
    fill(at, "bills", 300, 299)
    page = await page_of(at, "bills", first=5, filter={"statuses": ["CANCELED"]})
    assert ids([page]) == ["0299"]
    assert [batch.window.limit for batch in at.gate.batches if batch.lookup.record == "Bill"] == [6, 24, None]


async def test_open_work_is_read_in_one_step(at: Harness) -> None:
    fill(at, "serviceRequests", 300, 299)
    page = await page_of(at, "serviceRequests", first=5, filter={"states": ["CLOSED"]})
    assert (ids([page]), page["totalCount"]) == (["0299"], 1)
    limits = [batch.window.limit for batch in at.gate.batches if batch.lookup.record == "ServiceRequest"]
    assert limits == [None]


async def test_days_of_a_filter_go_to_the_system(at: Harness) -> None:
    fill(at, "bills", 3)
    await page_of(at, "bills", filter={"since": "2026-11-01", "until": "2026-11-10"})
    [batch] = [batch for batch in at.gate.batches if batch.lookup.record == "Bill"]
    ends = [each and each.isoformat() for each in (batch.window.since, batch.window.until)]
    assert ends == ["2026-11-01T00:00:00-04:00", "2026-11-11T00:00:00-05:00"]


async def test_an_old_argument_and_its_filter_exclude_each_other(at: Harness) -> None:
    base = "query($account: ID!) { billingAccount(id: $account) { %s { nodes { id } } } }"
    for text, argument in (
        ("bills(status: [CANCELED], filter: { statuses: [PENDING] })", "status"),
        ('bills(range: { since: "2026-01-01", until: "2026-01-02" }, filter: { since: "2026-01-01" })', "range"),
        ("serviceRequests(states: [OPEN], filter: { states: [OPEN] })", "states"),
        ('interactions(all: true, filter: { since: "2026-01-01" })', "all"),
    ):
        result = await at.answer(base % text, account=ACCOUNT)
        [error] = result.errors
        assert (error["extensions"]["reason"], error["extensions"]["argument"]) == ("ARGUMENTS_CONFLICT", argument)
