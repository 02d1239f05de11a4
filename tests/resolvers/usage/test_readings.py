"""Usage adds up by month, year and hour, on days of 23, 24 and 25 hours. Missing is never zero."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import NEW_YORK, Harness
from support.resolvers.usage_queries import POINT, QUERY, between, daily, intervals, usage
from support.rows import row
from support.utility import ACCOUNT, utility

from gateway.ids import global_id

VALUES = st.none() | st.decimals(0, 99, places=3)


def covered(values: Mapping[date, Decimal | None], size: int) -> dict[str, list[Decimal | None]]:
    """The values of all days from the first to the last, by month or year."""
    result: dict[str, list[Decimal | None]] = {}
    for day in between(min(values), max(values)):
        result.setdefault(f"{day}"[:size], []).append(values.get(day))
    return result


def total(values: list[Decimal | None]) -> Decimal | None:
    """The sum; None where a value is missing."""
    known_values = [value for value in values if value is not None]
    return sum(known_values, Decimal(0)) if len(known_values) == len(values) else None


@settings(max_examples=40, deadline=None)
@given(values=st.dictionaries(st.dates(date(2025, 12, 20), date(2026, 2, 10)), VALUES, min_size=1))
@pytest.mark.parametrize(("by", "size"), [("MONTH", 7), ("YEAR", 4)])
async def test_months_and_years_are_the_sums_of_their_days(
    shared: Harness, by: str, size: int, values: dict[date, Decimal | None]
) -> None:
    shared.fill({**utility(1), "DailyUsage": daily(values)})
    [series] = await usage(shared, by, "2025-12-01", "2026-02-28")
    expected = covered(values, size)
    result = {reading["start"][:size]: reading["value"] for reading in series["readings"]}
    assert {name: value and Decimal(value) for name, value in result.items()} == {
        name: total(days) for name, days in expected.items()
    }
    assert series["readings"][0]["start"][:10] == f"{min(values)}"
    assert series["readings"][-1]["end"][:10] == f"{max(values) + timedelta(days=1)}"
    complete = total([values.get(day) for day in between(min(values), max(values))])
    assert (series["total"] and Decimal(series["total"])) == complete
    missing = any(total(days) is None for days in expected.values())
    assert ("MISSING" in {reading["quality"] for reading in series["readings"]}) == missing


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-03-09", 24), ("2026-11-01", 25)])
async def test_a_day_has_as_many_hours_as_its_clock(at: Harness, day: str, hours: int) -> None:
    begin = datetime.combine(date.fromisoformat(day), datetime.min.time(), NEW_YORK).astimezone(UTC)
    at.held["IntervalUsage"] = intervals(begin, begin + timedelta(hours=hours))
    [series] = await usage(at, "HOUR", day, day)
    assert [Decimal(reading["value"]) for reading in series["readings"]] == [Decimal(1)] * hours
    assert Decimal(series["total"]) == hours
    starts = [datetime.fromisoformat(reading["start"]) for reading in series["readings"]]
    assert starts == [begin + timedelta(hours=n) for n in range(hours)]
    assert datetime.fromisoformat(series["readings"][-1]["end"]) == begin + timedelta(hours=hours)


async def test_intervals_outside_the_range_do_not_count(at: Harness) -> None:
    begin = datetime(2026, 11, 1, 4, tzinfo=UTC)
    at.held["IntervalUsage"] = intervals(begin - timedelta(hours=3), begin + timedelta(hours=28))
    [series] = await usage(at, "INTERVAL", "2026-11-01", "2026-11-01")
    assert len(series["readings"]) == 100


async def test_an_hour_without_one_interval_is_missing(at: Harness) -> None:
    begin = datetime(2026, 11, 10, 5, tzinfo=UTC)
    at.held["IntervalUsage"] = intervals(begin, begin + timedelta(hours=2))
    at.held["IntervalUsage"][1]["value"] = None
    [series] = await usage(at, "HOUR", "2026-11-10", "2026-11-10")
    values_read = [(reading["value"], reading["quality"]) for reading in series["readings"]]
    assert values_read == [(None, "MISSING"), ("1.00", "ACTUAL")]
    assert series["total"] is None


async def test_a_reading_of_zero_stays_zero(at: Harness) -> None:
    at.held["DailyUsage"] = daily({date(2026, 11, 10): Decimal(0)})
    [series] = await usage(at, "DAY", "2026-11-10", "2026-11-10")
    assert (series["total"], series["readings"][0]["value"]) == ("0", "0")
    assert series["readings"][0]["quality"] == "ACTUAL"


async def test_a_sum_has_its_lowest_quality(at: Harness) -> None:
    days = {date(2026, 10, n): Decimal(1) for n in (1, 2)}
    at.held["DailyUsage"] = daily(days)
    at.held["DailyUsage"][1]["quality"] = "ESTIMATED"
    [series] = await usage(at, "MONTH", "2026-10-01", "2026-10-31")
    assert [reading["quality"] for reading in series["readings"]] == ["ESTIMATED"]


async def test_a_cost_needs_the_cost_of_every_part(at: Harness) -> None:
    days = {date(2026, month, n): Decimal(1) for month, n in ((9, 29), (9, 30), (10, 1), (10, 2))}
    at.held["DailyUsage"] = daily(days, cost="0.10")
    at.held["DailyUsage"][3]["cost"] = None
    [series] = await usage(at, "MONTH", "2026-09-01", "2026-10-31")
    assert [reading["cost"] for reading in series["readings"]] == [{"amount": "0.20"}, None]


async def test_a_bill_period_includes_its_last_day(at: Harness) -> None:
    [series] = await usage(at, "BILL_PERIOD")
    [reading] = series["readings"]
    assert (reading["start"], reading["end"]) == ("2026-09-05T00:00:00-04:00", "2026-10-05T00:00:00-04:00")


async def test_each_point_service_unit_and_flow_is_a_series(at: Harness) -> None:
    at.held["AccountReference"][0]["service_point_ids"] = ["S1", "S2"]
    kinds = [{}, {"unit": "kW"}, {"flow": "RECEIVED"}, {"service_type": "GAS"}, {"service_point_id": "S2"}]
    at.held["BilledUsage"] = [
        row("BilledUsage", id=f"{n}", value="1.5", **{**POINT, **kind}) for n, kind in enumerate(kinds)
    ]
    result = await usage(at, "BILL_PERIOD")
    assert len(result) == 5
    assert {insight["readings"][0]["value"] for insight in result} == {"1.5"}
    assert len(await usage(at, "BILL_PERIOD", type="GAS")) == 1
    [other] = await usage(at, "BILL_PERIOD", point=global_id("ServicePoint", "S2"))
    assert other["servicePoint"]["id"] == global_id("ServicePoint", "S2")


@pytest.mark.parametrize(
    ("by", "since", "until", "message"),
    [
        ("DAY", "2025-01-01", "2026-02-05", "at most 400 days"),
        ("HOUR", "2026-08-01", "2026-10-02", "at most 62 days"),
        ("INTERVAL", "2026-08-01", "2026-10-02", "at most 62 days"),
        ("MONTH", "2026-08-02", "2026-08-01", "reversed"),
    ],
)
async def test_a_range_beyond_its_limit_is_refused(at: Harness, by: str, since: str, until: str, message: str) -> None:
    result = await at.answer(QUERY, account=ACCOUNT, by=by, range={"since": since, "until": until})
    assert result.data == {"billingAccount": {"usage": None}}
    [error] = result.errors
    assert message in error["message"]
    assert error["extensions"]["code"] == "BAD_INPUT"


async def test_a_range_up_to_its_limit_is_answered(at: Harness) -> None:
    await usage(at, "HOUR", "2026-08-01", "2026-10-01")
    await usage(at, "DAY", "2025-01-01", "2026-02-04")


async def test_a_point_of_another_account_has_no_usage(at: Harness) -> None:
    assert await usage(at, "BILL_PERIOD", point=global_id("ServicePoint", "S2")) == []
    assert {batch.lookup.record for batch in at.gate.batches} == {"BillingAccount", "AccountReference"}


async def test_without_a_cross_reference_usage_is_null(at: Harness) -> None:
    at.held["AccountReference"] = []
    assert await usage(at, "BILL_PERIOD") is None


async def test_usage_of_earlier_and_later_tenants_is_left_out(at: Harness) -> None:
    days = [date(2026, 10, day) for day in range(1, 11)]
    at.held["DailyUsage"] = daily(dict.fromkeys(days, Decimal(1)))
    at.held["BillingAccount"][0] |= {"opened_on": "2026-10-03", "closed_on": "2026-10-08"}
    [series] = await usage(at, "DAY", "2026-10-01", "2026-10-31")
    assert [reading["start"][:10] for reading in series["readings"]] == [f"2026-10-0{day}" for day in range(3, 9)]


async def test_without_a_range_a_closed_account_has_its_last_days(at: Harness) -> None:
    days = [date(2026, month, 1) for month in range(1, 6)]
    at.held["DailyUsage"] = daily(dict.fromkeys(days, Decimal(1)))
    at.held["BillingAccount"][0] |= {"opened_on": "2020-01-01", "closed_on": "2026-05-02"}
    [series] = await usage(at, "DAY")
    assert [reading["start"][:10] for reading in series["readings"]][-1] == "2026-05-01"
    [window] = [batch.window for batch in at.gate.batches if batch.lookup.record == "DailyUsage"]
    assert [window.since.date(), window.until.date()] == [date(2026, 4, 2), date(2026, 5, 3)]
