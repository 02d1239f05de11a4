"""The tables and views of a database, and the catalog's names among them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.sql.type_api import TypeEngine


@dataclass(frozen=True, slots=True)
class Column:
    """A column, as the database describes it."""

    name: str
    type: TypeEngine[Any]
    nullable: bool


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table or view, under the name that the database has for it."""

    name: str
    schema: str | None
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        match = matching_name(name, (column.name for column in self.columns))
        return next((column for column in self.columns if column.name == match), None)


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
    return TableDescription(
        name, schema, tuple(Column(c["name"], c["type"], bool(c.get("nullable", True))) for c in columns)
    )
