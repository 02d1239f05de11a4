"""Whatever a row holds is read exactly, or refused: numbers, instants, and what is neither."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.mappers import one

from gateway.mapping.converters import MappingError


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(-6, 6))
def test_decimals_are_exact_whatever_the_scale(number: Decimal, scale: int) -> None:
    read = one("sum", {"path": "a", "scale": scale}, a=str(number))
    assert read.as_tuple() == number.as_tuple()._replace(exponent=scale - 6)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_number_it_shows(number: float) -> None:
    assert one("sum", "a", a=number) == Decimal(repr(number))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001  # the bounds of naive days
def test_a_moment_is_the_same_instant_in_every_form(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    seconds = (whole - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    assert one("moment", "a", a=whole.astimezone(UTC).isoformat()) == whole.astimezone(UTC)
    assert one("moment", {"path": "a", "format": "epoch"}, a=seconds) == whole.astimezone(UTC)
    assert one("moment", {"path": "a", "format": "epoch_ms"}, a=seconds * 1000) == whole.astimezone(UTC)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()),
                 st.dictionaries(st.text(), st.integers())))  # fmt: skip
def test_whatever_comes_is_read_or_refused(value: Any) -> None:
    names = ("text", "count", "sum", "ratio", "yes", "day", "moment", "status", "words")
    for name in names:
        try:
            one(name, "a", a=value)
        except MappingError as error:
            assert str(error).startswith(f"Thing.{name}: ")  # noqa: PT017  # either outcome is right
