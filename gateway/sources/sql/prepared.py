"""One lookup made ready for a database: its names found, its key and its time understood."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, bindparam, select, table
from sqlalchemy import column as sql_column

from gateway.contract.batch import Lookup, Path
from gateway.errors import InvalidResponse
from gateway.sources.base.place import place_of
from gateway.sources.sql.keys import KeyType, key_type
from gateway.sources.sql.place import SqlPlace
from gateway.sources.sql.statements import Statement, StatementParts, Statements, compiled, label
from gateway.sources.sql.tables import Column, TableDescription
from gateway.sources.sql.times import TimeColumn, time_column

Complain = Callable[[str], InvalidResponse]


@dataclass(frozen=True, slots=True)
class PreparedLookup:
    """All that is asked again and again. `names` are a row's, in the order of its values."""

    names: tuple[str, ...]
    key: KeyType
    moments: TimeColumn | None
    statements: Statements
    sample: Statement
    times: Statement | None
    sqlite: bool


def prepare(lookup: Lookup, there: TableDescription, dialect: Dialect, complain: Complain) -> PreparedLookup:
    """Everything a lookup needs to know of its table. SourceMisread, in a sentence, where they do not fit."""
    key, identity = _single(lookup.key, "key", complain), _identity(lookup, there, complain)
    time = _single(lookup.time.path, "time", complain) if lookup.time else None
    found = {name: _there(there, name, complain) for name in _must(lookup, key, identity, time)}
    found |= {name: c for name in lookup.optional_columns if (c := there.column(name)) is not None}
    kind = _kind(lookup, there, found[key], dialect, complain)
    kinds = {identity: key_type(found[identity].type, dialect.name)} if identity else {}
    parts = StatementParts(
        table=table(there.name, schema=there.schema),
        columns=tuple(_given(name, column, {**kinds, key: kind}) for name, column in found.items()),
        where=_where(lookup, there, dialect, complain),
        key=sql_column(found[key].name),
        key_kind=kind,
        id=sql_column(found[identity].name) if identity else None,
        dialect=dialect,
        time=sql_column(found[time].name) if time else None,
        moments=_moments(lookup, there, found[time], dialect, complain) if time else None,
        may_lack_time=bool(time and found[time].nullable),
    )
    sample = select(*parts.columns).select_from(parts.table).where(*parts.where).limit(3)
    return PreparedLookup(
        names=tuple(found),
        key=parts.key_kind,
        moments=parts.moments,
        statements=Statements(parts),
        sample=compiled(sample, dialect),
        times=_times(parts),
        sqlite=dialect.name == "sqlite",
    )


def _single(path: Path | None, what: str, complain: Complain) -> str:
    if path is None or len(path) != 1:
        raise complain(f"its {what} must be one column")
    return path[0]


def _identity(lookup: Lookup, there: TableDescription, complain: Complain) -> str | None:
    """The column of the id: one that may be missing is needed only to order by."""
    if lookup.id is None and lookup.time is None:
        return None
    name = _single(lookup.id, "id", complain)
    maybe = name in lookup.optional_columns and lookup.time is None
    return None if maybe and there.column(name) is None else name


def _must(lookup: Lookup, *more: str | None) -> Sequence[str]:
    return tuple(dict.fromkeys([*lookup.columns, *(name for name in more if name)]))


def _there(there: TableDescription, name: str, complain: Complain) -> Column:
    found = there.column(name)
    if found is None:
        raise complain(f"{there.name} has no column {name}")
    return found


def _kind(
    lookup: Lookup, there: TableDescription, column: Column, dialect: Dialect, complain: Complain
) -> KeyType:
    kind = key_type(column.type, dialect.name)
    if place_of(SqlPlace, lookup).match == "prefix" and not isinstance(column.type, String):
        raise complain(f"{there.name}.{column.name} is {column.type!r}, and only text has beginnings")
    if kind is None:
        raise complain(f"{there.name}.{column.name} is {column.type!r}, which holds no keys")
    return kind


def _given(name: str, column: Column, kinds: dict[str, KeyType | None]) -> ColumnElement[Any]:
    kind = kinds.get(name)
    as_text = name in kinds and (kind is None or kind.as_text)
    return label(name, sql_column(column.name), as_text=as_text)


def _where(
    lookup: Lookup, there: TableDescription, dialect: Dialect, complain: Complain
) -> tuple[ColumnElement[bool], ...]:
    constants: dict[str, str | int | bool] = place_of(SqlPlace, lookup).where
    return tuple(
        _equal(f"where_{n}", _there(there, name, complain), value, dialect, complain)
        for n, (name, value) in enumerate(sorted(constants.items()))
    )


def _equal(
    bind: str,
    column: Column,
    value: str | int | bool,  # noqa: FBT001  # a constant of the catalog
    dialect: Dialect,
    complain: Complain,
) -> ColumnElement[bool]:
    kind = key_type(column.type, dialect.name)
    if dialect.name == "sqlite" or kind is None or isinstance(value, bool):
        return sql_column(column.name) == bindparam(bind, value, type_=column.type)
    held = kind.values(str(value))
    if not held:
        raise complain(f"{column.name} is {column.type!r} and never {value!r}")
    return sql_column(column.name) == bindparam(bind, held[0], type_=kind.type)


def _moments(
    lookup: Lookup, there: TableDescription, column: Column, dialect: Dialect, complain: Complain
) -> TimeColumn | None:
    clock = lookup.time.clock if lookup.time else None
    found = time_column(column.type, clock, dialect.name) if clock else None
    if found is None:
        form = clock.form if clock else ""
        raise complain(
            f"{there.name}.{column.name} is {column.type!r}, which holds no time of the form {form}"
        )
    return found


def _times(parts: StatementParts) -> Statement | None:
    if parts.time is None or parts.moments is None or parts.moments.fits is None:
        return None
    some = select(parts.time).select_from(parts.table).where(*parts.where, parts.time.is_not(None))
    return compiled(some.limit(20), parts.dialect)
