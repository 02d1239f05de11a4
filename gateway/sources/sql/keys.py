"""Keys are text in the contract and have a type in a column: what to look for, if it can be there."""

import re
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import CHAR, BigInteger, Enum, Float, Integer, LargeBinary, Numeric, String, Text, Uuid
from sqlalchemy.sql.sqltypes import NullType
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.types import UserDefinedType

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class KeyType:
    """How one column holds keys.

    `values` gives what to look for, nothing where the column cannot hold such a key. `type` is how a value is
    bound; `as_text` tells that rows give the key in another type, and the statement has to make text of it.
    """

    values: Callable[[str], tuple[Any, ...]]
    type: TypeEngine[Any]
    as_text: bool = False


def is_storable_text(key: str) -> bool:
    """Whether a database's text can hold this: no zero character, no half of a surrogate pair."""
    with suppress(UnicodeEncodeError):
        return b"\0" not in key.encode()
    return False


def key_type(column: TypeEngine[Any], dialect: str) -> KeyType | None:
    """How a column of this type holds keys; None where it cannot."""
    if isinstance(column, Float):
        return None
    return _sqlite(column) if dialect == "sqlite" else _typed(column)


def _sqlite(column: TypeEngine[Any]) -> KeyType:
    if isinstance(column, String):
        return KeyType(_text, Text())
    values = _untyped if isinstance(column, NullType | LargeBinary) else _affine
    return KeyType(values, NullType())


def _typed(column: TypeEngine[Any]) -> KeyType | None:
    if isinstance(column, Integer):
        return KeyType(_whole, BigInteger())
    if isinstance(column, Numeric) and not column.scale:
        return KeyType(lambda key: tuple(Decimal(n) for n in _whole(key)), Numeric(), as_text=True)
    if isinstance(column, Uuid):
        return KeyType(_uuid, column, as_text=True)
    if isinstance(column, Enum):
        return KeyType(lambda key: (key,) if key in column.enums else (), column)
    if isinstance(column, CHAR):
        return KeyType(_padded, Padded(), as_text=True)
    return KeyType(_text, Text()) if isinstance(column, String) else None


class Padded(UserDefinedType[str]):
    """CHAR of any length: CHAR(n) would cut a longer key to n characters, and find somebody else."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_kw: Any) -> str:
        """PostgreSQL's own name of it."""
        return "BPCHAR"


def _text(key: str) -> tuple[str, ...]:
    return (key,) if is_storable_text(key) else ()


def _padded(key: str) -> tuple[str, ...]:
    return _text(key) if key == key.rstrip(" ") else ()


def _whole(key: str) -> tuple[int, ...]:
    return (int(key),) if _WHOLE.fullmatch(key) and abs(int(key)) <= _LARGEST else ()


def _uuid(key: str) -> tuple[uuid.UUID, ...]:
    with suppress(ValueError):
        found = uuid.UUID(key)
        return (found,) if str(found) == key else ()
    return ()


def _affine(key: str) -> tuple[Any, ...]:
    """SQLite's numeric columns keep text that is no number; they would make a number of "007"."""
    return _whole(key) or (() if _like_a_number(key) else _text(key))


def _untyped(key: str) -> tuple[Any, ...]:
    """An expression of a view: it may give text or numbers."""
    return (*_text(key), *_whole(key))


def _like_a_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
