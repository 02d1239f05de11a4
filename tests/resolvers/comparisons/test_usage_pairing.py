"""Readings are paired by day and hour of the account's clock, whatever clocks and calendars do."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.harness import NEW_YORK, Harness, harness
from support.resolvers.usage_comparisons import BEFORE, LAST_YEAR, clock, compare, hours, on
from support.resolvers.usage_queries import between
from support.utility import utility

from gateway.contract.times import with_fixed_offset
from gateway.resolvers.comparisons.usage_pairing import Pairing, ReadingPair
from gateway.resolvers.comparisons.usage_sides import Sides, range_sides
from gateway.resolvers.comparisons.verdicts import ComparisonBase
from gateway.resolvers.graph.date_ranges import DateSpan
from gateway.resolvers.usage.readings import ReadQuality, UsageGranularity, UsageReading
from gateway.resolvers.usage.series import fill_gaps, group_by_period, sum_readings

# Half an hour, midnight, and a clock change at the end of a month.
ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Havana", "America/St_Johns", "UTC")
CLOCK = (UsageGranularity.DAY, UsageGranularity.HOUR, UsageGranularity.INTERVAL)


def read(span: DateSpan, by: UsageGranularity, zone: ZoneInfo) -> list[UsageReading]:
    """Readings of a span without a gap, each with the value 1."""
    moment, end, readings = span.start(zone), span.end(zone), []
    while moment < end:
        after = min(end, moment + timedelta(minutes=30))
        start, until = (with_fixed_offset(each.astimezone(zone)) for each in (moment, after))
        readings.append(UsageReading(start=start, end=until, value=Decimal(1), quality=ReadQuality.ACTUAL))
        moment = after
    filled = fill_gaps(readings, by, zone, (span.start(zone), span.end(zone)))
    return [sum_readings(group) for group in group_by_period(filled, by, zone)]


def pairs_of(sides: Sides, by: UsageGranularity, zone: ZoneInfo) -> list[ReadingPair]:
    now, base = (read(span, by, zone) for span in sides.spans)
    return Pairing(sides, by, zone).pairs(now, base)


ranges = st.builds(
    lambda since, days: DateSpan(since, since + timedelta(days=days)),
    st.dates(date(2023, 1, 1), date(2030, 1, 1)),
    st.integers(0, 40),
)


@settings(max_examples=60, deadline=None)
@given(
    now=ranges,
    base=st.sampled_from(ComparisonBase),
    by=st.sampled_from(CLOCK),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_every_reading_is_paired_with_its_own_hour(
    now: DateSpan, base: ComparisonBase, by: UsageGranularity, zone: ZoneInfo
) -> None:
    sides = range_sides(now, base)
    assert sides.base is not None
    pairs = pairs_of(sides, by, zone)
    for span, side in zip(sides.spans, ("now", "base"), strict=True):
        expected = Counter(reading.start for reading in read(span, by, zone))
        seen = Counter(getattr(pair, side).start for pair in pairs if getattr(pair, side))
        assert set(seen) == set(expected)  # none is lost
        shared = Counter(getattr(pair, side).start for pair in pairs if pair.repeated)
        assert all(count == 1 or shared[start] == count == 2 for start, count in seen.items())
    for pair in pairs:
        if pair.now and pair.base:
            assert sides.shift.partner(pair.now.start.date()) == pair.base.start.date()
            hour = [each.start.hour for each in (pair.now, pair.base)]
            assert hour[0] == hour[1] or by is UsageGranularity.DAY
    starts = [pair.now.start for pair in pairs if pair.now]
    assert starts == sorted(starts)


@settings(max_examples=60, deadline=None)
@given(
    now=ranges,
    base=st.sampled_from(ComparisonBase),
    by=st.sampled_from(CLOCK),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_a_reading_without_a_partner_has_no_such_time(
    now: DateSpan, base: ComparisonBase, by: UsageGranularity, zone: ZoneInfo
) -> None:
    sides = range_sides(now, base)
    assert sides.base is not None
    alone = [pair for pair in pairs_of(sides, by, zone) if pair.now is None or pair.base is None]
    assert not any(pair.exists for pair in alone)  # no reading is missing
    for pair in alone:
        if pair.now is not None:
            day = sides.shift.partner(pair.now.start.date())
            if day is not None and sides.base.since <= day <= sides.base.until:
                wall = datetime.combine(day, pair.now.start.time(), zone)
                assert wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None)


def points(comparison: Any) -> list[tuple[str | None, str | None]]:
    return [(clock(point["current"]), clock(point["earlier"])) for point in comparison["points"]]


async def test_a_skipped_hour_has_no_partner(at: Harness) -> None:
    # On 8 March 2026 New York has no 02:00.
    at.held["IntervalUsage"] = hours(date(2026, 3, 7), date(2026, 3, 8), NEW_YORK)
    comparison = await compare(at, "2026-03-08", "2026-03-08", by="HOUR", base=BEFORE)
    assert points(comparison)[1:4] == [
        ("03-08 01:00", "03-07 01:00"),
        (None, "03-07 02:00"),
        ("03-08 03:00", "03-07 03:00"),
    ]
    skipped = comparison["points"][2]
    assert (skipped["currentState"], skipped["notComparableReason"]) == ("NONE", "NO_PARTNER")
    assert [side["coverage"] for side in comparison["series"]] == ["1", "1"]
    assert comparison["changePercent"] == -4.2


async def test_both_repeated_hours_pair_with_the_same_one(at: Harness) -> None:
    # On 1 November 2026 New York has 01:00 twice.
    at.held["IntervalUsage"] = hours(date(2026, 10, 31), date(2026, 11, 1), NEW_YORK)
    comparison = await compare(at, "2026-11-01", "2026-11-01", by="HOUR", base=BEFORE)
    assert points(comparison)[1:4] == [
        ("11-01 01:00", "10-31 01:00"),
        ("11-01 01:00", "10-31 01:00"),
        ("11-01 02:00", "10-31 02:00"),
    ]
    assert [point["isRepeatedHour"] for point in comparison["points"]] == [False, True, True] + [False] * 22
    assert {point["changePercent"] for point in comparison["points"]} == {0.0}
    assert [side["total"] for side in comparison["series"]] == ["25", "24"]


async def test_29_february_has_no_partner() -> None:
    now = datetime(2028, 4, 1, 12, tzinfo=NEW_YORK)
    async with harness(utility(1), now=now) as at:
        at.held["DailyUsage"] = on(between(date(2027, 2, 26), date(2028, 3, 2)), "1")
        comparison = await compare(at, "2028-02-28", "2028-03-01", base=LAST_YEAR)
        assert points(comparison) == [
            ("02-28 00:00", "02-28 00:00"),
            ("02-29 00:00", None),
            ("03-01 00:00", "03-01 00:00"),
        ]
        assert comparison["points"][1]["notComparableReason"] == "NO_PARTNER"
        at.held["DailyUsage"] = on(between(date(2028, 2, 1), date(2028, 3, 31)), "1")
        comparison = await compare(at, "2028-03-01", "2028-03-31", base=BEFORE)
        assert points(comparison)[28:] == [("03-29 00:00", "02-29 00:00"), ("03-30 00:00", None), ("03-31 00:00", None)]


async def test_months_pair_by_their_place_and_days(at: Harness) -> None:
    at.held["DailyUsage"] = on(between(date(2026, 1, 1), date(2026, 6, 30)), "1")
    comparison = await compare(at, "2026-04-01", "2026-06-30", by="MONTH", base=BEFORE)
    assert points(comparison) == [
        ("04-01 00:00", "01-01 00:00"),
        ("05-01 00:00", "02-01 00:00"),
        ("06-01 00:00", "03-01 00:00"),
    ]
    assert [point["changePercent"] for point in comparison["points"]] == [0.0, 0.0, 0.0]


async def test_a_lost_interval_is_missing_and_not_without_partner(at: Harness) -> None:
    read = hours(date(2026, 10, 6), date(2026, 10, 7), NEW_YORK)
    at.held["IntervalUsage"] = [*read[:30], *read[33:]]
    comparison = await compare(at, "2026-10-07", "2026-10-07", by="INTERVAL", base=BEFORE)
    missing = [point for point in comparison["points"] if point["notComparableReason"]]
    assert {point["notComparableReason"] for point in missing} == {"READINGS_MISSING"}
    assert [clock(point["earlier"]) for point in missing] == ["10-06 06:00", "10-06 07:00", "10-06 08:00"]
    assert [point["currentState"] for point in missing] == ["KNOWN", "UNKNOWN", "UNKNOWN"]


@pytest.mark.parametrize("by", ["MONTH", "YEAR", "DAY"])
async def test_recent_usage_has_points_too(at: Harness, by: str) -> None:
    at.held["DailyUsage"] = on(between(date(2024, 11, 1), date(2026, 11, 14)), "1")
    comparison = await compare(at, by=by)
    assert len(comparison["points"]) == {"MONTH": 12, "YEAR": 1, "DAY": 30}[by]
    assert {point["changePercent"] for point in comparison["points"]} == {0.0}
