"""A word of a field that would do nothing is refused at start: what it was to do would be missing, unseen."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.mapping.converters import make_converter


@pytest.mark.parametrize("kind", [int, str, date, bool])
def test_only_decimals_are_scaled(kind: type) -> None:
    with pytest.raises(ValueError, match="only a decimal can be scaled"):
        make_converter(kind, {"path": "cents", "scale": -2}, None)


@pytest.mark.parametrize("kind", [int, str, Decimal])
def test_only_moments_have_a_form(kind: type) -> None:
    with pytest.raises(ValueError, match="only a moment has a form"):
        make_converter(kind, {"path": "at", "format": "epoch"}, None)


@pytest.mark.parametrize("form", ["local", "epoch", "epoch_ms"])
def test_a_day_told_by_a_moment_is_refused(form: str) -> None:
    with pytest.raises(ValueError, match="let a view say its day"):
        make_converter(date, {"path": "at", "format": form}, None)


@pytest.mark.parametrize(
    ("kind", "word", "raw", "read"),
    [
        (Decimal, {"scale": -2}, 5, Decimal("0.05")),
        (datetime, {"format": "epoch"}, 0, datetime.fromisoformat("1970-01-01T00:00:00Z")),
        (date, {"format": "date"}, "2026-11-01", date(2026, 11, 1)),
        (date, {"format": "iso"}, "2026-11-01", date(2026, 11, 1)),
    ],
)
def test_a_word_that_does_something_is_taken(kind: type, word: dict[str, Any], raw: Any, read: Any) -> None:
    assert make_converter(kind, {"path": "at", **word}, None)(raw) == read
