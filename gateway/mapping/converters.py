"""Value → value: what an upstream wrote, as the type a field has. Nothing is guessed."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, Inexact
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import strawberry

from gateway.contract.times import TIME_FORMATS, TimeFormat, as_date, time_zone

Converter = Callable[[Any], Any]
Table = Mapping[str, Any]


class MappingError(Exception):
    """A row that is not what the catalog says; names the field, never the value."""


class MissingValue(ValueError):
    """Nothing came where something has to."""

    def __init__(self) -> None:
        super().__init__("missing")


def make_converter(kind: Any, table: Table, zone: ZoneInfo | None) -> Converter:
    """The converter to `kind`. ValueError, a sentence, when the catalog asks for what cannot be."""
    _no_idle_word(kind, table)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _enum(kind, table.get("values", {}))
    if kind is date:
        return _day(int(table.get("day_offset", 0)))
    if kind is datetime:
        return _moment(table, zone)
    if kind is Decimal:
        return _decimal(int(table.get("scale", 0)))
    if kind is list:
        return _list(table.get("split"))
    words = table.get("values")
    plain = _PLAIN.get(getattr(kind, "__supertype__", kind))  # an ID and a Url are text
    if plain is None:
        raise ValueError(f"a {getattr(kind, '__name__', kind)} cannot be read from a row")
    return _worded(words, plain) if words else plain


def _no_idle_word(kind: Any, table: Table) -> None:
    """ValueError for a word that would do nothing to a `kind`: what it was to do would be missing, unseen."""
    if "day_offset" in table and kind is not date:
        raise ValueError("only a day can be shifted")
    if "scale" in table and kind is not Decimal:
        raise ValueError("only a decimal can be scaled")
    if kind is date and table.get("format", "date") not in ("date", "iso"):
        raise ValueError("a day is told as a day; where a column holds a moment, let a view say its day")
    if "format" in table and kind not in (date, datetime):
        raise ValueError("only a moment has a form")


def _worded(words: Table, plain: Converter) -> Converter:
    def get(raw: Any) -> Any:
        word = words.get(_code(raw), words.get("*"))
        if word is None:
            raise ValueError("a code without a word")
        return plain(word)

    return get


def _code(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw).strip()


def _enum(kind: type[Enum], words: Table) -> Converter:
    for word in words.values():
        if word not in kind.__members__:
            raise ValueError(f"{kind.__name__} has no {word}; it has {', '.join(kind.__members__)}")

    # As systems write them, nearly always: what else they may write is looked for after these.
    usual = {code: kind[word] for code, word in words.items()} if words else dict(kind.__members__)

    def get(raw: Any) -> Any:
        return (usual.get(raw) if type(raw) is str else None) or sought(raw)

    def sought(raw: Any) -> Any:
        code = _code(raw)
        word = words.get(code) or words.get("*") if words else _spelled(code)
        if word is None or word not in kind.__members__:
            raise ValueError(f"a code that is no {kind.__name__}")
        return kind[word]

    return get


def _spelled(code: str) -> str:
    return code.upper().replace(" ", "_").replace("-", "_")


def _day(shift: int) -> Converter:
    return (lambda raw: as_date(raw) + timedelta(days=shift)) if shift else as_date


def _moment(table: Table, zone: ZoneInfo | None) -> Converter:
    clock = field_clock(table, zone)
    if clock.form == "date":
        raise ValueError("a day is not a moment; this field needs one with an hour")
    return clock.read


def passthrough_type(convert: Converter) -> type | None:
    """The type whose values this converter gives back as they are; None where there is none."""
    return _UNCHANGED.get(convert)


def field_clock(table: Table, zone: ZoneInfo | None) -> TimeFormat:
    """The clock a field's table asks for."""
    form = table.get("format", "iso")
    if form not in TIME_FORMATS:
        raise ValueError(f"format is one of {', '.join(TIME_FORMATS)}, not {form}")
    own = time_zone(table["zone"]) if "zone" in table else zone
    if form == "local" and own is None:
        raise ValueError("local times need a zone, here or at the source")
    return TimeFormat(form, own, int(table.get("day_offset", 0)))


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    raise ValueError(f"text expected, {type(raw).__name__} came")


def _zone(raw: Any) -> ZoneInfo:
    try:
        return time_zone(_text(raw))
    except ValueError as error:  # its own sentence shows the text
        raise ValueError("a time zone expected, other text came") from error


def _whole(raw: Any) -> int:
    if isinstance(raw, str) and not _DIGITS.fullmatch(raw.strip()):
        raise ValueError("a whole number expected, other text came")
    number = raw if type(raw) is int else _exact(raw)
    if number != int(number):
        raise ValueError("a whole number expected, one with a fraction came")
    if not -_INT_END <= number < _INT_END:
        raise ValueError("a whole number of 32 bits expected, one that is too large came")
    return int(number)


def _decimal(scale: int) -> Converter:
    def get(raw: Any) -> Decimal:
        if isinstance(raw, bool) or not isinstance(raw, _NUMBERS):
            raise ValueError(f"a number expected, {type(raw).__name__} came")
        number = _written(raw) if isinstance(raw, str) else _counted(raw)
        return number.scaleb(scale, _UNROUNDED) if scale else number

    return get


def _written(text: str) -> Decimal:
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise ValueError("a number expected, other text came")
    plain = len(text) < _MOST_DIGITS and found["exponent"] is None  # then nothing about it is large
    return Decimal(text) if plain else _bounded(Decimal(text))


def _counted(raw: float | Decimal) -> Decimal:
    if isinstance(raw, int) and raw.bit_length() < _MOST_DIGITS:
        return Decimal(raw)
    return _bounded(Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw))


def _bounded(number: Decimal) -> Decimal:
    """The number itself. ValueError when it is none, or so large or so fine that writing it takes long."""
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):  # infinite, or not a number
        raise ValueError("a number expected, none came")
    if len(digits) > _MOST_DIGITS or abs(number.adjusted()) > _MOST_EXPONENT:
        raise ValueError("a number expected, one with too many digits came")
    return number


def _ratio(raw: Any) -> float:
    return float(_exact(raw))


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int) and raw in (0, 1):
        return bool(raw)
    raise ValueError(f"yes or no expected, {type(raw).__name__} came")


def _list(split: str | None) -> Converter:
    def get(raw: Any) -> list[Any]:
        if isinstance(raw, str):
            raw = [part for part in raw.split(split) if part] if split else _parsed(raw)
        if not isinstance(raw, list | tuple):
            raise ValueError(f"a list expected, {type(raw).__name__} came")
        return list(raw)

    return get


def _parsed(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError("a list expected, other text came") from error


_UNROUNDED = Context(prec=10_000, traps=[Inexact])  # the usual 28 digits would be rounded to
_NUMBERS = (int, float, str, Decimal)  # once: a union is made anew wherever it is written
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(?P<exponent>[eE][+-]?[0-9]{1,3})?")
_DIGITS = re.compile(r"[+-]?[0-9]+")
_MOST_DIGITS = 400  # as far as a float goes, with room
_MOST_EXPONENT = 400
_INT_END = 2**31  # GraphQL's Int ends before it
_exact = _decimal(0)
_PLAIN: Mapping[Any, Converter] = {
    str: _text,
    strawberry.ID: _text,
    int: _whole,
    float: _ratio,
    bool: _flag,
    ZoneInfo: _zone,
}
_UNCHANGED: Mapping[Converter, type] = {_text: str, _flag: bool}
