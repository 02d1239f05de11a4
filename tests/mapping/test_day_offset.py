"""A day that is told by another: where a period's end is the day after its last."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.contract.times import TimeFormat
from gateway.mapping.converters import field_clock, make_converter

LONDON = ZoneInfo("Europe/London")


def test_a_shifted_day_is_read_as_the_day_it_means() -> None:
    assert make_converter(date, {"path": "end", "day_offset": -1}, None)("2026-03-01") == date(2026, 2, 28)


def test_a_shifted_clock_reads_and_writes_the_same_day() -> None:
    clock = field_clock({"path": "end", "format": "date", "day_offset": -1}, None)
    assert clock == TimeFormat("date", None, -1)
    assert clock.read("2026-03-01", LONDON) == datetime(2026, 2, 28, tzinfo=UTC)
    assert clock.write(datetime(2026, 2, 28, tzinfo=UTC), LONDON) == "2026-03-01"


@pytest.mark.parametrize("kind", [datetime, int, str])
def test_only_days_are_shifted(kind: type) -> None:
    with pytest.raises(ValueError, match="only a day"):
        make_converter(kind, {"path": "end", "day_offset": -1}, None)
