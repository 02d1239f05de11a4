"""Days and hours are those of the account's zone. Gaps are readings, too."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import Harness
from support.resolvers.usage_queries import POINT, between, daily, intervals, usage
from support.rows import row
from support.utility import utility

from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import DailyUsage, FlowDirection, ReadQuality, UsageGranularity
from gateway.resolvers.usage.series import build_series

# The last two change their clocks by half an hour, and at midnight.
ZONES = ("America/New_York", "Europe/London", "America/St_Johns", "Australia/Lord_Howe", "America/Havana")
zones = pytest.mark.parametrize("zone", ZONES)
YEAR = between(date(2026, 1, 1), date(2026, 12, 31))
BY = UsageGranularity


def moved(at: Harness, zone: str) -> Harness:
    """Account A1 in another zone."""
    at.held["BillingAccount"][0]["time_zone"] = zone
    return at


def day_of(day: date, value: Decimal | None, n: int = 0) -> DailyUsage:
    """A reading of a day."""
    return DailyUsage(
        id=f"{day}{n}",
        account_id=None,
        service_point_id="S1",
        service_type=ServiceType.ELECTRIC,
        unit="kWh",
        flow=FlowDirection.DELIVERED,
        value=value,
        quality=ReadQuality.ACTUAL,
        cost=None,
        average_temperature=None,
        parts=None,
        day=day,
    )


@zones
async def test_months_begin_and_end_at_midnight_of_the_zone(at: Harness, zone: str) -> None:
    moved(at, zone).held["DailyUsage"] = daily(dict.fromkeys(YEAR, Decimal(1)))
    [series] = await usage(at, "MONTH", "2026-01-01", "2026-12-31")
    clock = ZoneInfo(zone)
    firsts = [datetime(2026 + n // 12, n % 12 + 1, 1, tzinfo=clock).astimezone(UTC) for n in range(13)]
    rows_read = [(reading["start"], reading["end"]) for reading in series["readings"]]
    assert [tuple(map(datetime.fromisoformat, row)) for row in rows_read] == list(pairwise(firsts))
    assert [reading["value"] for reading in series["readings"]] == [
        f"{(date(2026 + n // 12, n % 12 + 1, 1) - date(2026, n, 1)).days}" for n in range(1, 13)
    ]
    assert series["total"] == "365"


@zones
@settings(max_examples=25, deadline=None)
@given(day=st.sampled_from(YEAR))
async def test_the_hours_of_any_day_sum_to_the_day(shared: Harness, zone: str, day: date) -> None:
    shared.fill(utility(1))
    clock = ZoneInfo(zone)
    begin, end = (datetime(d.year, d.month, d.day, tzinfo=clock) for d in (day, day + timedelta(days=1)))
    moved(shared, zone).held["IntervalUsage"] = intervals(begin.astimezone(UTC), end.astimezone(UTC))
    [series] = await usage(shared, "HOUR", f"{day}", f"{day}")
    spent = end.astimezone(UTC) - begin.astimezone(UTC)
    assert Decimal(series["total"]) == Decimal(int(spent / timedelta(minutes=15))) / 4
    assert sum(Decimal(reading["value"]) for reading in series["readings"]) == Decimal(series["total"])
    assert len({reading["start"] for reading in series["readings"]}) == len(series["readings"])
    assert all(one["end"] == other["start"] for one, other in pairwise(series["readings"]))


@pytest.mark.parametrize(("zone", "day", "minutes"), [
    ("Europe/London", "2026-03-29", 23 * 60),
    ("Europe/London", "2026-10-25", 25 * 60),
    ("America/St_Johns", "2026-03-08", 23 * 60),
    ("America/St_Johns", "2026-11-01", 25 * 60),
    ("Australia/Lord_Howe", "2026-04-05", 24 * 60 + 30),
    ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30),
    ("America/Havana", "2026-11-01", 25 * 60)
])  # fmt: skip
async def test_a_day_with_a_clock_change_keeps_its_length(at: Harness, zone: str, day: str, minutes: int) -> None:
    moved(at, zone).held["DailyUsage"] = daily({date.fromisoformat(day): Decimal(1)})
    [series] = await usage(at, "DAY", day, day)
    [reading] = series["readings"]
    start, end = (datetime.fromisoformat(reading[name]) for name in ("start", "end"))
    assert end - start == timedelta(minutes=minutes)


@pytest.mark.parametrize("by", [BY.DAY, BY.MONTH, BY.YEAR])
@given(
    values=st.dictionaries(st.sampled_from(YEAR), st.none() | st.decimals(0, 9, places=1), min_size=2),
    rng=st.randoms(use_true_random=False),
)
def test_the_order_of_rows_does_not_matter(by: UsageGranularity, values: dict[date, Decimal | None], rng: Any) -> None:
    rows = [day_of(day, value) for day, value in values.items()]
    shuffled = rng.sample(rows, len(rows))
    zone = ZoneInfo("Australia/Lord_Howe")
    assert build_series(shuffled, by, zone) == build_series(rows, by, zone)


@given(lost=st.sampled_from(between(date(2026, 1, 2), date(2026, 12, 30))))
def test_a_missing_day_makes_only_its_month_missing(lost: date) -> None:
    rows = [day_of(day, Decimal(1)) for day in YEAR if day != lost]
    [result] = build_series(rows, BY.MONTH, ZoneInfo("America/St_Johns"))
    missing = [reading.start.month for reading in result.readings if reading.quality is ReadQuality.MISSING]
    assert missing == [lost.month] == [reading.start.month for reading in result.readings if reading.value is None]
    assert len(result.readings) == 12
    assert result.total is None


async def test_a_gap_between_readings_is_a_missing_reading(at: Harness) -> None:
    at.held["DailyUsage"] = daily({date(2026, 10, 1): Decimal(1), date(2026, 10, 4): Decimal(1)})
    [series] = await usage(at, "DAY", "2026-10-01", "2026-10-10")
    rows_read = [(reading["start"][:10], reading["value"], reading["quality"]) for reading in series["readings"]]
    assert rows_read == [
        ("2026-10-01", "1", "ACTUAL"),
        ("2026-10-02", None, "MISSING"),
        ("2026-10-03", None, "MISSING"),
        ("2026-10-04", "1", "ACTUAL"),
    ]
    assert series["total"] is None


async def test_a_value_of_quality_missing_is_null(at: Harness) -> None:
    at.held["DailyUsage"] = daily({date(2026, 10, 1): Decimal(0)}, quality="MISSING")
    [series] = await usage(at, "DAY", "2026-10-01", "2026-10-01")
    assert [reading["value"] for reading in series["readings"]] == [None]
    assert series["total"] is None


@pytest.mark.parametrize(("again", "total"), [("1", "1"), ("2", None)])
async def test_equal_duplicate_days_count_once_and_differing_ones_are_missing(
    at: Harness, again: str, total: str | None
) -> None:
    day = {date(2026, 10, 1): Decimal(1)}
    at.held["DailyUsage"] = [*daily(day), daily(day)[0] | {"id": "again", "value": again}]
    [series] = await usage(at, "MONTH", "2026-10-01", "2026-10-31")
    assert [reading["value"] for reading in series["readings"]] == [total]
    assert series["total"] == total


@pytest.mark.parametrize("by", ["DAY", "MONTH"])
async def test_of_two_values_of_one_day_neither_is_shown(at: Harness, by: str) -> None:
    days = dict.fromkeys(between(date(2026, 10, 1), date(2026, 10, 2)), Decimal(1))
    at.held["DailyUsage"] = [*daily(days), daily(days)[0] | {"id": "again", "value": "2"}]
    [series] = await usage(at, by, "2026-10-01", "2026-10-02")
    starts = [reading["start"] for reading in series["readings"]]
    assert starts == sorted(set(starts))
    assert (series["readings"][0]["value"], series["readings"][0]["quality"]) == (None, "MISSING")


@pytest.mark.parametrize("until", ["2026-10-04", "2026-10-01"])
async def test_a_reversed_period_is_missing_and_in_no_total(at: Harness, until: str) -> None:
    complete = row("BilledUsage", id="a", since="2026-10-05", until="2026-11-04", value="12", **POINT)
    at.held["BilledUsage"] = [complete, {**complete, "id": "b", "until": until}]
    [series] = await usage(at, "BILL_PERIOD")
    assert [reading["value"] for reading in series["readings"]] == [None, "12"]
    assert series["total"] is None


async def test_power_does_not_add_up(at: Harness) -> None:
    days = dict.fromkeys(between(date(2026, 10, 1), date(2026, 10, 2)), Decimal(3))
    at.held["DailyUsage"] = daily(days, unit="kW")
    at.held["DailyUsage"][0]["value"] = "5"
    [series] = await usage(at, "MONTH", "2026-10-01", "2026-10-31")
    assert [reading["value"] for reading in series["readings"]] == ["5"]
    assert series["total"] is None


async def test_a_partial_month_gives_its_start_and_end(at: Harness) -> None:
    days = dict.fromkeys(between(date(2026, 9, 1), date(2026, 10, 31)), Decimal(1))
    at.held["DailyUsage"] = daily(days)
    [series] = await usage(at, "MONTH", "2026-09-20", "2026-10-10")
    rows_read = [(reading["start"][:10], reading["end"][:10], reading["value"]) for reading in series["readings"]]
    assert rows_read == [("2026-09-20", "2026-10-01", "11"), ("2026-10-01", "2026-10-11", "10")]


async def test_bill_periods_of_several_points_and_flows_stay_separate(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    registers = [{**POINT}, {**POINT, "flow": "RECEIVED"}, {**POINT, "service_point_id": "S2"}]
    spans = [("2026-08-01", "2026-08-31"), ("2026-09-01", "2026-09-30")]
    at.held["BilledUsage"] = [
        row("BilledUsage", id=f"{n}{since}", since=since, until=until, value=f"{n + 1}", **register)
        for n, register in enumerate(registers)
        for since, until in spans
    ]
    result = await usage(at, "BILL_PERIOD")
    assert [(insight["flow"], insight["total"]) for insight in result] == [
        ("DELIVERED", "2"),
        ("RECEIVED", "4"),
        ("DELIVERED", "6"),
    ]
