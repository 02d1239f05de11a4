"""What a database says of its own tables and views, and finding the catalog's names there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.sql.type_api import TypeEngine


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the database describes it."""

    name: str
    type: TypeEngine[Any]
    nullable: bool


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table or view, under the name the database knows."""

    name: str
    schema: str | None
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of this name."""
        found = same_name(name, (column.name for column in self.columns))
        return next((column for column in self.columns if column.name == found), None)


def same_name(name: str, there: Iterable[str]) -> str | None:
    """The name itself, or the only one that differs in upper and lower case alone."""
    names = list(there)
    if name in names:
        return name
    alike = [other for other in names if other.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None


def describe(connection: Connection, name: str, schema: str | None) -> TableDescription | None:
    """The table or view, or None where there is no such thing."""
    there = inspect(connection)
    try:
        found, columns = name, there.get_columns(name, schema)
    except NoSuchTableError:
        names = there.get_table_names(schema) + there.get_view_names(schema)
        other = same_name(name, names)
        if other is None:
            return None
        found, columns = other, there.get_columns(other, schema)
    return TableDescription(
        found, schema, tuple(Column(c["name"], c["type"], bool(c.get("nullable", True))) for c in columns)
    )
