"""The stores that generated rows are written to: SQLite files, or PostgreSQL schemas."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import asyncpg
from sqlalchemy import MetaData, Table, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from gateway_demo.plan.clock import NEW_YORK
from gateway_demo.plan.rows import Row

ValueConverter: TypeAlias = Callable[[Any], Any]  # Any: a value of any column type

Connect: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]  # asyncpg ships no types

SCHEMA_COMMENT = "the demo utility of the customer 360 gateway: replaced by each generation"
DECIMAL_PLACES = ("2", "3", "6")


class ForeignSchema(Exception):
    """The database has a schema of that name that is not the demo's; it was left untouched."""


class Store(Protocol):
    """Writes the rows of one system's tables, chunk by chunk."""

    def write(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, their values in column order."""

    def commit(self) -> None:
        """End the chunk's transaction."""

    def finish(self) -> None:
        """Create the indices."""

    def close(self) -> None:
        """Close the store, finished or not."""


def _decimal(places: int, value: int) -> Decimal:
    return Decimal(value).scaleb(-places)


def _decimal_text(places: int, value: int) -> str:
    return str(Decimal(value).scaleb(-places))


@cache
def _day(day: date) -> str:
    return day.isoformat()


def _local(at: int) -> datetime:
    return datetime.fromtimestamp(at, NEW_YORK).replace(tzinfo=None)


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC).replace(tzinfo=None)


SQLITE_CONVERTERS: dict[str, ValueConverter] = {
    "day": _day,
    "local": lambda at: _local(at).isoformat(" "),
    "utc": lambda at: _utc(at).isoformat(" "),
    **{places: partial(_decimal_text, int(places)) for places in DECIMAL_PLACES},
}
POSTGRES_CONVERTERS: dict[str, ValueConverter] = {
    "local": _local,
    "utc": _utc,
    **{places: partial(_decimal, int(places)) for places in DECIMAL_PLACES},
}


def converted(table: Table, rows: Sequence[Row], converters: dict[str, ValueConverter]) -> Sequence[Row]:
    """Convert each column to the type its store needs."""
    column_converters = [converters.get(column.info.get("form", "")) for column in table.columns]
    if not any(column_converters):
        return rows
    columns = zip(*rows, strict=True)
    return list(zip(*map(_column, columns, column_converters), strict=True))


def _column(values: tuple[Any, ...], converter: ValueConverter | None) -> Sequence[Any]:
    if converter is None:
        return values
    return [None if value is None else converter(value) for value in values]


def _statements(meta: MetaData, dialect: Dialect) -> tuple[list[str], list[str]]:
    tables = [str(CreateTable(table).compile(dialect=dialect)) for table in meta.sorted_tables]
    indices = [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in meta.sorted_tables
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    return tables, indices


class SqliteStore:
    """One system's tables in one SQLite file."""

    def __init__(self, path: Path, meta: MetaData) -> None:
        path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(path, isolation_level="DEFERRED")
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        tables, self._indices = _statements(meta, make_url("sqlite://").get_dialect()())
        for statement in tables:
            self._connection.execute(statement)

    def write(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, their values in column order."""
        placeholders = ", ".join("?" * len(table.columns))
        statement = f'INSERT INTO "{table.name}" VALUES ({placeholders})'  # noqa: S608 - names of our own tables
        self._connection.executemany(statement, converted(table, rows, SQLITE_CONVERTERS))

    def commit(self) -> None:
        """End the chunk's transaction."""
        self._connection.commit()

    def finish(self) -> None:
        """Create the indices."""
        for statement in self._indices:
            self._connection.execute(statement)
        self._connection.commit()

    def close(self) -> None:
        """Close the store, finished or not."""
        self._connection.close()


class PostgresStore:
    """One system's tables in one schema of a PostgreSQL database; an earlier schema is replaced."""

    def __init__(self, url: str, schema: str, meta: MetaData) -> None:
        self._runner = asyncio.Runner()
        self._schema = schema
        tables, self._indices = _statements(meta, make_url("postgresql+asyncpg://").get_dialect()())
        address = url.replace("postgresql+asyncpg://", "postgresql://")
        connect: Connect = asyncpg.connect
        try:
            self._connection = self._runner.run(connect(address))
        except BaseException:
            self._runner.close()
            raise
        try:
            self._create_schema(tables)
        except BaseException:
            self.close()
            raise

    def _create_schema(self, tables: Sequence[str]) -> None:
        schema = self._schema
        self._check_ownership(schema)
        self._run([f"DROP SCHEMA IF EXISTS {schema} CASCADE", f"CREATE SCHEMA {schema}"])
        self._run([f"COMMENT ON SCHEMA {schema} IS '{SCHEMA_COMMENT}'"])
        self._run([f"SET search_path TO {schema}", *tables, "BEGIN"])

    def write(self, table: Table, rows: Sequence[Row]) -> None:
        """Insert rows, their values in column order."""
        records = converted(table, rows, POSTGRES_CONVERTERS)
        copy = self._connection.copy_records_to_table
        self._runner.run(copy(table.name, records=records, schema_name=self._schema))

    def commit(self) -> None:
        """End the chunk's transaction and begin the next one."""
        self._run(["COMMIT", "BEGIN"])

    def finish(self) -> None:
        """Create the indices."""
        self._run(["COMMIT", *self._indices, "ANALYZE"])

    def close(self) -> None:
        """Close the store, finished or not."""
        self._runner.run(self._connection.close())
        self._runner.close()

    def _check_ownership(self, schema: str) -> None:
        statement = "SELECT obj_description(oid) FROM pg_namespace WHERE nspname = $1"
        comment = self._runner.run(self._connection.fetchrow(statement, schema))
        if comment is not None and comment[0] != SCHEMA_COMMENT:
            raise ForeignSchema(
                f"the database already has a schema {schema} that is not the demo's; "
                "use a separate database for the demo"
            )

    def _run(self, statements: Sequence[str]) -> None:
        for statement in statements:
            self._runner.run(self._connection.execute(statement))
