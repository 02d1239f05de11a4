"""Converters: words without effect are refused, and `day_offset` moves days."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.contract.times import TimeFormat
from gateway.mapping.converters import field_clock, make_converter

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
    ],
)
def test_a_word_with_effect_is_applied(kind: type, word: dict[str, Any], raw: Any, value: Any) -> None:
    assert make_converter(kind, {"path": "at", **word}, None)(raw) == value


def test_a_day_offset_applies_to_reading_and_writing() -> None:
    clock = field_clock({"path": "end", "format": "date", "day_offset": -1}, None)
    assert clock == TimeFormat("date", None, -1)
    assert clock.parse("2026-03-01", LONDON) == datetime(2026, 2, 28, tzinfo=UTC)
    assert clock.write(datetime(2026, 2, 28, tzinfo=UTC), LONDON) == "2026-03-01"
