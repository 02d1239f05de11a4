"""Where a service point has no days, its intervals are added up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.harness import Harness
from support.resolvers.usage_queries import QUERY, between, daily, intervals, usage
from support.utility import ACCOUNT

from gateway.contract.times import midnight
from gateway.resolvers.comparisons.combined_meters import combine_meters
from gateway.resolvers.service.premises import ServiceType
from gateway.resolvers.usage.readings import DailyUsage, FlowDirection, ReadQuality

ZONE = ZoneInfo("America/New_York")
FALL = date(2026, 11, 1)  # 25 hours


def hours(first: date, days: int) -> list[dict[str, Any]]:
    """Intervals of an hour, each of 0.25."""
    start, end = midnight(first, ZONE), midnight(first + timedelta(days=days), ZONE)
    return intervals(start.astimezone(UTC), end.astimezone(UTC), 60)


@pytest.mark.parametrize(
    ("by", "values"), [("DAY", ["6.00", "6.25", "6.00"]), ("MONTH", ["6.00", "12.25"]), ("YEAR", ["18.25"])]
)
async def test_hours_alone_are_days_months_and_years(at: Harness, by: str, values: list[str]) -> None:
    at.held["DailyUsage"], at.held["IntervalUsage"] = [], hours(FALL - timedelta(days=1), 3)
    [series] = await usage(at, by, "2026-10-01", "2026-11-14")
    assert [reading["value"] for reading in series["readings"]] == values
    assert Decimal(series["total"]) == Decimal("18.25")
    assert series["readings"][0]["start"].startswith("2026-10-31T00:00")


async def test_an_hour_that_is_missing_makes_its_day_missing(at: Harness) -> None:
    read = hours(FALL, 2)
    at.held["DailyUsage"], at.held["IntervalUsage"] = [], [*read[:5], *read[6:]]
    [series] = await usage(at, "DAY", "2026-11-01", "2026-11-02")
    assert [reading["quality"] for reading in series["readings"]] == ["MISSING", "ACTUAL"]


async def test_days_that_are_stored_are_not_added_up(at: Harness) -> None:
    at.held["DailyUsage"] = daily(dict.fromkeys(between(FALL, FALL), Decimal(7)))
    at.held["IntervalUsage"] = hours(FALL, 1)
    [series] = await usage(at, "DAY", "2026-11-01", "2026-11-01")
    assert [reading["value"] for reading in series["readings"]] == ["7"]


async def test_no_readings_at_all_are_no_series(at: Harness) -> None:
    at.held["DailyUsage"] = at.held["IntervalUsage"] = []
    assert await usage(at, "MONTH", "2020-01-01", "2026-11-14") == []


async def test_intervals_of_many_years_are_refused(at: Harness) -> None:
    at.held["DailyUsage"], at.held["IntervalUsage"] = [], hours(FALL, 1)
    span = {"since": "2020-01-01", "until": "2026-11-14"}
    [error] = (await at.answer(QUERY, account=ACCOUNT, by="YEAR", range=span)).errors
    assert error["extensions"]["code"] == "BAD_INPUT"
    assert "at most 400 days" in error["message"]


def read(flow: FlowDirection, point: str = "S1") -> DailyUsage:
    return DailyUsage(
        id=f"{point} {flow}",
        account_id=None,
        service_point_id=point,
        service_type=ServiceType.ELECTRIC,
        unit="kWh",
        flow=flow,
        value=Decimal(1),
        quality=ReadQuality.ACTUAL,
        cost=None,
        average_temperature=None,
        parts=None,
        day=datetime(2026, 1, 1, tzinfo=UTC).date(),
    )


D, R, N, T, X = (FlowDirection(name) for name in ("DELIVERED", "RECEIVED", "NET", "TOTAL", "OTHER"))


@pytest.mark.parametrize(
    ("measured", "counting", "flow"),
    [
        ([D], {D}, D),
        ([D, R, T, X], {D, R}, N),
        ([D, R, N, T], {N}, N),
        ([T, X], {T}, T),
        ([D, T], {D}, D),
        ([R, T], {R}, R),
        ([X], set(), None),
    ],
)
def test_no_direction_is_counted_twice(
    measured: list[FlowDirection], counting: set[FlowDirection], flow: FlowDirection | None
) -> None:
    combined = combine_meters([read(each) for each in measured], ServiceType.ELECTRIC, None)
    assert (set() if combined is None else {each for _, each in combined.meters}) == counting
    assert (combined and combined.flow) == flow


async def test_a_day_that_cannot_be_read_is_missing(at: Harness) -> None:
    at.held["DailyUsage"] = daily(dict.fromkeys(between(FALL, FALL + timedelta(days=2)), Decimal(7)))
    at.held["DailyUsage"][1]["value"] = "secret"
    [series] = await usage(at, "DAY", "2026-11-01", "2026-11-03")
    assert [reading["quality"] for reading in series["readings"]] == ["ACTUAL", "MISSING", "ACTUAL"]


async def test_days_that_all_are_unreadable_are_summed_from_hours(at: Harness) -> None:
    at.held["DailyUsage"] = daily(dict.fromkeys(between(FALL, FALL), Decimal(7)), unit=None)
    at.held["IntervalUsage"] = hours(FALL, 1)
    [series] = await usage(at, "DAY", "2026-11-01", "2026-11-01")
    assert [reading["value"] for reading in series["readings"]] == ["6.25"]
