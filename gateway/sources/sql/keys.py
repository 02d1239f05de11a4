"""Keys are text, and columns have types: the values to look up, if the column can hold them."""

import re
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY, CITEXT
from sqlalchemy.sql.sqltypes import NullType
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.types import UserDefinedType

from gateway.sources.base.chunks import is_unicode

_INTEGER_KEY = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_NUMERIC_KEY = re.compile(r"0|-?[1-9][0-9]{0,399}|-?(?:0|[1-9][0-9]{0,399})\.[0-9]{0,399}[1-9]", re.ASCII)
_MAX_INTEGER = 2**63 - 1


class OneByte(sa.String):
    """PostgreSQL's type `"char"`: asyncpg reads it as bytes."""


# Types that SQLAlchemy does not know, or takes for others.
TYPES: Mapping[str, type[sa.String]] = {"bpchar": sa.CHAR, '"char"': OneByte}
_AS_TEXT = (sa.Uuid, sa.CHAR, OneByte)


@dataclass(frozen=True, slots=True)
class KeyType:
    """How one column holds keys.

    values: the values to look up for a key; none where the column cannot hold it
    type: the type with which a value is bound
    as_text: whether the statement casts the column to text, as rows hold another type
    """

    values: Callable[[str], tuple[Any, ...]]
    type: TypeEngine[Any]
    as_text: bool = False


def by_code_point(text: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """Text compared as Python compares it."""
    return text.collate("BINARY" if dialect == "sqlite" else "C")


def is_storable_text(key: str) -> bool:
    """Whether a text column can hold the key: no NUL character, no half of a surrogate pair."""
    return is_unicode(key) and "\0" not in key


def key_type(column: TypeEngine[Any], dialect: str) -> KeyType | None:
    """How a column of this type holds keys; None where it cannot."""
    if isinstance(column, sa.Float):
        return None
    return _sqlite_type(column) if dialect == "sqlite" else _postgres_type(column)


def _sqlite_type(column: TypeEngine[Any]) -> KeyType:
    if isinstance(column, sa.String):
        return KeyType(_text, sa.Text())
    # A column of an expression in a view has no type: it may hold text or numbers.
    untyped = isinstance(column, NullType | sa.LargeBinary)
    return KeyType((lambda key: (*_text(key), *_whole(key))) if untyped else _numeric, NullType())


def _postgres_type(column: TypeEngine[Any]) -> KeyType | None:
    if isinstance(column, sa.Integer):
        return KeyType(_whole, sa.BigInteger())
    if isinstance(column, sa.Numeric):
        return KeyType(_number, sa.Numeric(), as_text=True)
    if isinstance(column, sa.Uuid):
        return KeyType(_uuid, column, as_text=True)
    return _text_type(column) if isinstance(column, sa.String) else None


def _text_type(column: sa.String) -> KeyType:
    if isinstance(column, sa.Enum):
        return KeyType(lambda key: (key,) if key in column.enums else (), column)
    if isinstance(column, sa.CHAR):
        return KeyType(lambda key: _text(key) if key == key.rstrip(" ") else (), Padded(), as_text=True)
    return KeyType(_text, sa.Text(), as_text=isinstance(column, OneByte | CITEXT))


def compared(value: ColumnElement[Any], column: TypeEngine[Any]) -> ColumnElement[Any]:
    """The column as keys are compared with it. CITEXT is compared as text, as it would find other keys."""
    return sa.cast(value, sa.Text()) if isinstance(column, CITEXT) else value


def key_text(value: ColumnElement[Any], column: TypeEngine[Any], dialect: str) -> ColumnElement[Any]:
    """The column as the text of a key: a number without the zeros that its scale adds."""
    text = sa.cast(value, sa.Text())
    has_fraction = isinstance(column, sa.Numeric) and not isinstance(column, sa.Float) and column.scale != 0
    if dialect == "sqlite" or not has_fraction:
        return text
    whole = func.trunc(value, type_=sa.Numeric())
    return sa.case((value == whole, sa.cast(whole, sa.Text())), else_=func.rtrim(text, sa.literal_column("'0'")))


def as_written(value: ColumnElement[Any], column: TypeEngine[Any], dialect: str) -> ColumnElement[Any]:
    """A column as its database writes it: a UUID as text, CHAR(n) without its padding, REAL with no digit more."""
    if dialect == "sqlite":
        return value
    if isinstance(column, sa.REAL):
        return sa.cast(sa.cast(value, sa.Text()), sa.Numeric())
    if isinstance(column, sa.ARRAY):
        return sa.cast(value, ARRAY(sa.Text())) if isinstance(column.item_type, _AS_TEXT) else value
    return sa.cast(value, sa.Text()) if isinstance(column, _AS_TEXT) else value


class Padded(UserDefinedType[str]):
    """CHAR of any length: CHAR(n) would cut a longer key to n characters, and match another one."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_kw: Any) -> str:
        return "BPCHAR"


def _text(key: str) -> tuple[str, ...]:
    return (key,) if is_storable_text(key) else ()


def _whole(key: str) -> tuple[int, ...]:
    return (int(key),) if _INTEGER_KEY.fullmatch(key) and abs(int(key)) <= _MAX_INTEGER else ()


def _number(key: str) -> tuple[Decimal, ...]:
    return (Decimal(key),) if _NUMERIC_KEY.fullmatch(key) else ()


def _uuid(key: str) -> tuple[uuid.UUID, ...]:
    with suppress(ValueError):
        value = uuid.UUID(key)
        return (value,) if str(value) == key else ()
    return ()


def _numeric(key: str) -> tuple[Any, ...]:
    """SQLite keeps text in a numeric column, unless it looks like a number: "007" would become 7."""
    with suppress(ValueError):
        float(key)
        return _whole(key)
    return _text(key)
