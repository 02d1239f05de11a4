"""A chosen direction: delivered, received or net usage, and where meters do not tell it."""

from datetime import date, timedelta
from typing import Any

import pytest
from support.harness import NEW_YORK, Harness
from support.resolvers.usage_comparisons import compare, hours, on
from support.resolvers.usage_queries import between
from support.rows import row

NOW = between(date(2026, 10, 1), date(2026, 10, 31))
BASE = [day - timedelta(days=365) for day in NOW]
OCT = ("2026-10-01", "2026-10-31")
D, R, N, T = "DELIVERED", "RECEIVED", "NET", "TOTAL"


def both(now: str, base: str, flow: str, **fields: Any) -> list[dict[str, Any]]:
    return on(NOW, now, flow=flow, **fields) + on(BASE, base, flow=flow, **fields)


@pytest.mark.parametrize(
    ("measured", "flow", "total"),
    [
        ({D: "5", R: "3"}, D, "155"),
        ({D: "5", R: "3"}, R, "93"),
        ({D: "5", R: "3"}, N, "62"),
        ({D: "5", R: "3", N: "1"}, N, "31"),
        ({D: "5", R: "3", N: "1"}, D, "155"),
        ({T: "9"}, T, "279"),
        ({D: "5", R: "3"}, None, "62"),
    ],
)
async def test_only_the_chosen_direction_counts(
    at: Harness, measured: dict[str, str], flow: str | None, total: str
) -> None:
    at.held["DailyUsage"] = [each for name, value in measured.items() for each in both(value, value, name)]
    comparison = await compare(at, *OCT, flow=flow)
    assert [side["total"] for side in comparison["series"]] == [total, total]
    is_reckoned = flow in (N, None) and N not in measured
    assert (comparison["flow"], comparison["isNetted"]) == (flow or N, is_reckoned)
    assert comparison["changePercent"] == 0.0


@pytest.mark.parametrize(
    ("measured", "flow", "reason"),
    [
        ([D], N, "NET_NOT_KNOWN"),
        ([R], N, "NET_NOT_KNOWN"),
        ([T], N, "NET_NOT_KNOWN"),
        ([N], D, "FLOW_NOT_MEASURED"),
        ([N], R, "FLOW_NOT_MEASURED"),
        ([D], R, "FLOW_NOT_MEASURED"),
        ([D, R], T, "FLOW_NOT_MEASURED"),
        ([D], "OTHER", "FLOW_NOT_MEASURED"),
    ],
)
async def test_a_direction_that_no_meter_tells_is_a_reason(
    at: Harness, measured: list[str], flow: str, reason: str
) -> None:
    at.held["DailyUsage"] = [each for name in measured for each in both("1", "1", name)]
    comparison = await compare(at, *OCT, flow=flow)
    assert (comparison["flow"], comparison["unit"], comparison["notComparableReason"]) == (flow, "kWh", reason)
    assert (comparison["changePercent"], comparison["changePercentState"]) == (None, "UNKNOWN")
    assert [side["total"] for side in comparison["series"]] == [None, None]


async def test_net_usage_needs_both_directions_at_the_same_times(at: Harness) -> None:
    received = both("3", "3", R)
    at.held["DailyUsage"] = [*both("5", "5", D), *received[:-1]]
    comparison = await compare(at, *OCT, flow=N)
    assert [side["total"] for side in comparison["series"]] == ["62", None]
    assert comparison["notComparableReason"] == "NET_NOT_KNOWN"
    assert "same times" in comparison["notComparableText"]
    assert [side["coverage"] for side in comparison["series"]] == ["1", "0.968"]
    at.held["DailyUsage"] = [*both("5", "5", D), *on(NOW, "3", flow=R)]
    assert (await compare(at, *OCT, flow=N))["notComparableReason"] == "NET_NOT_KNOWN"


async def test_a_day_that_both_directions_lack_is_missing(at: Harness) -> None:
    at.held["DailyUsage"] = [*both("5", "5", D)[:-1], *both("3", "3", R)[:-1]]
    assert (await compare(at, *OCT, flow=N))["notComparableReason"] == "READINGS_MISSING"


async def test_intervals_of_two_lengths_are_not_subtracted(at: Harness) -> None:
    days = [date(2026, 10, 7), date(2026, 10, 7)]
    at.held["IntervalUsage"] = [*hours(*days, NEW_YORK, 60), *hours(*days, NEW_YORK, 30, flow=R)]
    comparison = await compare(at, "2026-10-07", "2026-10-07", by="INTERVAL", flow=N)
    assert comparison["series"][0]["total"] is None
    comparison = await compare(at, "2026-10-07", "2026-10-07", by="HOUR", flow=N)
    assert comparison["series"][0]["total"] == "-24"


async def test_a_second_point_without_solar_adds_what_it_draws(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    second = both("2", "2", D, service_point_id="S2")
    at.held["DailyUsage"] = [*both("5", "5", D), *both("3", "3", R), *second]
    for flow, total in ((N, "124"), (D, "217"), (R, "93")):
        assert (await compare(at, *OCT, flow=flow))["series"][0]["total"] == total


async def test_a_point_with_only_a_net_meter_hides_the_directions(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    at.held["DailyUsage"] = [*both("5", "5", D), *both("2", "2", N, service_point_id="S2")]
    assert (await compare(at, *OCT, flow=D))["notComparableReason"] == "FLOW_NOT_MEASURED"
    assert (await compare(at, *OCT, flow=N))["series"][0]["total"] == "217"


async def test_the_last_bill_is_netted_too(at: Harness) -> None:
    periods = (("2026-09-05", "2026-10-04"), ("2026-08-06", "2026-09-04"))
    point = {"service_point_id": "S1", "service_type": "ELECTRIC", "unit": "kWh"}
    at.held["BilledUsage"] = [
        row("BilledUsage", id=f"{since}{flow}", since=since, until=until, value=value, flow=flow, **point)
        for since, until in periods
        for flow, value in ((D, "90"), (R, "30"))
    ]
    comparison = await compare(at, by="BILL_PERIOD", base="PREVIOUS_BILL", of="LAST_BILL", flow=N)
    assert [side["total"] for side in comparison["series"]] == ["60", "60"]
    assert (comparison["isNetted"], comparison["changePercent"]) == (True, 0.0)
