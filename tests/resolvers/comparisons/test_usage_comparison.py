"""Usage compared with last year or the period before, with sums that miss no day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.harness import Harness
from support.resolvers.usage_queries import POINT, between, daily, intervals
from support.rows import row
from support.utility import ACCOUNT

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
    at: Harness, by: str = "MONTH", base: str = LAST_YEAR, *, unit: str | None = None, service: str = "ELECTRIC"
) -> Any:
    """The comparison of account A1."""
    arguments = {"account": ACCOUNT, "type": service, "unit": unit, "by": by, "base": base}
    return (await at.ask(QUERY, **arguments))["billingAccount"]["usageComparison"]


def days_of(days: Iterable[date], value: str, **fields: Any) -> list[dict[str, Any]]:
    """Daily usage of one value on each of these days."""
    return daily(dict.fromkeys(days, Decimal(value)), **fields)


def two_years(now: str, base: str, **fields: Any) -> list[dict[str, Any]]:
    """Daily usage of one value in the last twelve whole months, and of another in the twelve before."""
    return days_of(NOW_YEAR, now, **fields) + days_of(BASE_YEAR, base, **fields)


def billed(months: int, value: str, **fields: Any) -> list[dict[str, Any]]:
    """The newest bill periods, each a calendar month."""
    firsts = [date((m := 2026 * 12 + 9 - n) // 12, m % 12 + 1, 1) for n in range(months)]
    lasts = [date(2026, 10, 31), *(first - timedelta(days=1) for first in firsts)]
    return [
        row("BilledUsage", id=f"{since}", since=f"{since}", until=f"{until}", value=value, **{**POINT, **fields})
        for since, until in zip(firsts, lasts, strict=False)
    ]


async def test_twelve_whole_months_are_compared_with_those_a_year_ago(at: Harness) -> None:
    at.held["DailyUsage"] = two_years("12", "10")
    comparison = await compared(at)
    assert (comparison["unit"], comparison["flow"], comparison["granularity"]) == ("kWh", "DELIVERED", "MONTH")
    assert (comparison["verdict"], comparison["changePercent"]) == ("MORE", 20.0)
    now, base = comparison["series"]
    assert (now["label"], base["label"]) == ("Nov 2025 to Oct 2026", "Nov 2024 to Oct 2025")
    assert now["period"] == {"start": "2025-11-01", "end": "2026-10-31", "days": 365}
    assert (now["total"], now["averagePerDay"]) == ("4380", "12.000")
    assert [len(side["readings"]) for side in (now, base)] == [12, 12]
    assert comparison["earliest"] == "2023-11-15"


async def test_a_year_is_the_same_months_in_one_reading(at: Harness) -> None:
    at.held["DailyUsage"] = two_years("10", "10")
    comparison = await compared(at, "YEAR")
    assert [[reading["value"] for reading in side["readings"]] for side in comparison["series"]] == [["3650"], ["3650"]]
    assert comparison["verdict"] == "ABOUT_THE_SAME"


@pytest.mark.parametrize(("value", "verdict"), [
    ("104.9", "ABOUT_THE_SAME"),
    ("105", "MORE"),
    ("95.1", "ABOUT_THE_SAME"),
    ("95", "LESS")
])  # fmt: skip
async def test_a_change_below_five_percent_is_none(at: Harness, value: str, verdict: str) -> None:
    at.held["DailyUsage"] = two_years(value, "100")
    assert (await compared(at))["verdict"] == verdict


async def test_thirty_days_are_compared_with_last_year_or_those_before(at: Harness) -> None:
    at.held["DailyUsage"] = (
        days_of(between(date(2026, 10, 16), date(2026, 11, 14)), "2")
        + days_of(between(date(2026, 9, 16), date(2026, 10, 15)), "1")
        + days_of(between(date(2025, 10, 16), date(2025, 11, 14)), "4")
    )
    for base, label, change in (
        (LAST_YEAR, "Oct 16, 2025 to Nov 14, 2025", -50.0),
        (BEFORE, "Sep 16, 2026 to Oct 15, 2026", 100.0),
    ):
        comparison = await compared(at, "DAY", base)
        assert [side["label"] for side in comparison["series"]] == ["Oct 16, 2026 to Nov 14, 2026", label]
        assert comparison["changePercent"] == change


@pytest.mark.parametrize("lost", [date(2025, 11, 1), date(2026, 3, 8), date(2026, 10, 31)])
async def test_a_missing_day_leaves_no_total_and_no_comparison(at: Harness, lost: date) -> None:
    at.held["DailyUsage"] = [row for row in two_years("1", "1") if row["day"] != f"{lost}"]
    comparison = await compared(at)
    now, base = comparison["series"]
    assert (now["total"], now["averagePerDay"], base["total"]) == (None, None, "365")
    missing = [reading["start"][:7] for reading in now["readings"] if reading["quality"] == "MISSING"]
    assert missing == [f"{lost}"[:7]]
    assert (comparison["verdict"], comparison["changePercent"]) == ("NOT_COMPARABLE", None)


async def test_a_year_before_the_account_is_missing_and_not_comparable(at: Harness) -> None:
    at.held["DailyUsage"] = days_of(NOW_YEAR, "1")
    at.held["BillingAccount"][0]["opened_on"] = "2025-11-01"
    comparison = await compared(at)
    assert [side["total"] for side in comparison["series"]] == ["365", None]
    assert {reading["quality"] for reading in comparison["series"][1]["readings"]} == {"MISSING"}
    assert len(comparison["series"][1]["readings"]) == 12
    assert (comparison["verdict"], comparison["earliest"]) == ("NOT_COMPARABLE", "2025-11-01")


async def test_a_base_of_zero_usage_has_no_percent(at: Harness) -> None:
    at.held["DailyUsage"] = two_years("1", "0")
    comparison = await compared(at)
    assert [side["total"] for side in comparison["series"]] == ["365", "0"]
    assert (comparison["verdict"], comparison["changePercent"]) == ("NOT_COMPARABLE", None)


async def test_service_points_are_summed_and_gaps_stay_missing(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    at.held["DailyUsage"] = two_years("1", "1") + two_years("2", "2", service_point_id="S2")
    comparison = await compared(at)
    assert [side["total"] for side in comparison["series"]] == ["1095", "1095"]
    at.held["DailyUsage"].pop()
    comparison = await compared(at)
    assert [side["total"] for side in comparison["series"]] == ["1095", None]


async def test_received_energy_is_subtracted_and_labelled(at: Harness) -> None:
    at.held["DailyUsage"] = two_years("5", "5") + two_years("3", "1", flow="RECEIVED")
    comparison = await compared(at)
    assert comparison["flow"] == "NET"
    assert [side["total"] for side in comparison["series"]] == ["730", "1460"]
    assert comparison["series"][0]["label"] == "Nov 2025 to Oct 2026, delivered less received"
    assert (comparison["changePercent"], comparison["verdict"]) == (-50.0, "LESS")


async def test_a_net_register_excludes_the_other_registers(at: Harness) -> None:
    at.held["DailyUsage"] = [
        *two_years("5", "5"),
        *two_years("3", "1", flow="RECEIVED"),
        *two_years("2", "4", flow="NET"),
    ]
    comparison = await compared(at)
    assert [side["total"] for side in comparison["series"]] == ["730", "1460"]
    assert comparison["series"][0]["label"] == "Nov 2025 to Oct 2026"


async def test_the_most_used_unit_is_compared_alone(at: Harness) -> None:
    other = days_of(NOW_YEAR, "7", unit="MJ")
    power = [*two_years("9", "9", unit="kW"), *days_of([date(2026, 11, 1)], "9", unit="kW")]
    at.held["DailyUsage"] = [*two_years("1", "1"), *other, *power]
    comparison = await compared(at)
    assert (comparison["unit"], comparison["series"][0]["total"]) == ("kWh", "365")
    chosen = await compared(at, unit="MJ")
    assert (chosen["unit"], [side["total"] for side in chosen["series"]]) == ("MJ", ["2555", None])


async def test_power_is_refused(at: Harness) -> None:
    arguments = {"account": ACCOUNT, "type": "ELECTRIC", "unit": "kW", "by": "MONTH", "base": LAST_YEAR}
    result = await at.answer(QUERY, **arguments)
    [error] = result.errors
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert "kW does not add up" in error["message"]


async def test_bill_periods_are_paired_with_those_of_a_year_ago(at: Harness) -> None:
    at.held["BilledUsage"] = billed(24, "31")
    comparison = await compared(at, "BILL_PERIOD")
    now, base = comparison["series"]
    assert (now["label"], base["label"]) == ("Nov 1, 2025 to Oct 31, 2026", "Nov 1, 2024 to Oct 31, 2025")
    assert [side["total"] for side in (now, base)] == ["372", "372"]
    assert (comparison["verdict"], comparison["changePercent"]) == ("ABOUT_THE_SAME", 0.0)


async def test_fewer_bill_periods_a_year_ago_are_not_comparable(at: Harness) -> None:
    at.held["BilledUsage"] = billed(18, "31")
    comparison = await compared(at, "BILL_PERIOD")
    assert [side["period"]["days"] for side in comparison["series"]] == [365, 184]
    assert (comparison["verdict"], comparison["changePercent"]) == ("NOT_COMPARABLE", None)


async def test_without_an_earlier_bill_period_there_is_no_base(at: Harness) -> None:
    at.held["BilledUsage"] = billed(3, "31")
    comparison = await compared(at, "BILL_PERIOD", BEFORE)
    assert [side["total"] for side in comparison["series"]] == ["93"]
    assert comparison["verdict"] == "NOT_COMPARABLE"


@pytest.mark.parametrize(("by", "count"), [("HOUR", 7 * 24), ("INTERVAL", 7 * 96)])
async def test_seven_days_of_hours_are_compared_with_the_seven_before(at: Harness, by: str, count: int) -> None:
    # 14 days to midnight of 15 November, one of them of 25 hours: the base is an hour longer.
    begin, end = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 15, 5, tzinfo=UTC)
    at.held["IntervalUsage"] = intervals(begin, end)
    comparison = await compared(at, by, BEFORE)
    now, base = comparison["series"]
    assert (len(now["readings"]), Decimal(now["total"])) == (count, 7 * 24)
    assert (len(base["readings"]), Decimal(base["total"])) == (count * 169 // 168, 7 * 24 + 1)


async def test_without_readings_there_is_no_comparison(at: Harness) -> None:
    assert await compared(at, service="GAS") is None
    at.held["AccountReference"] = []
    assert await compared(at) is None


@pytest.mark.parametrize("by", ["MONTH", "YEAR", "DAY", "BILL_PERIOD"])
async def test_both_sides_and_the_usage_field_share_one_load(at: Harness, by: str) -> None:
    query = QUERY.replace("usageComparison(", f"usage(granularity: {by}) {{ total }} usageComparison(")
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    await at.ask(query, account=ACCOUNT, type="ELECTRIC", unit=None, by=by, base=LAST_YEAR)
    record = "BilledUsage" if by == "BILL_PERIOD" else "DailyUsage"
    start = ["AccountReference by account_id x 1", "BillingAccount by id x 1"]
    assert at.gate.batch_names() == sorted([*start, f"{record} by service_point_id x 2"])
    assert len(at.gate.rounds) == 2


async def test_two_weeks_of_intervals_are_two_loads(at: Harness) -> None:
    await compared(at, "INTERVAL", LAST_YEAR)
    arguments = [batch.window for batch in at.gate.batches if batch.lookup.record == "IntervalUsage"]
    assert [argument.until - argument.since for argument in arguments] == [timedelta(days=8), timedelta(days=7)]
    assert len(at.gate.rounds) == 2
