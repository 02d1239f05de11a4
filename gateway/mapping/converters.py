"""Converters from a source's value to the type of a record field. Nothing is guessed.

No error message shows a value: it may be personal data.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, Inexact
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import strawberry

from gateway.contract.times import TIME_FORMATS, OpenEnd, TimeFormat, as_date, check_bounded, time_zone

Converter = Callable[[Any], Any]
Table = Mapping[str, Any]


class MappingError(Exception):
    """A row does not match the catalog. The message names the field, never its value."""


class MissingValue(ValueError):
    """A required value is missing."""


class EmptyText(MissingValue):
    """A text that means nothing."""


def means_nothing(raw: Any, error: ValueError) -> bool:
    """Whether a value that cannot be converted only says that there is none."""
    return isinstance(error, EmptyText | OpenEnd) or (isinstance(raw, str) and not raw.strip())


def make_converter(kind: Any, table: Table, zone: ZoneInfo | None) -> Converter:
    """The converter to a type. Raises ValueError if the field's table does not suit the type."""
    _check_words(kind, table)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _to_enum(kind, table.get("values", {}))
    if kind is date:
        return _to_day(day_clock(table, zone))
    if kind is datetime:
        return _to_instant(table, zone)
    if kind is Decimal:
        return _to_decimal(int(table.get("scale", 0)))
    plain = _to_code if hasattr(kind, "__supertype__") else _PLAIN.get(kind)  # an ID and a Url are text
    if plain is None:
        raise ValueError(f"{getattr(kind, '__name__', kind)} cannot be mapped from a row")
    values = table.get("values")
    return _through_values(values, plain) if values else plain


def _check_words(kind: Any, table: Table) -> None:
    """Refuse words that have no effect on the type."""
    if "day_offset" in table and kind is not date:
        raise ValueError("`day_offset` applies to days only")
    if "scale" in table and kind is not Decimal:
        raise ValueError("`scale` applies to decimals only")
    if kind is date and table.get("format", "date") not in ("date", "iso", "day"):
        raise ValueError('a day needs a source field that holds a day, or `format = "day"` for one with an hour')
    if "format" in table and kind not in (date, datetime):
        raise ValueError("`format` applies to instants only")
    if "zone" in table and (kind, table.get("format")) not in ((datetime, "local"), (date, "day")):
        raise ValueError('`zone` applies to instants with `format = "local"` and days with `format = "day"` only')
    if "values" in table and kind in (date, datetime, Decimal):
        raise ValueError("`values` applies to codes, texts, whole numbers and booleans only")


def _through_values(values: Table, plain: Converter) -> Converter:
    try:
        converted = {code: plain(value) for code, value in values.items()}
    except ValueError as error:
        raise ValueError(f"`values`: {error}") from error
    other = converted.get("*")

    def convert(raw: Any) -> Any:
        value = converted.get(_code(raw), other)
        if value is None:
            raise ValueError("code not listed in `values`")
        return value

    return convert


def unless_empty(convert: Converter, empty: Collection[str]) -> Converter:
    """The converter itself, or one that raises EmptyText for texts that mean nothing."""
    if not empty:
        return convert

    def convert_unless_empty(raw: Any) -> Any:
        if isinstance(raw, _SCALARS) and _code(raw) in empty:
            raise EmptyText("missing")
        return convert(raw)

    return convert_unless_empty


def _code(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw).strip()


def _to_enum(kind: type[Enum], values: Table) -> Converter:
    members: Mapping[str, Any] = kind.__members__
    # Sources nearly always write codes exactly like this; other writings take the slow path.
    exact = {code: members[name] for code, name in values.items()} if values else dict(members)

    def convert(raw: Any) -> Any:
        member = exact.get(raw) if type(raw) is str else None
        if member is not None:
            return member
        code = _code(raw) if values else _code(raw).upper().replace(" ", "_").replace("-", "_")
        member = exact.get(code) or exact.get("*")
        if member is None:
            raise ValueError(f"code not listed in {'`values`' if values else kind.__name__}")
        return member

    return convert


def _to_instant(table: Table, zone: ZoneInfo | None) -> Converter:
    time_format = field_clock(table, zone)
    if time_format.name in ("date", "day"):
        raise ValueError(f"the field needs an instant, and `{time_format.name}` is a day")
    return time_format.parse


def _to_day(clock: TimeFormat) -> Converter:
    read, offset = as_date if clock.name == "date" else clock.day, timedelta(days=clock.day_offset)

    def convert(raw: Any) -> date:
        day = check_bounded(read(raw))
        return day + offset if offset else day

    return convert


def day_clock(table: Table, zone: ZoneInfo | None) -> TimeFormat:
    """The format of a field that holds a day: `date`, or `day`."""
    return field_clock(table if table.get("format") == "day" else {**table, "format": "date"}, zone)


def field_clock(table: Table, zone: ZoneInfo | None) -> TimeFormat:
    """The time format that a field's table describes."""
    name = table.get("format", "iso")
    if name not in TIME_FORMATS:
        raise ValueError(f"format must be one of {', '.join(TIME_FORMATS)}, not {name}")
    zone = time_zone(table["zone"]) if "zone" in table else zone
    if name in ("local", "day") and zone is None:
        raise ValueError(f'`format = "{name}"` needs a `zone`, here or at the source')
    return TimeFormat(name, zone, int(table.get("day_offset", 0)))


def _to_text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    if isinstance(raw, Decimal) and raw == int(number := _exact_number(raw)):  # a key in a NUMERIC column
        return str(int(number))
    raise _expected("text", raw)


def _to_code(raw: Any) -> str:
    text = _to_text(raw)
    if not text:
        raise EmptyText("empty text")
    return text


def _to_zone(raw: Any) -> ZoneInfo:
    try:
        return time_zone(_to_text(raw))
    except ValueError as error:  # its message shows the text
        raise _expected("a time zone", raw) from error


def _to_int(raw: Any) -> int:
    if isinstance(raw, str) and not _SIGNED_INTEGER.fullmatch(raw.strip()):
        raise _expected("a whole number", raw)
    number = raw if type(raw) is int else _to_exact(raw)
    if number != int(number):
        raise ValueError("expected a whole number, got a fraction")
    if not -_INT_END <= number < _INT_END:
        raise ValueError("expected a whole number of 32 bits, got a larger one")
    return int(number)


def _to_decimal(scale: int) -> Converter:
    def convert(raw: Any) -> Decimal:
        if isinstance(raw, bool) or not isinstance(raw, _NUMBERS):
            raise _expected("a number", raw)
        number = _parsed_number(raw) if isinstance(raw, str) else _exact_number(raw)
        return number.scaleb(scale, _UNROUNDED) if scale else number

    return convert


def _parsed_number(text: str) -> Decimal:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise _expected("a number", text)
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


def _to_bool(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int) and raw in (0, 1):
        return bool(raw)
    raise _expected("true or false", raw)


def list_of(convert: Converter, separator: str | None) -> Converter:
    """Convert each item of a list, or of a text: one with separators, or JSON."""

    def convert_all(raw: Any) -> list[Any]:
        items = raw
        if isinstance(raw, str):
            items = [part for part in raw.split(separator) if part] if separator else _parsed_json(raw)
        if not isinstance(items, list | tuple):
            raise _expected("a list", raw)
        return list(_converted(items, convert))

    return convert_all


def _converted(items: Iterable[Any], convert: Converter) -> Iterator[Any]:
    """The items that say something."""
    for item in items:
        try:
            yield convert(item)
        except ValueError as error:
            if not means_nothing(item, error):
                raise


def _parsed_json(text: str) -> Any:
    """The JSON value; None for any other text."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


def _expected(kind: str, raw: Any) -> ValueError:
    return ValueError(f"expected {kind}, got {'other text' if isinstance(raw, str) else type(raw).__name__}")


_UNROUNDED = Context(prec=10_000, traps=[Inexact])  # the default context rounds to 28 digits
_SCALARS = (str, int, float, Decimal, date)
_NUMBERS = (int, float, str, Decimal)  # a tuple made once; a union would be made at each call
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(?P<exponent>[eE][+-]?[0-9]{1,3})?")
_SIGNED_INTEGER = re.compile(r"[+-]?[0-9]+")
_MAX_DECIMAL_DIGITS = 400  # a little more than a float has
_MAX_EXPONENT = 400
_INT_END = 2**31  # the range of GraphQL's Int
_to_exact = _to_decimal(0)
_PLAIN: Mapping[Any, Converter] = {
    str: _to_text,
    strawberry.ID: _to_text,
    int: _to_int,
    float: lambda raw: float(_to_exact(raw)),
    bool: _to_bool,
    ZoneInfo: _to_zone,
}
# The type whose values a converter returns unchanged.
PASSTHROUGH: Mapping[Converter, type] = {_to_text: str, _to_code: str, _to_bool: bool}
