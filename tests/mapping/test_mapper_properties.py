"""Any value of a row is mapped exactly or refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from support.mappers import mapped

from gateway.mapping.converters import MappingError


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(-6, 6))
def test_decimals_are_exact_with_any_scale(number: Decimal, scale: int) -> None:
    decimal = mapped("sum", {"path": "a", "scale": scale}, a=str(number))
    assert decimal.as_tuple() == number.as_tuple()._replace(exponent=scale - 6)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_shortest_decimal_form(number: float) -> None:
    assert mapped("sum", "a", a=number) == Decimal(repr(number))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001  # the bounds of naive days
def test_an_instant_is_the_same_in_every_format(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    seconds = (whole - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    assert mapped("moment", "a", a=whole.astimezone(UTC).isoformat()) == whole.astimezone(UTC)
    assert mapped("moment", {"path": "a", "format": "epoch"}, a=seconds) == whole.astimezone(UTC)
    assert mapped("moment", {"path": "a", "format": "epoch_ms"}, a=seconds * 1000) == whole.astimezone(UTC)


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()),
                 st.dictionaries(st.text(), st.integers())))  # fmt: skip
def test_any_value_is_mapped_or_refused(value: Any) -> None:
    names = ("text", "count", "sum", "ratio", "yes", "day", "moment", "status", "words")
    for name in names:
        try:
            mapped(name, "a", a=value)
        except MappingError as error:
            assert str(error).startswith(f"Thing.{name}: ")  # noqa: PT017  # either outcome is right
