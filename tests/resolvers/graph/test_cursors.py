"""Every cursor, also a forged one, gives a page or a sentence."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import Harness
from support.utility import ACCOUNT, CUSTOMER, utility

from gateway.ids import decode_opaque, encode_cursor

FEED = """query($account: ID!, $after: String) { billingAccount(id: $account) {
  activities(first: 3, after: $after) { nodes { id } counts { count } pageInfo { endCursor } } } }"""
LIST = """query($account: ID!, $after: String) { billingAccount(id: $account) {
  financialHistory(first: 1, after: $after) { nodes { kind } pageInfo { endCursor } } } }"""
TALKS = """query($customer: ID!, $after: String) { customer(id: $customer) {
  interactions(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } } }"""
SEARCH = """query($after: String) {
  search(by: { name: "ada" }, first: 1, after: $after) { nodes { __typename } pageInfo { endCursor } } }"""
DAYS = st.dates().map(str) | st.sampled_from(["", "0001-01-01", "9999-12-31", "2026-11-16", "20261115", "x"])
TIMES = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([-62135596800000000, 253402300799999999, 0])
PLACES = st.none() | st.tuples(TIMES, st.none() | st.integers(-5, 30), st.text(max_size=3))
LATE = st.dictionaries(st.sampled_from(["Bill", "Call", "Adjustment", "Interaction", "Nobody"]), PLACES)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=2),
)


async def page_or_error(at: Harness, query: str, after: str) -> None:
    """Send this cursor: the answer is a page, or one error with code BAD_INPUT."""
    result = await at.answer(query, account=ACCOUNT, customer=CUSTOMER, after=after)
    assert [each["extensions"]["code"] for each in result.errors] in ([], ["BAD_INPUT"]), result.errors


async def scope(at: Harness, query: str) -> Any:
    """The scope in a valid cursor of this list."""
    data: Any = await at.ask(query, account=ACCOUNT, customer=CUSTOMER)
    while "pageInfo" not in data:
        data = next(iter(data.values()))
    return msgspec.msgpack.decode(decode_opaque(data["pageInfo"]["endCursor"]) or b"")[0]


@settings(max_examples=150, deadline=None)
@given(query=st.sampled_from((FEED, LIST, TALKS)), day=DAYS, place=PLACES, late=LATE)
async def test_a_forged_position_gives_a_page_or_a_sentence(
    shared: Harness, query: str, day: str, place: Any, late: Any
) -> None:
    shared.fill(utility(1))
    await page_or_error(shared, query, encode_cursor([await scope(shared, query), day, place, late]))


@settings(max_examples=100, deadline=None)
@given(query=st.sampled_from((FEED, LIST, TALKS, SEARCH)), rest=st.lists(ANYTHING, max_size=4))
async def test_junk_after_a_valid_scope_gives_page_or_sentence(shared: Harness, query: str, rest: list[Any]) -> None:
    shared.fill(utility(1))
    await page_or_error(shared, query, encode_cursor([await scope(shared, query), *rest]))


@settings(max_examples=100, deadline=None)
@given(query=st.sampled_from((FEED, LIST, TALKS, SEARCH)), after=st.text() | ANYTHING.map(encode_cursor))
async def test_junk_is_refused_with_a_sentence(shared: Harness, query: str, after: str) -> None:
    shared.fill(utility(1))
    await page_or_error(shared, query, after)


async def test_a_cursor_of_one_list_is_refused_by_another(at: Harness) -> None:
    cursors = {}
    for query in (FEED, LIST, TALKS, SEARCH):
        data: Any = await at.ask(query, account=ACCOUNT, customer=CUSTOMER)
        while "pageInfo" not in data:
            data = next(iter(data.values()))
        cursors[query] = data["pageInfo"]["endCursor"]
    for query in cursors:
        for other, after in cursors.items():
            result = await at.answer(query, account=ACCOUNT, customer=CUSTOMER, after=after)
            refused = [each["extensions"]["code"] for each in result.errors]
            assert refused == ([] if query == other else ["BAD_INPUT"])
