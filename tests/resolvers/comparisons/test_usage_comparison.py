"""Usage beside last year's or the period before: like with like, and never a sum that misses a day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.resolvers.usage_queries import POINT, between, daily, intervals
from support.rows import row
from support.utility import ACCOUNT
from support.world import World

QUERY = """
query($account: ID!, $type: ServiceType!, $unit: String, $by: UsageGranularity!, $base: ComparisonBase!) {
  billingAccount(id: $account) {
    usageComparison(serviceType: $type, unit: $unit, granularity: $by, base: $base) {
      serviceType unit flow granularity base changePercent verdict earliest
      series { label period { start end days } total averagePerDay readings { start end value quality } }
    }
  }
}"""
LAST_YEAR, BEFORE = "SAME_PERIOD_LAST_YEAR", "PREVIOUS_BILL"
NOW_YEAR = between(date(2025, 11, 1), date(2026, 10, 31))
BASE_YEAR = between(date(2024, 11, 1), date(2025, 10, 31))


async def compared(
    at: World, by: str = "MONTH", base: str = LAST_YEAR, *, unit: str | None = None, service: str = "ELECTRIC"
) -> Any:
    """The comparison of account A1."""
    asked = {"account": ACCOUNT, "type": service, "unit": unit, "by": by, "base": base}
    return (await at.ask(QUERY, **asked))["billingAccount"]["usageComparison"]


def days_of(days: Iterable[date], value: str, **said: Any) -> list[dict[str, Any]]:
    """The same use on each of these days."""
    return daily(dict.fromkeys(days, Decimal(value)), **said)


def two_years(now: str, base: str, **said: Any) -> list[dict[str, Any]]:
    """A use a day in the last twelve whole months, and in the twelve before."""
    return days_of(NOW_YEAR, now, **said) + days_of(BASE_YEAR, base, **said)


def billed(months: int, value: str, **said: Any) -> list[dict[str, Any]]:
    """The newest so many bill periods, each a calendar month."""
    firsts = [date((m := 2026 * 12 + 9 - n) // 12, m % 12 + 1, 1) for n in range(months)]
    lasts = [date(2026, 10, 31), *(each - timedelta(days=1) for each in firsts)]
    return [
        row(
            "BilledUsage", id=f"{since}", since=f"{since}", until=f"{until}", value=value, **{**POINT, **said}
        )
        for since, until in zip(firsts, lasts, strict=False)
    ]


async def test_twelve_whole_months_are_compared_with_those_a_year_ago(at: World) -> None:
    at.held["DailyUsage"] = two_years("12", "10")
    found = await compared(at)
    assert (found["unit"], found["flow"], found["granularity"]) == ("kWh", "DELIVERED", "MONTH")
    assert (found["verdict"], found["changePercent"]) == ("MORE", 20.0)
    now, base = found["series"]
    assert (now["label"], base["label"]) == ("Nov 2025 - Oct 2026", "Nov 2024 - Oct 2025")
    assert now["period"] == {"start": "2025-11-01", "end": "2026-10-31", "days": 365}
    assert (now["total"], now["averagePerDay"]) == ("4380", "12.000")
    assert [len(each["readings"]) for each in (now, base)] == [12, 12]
    assert found["earliest"] == "2023-11-15"


async def test_a_year_is_the_same_months_in_one_reading(at: World) -> None:
    at.held["DailyUsage"] = two_years("10", "10")
    found = await compared(at, "YEAR")
    assert [[each["value"] for each in side["readings"]] for side in found["series"]] == [["3650"], ["3650"]]
    assert found["verdict"] == "ABOUT_THE_SAME"


@pytest.mark.parametrize(("value", "verdict"), [
    ("104.9", "ABOUT_THE_SAME"),
    ("105", "MORE"),
    ("95.1", "ABOUT_THE_SAME"),
    ("95", "LESS"),
])  # fmt: skip
async def test_a_change_of_less_than_five_percent_is_none(at: World, value: str, verdict: str) -> None:
    at.held["DailyUsage"] = two_years(value, "100")
    assert (await compared(at))["verdict"] == verdict


async def test_thirty_whole_days_are_compared_with_the_same_dates_or_those_before(at: World) -> None:
    at.held["DailyUsage"] = (
        days_of(between(date(2026, 10, 16), date(2026, 11, 14)), "2")
        + days_of(between(date(2026, 9, 16), date(2026, 10, 15)), "1")
        + days_of(between(date(2025, 10, 16), date(2025, 11, 14)), "4")
    )
    for base, label, change in (
        (LAST_YEAR, "16 Oct 2025 - 14 Nov 2025", -50.0),
        (BEFORE, "16 Sep 2026 - 15 Oct 2026", 100.0),
    ):
        found = await compared(at, "DAY", base)
        assert [each["label"] for each in found["series"]] == ["16 Oct 2026 - 14 Nov 2026", label]
        assert found["changePercent"] == change


@pytest.mark.parametrize("lost", [date(2025, 11, 1), date(2026, 3, 8), date(2026, 10, 31)])
async def test_a_day_that_nobody_read_leaves_no_total_and_nothing_to_compare(at: World, lost: date) -> None:
    at.held["DailyUsage"] = [each for each in two_years("1", "1") if each["day"] != f"{lost}"]
    found = await compared(at)
    now, base = found["series"]
    assert (now["total"], now["averagePerDay"], base["total"]) == (None, None, "365")
    missing = [each["start"][:7] for each in now["readings"] if each["quality"] == "MISSING"]
    assert missing == [f"{lost}"[:7]]
    assert (found["verdict"], found["changePercent"]) == ("NOT_COMPARABLE", None)


async def test_a_year_ago_before_the_account_is_not_comparable_and_told_as_missing(at: World) -> None:
    at.held["DailyUsage"] = days_of(NOW_YEAR, "1")
    at.held["BillingAccount"][0]["opened_on"] = "2025-11-01"
    found = await compared(at)
    assert [each["total"] for each in found["series"]] == ["365", None]
    assert {each["quality"] for each in found["series"][1]["readings"]} == {"MISSING"}
    assert len(found["series"][1]["readings"]) == 12
    assert (found["verdict"], found["earliest"]) == ("NOT_COMPARABLE", "2025-11-01")


async def test_a_base_of_nothing_has_no_percent(at: World) -> None:
    at.held["DailyUsage"] = two_years("1", "0")
    found = await compared(at)
    assert [each["total"] for each in found["series"]] == ["365", "0"]
    assert (found["verdict"], found["changePercent"]) == ("NOT_COMPARABLE", None)


async def test_service_points_are_summed_and_a_day_that_one_of_them_lacks_is_missing(at: World) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    at.held["DailyUsage"] = two_years("1", "1") + two_years("2", "2", service_point_id="S2")
    found = await compared(at)
    assert [each["total"] for each in found["series"]] == ["1095", "1095"]
    at.held["DailyUsage"].pop()
    found = await compared(at)
    assert [each["total"] for each in found["series"]] == ["1095", None]


async def test_what_is_fed_back_is_subtracted_and_that_is_said(at: World) -> None:
    at.held["DailyUsage"] = two_years("5", "5") + two_years("3", "1", flow="RECEIVED")
    found = await compared(at)
    assert found["flow"] == "NET"
    assert [each["total"] for each in found["series"]] == ["730", "1460"]
    assert found["series"][0]["label"] == "Nov 2025 - Oct 2026, delivered less received"
    assert (found["changePercent"], found["verdict"]) == (-50.0, "LESS")


async def test_a_net_register_is_believed_and_nothing_added_to_it(at: World) -> None:
    at.held["DailyUsage"] = [
        *two_years("5", "5"),
        *two_years("3", "1", flow="RECEIVED"),
        *two_years("2", "4", flow="NET"),
    ]
    found = await compared(at)
    assert [each["total"] for each in found["series"]] == ["730", "1460"]
    assert found["series"][0]["label"] == "Nov 2025 - Oct 2026"


async def test_units_are_never_mixed_and_the_one_of_most_readings_is_taken(at: World) -> None:
    other = days_of(NOW_YEAR, "7", unit="MJ")
    power = [*two_years("9", "9", unit="kW"), *days_of([date(2026, 11, 1)], "9", unit="kW")]
    at.held["DailyUsage"] = [*two_years("1", "1"), *other, *power]
    found = await compared(at)
    assert (found["unit"], found["series"][0]["total"]) == ("kWh", "365")
    chosen = await compared(at, unit="MJ")
    assert (chosen["unit"], [each["total"] for each in chosen["series"]]) == ("MJ", ["2555", None])


async def test_power_is_refused(at: World) -> None:
    asked = {"account": ACCOUNT, "type": "ELECTRIC", "unit": "kW", "by": "MONTH", "base": LAST_YEAR}
    result = await at.answer(QUERY, **asked)
    [error] = result.errors
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert "kW does not add up" in error["message"]


async def test_bill_periods_are_paired_with_those_of_a_year_ago(at: World) -> None:
    at.held["BilledUsage"] = billed(24, "31")
    found = await compared(at, "BILL_PERIOD")
    now, base = found["series"]
    assert (now["label"], base["label"]) == ("1 Nov 2025 - 31 Oct 2026", "1 Nov 2024 - 31 Oct 2025")
    assert [each["total"] for each in (now, base)] == ["372", "372"]
    assert (found["verdict"], found["changePercent"]) == ("ABOUT_THE_SAME", 0.0)


async def test_fewer_bill_periods_a_year_ago_are_not_comparable(at: World) -> None:
    at.held["BilledUsage"] = billed(18, "31")
    found = await compared(at, "BILL_PERIOD")
    assert [each["period"]["days"] for each in found["series"]] == [365, 184]
    assert (found["verdict"], found["changePercent"]) == ("NOT_COMPARABLE", None)


async def test_without_an_earlier_bill_period_there_is_nothing_beside(at: World) -> None:
    at.held["BilledUsage"] = billed(3, "31")
    found = await compared(at, "BILL_PERIOD", BEFORE)
    assert [each["total"] for each in found["series"]] == ["93"]
    assert found["verdict"] == "NOT_COMPARABLE"


@pytest.mark.parametrize(("by", "count"), [("HOUR", 7 * 24), ("INTERVAL", 7 * 96)])
async def test_seven_days_of_hours_are_compared_with_the_seven_before(at: World, by: str, count: int) -> None:
    # 14 days to midnight of 15 November, one of them of 25 hours: the base is an hour longer.
    begin, end = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 15, 5, tzinfo=UTC)
    at.held["IntervalUsage"] = intervals(begin, end)
    found = await compared(at, by, BEFORE)
    now, base = found["series"]
    assert (len(now["readings"]), Decimal(now["total"])) == (count, 7 * 24)
    assert (len(base["readings"]), Decimal(base["total"])) == (count * 169 // 168, 7 * 24 + 1)


async def test_nothing_read_is_nothing_to_compare(at: World) -> None:
    assert await compared(at, service="GAS") is None
    at.held["AccountReference"] = []
    assert await compared(at) is None


@pytest.mark.parametrize("by", ["MONTH", "YEAR", "DAY", "BILL_PERIOD"])
async def test_both_sides_and_the_usage_beside_them_are_one_question(at: World, by: str) -> None:
    query = QUERY.replace("usageComparison(", f"usage(granularity: {by}) {{ total }} usageComparison(")
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    await at.ask(query, account=ACCOUNT, type="ELECTRIC", unit=None, by=by, base=LAST_YEAR)
    record = "BilledUsage" if by == "BILL_PERIOD" else "DailyUsage"
    start = ["AccountReference by account_id x 1", "BillingAccount by id x 1"]
    assert at.gate.asked() == sorted([*start, f"{record} by service_point_id x 2"])
    assert len(at.gate.rounds) == 2


async def test_a_week_of_intervals_and_that_of_last_year_are_two_questions_and_not_a_year(at: World) -> None:
    await compared(at, "INTERVAL", LAST_YEAR)
    asked = [each.window for each in at.gate.batches if each.lookup.record == "IntervalUsage"]
    assert [each.until - each.since for each in asked] == [timedelta(days=8), timedelta(days=7)]
    assert len(at.gate.rounds) == 2
