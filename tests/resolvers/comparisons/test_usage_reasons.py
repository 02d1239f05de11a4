"""Where usage cannot be compared, the reason says why: the account, the search, or the readings."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.harness import NEW_YORK, Harness
from support.resolvers.usage_comparisons import BEFORE, COMPARISON, asked, billed, compare, hours, on
from support.resolvers.usage_queries import between

YEARS = between(date(2023, 11, 15), date(2026, 11, 14))
OCT = ("2026-10-01", "2026-10-31")
BILL = ("2026-09-05", "2026-10-04", "300")


def spans(comparison: Any) -> list[tuple[str, str]]:
    return [(side["period"]["start"], side["period"]["end"]) for side in comparison["series"]]


def closed(at: Harness, day: str) -> None:
    at.held["BillingAccount"][0] |= {"opened_on": "2024-01-01", "closed_on": day}


async def test_a_closed_account_is_compared_up_to_its_last_day(at: Harness) -> None:
    closed(at, "2026-06-17")
    at.held["DailyUsage"] = on(YEARS, "2")
    assert spans(await compare(at, by="MONTH"))[0] == ("2025-06-01", "2026-05-31")
    assert spans(await compare(at))[0] == ("2026-05-19", "2026-06-17")
    comparison = await compare(at, "2026-06-10", "2026-08-31")
    assert spans(comparison) == [("2026-06-10", "2026-06-17"), ("2025-06-10", "2025-06-17")]
    assert (comparison["changePercent"], comparison["series"][0]["coverage"]) == (0.0, "1")


async def test_nothing_remains_of_a_range_after_closing(at: Harness) -> None:
    closed(at, "2026-06-17")
    at.held["BilledUsage"] = billed(("2026-05-01", "2026-05-31", "9"))
    at.held["DailyUsage"] = on(YEARS, "2")
    comparison = await compare(at, "2026-07-01", "2026-07-31", base=BEFORE)
    assert (comparison["notComparableReason"], comparison["unit"]) == ("ACCOUNT_CLOSED", "kWh")
    assert "Jun 17, 2026" in comparison["notComparableText"]
    assert (comparison["series"][0]["total"], comparison["series"][0]["totalState"]) == (None, "NONE")


async def test_days_before_the_account_or_the_search_are_reasons(at: Harness) -> None:
    at.held["BillingAccount"][0]["opened_on"] = "2026-01-01"
    at.held["DailyUsage"] = on(between(date(2026, 1, 1), date(2026, 11, 14)), "2")
    comparison = await compare(at, *OCT)
    assert (comparison["notComparableReason"], comparison["series"][1]["totalState"]) == ("BEFORE_ACCOUNT", "NONE")
    at.held["BillingAccount"][0]["opened_on"] = None
    at.held["DailyUsage"] = on(YEARS, "2")
    comparison = await compare(at, "2024-10-01", "2024-10-31")
    assert comparison["notComparableReason"] == "BEFORE_EARLIEST"
    assert comparison["series"][1]["totalState"] == "UNKNOWN"


@pytest.mark.parametrize(
    ("lost", "reason", "coverage"), [(1, "READINGS_MISSING", "0.968"), (31, "NO_READINGS", "0"), (0, None, "1")]
)
async def test_coverage_is_the_share_of_time_with_readings(
    at: Harness, lost: int, reason: str | None, coverage: str
) -> None:
    days = between(date(2026, 10, 1), date(2026, 10, 31))
    at.held["DailyUsage"] = on(days, "2") + on([day - timedelta(days=365) for day in days[lost:]], "2")
    comparison = await compare(at, *OCT)
    assert [side["coverage"] for side in comparison["series"]] == ["1", coverage]
    assert comparison["notComparableReason"] == reason
    assert (comparison["notComparableReasonLabel"] is None) == (comparison["notComparableText"] is None) == (not reason)


async def test_a_single_lost_interval_is_no_full_coverage(at: Harness) -> None:
    at.held["DailyUsage"] = on(YEARS[-400:], "2")
    at.held["DailyUsage"].pop(-1)
    comparison = await compare(at, "2025-11-14", "2026-11-14", by="MONTH", base=BEFORE)
    assert comparison["series"][0]["coverage"] == "0.997"


async def test_readings_that_contradict_each_other_are_a_reason(at: Harness) -> None:
    days = between(date(2026, 10, 1), date(2026, 10, 31))
    base = on([day - timedelta(days=365) for day in days], "2")
    at.held["DailyUsage"] = [*on(days, "2"), *base, {**on(days[:1], "3")[0], "id": "other"}]
    comparison = await compare(at, *OCT)
    assert comparison["notComparableReason"] == "READINGS_OVERLAP"


async def test_without_recent_readings_bills_tell_the_unit(at: Harness) -> None:
    at.held["DailyUsage"] = []
    at.held["IntervalUsage"] = []
    at.held["BilledUsage"] = billed(BILL, unit="KWH")
    comparison = await compare(at, *OCT)
    assert (comparison["unit"], comparison["unitSymbol"]) == ("KWH", "kWh")
    assert (comparison["notComparableReason"], comparison["verdict"]) == ("NO_READINGS", "NOT_COMPARABLE")
    at.held["BilledUsage"] = []
    assert await compare(at, *OCT) is None


async def state(at: Harness, **arguments: Any) -> Any:
    data = (await at.ask(COMPARISON, **asked(**arguments)))["billingAccount"]
    assert data["usageComparison"] is None
    return data["usageComparisonState"]


async def test_no_usage_of_a_service_is_none_or_unknown(at: Harness) -> None:
    assert await state(at, type="GAS") == "NONE"
    at.held["AccountReference"] = []
    assert await state(at) == "UNKNOWN"


async def test_two_years_of_intervals_are_too_many_to_add_up(at: Harness) -> None:
    at.held["DailyUsage"] = []
    at.held["IntervalUsage"] = hours(date(2026, 10, 1), date(2026, 10, 2), NEW_YORK)
    result = await at.answer(COMPARISON, **asked(by="MONTH"))
    assert result.data == {"billingAccount": {"usageComparison": None, "usageComparisonState": "UNKNOWN"}}
    [error] = result.errors
    assert (error["extensions"]["reason"], error["extensions"]["limit"]) == ("RANGE_TOO_LONG", 200)
    windows = [batch.window.limit for batch in at.gate.batches if batch.lookup.record == "IntervalUsage"]
    assert windows == [1]
    comparison = await compare(at, "2026-10-02", "2026-10-02", base=BEFORE)
    assert (comparison["changePercent"], comparison["series"][0]["total"]) == (0.0, "24")


async def test_the_side_with_fewer_readings_gives_the_reason(at: Harness) -> None:
    at.held["DailyUsage"] = on(between(date(2026, 10, 2), date(2026, 10, 31)), "2")
    comparison = await compare(at, *OCT)
    assert comparison["notComparableReason"] == "NO_READINGS"
    assert comparison["notComparableText"] == "There is no reading from Oct 1, 2025 to Oct 31, 2025."
    comparison = await compare(at, "2026-10-02", "2026-10-02", base=BEFORE)
    assert comparison["notComparableText"] == "There is no reading on Oct 1, 2026."
