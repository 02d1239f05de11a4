"""Times in text columns: the forms that sort as the times do, for Python, PostgreSQL and SQLite alike.

A text in such a form is a time of the calendar: a list finds all others, as they have no place in its order.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, LiteralString

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, or_

from gateway.sources.sql.keys import by_code_point

# One pattern for Python and PostgreSQL: what stands in it means the same in both. Lookaheads would treble its cost.
_MONTHS = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_LEAP_DAY = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29"
_YEARS = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_BOUNDED_YEARS = (  # without the first and the last, which are open ends
    "(?:[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8]|0[1-9][0-9]{2}|00[1-9][0-9]|000[2-9])"
)
_DAY, _BOUNDED_DAY = f"(?:{_YEARS}-{_MONTHS}|{_LEAP_DAY})", f"(?:{_BOUNDED_YEARS}-{_MONTHS}|{_LEAP_DAY})"
_MINUTE = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SECOND = r":[0-5][0-9](?:\.[0-9]+)?"
_MIDNIGHT = r"00:00(?::00(?:\.0+)?)?(?:Z|[+-][01][0-9]:[0-5][0-9])?"
PATTERNS: Mapping[str, str] = {
    "iso": rf"{_BOUNDED_DAY}[T ]{_MINUTE}{_SECOND}(?:Z|\+00:00)",
    "local": f"{_BOUNDED_DAY}(?:[T ]{_MINUTE}(?:{_SECOND})?)?",
    "date": f"{_DAY}(?:[T ]{_MIDNIGHT})?|(?:0001|9999)-{_MONTHS}[T ]{_MINUTE}(?:{_SECOND})?",
}
_MASKS = ((re.compile(r"\d"), "9"), (re.compile(r"[^\W\d_]"), "A"))
_MASK_LENGTH = 30


def in_form(form: str) -> Callable[[Any], bool]:
    match = re.compile(PATTERNS[form], re.ASCII).fullmatch
    return lambda value: isinstance(value, str) and match(value) is not None


def mask(value: Any) -> str:
    """What a value looks like, without its digits and letters: it may be personal data."""
    if not isinstance(value, str):
        return type(value).__name__
    for pattern, sign in _MASKS:
        value = pattern.sub(sign, value)
    return repr(value[:_MASK_LENGTH])


def is_in_form(column: ColumnElement[Any], form: str, dialect: str) -> ColumnElement[bool]:
    """The condition that a stored value has the form; false for all others, and for NULL."""
    if dialect != "sqlite":
        pattern: ColumnElement[Any] = sa.literal_column(f"'^(?:{PATTERNS[form]})$'")
        return and_(column.is_not(None), by_code_point(column, dialect).op("~", is_comparison=True)(pattern))
    conditions = {"iso": _iso, "local": _local, "date": _date}
    # No character that SQLite's functions end at, or count otherwise.
    is_plain = func.length(sa.cast(column, sa.LargeBinary)) == func.length(column)
    return and_(func.typeof(column) == _raw("'text'"), is_plain, conditions[form](column))


def is_number(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that SQLite stores a number, whatever the column's type."""
    return func.typeof(column).in_([_raw("'integer'"), _raw("'real'")])


def _iso(text: ColumnElement[Any]) -> ColumnElement[bool]:
    rest = func.replace(func.substr(text, _raw("20")), _raw("'+00:00'"), _raw("'Z'"))
    digits = func.substr(rest, _raw("2"), func.length(rest) - _raw("2"))
    fraction = and_(_glob(rest, "'.[0-9]*Z'"), ~_glob(digits, "'*[^0-9]*'"))
    return and_(
        _is_inside(text),
        _is_moment(func.substr(_spaced(text), _raw("1"), _raw("19"))),
        or_(rest == _raw("'Z'"), fraction),
    )


def _local(text: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(_is_inside(text), _is_wall_clock(text))


def _is_wall_clock(text: ColumnElement[Any]) -> ColumnElement[bool]:
    """A day, with or without an hour, seconds and their fraction."""
    rest = func.substr(text, _raw("20"))
    fraction = and_(_glob(rest, "'.[0-9]*'"), ~_glob(func.substr(rest, _raw("2")), "'*[^0-9]*'"))
    end = func.substr(_raw("'0000-00-00 00:00:00'"), func.length(text) + _raw("1"))
    filled = func.substr(_spaced(text).concat(end), _raw("1"), _raw("19"))
    return and_(or_(func.length(text).in_([_raw("10"), _raw("16"), _raw("19")]), fraction), _is_moment(filled))


def _date(text: ColumnElement[Any]) -> ColumnElement[bool]:
    day, year = func.substr(text, _raw("1"), _raw("10")), func.substr(text, _raw("1"), _raw("4"))
    is_day = and_(func.date(day, _raw("'+0 days'")).is_not_distinct_from(day), year != _raw("'0000'"))
    separator = func.substr(text, _raw("11"), _raw("1")).in_([_raw("'T'"), _raw("' '")])
    midnight = and_(separator, _is_midnight(func.substr(text, _raw("12"))))
    open_end = and_(year.in_([_raw("'0001'"), _raw("'9999'")]), _is_wall_clock(text))
    return and_(is_day, or_(func.length(text) == _raw("10"), midnight, open_end))


def _is_midnight(hour: ColumnElement[Any]) -> ColumnElement[bool]:
    """Midnight, with or without an offset."""
    offset = _glob(hour, "'*[+-][01][0-9]:[0-5][0-9]'")
    wall = sa.case(
        (offset, func.substr(hour, _raw("1"), func.length(hour) - _raw("6"))),
        (_glob(hour, "'*Z'"), func.substr(hour, _raw("1"), func.length(hour) - _raw("1"))),
        else_=hour,
    )
    fraction = and_(_glob(wall, "'00:00:00.0*'"), func.rtrim(wall, _raw("'0'")) == _raw("'00:00:00.'"))
    return or_(wall.in_([_raw("'00:00'"), _raw("'00:00:00'")]), fraction)


def _is_moment(text: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether 19 characters are a time of the calendar: SQLite writes any other differently."""
    return func.datetime(text, _raw("'+0 days'")).is_not_distinct_from(text)


def _is_inside(text: ColumnElement[Any]) -> ColumnElement[bool]:
    years = [_raw("'0000'"), _raw("'0001'"), _raw("'9999'")]
    return func.substr(text, _raw("1"), _raw("4")).not_in(years)


def _spaced(text: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.replace(text, _raw("'T'"), _raw("' '"))


def _glob(text: ColumnElement[Any], pattern: LiteralString) -> ColumnElement[bool]:
    return text.op("GLOB", is_comparison=True)(_raw(pattern))


def _raw(text: LiteralString) -> ColumnElement[Any]:
    """A constant of the statement's text."""
    return sa.literal_column(text)
