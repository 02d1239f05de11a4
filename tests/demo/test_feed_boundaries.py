"""The feed's boundaries: window edges, ties, the repeated hour, time zones, contacts without account."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from support.demo.demo_folders import DemoFolder, account
from support.demo.feed_queries import FEED, feed, instant, pages
from support.demo.running_demo import GatewayClient
from support.demo.truth import EARLIEST, FeedEntry, FeedTruth, midnight, opaque

from gateway_demo.cases.index import BY_NAME

SECOND = timedelta(seconds=1)
TODAY = date(2026, 11, 15)
TIE = datetime(2026, 10, 20, 14, 15, tzinfo=UTC)
FIRST_HALF_PAST_ONE = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
SECOND_HALF_PAST_ONE = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
EDGES = [date(year, month, day) for year in range(2023, 2027) for month in (5, 11) for day in (15, 16)]
SEARCHABLE = [day for day in EDGES if EARLIEST <= day <= TODAY]
RANKED = (
    "Call", "Chat", "EmailMessage", "ServiceTask", "Bill", "Payment", "ServiceRequest", "CustomerContact",
    "Case", "RebateClaim", "ServiceOrder", "FieldOrder", "CollectionProcess", "SeveranceProcess",
    "WriteOffProcess", "PayPlanOverdueProcess", "PaymentArrangement", "CutProcess", "CreditRatingHistory",
    "CashOnlyHistory", "OutageCall",
)  # fmt: skip


@pytest.fixture(scope="module")
def truth(large_demo: DemoFolder) -> FeedTruth:
    return FeedTruth(large_demo)


def on(day: date) -> dict[str, Any]:
    """A range of one day."""
    return {"range": {"since": day.isoformat(), "until": day.isoformat()}}


def of_day(truth: FeedTruth, name: str, day: date) -> Counter[FeedEntry]:
    """The entries on a day in the account's time zone."""
    zone = truth.zone(account(name))
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    return Counter(each for each in truth.entries(account(name)) if start <= each[2] < end)


@pytest.mark.parametrize("day", SEARCHABLE, ids=str)
def test_a_day_includes_exactly_its_own_seconds(gateway: GatewayClient, truth: FeedTruth, day: date) -> None:
    entries = feed(gateway, account("window edges"), **on(day))
    assert Counter(entries) == of_day(truth, "window edges", day)
    times = {when for _, _, when in entries}
    assert midnight(day, truth.zone(account("window edges"))) in times


def test_records_before_the_earliest_day_are_not_found(gateway: GatewayClient, truth: FeedTruth) -> None:
    start = midnight(EARLIEST, truth.zone(account("window edges")))
    assert start - SECOND in {when for _, _, when in truth.entries(account("window edges"))}
    assert min(when for _, _, when in feed(gateway, account("window edges"))) == start


def test_windows_are_consecutive_until_the_earliest_day(gateway: GatewayClient) -> None:
    entries = list(pages(gateway, account("window edges"), first=7))
    windows = list(dict.fromkeys((each["window"]["since"], each["window"]["until"]) for each in entries))
    assert (windows[0][1], windows[-1][0]) == (TODAY.isoformat(), EARLIEST.isoformat())
    assert len(windows) == 6
    for (since, _), (_, until) in pairwise(windows):
        assert date.fromisoformat(until) == date.fromisoformat(since) - timedelta(days=1)


def test_a_page_stays_inside_its_window(gateway: GatewayClient, truth: FeedTruth) -> None:
    zone = truth.zone(account("window edges"))
    for page in pages(gateway, account("window edges"), first=7):
        since, until = (date.fromisoformat(page["window"][end]) for end in ("since", "until"))
        start, end = midnight(since, zone), midnight(until + timedelta(days=1), zone)
        assert all(start <= instant(node["occurredAt"]) < end for node in page["nodes"])


@pytest.mark.parametrize("name", ["ties in time", "window edges", "the repeated hour"])
def test_pages_of_one_give_what_pages_of_five_hundred_give(gateway: GatewayClient, name: str) -> None:
    assert feed(gateway, account(name), first=1) == feed(gateway, account(name), first=500)


def test_a_busy_window_is_complete_in_pages_of_any_size(gateway: GatewayClient, truth: FeedTruth) -> None:
    whole = feed(gateway, account("busy window"), first=500)
    assert feed(gateway, account("busy window"), first=33) == whole
    assert Counter(whole) == Counter(truth.feed(account("busy window")))
    newest = next(pages(gateway, account("busy window"), first=500))
    assert len(newest["nodes"]) > 300


def test_ties_are_sorted_by_type(gateway: GatewayClient) -> None:
    tied = [each for each in feed(gateway, account("ties in time"), first=3) if each[2] == TIE]
    kinds = [kind for kind, _, _ in tied]
    assert Counter(kinds).keys() >= {
        "Call", "Chat", "EmailMessage", "ServiceTask", "ServiceRequest", "CustomerContact",
        "ServiceOrder", "FieldOrder", "OutageCall",
    }  # fmt: skip
    assert [RANKED.index(kind) for kind in kinds] == sorted(map(RANKED.index, kinds), reverse=True)
    assert len(tied) == len(set(tied)) >= 10


def test_both_instants_of_the_repeated_hour_are_in_the_feed(gateway: GatewayClient, truth: FeedTruth) -> None:
    name = "the repeated hour"
    entries = feed(gateway, account(name), **on(date(2026, 11, 1)))
    times = {kind: [when for other, _, when in entries if other == kind] for kind, _, _ in entries}
    both = [SECOND_HALF_PAST_ONE, FIRST_HALF_PAST_ONE]
    assert times["Call"] == times["ServiceTask"] == both
    assert times["Chat"] == times["CustomerContact"] == [FIRST_HALF_PAST_ONE]
    assert Counter(entries) == of_day(truth, name, date(2026, 11, 1))


def test_a_call_after_the_spring_gap_is_in_the_feed(gateway: GatewayClient, truth: FeedTruth) -> None:
    entries = feed(gateway, account("the repeated hour"), **on(date(2026, 3, 8)))
    assert Counter(entries) == of_day(truth, "the repeated hour", date(2026, 3, 8))
    assert ("Call", datetime(2026, 3, 8, 7, tzinfo=UTC)) in {(kind, when) for kind, _, when in entries}


def test_days_in_central_time_begin_an_hour_later(gateway: GatewayClient, truth: FeedTruth) -> None:
    name = "Central time"
    zone = truth.zone(account(name))
    all_entries = truth.feed(account(name))
    for day in sorted({when.astimezone(zone).date() for _, _, when in all_entries})[-40:]:
        assert Counter(feed(gateway, account(name), **on(day))) == of_day(truth, name, day)
    bills = [when for kind, _, when in feed(gateway, account(name), types=["BILL"])]
    assert bills
    assert {when.astimezone(zone).hour for when in bills} == {0}


def test_contacts_without_account_are_shown_for_a_single_account(gateway: GatewayClient) -> None:
    case = BY_NAME["null-account calls, one account"]
    kinds = Counter(talk for talk, key, _ in feed(gateway, case.account_id) if key in nobodys(case.customer_id))
    assert kinds == {"Call": 2, "Chat": 1}


def test_contacts_without_account_are_hidden_for_several_accounts(gateway: GatewayClient, truth: FeedTruth) -> None:
    case = BY_NAME["null-account calls, two accounts"]
    both = truth.accounts(case.customer_id)
    assert len(both) == 2
    for each in both:
        assert nobodys(case.customer_id).isdisjoint(key for _, key, _ in feed(gateway, each))


def nobodys(customer: str) -> set[str]:
    """The ids of a customer's planted contacts without account."""
    n = int(customer[1:])
    calls = {opaque("Call", f"CL{n:08d}NULL{number}") for number in (0, 1)}
    return calls | {opaque("Chat", f"CH{n:08d}NULL0")}


def test_contacts_of_an_account_are_not_shown_on_another(
    gateway: GatewayClient, large_demo: DemoFolder, truth: FeedTruth
) -> None:
    several = large_demo.ask(
        "contact_center",
        "SELECT customer_id FROM call GROUP BY 1 HAVING COUNT(DISTINCT account_id) > 1 ORDER BY 1 LIMIT 3",
    )
    assert several
    for (customer,) in several:
        expected = [
            {key for _, key, _ in feed(gateway, each, first=500, types=["CALL", "CHAT"])}
            for each in truth.accounts(customer)
        ]
        assert sum(map(len, expected)) == len(set().union(*expected)) > 0


@pytest.mark.parametrize(
    ("since", "until", "limit"),
    [
        ("2026-05-14", "2026-11-15", "6 calendar months"),
        ("2023-11-14", "2024-01-01", "2023-11-15"),
        ("2026-11-10", "2026-11-01", "reversed"),
        ("2026-11-10", "2026-11-16", "future"),
    ],
)
def test_a_range_outside_the_limits_is_refused_by_name(
    gateway: GatewayClient, since: str, until: str, limit: str
) -> None:
    variables: dict[str, Any] = {"account": opaque("BillingAccount", account("plain residential")), "first": 5}
    answer = gateway.answer(FEED, **variables, range={"since": since, "until": until})
    assert limit in answer["errors"][0]["message"]
    assert answer["data"]["billingAccount"]["activities"] is None


def test_six_months_to_the_day_are_allowed(gateway: GatewayClient, truth: FeedTruth) -> None:
    whole = feed(gateway, account("busy window"), range={"since": "2026-05-15", "until": "2026-11-15"})
    since = midnight("2026-05-15", truth.zone(account("busy window")))
    assert Counter(whole) == Counter(each for each in truth.feed(account("busy window")) if each[2] >= since)
