"""A SQLite file and a PostgreSQL schema for one test, filled by plain drivers."""

import os
import secrets
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url

POSTGRES = os.environ.get("GATEWAY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@dataclass(frozen=True)
class Place:
    """The URL of a database, and ways to change it during a test."""

    url: str
    schema: str | None

    @property
    def _file(self) -> str:
        return make_url(self.url).database or ""

    async def run(self, *statements: str) -> None:
        """Execute statements."""
        if self.schema is None:
            with closing(sqlite3.connect(self._file)) as file, file:
                for statement in statements:
                    file.execute(statement)
            return
        connection = await connected(self.url)
        try:
            await connection.execute(f"SET search_path TO {self.schema}")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def fill(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows in the order of the table's columns."""
        if not rows:
            return
        if self.schema is None:
            marks = ", ".join("?" * len(rows[0]))
            with closing(sqlite3.connect(self._file)) as file, file:
                file.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608  # our own name
            return
        connection = await connected(self.url)
        await connection.copy_records_to_table(table, schema_name=self.schema, records=rows)
        await connection.close()


def insert(*rows: Sequence[str], table: str = "notes") -> str:
    """A statement that inserts rows of values as SQL writes them."""
    values = ", ".join(f"({', '.join(row)})" for row in rows)
    return f"INSERT INTO {table} VALUES {values}"  # noqa: S608  # our own values


@asynccontextmanager
async def sqlite() -> AsyncIterator[Place]:
    """An empty file."""
    with tempfile.TemporaryDirectory() as folder:
        yield Place(f"sqlite:///{Path(folder) / 'notes of a test.db'}", None)


@asynccontextmanager
async def postgres() -> AsyncIterator[Place]:
    """An empty schema. Skips without a server, except in CI."""
    schema = f"gateway_{secrets.token_hex(6)}"
    connection = await connected()
    await connection.execute(f"CREATE SCHEMA {schema}")
    try:
        yield Place(POSTGRES, schema)
    finally:
        await connection.execute(f"DROP SCHEMA {schema} CASCADE")
        await connection.close()


@asynccontextmanager
async def latin1() -> AsyncIterator[Place]:
    """An empty PostgreSQL database whose encoding has few characters."""
    name = f"gateway_{secrets.token_hex(6)}"
    connection = await connected()
    await connection.execute(f"CREATE DATABASE {name} ENCODING LATIN1 LOCALE 'C' TEMPLATE template0")
    try:
        yield Place(make_url(POSTGRES).set(database=name).render_as_string(hide_password=False), "public")
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


async def connected(url: str = POSTGRES) -> Any:
    """A connection of the test itself."""
    try:
        return await asyncpg.connect(url, timeout=5)
    except (OSError, asyncpg.PostgresError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL answers at GATEWAY_TEST_POSTGRES ({type(error).__name__})")
