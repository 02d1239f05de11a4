from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.times import RESOLUTION, TIME_FORMATS, TimeFormat, TimeFormatName, midnight

NEW_YORK = ZoneInfo("America/New_York")
LOCAL, DATE = TimeFormat("local", NEW_YORK), TimeFormat("date")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
INSTANTS = st.integers(0, 2_000_000_000_000_000).map(
    lambda n: datetime(1985, 1, 1, tzinfo=UTC) + timedelta(microseconds=n)
)
JUNK = (None, "", "soon", [], {}, True, "2026-13-01T00:00:00Z")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iso", "2026-06-01T12:00:00Z"),
        ("iso", "2026-06-01T08:00:00-04:00"),
        ("iso", NOON),
        ("local", "2026-06-01T08:00:00"),
        ("local", "2026-06-01 08:00"),
        ("local", datetime(2026, 6, 1, 8)),  # noqa: DTZ001  # as a database returns it
        ("local", "2026-06-01T12:00:00Z"),  # an offset wins over the zone
        ("epoch", 1780315200),
        ("epoch", 1780315200.0),
        ("epoch_ms", 1780315200000),
    ],
)
def test_every_format_parses_to_the_same_instant(name: TimeFormatName, value: object):
    assert TimeFormat(name, NEW_YORK).parse(value) == NOON


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        *((name, junk) for name in TIME_FORMATS for junk in JUNK),
        ("iso", "2026-06-01T12:00:00"),
        ("iso", 1780315200),
        ("local", 1780315200),
        ("epoch", "1780315200"),
        ("epoch", float("nan")),
        ("epoch", 1e300),
        ("epoch_ms", 10**30),
    ],
)
def test_a_value_of_another_format_is_refused(name: TimeFormatName, junk: object):
    with pytest.raises(ValueError):  # noqa: PT011  # only the class of the error is promised
        TimeFormat(name, NEW_YORK).parse(junk, NEW_YORK)


def test_a_date_is_midnight_in_the_zone_of_the_call():
    assert DATE.parse("2026-03-08", NEW_YORK) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert DATE.parse(date(2026, 3, 9), NEW_YORK) == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_a_repeated_midnight_equals_its_instant_in_every_zone():
    assert DATE.parse("2026-11-01", ZoneInfo("America/Havana")) == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_date_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        DATE.parse("2026-03-08")


def test_in_the_repeated_hour_a_wall_clock_is_the_first():
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    instant = LOCAL.parse("2026-11-01T01:30:00")
    assert instant == first
    # Python calls times of two zones unequal in a repeated hour: ties would fall out of a list.
    assert not instant < first
    assert (instant, "a") < (first, "b")


def test_in_the_skipped_hour_a_wall_clock_is_standard_time():
    assert LOCAL.parse("2026-03-08T02:30:00") == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


@given(instant=INSTANTS, name=st.sampled_from(["iso", "epoch", "epoch_ms"]))
def test_a_written_instant_parses_to_itself_rounded_down(instant: datetime, name: TimeFormatName):
    time_format = TimeFormat(name)
    assert timedelta(0) <= instant - time_format.parse(time_format.write(instant)) < RESOLUTION[name]


@given(instant=INSTANTS)
def test_a_written_wall_clock_is_at_most_an_hour_early(instant: datetime):
    assert timedelta(0) <= instant - LOCAL.parse(LOCAL.write(instant)) <= timedelta(hours=1)


@given(instant=INSTANTS)
def test_a_written_date_contains_its_instant(instant: datetime):
    day = date.fromisoformat(str(DATE.write(instant, NEW_YORK)))
    assert midnight(day, NEW_YORK) <= instant < midnight(day + timedelta(days=1), NEW_YORK)


@pytest.mark.parametrize("name", TIME_FORMATS)
def test_writing_does_not_depend_on_the_offset_of_the_instant(name: TimeFormatName):
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    time_format = TimeFormat(name, NEW_YORK)
    assert time_format.write(NOON, NEW_YORK) == time_format.write(elsewhere, NEW_YORK)


@pytest.mark.parametrize("value", [Decimal("1e300000000"), 10**400, float("nan"), float("inf"), -(10**15)])
def test_a_number_outside_the_calendar_is_refused_at_once(value: Decimal | float):
    with pytest.raises(ValueError, match="calendar"):
        TimeFormat("epoch").parse(value)
