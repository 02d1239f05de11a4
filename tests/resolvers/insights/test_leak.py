"""WATER_LEAK: every hour before a meter's newest reading has water, or no leak is raised."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import Harness
from support.resolvers.insight_cases import fill, insights, raised_as
from support.resolvers.relative_times import INSTANT
from support.resolvers.single_rules import context, decide
from support.resolvers.usage_rows import MIDNIGHT, hourly, second

from gateway.resolvers.insights.model.message import Quantity

HOUR = timedelta(hours=1)
LENGTHS = st.sampled_from([10, 15, 20, 30, 60])


def leak(rows: list[dict[str, Any]], **fields: Any) -> list[Any]:
    """The findings of WATER_LEAK in intervals."""
    return decide("WATER_LEAK", context(**{"now": INSTANT, **fields}), ("IntervalUsage", rows))


@settings(deadline=None)
@given(LENGTHS, st.randoms(use_true_random=False))
def test_a_leak_is_found_for_any_interval_length_and_order(minutes: int, dice: Any) -> None:
    rows = hourly(["1"] * (72 * 60 // minutes), length=timedelta(minutes=minutes))
    dice.shuffle(rows)
    [finding] = leak(rows)
    assert finding.values["least"] == Quantity(Decimal(60 // minutes), "CCF")


@settings(deadline=None)
@given(LENGTHS, st.data())
def test_a_missing_interval_raises_no_leak(minutes: int, data: Any) -> None:
    number = 72 * 60 // minutes
    lost = data.draw(st.integers(0, number - 2))
    values: list[str | None] = ["1"] * number
    gone = hourly(values, length=timedelta(minutes=minutes))
    del gone[lost]
    assert not leak(gone)
    values[lost] = None
    assert not leak(hourly(values, length=timedelta(minutes=minutes)))
    values[lost] = "1"
    fields = hourly(values, length=timedelta(minutes=minutes))
    fields[lost]["quality"] = "MISSING"
    assert not leak(fields)


def test_equal_duplicates_count_once_and_contradicting_ones_raise_no_leak() -> None:
    rows = hourly(["1"] * 72)
    assert leak([*rows, rows[9]])
    assert not leak([*rows, {**rows[9], "value": "2"}])


def test_intervals_across_hours_cover_no_hour() -> None:
    assert not leak(hourly(["1"] * 36, length=2 * HOUR))
    assert not leak(hourly(["1"] * 96, length=timedelta(minutes=45)))


def test_an_interval_without_length_covers_nothing() -> None:
    rows = hourly([*["1"] * 71, "0"])
    assert not leak([*rows, {**rows[-1], "starts_at": rows[-1]["ends_at"], "value": "1"}])


def test_a_repeated_hour_counts_twice() -> None:
    # From noon of 30 October to 11:00 of 2 November clocks show 71 hours; 72 go by.
    end = datetime.fromisoformat("2026-11-02T11:00:00-05:00")
    rows = hourly(["1"] * 72, end)
    assert rows[0]["starts_at"] == "2026-10-30T16:00:00+00:00"
    assert leak(rows, now=end)
    repeated = [n for n, row in enumerate(rows) if row["starts_at"] == "2026-11-01T05:00:00+00:00"]
    assert len(repeated) == 1
    for lost in (repeated[0], repeated[0] + 1):
        assert not leak(rows[:lost] + rows[lost + 1 :], now=end)


def test_the_newest_reading_may_be_a_day_old() -> None:
    rows = hourly(["1"] * 72)
    assert leak(rows, now=MIDNIGHT + 24 * HOUR)
    assert not leak(rows, now=MIDNIGHT + 24 * HOUR + timedelta(seconds=1))


async def test_a_day_old_reading_still_sees_all_its_hours(shared: Harness) -> None:
    yesterday = INSTANT - 23 * HOUR
    fill(shared, {**second("WATER"), "IntervalUsage": hourly(["1"] * 72, yesterday)})
    assert raised_as("WATER_LEAK", await insights(shared, ["USAGE"]))


def test_readings_without_value_are_not_the_newest() -> None:
    waiting = hourly([None] * 3, MIDNIGHT + 3 * HOUR)
    assert leak([*hourly(["1"] * 72), *waiting])
