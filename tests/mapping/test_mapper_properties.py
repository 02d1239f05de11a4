"""Any value of a row is mapped exactly or refused."""

import math
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
def test_a_whole_float_is_read_as_it_is(number: float) -> None:
    assert mapped("sum", "a", a=float(round(number))) == Decimal(repr(float(round(number))))


@given(st.decimals(-(10**11), 10**11, places=4))
def test_a_decimal_survives_a_column_of_floats(number: Decimal) -> None:
    assert mapped("sum", "a", a=float(number)) == number


@given(st.lists(st.decimals(0, 10**9, places=2), max_size=20))
def test_a_sum_of_floats_is_that_of_the_amounts(amounts: list[Decimal]) -> None:
    assert mapped("sum", "a", a=math.fsum(map(float, amounts))) == sum(amounts)


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
