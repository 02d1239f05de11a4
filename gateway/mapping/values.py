"""Converters of plain values: texts, codes, zones, numbers, booleans.

No error message shows a value: it may be personal data.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, Inexact
from typing import Any
from zoneinfo import ZoneInfo

import strawberry

from gateway.contract.times import time_zone

Converter = Callable[[Any], Any]


class MissingValue(ValueError):
    """A required value is missing."""


class EmptyText(MissingValue):
    """A text that means nothing."""


def to_text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    if isinstance(raw, Decimal) and raw == int(number := _exact_number(raw)):  # a key in a NUMERIC column
        return str(int(number))
    raise expected("text", raw)


def to_code(raw: Any) -> str:
    text = to_text(raw)
    if not text:
        raise EmptyText("empty text")
    return text


def to_zone(raw: Any) -> ZoneInfo:
    try:
        return time_zone(to_text(raw))
    except ValueError as error:  # its message shows the text
        raise expected("a time zone", raw) from error


def to_int(raw: Any) -> int:
    if isinstance(raw, str) and not _SIGNED_INTEGER.fullmatch(raw.strip()):
        raise expected("a whole number", raw)
    number = raw if type(raw) is int else to_exact(raw)
    if number != int(number):
        raise ValueError("expected a whole number, got a fraction")
    if not -_INT_END <= number < _INT_END:
        raise ValueError("expected a whole number of 32 bits, got a larger one")
    return int(number)


def to_decimal(scale: int) -> Converter:
    def convert(raw: Any) -> Decimal:
        if isinstance(raw, bool) or not isinstance(raw, _NUMBERS):
            raise expected("a number", raw)
        number = _parsed_number(raw) if isinstance(raw, str) else _exact_number(raw)
        return number.scaleb(scale, _UNROUNDED) if scale else number

    return convert


def _parsed_number(text: str) -> Decimal:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise expected("a number", text)
    small = len(text) < _MAX_DECIMAL_DIGITS and match["exponent"] is None
    return Decimal(text) if small else _bounded(Decimal(text))


def _exact_number(raw: float | Decimal) -> Decimal:
    if isinstance(raw, int) and raw.bit_length() < _MAX_DECIMAL_DIGITS:
        return Decimal(raw)
    if isinstance(raw, float):  # a fraction has 15 certain digits; a sum of floats adds others
        return _bounded(Decimal(repr(raw) if raw.is_integer() else f"{raw:.15g}"))
    return _bounded(Decimal(raw))


def _bounded(number: Decimal) -> Decimal:
    """The number itself. Raises ValueError if it is not finite or would be slow to write out."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):  # infinity or NaN
        raise ValueError("expected a finite number")
    if len(digits) > _MAX_DECIMAL_DIGITS or abs(number.adjusted()) > _MAX_EXPONENT:
        raise ValueError("expected a number, got one with too many digits")
    return number


def to_bool(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int) and raw in (0, 1):
        return bool(raw)
    raise expected("true or false", raw)


def expected(kind: str, raw: Any) -> ValueError:
    return ValueError(f"expected {kind}, got {'other text' if isinstance(raw, str) else type(raw).__name__}")


_UNROUNDED = Context(prec=10_000, traps=[Inexact])  # the default context rounds to 28 digits
_NUMBERS = (int, float, str, Decimal)  # a tuple made once; a union would be made at each call
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(?P<exponent>[eE][+-]?[0-9]{1,3})?")
_SIGNED_INTEGER = re.compile(r"[+-]?[0-9]+")
_MAX_DECIMAL_DIGITS = 400  # a little more than a float has
_MAX_EXPONENT = 400
_INT_END = 2**31  # the range of GraphQL's Int
to_exact = to_decimal(0)
PLAIN: Mapping[Any, Converter] = {
    str: to_text,
    strawberry.ID: to_text,
    int: to_int,
    float: lambda raw: float(to_exact(raw)),
    bool: to_bool,
    ZoneInfo: to_zone,
}
# The type whose values a converter returns unchanged.
PASSTHROUGH: Mapping[Converter, type] = {to_text: str, to_code: str, to_bool: bool}
