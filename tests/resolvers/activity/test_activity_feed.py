"""The activity feed: filters, windows, cursors and counts."""

from typing import Any

import pytest
from support.harness import Harness, catalog_text, harness
from support.resolvers.answers import all_pages
from support.rows import row
from support.utility import ACCOUNT, utility

from gateway.config.query_rules import QueryRules
from gateway.errors import SourceDown
from gateway.ids import encode_cursor, encode_opaque, global_id
from gateway.resolvers.activity.account_streams import ACTIVITIES
from gateway.resolvers.graph.activity import ActivityCategory, ActivityType

QUERY = """
query($account: ID!, $categories: [ActivityCategory!], $types: [ActivityType!], $range: DateRange,
      $first: Int, $after: String) {
  billingAccount(id: $account) {
    activities(categories: $categories, types: $types, range: $range, first: $first, after: $after) {
      complete
      window { since until earliest maxMonths historyYears }
      sources { system state message }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      nodes { __typename id category activityType occurredAt title }
    }
  }
}
"""
COUNTS = """query($account: ID!, $categories: [ActivityCategory!]) { billingAccount(id: $account) {
  activities(categories: $categories, first: 1) { counts { category count } nodes { id } } } }"""
START = {"BillingAccount", "AccountReference"}
WINDOWS = ("2026-05-15", "2025-11-15", "2025-05-15", "2024-11-15", "2024-05-15", "2023-11-15")


async def feed(at: Harness, **arguments: Any) -> Any:
    """The feed of account A1."""
    return (await at.ask(QUERY, account=ACCOUNT, **arguments))["billingAccount"]["activities"]


async def refused(at: Harness, **arguments: Any) -> str:
    """The message that refuses the arguments; the rest of the answer is unaffected."""
    result = await at.answer(QUERY, account=ACCOUNT, **arguments)
    [error] = result.errors
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert result.data == {"billingAccount": {"activities": None}}
    return str(error["message"])


def quiet(at: Harness) -> None:
    """Remove all activities."""
    for record in ACTIVITIES:
        at.held[record.__name__] = []


def case(day: str, key: str | None = None) -> dict[str, Any]:
    """A case of account A1 on this day."""
    return row("Case", id=key or day, account_id="A1", created_at=f"{day}T12:00:00-05:00")


def shown(page: Any) -> list[str]:
    """Type and global id of each entry of a page."""
    return [f"{each['__typename']}:{each['id']}" for each in page["nodes"]]


def entry(record: str, key: str) -> str:
    """An entry as `shown` writes it."""
    return f"{record}:{global_id(record, key)}"


@pytest.mark.parametrize("record", ACTIVITIES, ids=lambda each: each.__name__)
async def test_a_type_asks_only_its_own_system(at: Harness, record: Any) -> None:
    page = await feed(at, types=[record.TYPE.name])
    assert {batch.lookup.record for batch in at.gate.batches} - START == {record.__name__}
    assert [each["system"] for each in page["sources"]] == [record.SYSTEM.name]
    assert {each["activityType"] for each in page["nodes"]} == {record.TYPE.name}


@pytest.mark.parametrize("category", ActivityCategory, ids=lambda each: each.name)
async def test_a_category_asks_only_its_own_systems(at: Harness, category: Any) -> None:
    page = await feed(at, categories=[category.name])
    holding = {record.__name__ for record in ACTIVITIES if record.CATEGORY is category}
    assert {batch.lookup.record for batch in at.gate.batches} - START == holding
    assert {each["category"] for each in page["nodes"]} == {category.name}


async def test_both_filters_must_match(at: Harness) -> None:
    page = await feed(at, categories=["FINANCIAL_INFORMATION", "EMAIL"], types=["BILL", "CALL"])
    assert shown(page) == [entry("Bill", "B1")]
    nothing = await feed(at, categories=["EMAIL"], types=["BILL"])
    assert (nothing["nodes"], nothing["sources"], nothing["complete"]) == ([], [], True)


async def test_every_type_is_in_the_feed(alone: Harness) -> None:
    page = await feed(alone, first=500)
    assert {each["activityType"] for each in page["nodes"]} == {each.name for each in ActivityType}
    assert len(page["nodes"]) == 21
    assert all(each["title"] and each["occurredAt"] for each in page["nodes"])


async def test_the_default_is_the_newest_window_of_six_months(at: Harness) -> None:
    page = await feed(at)
    assert page["window"] == {
        "since": "2026-05-15",
        "until": "2026-11-15",
        "earliest": "2023-11-15",
        "maxMonths": 6,
        "historyYears": 3,
    }
    assert page["pageInfo"]["hasNextPage"]
    assert not page["pageInfo"]["hasPreviousPage"]


async def test_windows_follow_one_another_until_the_earliest_day(at: Harness) -> None:
    at.held["Case"] = [case(since) for since in WINDOWS]
    pages = await all_pages(lambda after: feed(at, types=["CASE"], after=after))
    assert [page["window"]["since"] for page in pages] == list(WINDOWS)
    assert [len(page["nodes"]) for page in pages] == [1] * 6


@pytest.mark.parametrize("since", WINDOWS)
async def test_a_page_passes_over_empty_windows(at: Harness, since: str) -> None:
    quiet(at)
    at.held["Case"] = [case(since)]
    page = await feed(at, first=5)
    assert shown(page) == [entry("Case", since)]
    assert (page["window"]["since"], page["window"]["until"]) == (since, "2026-11-15")
    assert page["pageInfo"]["hasNextPage"] == (since != WINDOWS[-1])
    # Account, cross-reference, the newest window, and all others at once.
    assert len(at.gate.rounds) <= 4


@pytest.mark.parametrize("records", [0, 300])
async def test_empty_windows_cost_a_bounded_number_of_rounds(at: Harness, records: int) -> None:
    quiet(at)
    other = {"customer_id": "C", "account_id": "A2", "started_at": "2024-01-10T12:00:00-05:00"}
    at.held["Call"] = [row("Call", id=f"{n}", **other) for n in range(records)]
    page = await feed(at, first=5)
    assert (page["nodes"], page["pageInfo"]["hasNextPage"]) == ([], False)
    assert (page["window"]["since"], page["window"]["until"]) == (WINDOWS[-1], "2026-11-15")
    # Calls of another account are dropped: their windows are read three times at most.
    assert len(at.gate.rounds) <= 4 + 2


async def test_cursors_stay_exact_behind_empty_windows(at: Harness) -> None:
    quiet(at)
    dates = ["2025-02-03", "2025-02-03", "2024-12-24", "2024-01-05", "2023-11-15"]
    at.held["Case"] = [case(day, f"{n}") for n, day in enumerate(dates)]
    at.held["Bill"] = [row("Bill", id="B", account_id="A1", issued_on="2024-12-24")]
    whole = [each for page in await all_pages(lambda after: feed(at, after=after)) for each in shown(page)]
    ones = await all_pages(lambda after: feed(at, first=1, after=after))
    assert len(whole) == 6
    assert [each for page in ones for each in shown(page)] == whole
    assert all(page["nodes"] for page in ones)


async def test_a_system_that_failed_is_not_asked_about_older_windows(at: Harness) -> None:
    quiet(at)
    at.held["Case"] = [case(WINDOWS[3])]
    at.held["ServiceRequest"] = [row("ServiceRequest", id="late", account_id="A1", opened_at="2026-11-01T12:00:00Z")]
    at.gate.down = {"SERVICE": SourceDown}
    page = await feed(at)
    assert (shown(page), page["complete"]) == ([entry("Case", WINDOWS[3])], False)
    assert [batch.lookup.record for batch in at.gate.batches].count("ServiceRequest") == 1
    at.gate.down = {}
    following = await feed(at, after=page["pageInfo"]["endCursor"])
    assert shown(following) == [entry("ServiceRequest", "late")]


async def test_a_range_without_activities_stays_empty(at: Harness) -> None:
    quiet(at)
    at.held["Case"] = [case(WINDOWS[3])]
    page = await feed(at, range={"since": "2026-06-01", "until": "2026-11-15"})
    assert (page["nodes"], page["pageInfo"]["hasNextPage"]) == ([], False)
    assert page["window"]["since"] == "2026-06-01"


async def test_counts_are_those_of_the_window_shown(at: Harness) -> None:
    quiet(at)
    at.held["Case"] = [case(WINDOWS[2], f"{n}") for n in range(3)] + [case(WINDOWS[4])]
    data = await at.ask(COUNTS, account=ACCOUNT, categories=["CUSTOMER_INFORMATION"])
    assert data["billingAccount"]["activities"]["counts"] == [{"category": "CUSTOMER_INFORMATION", "count": 3}]


async def test_history_years_limit_the_search() -> None:
    old = row("Case", id="old", account_id="A1", created_at="2024-11-14T12:00:00-05:00")
    new = row("Case", id="kept", account_id="A1", created_at="2024-11-15T00:00:00-05:00")
    async with harness({**utility(1), "Case": [old, new]}, rules=QueryRules(history_years=2)) as at:
        assert (await feed(at))["window"]["earliest"] == "2024-11-15"
        message = await refused(at, range={"since": "2024-11-14", "until": "2024-12-01"})
        assert message == "The range begins too early: the earliest day is 2024-11-15."
        span = {"since": "2024-11-15", "until": "2024-12-01"}
        assert shown(await feed(at, types=["CASE"], range=span)) == [entry("Case", "kept")]


@pytest.mark.parametrize(
    ("since", "until", "message"),
    [
        ("2026-05-14", "2026-11-15", "at most 6 calendar months"),
        ("2023-11-14", "2023-12-01", "the earliest day is 2023-11-15"),
        ("2026-11-10", "2026-11-09", "reversed"),
        ("2026-11-10", "2026-11-16", "until may be 2026-11-15 at the latest"),
    ],
)
async def test_a_range_beyond_a_limit_is_refused(at: Harness, since: str, until: str, message: str) -> None:
    assert message in await refused(at, range={"since": since, "until": until})
    assert {batch.lookup.record for batch in at.gate.batches} <= START


@pytest.mark.parametrize(("zone", "offset"), [("America/New_York", "-04:00"), ("America/Chicago", "-05:00")])
async def test_a_range_includes_its_first_and_last_instant(at: Harness, zone: str, offset: str) -> None:
    inside = [f"2026-06-01T00:00:00{offset}", f"2026-06-30T23:59:59.999999{offset}"]
    outside = [f"2026-05-31T23:59:59.999999{offset}", f"2026-07-01T00:00:00{offset}"]
    at.held["BillingAccount"][0]["time_zone"] = zone
    at.held["Case"] = [row("Case", id=t, account_id="A1", created_at=t) for t in inside + outside]
    at.held["Bill"] = [
        row("Bill", id=day, account_id="A1", issued_on=day)
        for day in ("2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01")
    ]
    page = await feed(at, range={"since": "2026-06-01", "until": "2026-06-30"}, types=["CASE", "BILL"])
    assert shown(page) == [
        entry("Case", inside[1]),
        entry("Bill", "2026-06-30"),
        entry("Case", inside[0]),
        entry("Bill", "2026-06-01"),
    ]
    assert page["nodes"][1]["occurredAt"] == f"2026-06-30T00:00:00{offset}"
    assert not page["pageInfo"]["hasNextPage"]


async def test_a_cursor_belongs_to_its_range_and_filters(at: Harness) -> None:
    span = {"since": "2026-06-01", "until": "2026-11-15"}
    after = (await feed(at, first=1, range=span))["pageInfo"]["endCursor"]
    assert (await feed(at, first=1, range=span, after=after))["pageInfo"]["hasPreviousPage"]
    others: list[dict[str, Any]] = [
        {},
        {"range": {**span, "since": "2026-06-02"}},
        {"range": span, "types": ["BILL"]},
        {"range": span, "categories": ["EMAIL"]},
    ]
    for other in others:
        assert "belongs to another list" in await refused(at, after=after, **other)
    result = await at.answer(QUERY, account=global_id("BillingAccount", "A2"), range=span, after=after)
    assert "belongs to another list" in result.errors[0]["message"]


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "é",
        "AAAA",
        encode_opaque(b"junk"),
        encode_cursor(None),
        encode_cursor([]),
        encode_cursor(["a", "b"]),
        encode_cursor(["", "", [1]]),
    ],
)
async def test_an_invalid_cursor_is_refused_with_a_sentence(at: Harness, after: str) -> None:
    assert await refused(at, after=after) == (
        "That is not a cursor of this list: hand back an endCursor as it was given."
    )


@pytest.mark.parametrize("first", [0, 501, -1])
async def test_a_page_size_beyond_the_limits_is_refused(at: Harness, first: int) -> None:
    assert await refused(at, first=first) == f"first is from 1 to 500, not {first}."


async def test_counts_cover_the_whole_window_by_category(at: Harness) -> None:
    at.held["Case"] += [row("Case", id=f"{n}", account_id="A1") for n in range(300)]
    categories = ["CUSTOMER_INFORMATION", "EMAIL"]
    data = await at.ask(COUNTS, account=ACCOUNT, categories=categories)
    counts = {each["category"]: each["count"] for each in data["billingAccount"]["activities"]["counts"]}
    assert counts == {"CUSTOMER_INFORMATION": 303, "EMAIL": 1}
    assert len(at.gate.batches) == 6


STATUSES = {"PENDING": "pending", "CANCELED": "canceled", "WRITTEN_OFF": "written off", "COMPLETE": None}
BILLS = """query($account: ID!, $pending: Boolean!) { billingAccount(id: $account) {
  activities(types: [BILL], includePendingBills: $pending) { counts { count } nodes { title ... on Bill { status } } }
} }"""


@pytest.mark.parametrize("pending", [False, True])
async def test_bills_never_issued_are_shown_on_request_only(at: Harness, pending: bool) -> None:  # noqa: FBT001  # a case
    at.held["Bill"] = [row("Bill", id=f"{s}", account_id="A1", status=s) for s in (*STATUSES, None)]
    page = (await at.ask(BILLS, account=ACCOUNT, pending=pending))["billingAccount"]["activities"]
    statuses = {each["status"] for each in page["nodes"]}
    assert statuses == {*STATUSES, None} - (set() if pending else {"PENDING"})
    assert page["counts"] == [{"count": len(statuses)}]


async def test_titles_tell_bills_that_are_not_issued(at: Harness) -> None:
    at.held["Bill"] = [row("Bill", id=f"{s}", account_id="A1", status=s) for s in (*STATUSES, None)]
    page = (await at.ask(BILLS, account=ACCOUNT, pending=True))["billingAccount"]["activities"]
    for each in page["nodes"]:
        words = STATUSES.get(each["status"])
        assert each["title"] == f"Bill {words or 'said'}: $1.00"


@pytest.mark.parametrize(("status", "words"), [("RETURNED", " returned"), ("FROZEN", ""), (None, "")])
async def test_titles_tell_payments_that_do_not_count(at: Harness, status: Any, words: str) -> None:
    at.held["Payment"] = [row("Payment", id="p", account_id="A1", status=status)]
    [node] = (await feed(at, types=["PAYMENT"]))["nodes"]
    assert node["title"] == f"Payment{words}: $1.00"


async def test_counts_of_a_failing_system_are_unknown(at: Harness) -> None:
    at.gate.down = {"EMAIL": SourceDown}
    data = await at.ask(COUNTS, account=ACCOUNT, categories=["CUSTOMER_INFORMATION", "EMAIL"])
    counts = {each["category"]: each["count"] for each in data["billingAccount"]["activities"]["counts"]}
    assert counts == {"CUSTOMER_INFORMATION": 3, "EMAIL": None}


async def test_a_missing_cti_is_neither_empty_nor_an_error() -> None:
    async with harness(utility(1), text=catalog_text(["CONTACT_CENTER"])) as at:
        page = await feed(at)
        assert page["complete"]
        states = {each["system"]: each["state"] for each in page["sources"]}
        assert states.pop("CONTACT_CENTER") == "NOT_CONFIGURED"
        assert set(states.values()) == {"OK"}
