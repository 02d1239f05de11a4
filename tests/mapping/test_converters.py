"""Converters: words without effect are refused, and `day_offset` moves days."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.times import TimeFormat
from gateway.mapping.converters import make_converter
from gateway.mapping.days_and_instants import day_clock, field_clock
from gateway.resolvers.billing.bills import BillStatus

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("word", "kinds", "message"),
    [
        ({"scale": -2}, (int, str, date, bool), "`scale` applies to decimals only"),
        ({"format": "epoch"}, (int, str, Decimal), "`format` applies to instants only"),
        ({"day_offset": -1}, (int, str, datetime), "`day_offset` applies to days only"),
        ({"format": "local"}, (date,), "a day needs a source field that holds a day"),
        ({"format": "epoch"}, (date,), "a day needs a source field that holds a day"),
        ({"format": "epoch_ms"}, (date,), "a day needs a source field that holds a day"),
        ({"format": "date"}, (datetime,), "the field needs an instant"),
        ({"format": "day", "zone": "UTC"}, (datetime,), "`zone` applies to"),
        ({"format": "day"}, (date,), "needs a `zone`"),
        ({"zone": "UTC"}, (int, str, Decimal, bool, date, datetime, ZoneInfo, BillStatus), "`zone` applies to"),
        ({"format": "epoch", "zone": "UTC"}, (datetime,), "`zone` applies to"),
        ({"format": "date", "zone": "UTC"}, (date,), "`zone` applies to"),
        ({"values": {"x": "y"}}, (date, datetime, Decimal), "`values` applies to"),
        ({"values": {"x": "y"}}, (int, bool, float, ZoneInfo), "`values`: expected"),
    ],
)
def test_a_word_without_effect_is_refused(word: dict[str, Any], kinds: tuple[type, ...], message: str) -> None:
    for kind in kinds:
        with pytest.raises(ValueError, match=message):
            make_converter(kind, {"path": "at", **word}, None)


@pytest.mark.parametrize(
    ("kind", "word", "raw", "value"),
    [
        (Decimal, {"scale": -2}, 5, Decimal("0.05")),
        (datetime, {"format": "epoch"}, 0, datetime.fromisoformat("1970-01-01T00:00:00Z")),
        (date, {"format": "date"}, "2026-11-01", date(2026, 11, 1)),
        (date, {"format": "iso"}, "2026-11-01", date(2026, 11, 1)),
        (date, {"day_offset": -1}, "2026-03-01", date(2026, 2, 28)),
        (date, {"format": "day", "zone": "Asia/Tokyo"}, "2026-03-05T16:00:00Z", date(2026, 3, 6)),
        (date, {"format": "day", "zone": "UTC", "day_offset": -1}, "2026-03-05T00:00:00Z", date(2026, 3, 4)),
        (datetime, {"format": "local", "zone": "UTC"}, "1970-01-01", datetime.fromisoformat("1970-01-01T00:00:00Z")),
    ],
)
def test_a_word_with_effect_is_applied(kind: type, word: dict[str, Any], raw: Any, value: Any) -> None:
    assert make_converter(kind, {"path": "at", **word}, None)(raw) == value


def test_a_day_offset_applies_to_reading_and_writing() -> None:
    clock = field_clock({"path": "end", "format": "date", "day_offset": -1}, None)
    assert clock == TimeFormat("date", None, -1)
    assert clock.parse("2026-03-01", LONDON) == datetime(2026, 2, 28, tzinfo=UTC)
    assert clock.write(datetime(2026, 2, 28, tzinfo=UTC), LONDON) == "2026-03-01"


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("2026-03-05T04:59:59Z", date(2026, 3, 4)),
        ("2026-03-05T05:00:00Z", date(2026, 3, 5)),
        ("2026-03-05T23:00:00+01:00", date(2026, 3, 5)),
        ("2026-03-05T23:30:00", date(2026, 3, 5)),
        ("2026-03-05", date(2026, 3, 5)),
        (datetime(2026, 3, 5, 4, tzinfo=UTC), date(2026, 3, 4)),
        (datetime(2026, 3, 5, 4), date(2026, 3, 5)),  # noqa: DTZ001  # as a database returns it
        (date(2026, 3, 5), date(2026, 3, 5)),
        ("9999-12-31T23:59:59-05:00", date(9999, 12, 31)),
    ],
)
def test_a_day_told_as_a_time_is_in_a_zone(raw: Any, day: date) -> None:
    clock = day_clock({"path": "at", "format": "day"}, ZoneInfo("America/New_York"))
    assert clock.day(raw) == day


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()), st.timezones())  # noqa: DTZ001
def test_a_day_is_that_of_its_instant(moment: datetime, zone: ZoneInfo) -> None:
    clock = day_clock({"format": "day"}, zone)
    assert clock.day(moment.astimezone(UTC).isoformat()) == moment.astimezone(zone).date()
