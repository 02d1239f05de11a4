"""Pages across windows: full, exact whatever their sizes, and finite while systems are away."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.green_button_feeds import Walk, expected, instants, records, utility
from support.harness import Harness, harness

from gateway.errors import InvalidResponse, SourceDown, SourceTimeout, UpstreamUnauthorized
from gateway.resolvers.records import RECORDS

ACROSS = {"across": True}
SIZES = st.lists(st.sampled_from((1, 2, 3, 7, 500)), min_size=1, max_size=4)
SYSTEMS = (
    *("CONTACT_CENTER", "EMAIL", "SELF_SERVICE", "BILLING", "PAYMENTS", "SERVICE"),
    *("SERVICE_ORDERS", "FIELD_WORK", "COLLECTIONS", "OUTAGE"),
)
ERRORS = st.sampled_from((SourceDown, SourceTimeout, UpstreamUnauthorized, InvalidResponse))
FAULTS = st.lists(st.dictionaries(st.sampled_from(SYSTEMS), ERRORS, max_size=len(SYSTEMS)), max_size=8)
LEAVES = st.lists(st.integers(0, 6), max_size=4)
START, END = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
often = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, as its harness outlives a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def at(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    async with harness({}) as at:
        yield at


def failing(at: Harness, faults: list[dict[str, Any]]) -> Any:
    """Before each page, fail the systems of its turn."""

    def fail(page: int) -> None:
        at.gate.down = dict(faults[page]) if page < len(faults) else {}

    return fail


@often
@given(feed=records(), sizes=SIZES, accounts=st.integers(1, 2))
async def test_pages_of_any_sizes_give_the_same_list(at: Harness, feed: Any, sizes: list[int], accounts: int) -> None:
    at.fill(utility(feed, accounts))
    walk = Walk(at, sizes, arguments=ACROSS)
    assert await walk.follow() == expected(feed, accounts)
    assert all(page["pageInfo"]["owed"] == [] for page in walk.pages)


@often
@given(feed=records(), sizes=SIZES, faults=FAULTS)
async def test_a_page_that_has_a_next_one_is_full(
    at: Harness, feed: Any, sizes: list[int], faults: list[dict[str, Any]]
) -> None:
    at.fill(utility(feed))
    walk = Walk(at, sizes, before=failing(at, faults), arguments=ACROSS)
    await walk.follow()
    for number, page in enumerate(walk.pages):
        size = sizes[number % len(sizes)]
        assert len(page["edges"]) == size or not page["pageInfo"]["hasNextPage"]


@often
@given(feed=records(), sizes=SIZES, faults=FAULTS, leave=LEAVES)
async def test_missing_entries_follow_once_their_system_answers(
    at: Harness, feed: Any, sizes: list[int], faults: list[dict[str, Any]], leave: list[int]
) -> None:
    at.fill(utility(feed))
    walk = Walk(at, sizes, before=failing(at, faults), leave=leave, arguments=ACROSS)
    assert sorted(await walk.follow()) == sorted(expected(feed))
    for number, page in enumerate(walk.pages):
        owing = {each["system"] for each in page["pageInfo"]["owed"]}
        assert owing == set(faults[number] if number < len(faults) else {})


@often
@given(feed=records(), sizes=SIZES, faults=FAULTS)
async def test_what_a_page_owes_includes_every_missing_entry(
    at: Harness, feed: Any, sizes: list[int], faults: list[dict[str, Any]]
) -> None:
    at.fill(utility(feed))
    walk = Walk(at, sizes, before=failing(at, faults), arguments=ACROSS)
    await walk.follow()
    times, left, reached = instants(feed), set(expected(feed)), END
    for page in walk.pages:
        entries = [(edge["node"]["__typename"], edge["node"]["id"]) for edge in page["edges"]]
        left.difference_update(entries)
        has_next = page["pageInfo"]["hasNextPage"]
        reached = min([reached, *(times[entry] for entry in entries)]) if has_next else START
        owed = {name: each for each in page["pageInfo"]["owed"] for name in each["types"]}
        # Entries of a system that answers again are not owed: the next page has them.
        missing = [entry for entry in left if times[entry] > reached and (entry[0] in owed or not has_next)]
        for kind, key in missing:
            since, until = (datetime.fromisoformat(owed[kind][end]) for end in ("since", "until"))
            assert RECORDS[kind].SYSTEM.name == owed[kind]["system"]
            assert since <= times[(kind, key)] <= until
