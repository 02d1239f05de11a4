"""Converters from a source's value to the type of a record field. Nothing is guessed.

No error message shows a value: it may be personal data.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from gateway.contract.times import OpenEnd
from gateway.mapping.currencies import Currency, to_currency
from gateway.mapping.days_and_instants import Table, day_clock, to_day, to_instant
from gateway.mapping.values import PLAIN, Converter, EmptyText, expected, to_code, to_decimal

_SCALARS = (str, int, float, Decimal, date)


class MappingError(Exception):
    """A row does not match the catalog. The message names the field, never its value."""


def means_nothing(raw: Any, error: ValueError) -> bool:
    """Whether a value that cannot be converted only says that there is none."""
    return isinstance(error, EmptyText | OpenEnd) or (isinstance(raw, str) and not raw.strip())


def make_converter(kind: Any, table: Table, zone: ZoneInfo | None) -> Converter:
    """The converter to a type. Raises ValueError if the field's table does not suit the type."""
    _check_words(kind, table)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _to_enum(kind, table.get("values", {}))
    if kind is date:
        return to_day(day_clock(table, zone))
    if kind is datetime:
        return to_instant(table, zone)
    if kind is Decimal:
        return to_decimal(int(table.get("scale", 0)))
    # An ID and a Url are text.
    plain = to_currency if kind is Currency else to_code if hasattr(kind, "__supertype__") else PLAIN.get(kind)
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
    members: Table = kind.__members__
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


def list_of(convert: Converter, separator: str | None) -> Converter:
    """Convert each item of a list, or of a text: one with separators, or JSON."""

    def convert_all(raw: Any) -> list[Any]:
        items = raw
        if isinstance(raw, str):
            items = [part for part in raw.split(separator) if part] if separator else _parsed_json(raw)
        if not isinstance(items, list | tuple):
            raise expected("a list", raw)
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
