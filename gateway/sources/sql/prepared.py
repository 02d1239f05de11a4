"""A lookup prepared for one database: its table, its columns, its key and its time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Dialect, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.sql.sqltypes import NullType

from gateway.contract.batch import Lookup
from gateway.contract.paths import Path
from gateway.contract.times import TimeFormat
from gateway.errors import InvalidResponse
from gateway.sources.sql.keys import KeyType, as_written, by_code_point, compared, key_text, key_type
from gateway.sources.sql.place import SqlPlace
from gateway.sources.sql.statements import PreparedLookup
from gateway.sources.sql.times import TimeColumn, time_column


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table or view, under the name that the database has for it.

    writes_all_text: whether the database's encoding has every character
    """

    name: str
    schema: str | None
    columns: Sequence[ReflectedColumn]
    writes_all_text: bool = True

    def column(self, name: str) -> ReflectedColumn | None:
        match = matching_name(name, (column["name"] for column in self.columns))
        return next((column for column in self.columns if column["name"] == match), None)


def matching_name(name: str, names: Iterable[str]) -> str | None:
    """The name itself, or the only one that differs in case alone."""
    candidates = list(names)
    if name in candidates:
        return name
    similar = [other for other in candidates if other.casefold() == name.casefold()]
    return similar[0] if len(similar) == 1 else None


def describe(connection: Connection, name: str, schema: str | None) -> TableDescription | None:
    """The table or view; None where the database has none of this name."""
    inspector = inspect(connection)
    try:
        columns = inspector.get_columns(name, schema)
    except NoSuchTableError:
        names = inspector.get_table_names(schema) + inspector.get_view_names(schema)
        match = matching_name(name, names)
        if match is None:
            return None
        name, columns = match, inspector.get_columns(match, schema)
    for column in columns:
        while isinstance(column["type"], postgresql.DOMAIN):
            column["type"] = column["type"].data_type
    return TableDescription(name, schema, columns, _writes_all_text(connection))


def _writes_all_text(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    return connection.scalar(sa.text("SHOW server_encoding")) in ("UTF8", "SQL_ASCII")


@dataclass(frozen=True, slots=True)
class Preparation:
    """Fits a lookup to its table. Raises `error` of a reason where they do not fit."""

    lookup: Lookup
    place: SqlPlace
    table: TableDescription
    dialect: Dialect
    error: Callable[[str], InvalidResponse]

    def prepared(self) -> PreparedLookup:
        key, row_id = self._single(self.lookup.key, "key"), self._id()
        time = self._single(self.lookup.time.path, "time") if self.lookup.time else None
        columns = self._columns(key, row_id, time)
        return PreparedLookup(
            names=tuple(columns),
            table=sa.table(self.table.name, schema=self.table.schema),
            columns=tuple(self._selected(name, column, {key, row_id}, time) for name, column in columns.items()),
            documents=self._documents(columns),
            where=tuple(self._equal(n, *item) for n, item in enumerate(sorted(self.place.where.items()))),
            key_name=key,
            key=compared(sa.column(columns[key]["name"]), columns[key]["type"]),
            key_type=self._key_type(columns[key]),
            max_rows=self.place.max_rows,
            id=self._id_text(columns[row_id]) if row_id else None,
            dialect=self.dialect,
            writes_all_text=self.table.writes_all_text,
            time=self._time(columns[time], self.lookup.time.format) if time and self.lookup.time else None,
        )

    def _id_text(self, column: ReflectedColumn) -> ColumnElement[Any]:
        text = key_text(sa.column(column["name"]), column["type"], self.dialect.name)
        return by_code_point(text, self.dialect.name)

    def _single(self, path: Path | None, role: str) -> str:
        if path is None or len(path) != 1:
            raise self.error(f"its {role} must be one column")
        return path[0]

    def _id(self) -> str | None:
        """The column of the id. An optional one may be missing, if rows are only sorted by it."""
        lookup = self.lookup
        if lookup.id is None and lookup.time is None:
            return None
        name = self._single(lookup.id, "id")
        optional = name in lookup.optional_columns and lookup.time is None
        return None if optional and self.table.column(name) is None else name

    def _columns(self, *names: str | None) -> dict[str, ReflectedColumn]:
        required = [*self.lookup.columns, *(name for name in names if name)]
        optional = [name for name in self.lookup.optional_columns if self.table.column(name)]
        return {name: self._column(name) for name in [*required, *optional]}

    def _column(self, name: str) -> ReflectedColumn:
        match = self.table.column(name)
        if match is None:
            raise self.error(f"{self.table.name} has no column {name}")
        return match

    def _key_type(self, key: ReflectedColumn) -> KeyType:
        kind = key_type(key["type"], self.dialect.name)
        if self.place.match == "prefix" and not isinstance(key["type"], sa.String | NullType):
            raise self.error(f"{self._typed(key)}, and only text has prefixes")
        if kind is None:
            raise self.error(f"{self._typed(key)}, which cannot hold keys; add a view with the key as text")
        return kind

    def _typed(self, column: ReflectedColumn) -> str:
        unknown = isinstance(column["type"], NullType)
        kind = "of a type unknown to the gateway" if unknown else repr(column["type"])
        return f"{self.table.name}.{column['name']} is {kind}"

    def _documents(self, columns: Mapping[str, ReflectedColumn]) -> tuple[str, ...]:
        """The columns that hold JSON, as paths lead into them."""
        names = dict.fromkeys(path[0] for path in self.lookup.paths if len(path) > 1 and path[0] in columns)
        for name in names if self.dialect.name != "sqlite" else ():
            if not isinstance(columns[name]["type"], sa.JSON | sa.String | sa.ARRAY):
                raise self.error(f"{self._typed(columns[name])}, which holds no document for a path to lead into")
        return tuple(names)

    def _selected(
        self, name: str, column: ReflectedColumn, keys: AbstractSet[str | None], time: str | None
    ) -> ColumnElement[Any]:
        """A column under the catalog's name; that of a key or an id as text, if it has another type."""
        kind = key_type(column["type"], self.dialect.name) if name in keys else None
        value: ColumnElement[Any] = sa.column(column["name"])
        if name in keys:
            is_text = kind is not None and not kind.as_text
            selected = value if is_text else key_text(value, column["type"], self.dialect.name)
        else:
            selected = value if name == time else as_written(value, column["type"], self.dialect.name)
        return selected.label(name)

    def _equal(self, n: int, name: str, value: str | int | bool) -> ColumnElement[bool]:  # noqa: FBT001
        """The condition of one constant of `where`."""
        column = self._column(name)
        kind = key_type(column["type"], self.dialect.name)
        if self.dialect.name == "sqlite" or kind is None or isinstance(value, bool):
            return sa.column(column["name"]) == sa.bindparam(f"where_{n}", value, type_=column["type"])
        stored = kind.values(str(value))
        if not stored:
            raise self.error(f"{self._typed(column)}, which cannot hold {value!r} of `where`")
        return sa.column(column["name"]) == sa.bindparam(f"where_{n}", stored[0], type_=kind.type)

    def _time(self, column: ReflectedColumn, clock: TimeFormat) -> TimeColumn:
        time = time_column(column, clock, self.dialect.name)
        if time is None:
            raise self.error(f"{self._typed(column)}, which cannot hold times of format {clock.name}")
        return time
