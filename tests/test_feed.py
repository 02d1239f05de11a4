"""The feed gives every record exactly once, in order, whatever happens between its pages."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from feeds import ACCOUNT, EARLIEST, QUERY, TODAY, Walk, expected, records, utility
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import row
from world import World, catalog_text, world

from gateway.errors import SourceDown, SourceMisread, SourceRefused, SourceTimeout

SIZES = st.sampled_from((1, 2, 7, 500))
SYSTEMS = (
    "CONTACT_CENTER",
    "EMAIL",
    "SELF_SERVICE",
    "BILLING",
    "PAYMENTS",
    "SERVICE",
    "SERVICE_ORDERS",
    "FIELD_WORK",
    "COLLECTIONS",
    "OUTAGE",
)
FAULTS = st.lists(
    st.dictionaries(
        st.sampled_from(SYSTEMS),
        st.sampled_from((SourceDown, SourceTimeout, SourceRefused, SourceMisread)),
        max_size=len(SYSTEMS),
    ),
    max_size=12,
)
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module: its worlds outlive a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def plain(anyio_backend: str) -> AsyncIterator[World]:
    """A utility with every system and every lookup."""
    async with world({}) as made:
        yield made


@pytest.fixture(scope="module")
async def narrow(anyio_backend: str) -> AsyncIterator[World]:
    """A utility whose conversations are found by customer only: much that comes is another account's."""
    conversations = {("Call", "account_id"), ("Chat", "account_id")}
    async with world({}, text=catalog_text((), lambda *way: way not in conversations)) as made:
        yield made


@often
@given(feed=records(), first=SIZES, accounts=st.integers(1, 2))
async def test_pages_give_every_record_exactly_once_in_order(
    plain: World, feed: Any, first: int, accounts: int
) -> None:
    plain.fill(utility(feed, accounts))
    walk = Walk(plain, first)
    assert await walk.follow() == expected(feed, accounts)
    assert all(page["complete"] for page in walk.pages)


@often
@given(feed=records(), first=SIZES, accounts=st.integers(1, 2))
async def test_what_is_left_out_of_a_stream_never_hides_what_belongs_in_it(
    narrow: World, feed: Any, first: int, accounts: int
) -> None:
    narrow.fill(utility(feed, accounts))
    assert await Walk(narrow, first).follow() == expected(feed, accounts)


@often
@given(feed=records(), first=SIZES, data=st.data())
async def test_an_edge_s_cursor_continues_after_that_edge(
    plain: World, feed: Any, first: int, data: st.DataObject
) -> None:
    plain.fill(utility(feed))

    def leave(edges: list[Any]) -> str | None:
        return data.draw(st.sampled_from(edges))["cursor"] if edges else None

    assert await Walk(plain, first, leave=leave).follow() == expected(feed)


@often
@given(feed=records(), first=st.sampled_from((1, 2, 7)), newer=st.lists(records(), max_size=4))
async def test_what_arrives_between_pages_changes_nothing_after_them(
    plain: World, feed: Any, first: int, newer: list[Any]
) -> None:
    plain.fill(utility(feed))

    def arrive(page: int) -> None:
        for kind, rows in newer[page - 1].items() if 0 < page <= len(newer) else ():
            stamp = {"DAYS": "2026-11-17"}.get("DAYS" if "-" in kind else "", "2026-11-15T16:59:59.9999995Z")
            plain.held.setdefault(kind, []).extend({**each, "id": f"new{page}{each['id']}", **_at(kind, stamp)} for each in rows)

    assert await Walk(plain, first, before=arrive).follow() == expected(feed)
