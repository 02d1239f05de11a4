"""The merged list gives every record exactly once and in order, also if sources fail between pages."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.green_button_feeds import EARLIEST, TODAY, TYPES, Walk, expected, has_days, ordered, records, utility
from support.harness import KINDS, Harness, catalog_text, harness
from support.rows import row

from gateway.errors import InvalidResponse, SourceDown, SourceTimeout, UpstreamUnauthorized

LEAVES = st.lists(st.integers(0, 6), max_size=4)
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
        st.sampled_from((SourceDown, SourceTimeout, UpstreamUnauthorized, InvalidResponse)),
        max_size=len(SYSTEMS),
    ),
    max_size=12,
)
MOMENTARY = [name for name in TYPES if not has_days(name)]
PLACES = {"service_point_id": "S1", "premise_id": "P1"}
often = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, as its harnesses outlive a test."""
    return "asyncio"


@pytest.fixture(scope="module")
async def plain(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    """A utility with every system and every lookup."""
    async with harness({}) as at:
        yield at


@pytest.fixture(scope="module")
async def narrow(anyio_backend: str) -> AsyncIterator[Harness]:  # noqa: ARG001  # its loop lives as long
    """A utility whose conversations are found by customer only, so that filters drop many records."""
    conversations = {("Call", "account_id"), ("Chat", "account_id")}
    async with harness({}, text=catalog_text((), lambda *way: way not in conversations)) as at:
        yield at


@often
@given(feed=records(), first=SIZES, accounts=st.integers(1, 2))
async def test_pages_give_every_record_exactly_once_in_order(
    plain: Harness, feed: Any, first: int, accounts: int
) -> None:
    plain.fill(utility(feed, accounts))
    walk = Walk(plain, first)
    assert await walk.follow() == expected(feed, accounts)
    assert all(page["complete"] for page in walk.pages)


@often
@given(feed=records(), first=SIZES, accounts=st.integers(1, 2))
async def test_filtered_records_never_hide_others(narrow: Harness, feed: Any, first: int, accounts: int) -> None:
    narrow.fill(utility(feed, accounts))
    assert await Walk(narrow, first).follow() == expected(feed, accounts)


@often
@given(feed=records(), first=SIZES, leave=LEAVES)
async def test_a_cursor_continues_after_its_edge(plain: Harness, feed: Any, first: int, leave: list[int]) -> None:
    plain.fill(utility(feed))

    assert await Walk(plain, first, leave=leave).follow() == expected(feed)


@often
@given(feed=records(), first=st.sampled_from((1, 2, 7)), newer=st.lists(st.sets(st.sampled_from(MOMENTARY))))
async def test_new_records_between_pages_do_not_change_later_pages(
    plain: Harness, feed: Any, first: int, newer: list[set[str]]
) -> None:
    plain.fill(utility(feed))

    def arrive(page: int) -> None:
        for kind in newer[page - 1] if 0 < page <= len(newer) else ():
            late = {"id": f"late{page}", KINDS[kind].TIME: "2026-11-15T23:59:59-05:00", "account_id": "A"}
            customer = {"customer_id": "C"} if kind in ("Call", "Chat", "EmailMessage") else {}
            places = {name: key for name, key in PLACES.items() if name in row(kind, **customer)}
            plain.held.setdefault(kind, []).append(row(kind, **late, **customer, **places))

    assert await Walk(plain, first, before=arrive).follow() == expected(feed)


@often
@given(feed=records(), first=SIZES, faults=FAULTS, leave=LEAVES)
async def test_missing_records_are_reported_and_follow_once_their_system_answers(
    plain: Harness, feed: Any, first: int, faults: list[dict[str, Any]], leave: list[int]
) -> None:
    plain.fill(utility(feed))

    def fail(page: int) -> None:
        plain.gate.down = dict(faults[page]) if page < len(faults) else {}

    walk = Walk(plain, first, before=fail, leave=leave)
    assert sorted(await walk.follow()) == sorted(expected(feed))
    for number, page in enumerate(walk.pages):
        down = faults[number] if number < len(faults) else {}
        reported = {source["system"] for source in page["sources"] if source["state"] != "OK"}
        assert reported == set(down)
        assert page["complete"] == (not down)
    for page in walk.pages:
        assert ordered(page["edges"], feed)


@often
@given(feed=records(), first=SIZES, faults=st.lists(st.sets(st.sampled_from(("S1", "S2", "P1"))), max_size=8))
async def test_a_failed_key_delays_its_stream_without_duplicates(
    plain: Harness, feed: Any, first: int, faults: list[set[str]]
) -> None:
    plain.fill(utility(feed))

    def fail(page: int) -> None:
        plain.gate.down = dict.fromkeys(faults[page] if page < len(faults) else (), SourceDown)

    walk = Walk(plain, first, before=fail)
    assert sorted(await walk.follow()) == sorted(expected(feed))
    assert [page["complete"] for page in walk.pages[: len(faults)]] == [not keys for keys in faults[: len(walk.pages)]]


@often
@given(feed=records(), first=SIZES, accounts=st.integers(1, 2), pages=st.sets(st.integers(0, 6)))
async def test_no_record_is_lost_while_the_cross_reference_fails(
    plain: Harness, feed: Any, first: int, accounts: int, pages: set[int]
) -> None:
    plain.fill(utility(feed, accounts))

    def fail(page: int) -> None:
        plain.gate.down = {"AccountReference by account_id": SourceDown} if page in pages else {}

    walk = Walk(plain, first, before=fail)
    assert sorted(await walk.follow()) == sorted(expected(feed, accounts))
    assert [page["complete"] for page in walk.pages] == [n not in pages for n in range(len(walk.pages))]


@often
@given(feed=records(), first=SIZES)
async def test_windows_of_pages_follow_without_a_gap(plain: Harness, feed: Any, first: int) -> None:
    plain.fill(utility(feed))
    walk = Walk(plain, first)
    await walk.follow()
    # The first page of a window also includes the empty windows before it.
    spans: dict[str, str] = {}
    for page in walk.pages:
        spans.setdefault(page["window"]["since"], page["window"]["until"])
    assert next(iter(spans.values())) == TODAY.isoformat()
    assert [*spans][-1] == EARLIEST.isoformat() == walk.pages[0]["window"]["earliest"]
    for since, until in zip(spans, [*spans.values()][1:], strict=False):
        assert date.fromisoformat(since) - date.fromisoformat(until) == timedelta(days=1)


@often
@given(feed=records(), first=SIZES)
async def test_only_the_last_page_of_a_feed_is_empty(plain: Harness, feed: Any, first: int) -> None:
    plain.fill(utility(feed))
    walk = Walk(plain, first)
    await walk.follow()
    assert all(page["edges"] for page in walk.pages[:-1])
