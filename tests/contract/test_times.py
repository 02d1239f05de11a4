from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.times import RESOLUTION, TIME_FORMATS, TimeFormat, TimeFormatName, midnight

NEW_YORK = ZoneInfo("America/New_York")
LOCAL = TimeFormat("local", NEW_YORK)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MOMENTS = st.integers(0, 2_000_000_000_000_000).map(
    lambda n: datetime(1985, 1, 1, tzinfo=UTC) + timedelta(microseconds=n)
)


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("iso", "2026-06-01T12:00:00Z"),
        ("iso", "2026-06-01T08:00:00-04:00"),
        ("iso", NOON),
        ("local", "2026-06-01T08:00:00"),
        ("local", "2026-06-01 08:00"),
        ("local", datetime(2026, 6, 1, 8)),  # noqa: DTZ001  # as a database gives it
        ("epoch", 1780315200),
        ("epoch", 1780315200.0),
        ("epoch_ms", 1780315200000),
    ],
)
def test_every_form_reads_as_the_same_instant(form: TimeFormatName, written: object):
    assert TimeFormat(form, NEW_YORK).read(written) == NOON


@pytest.mark.parametrize(
    ("form", "junk"),
    [
        *(
            (form, junk)
            for form in TIME_FORMATS
            for junk in (None, "", "soon", [], {}, True, "2026-13-01T00:00:00Z")
        ),
        ("iso", "2026-06-01T12:00:00"),
        ("iso", 1780315200),
        ("local", 1780315200),
        ("epoch", "1780315200"),
        ("epoch", float("nan")),
        ("epoch", 1e300),
        ("epoch_ms", 10**30),
    ],
)
def test_what_is_no_moment_of_a_form_is_refused(form: TimeFormatName, junk: object):
    with pytest.raises(ValueError):  # noqa: PT011  # the kind of failure is all that is promised
        TimeFormat(form, NEW_YORK).read(junk, NEW_YORK)


def test_a_day_begins_at_midnight_of_the_zone_it_is_read_in():
    assert TimeFormat("date").read("2026-03-08", NEW_YORK) == datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert TimeFormat("date").read(date(2026, 3, 9), NEW_YORK) == datetime(2026, 3, 9, 4, tzinfo=UTC)


def test_a_midnight_that_comes_twice_equals_its_instant_in_every_zone():
    first = datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert TimeFormat("date").read("2026-11-01", ZoneInfo("America/Havana")) == first


def test_a_day_has_no_moment_without_a_zone():
    with pytest.raises(ValueError, match="zone"):
        TimeFormat("date").read("2026-03-08")


def test_a_wall_clock_in_the_repeated_hour_is_the_first_of_the_two():
    assert LOCAL.read("2026-11-01T01:30:00") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_wall_clock_in_the_repeated_hour_equals_its_instant_in_every_zone():
    # Python calls moments of two zones unequal in a repeated hour: ties would fall out of a list.
    read = LOCAL.read("2026-11-01T01:30:00")
    assert not read < datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert (read, "a") < (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "b")


def test_a_wall_clock_in_the_skipped_hour_goes_on_as_if_nothing_had_happened():
    assert LOCAL.read("2026-03-08T02:30:00") == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_an_offset_is_believed_even_where_a_wall_clock_is_expected():
    assert LOCAL.read("2026-06-01T12:00:00Z") == NOON


@given(moment=MOMENTS, form=st.sampled_from(["iso", "epoch", "epoch_ms"]))
def test_what_is_written_reads_as_the_moment_rounded_down(moment: datetime, form: TimeFormatName):
    clock = TimeFormat(form)
    assert timedelta(0) <= moment - clock.read(clock.write(moment)) < RESOLUTION[form]


@given(moment=MOMENTS)
def test_a_written_wall_clock_is_at_most_the_repeated_hour_early(moment: datetime):
    assert timedelta(0) <= moment - LOCAL.read(LOCAL.write(moment)) <= timedelta(hours=1)


@given(moment=MOMENTS)
def test_a_written_day_is_the_one_the_moment_lies_in(moment: datetime):
    day = date.fromisoformat(str(TimeFormat("date").write(moment, NEW_YORK)))
    assert midnight(day, NEW_YORK) <= moment < midnight(day + timedelta(days=1), NEW_YORK)


def test_writing_does_not_depend_on_the_offset_it_is_given_in():
    elsewhere = NOON.astimezone(timezone(timedelta(hours=9)))
    for form in TIME_FORMATS:
        clock = TimeFormat(form, NEW_YORK)
        assert clock.write(NOON, NEW_YORK) == clock.write(elsewhere, NEW_YORK)


@pytest.mark.parametrize("value", [Decimal("1e300000000"), 10**400, float("nan"), float("inf"), -(10**15)])
def test_a_number_beyond_every_calendar_is_refused_at_once(value: Decimal | float):
    with pytest.raises(ValueError, match="calendar"):
        TimeFormat("epoch").read(value)
