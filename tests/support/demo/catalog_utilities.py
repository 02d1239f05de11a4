"""The demo's databases twice, in SQLite and in PostgreSQL, asked by the catalog and read by plain SQL."""

import asyncio
import os
import re
import sqlite3
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import gateway_demo.launch
from gateway.catalog.loader import read_catalog_file
from gateway.catalog.model import Catalog, LookupEntry
from gateway.contract.batch import Answer, Answers, Batch, Row, Window
from gateway.contract.paths import Key
from gateway.resolvers.records import RECORDS, RELATIONS
from gateway.sources.kinds import KINDS
from gateway_demo.generate.generator import generate
from gateway_demo.stores.schemas import DATABASES
from support.demo.demo_folders import SMALL

DEMO = Path(gateway_demo.launch.__file__).parent
CATALOG = DEMO / "catalog.toml"
TEXT = CATALOG.read_text(encoding="utf-8")
TABLES: dict[str, Any] = tomllib.loads(TEXT)["records"]
MANY = 20_000  # rows of a table from which keys are sampled
SERVER = os.environ.get("GATEWAY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


def lookup_table(record: str, by: str) -> dict[str, Any]:
    """All that the catalog says of a lookup."""
    return {**TABLES[record], **TABLES[record]["by"][by]}


LOOKUPS = [(r, by) for r, table in TABLES.items() for by in table["by"] if lookup_table(r, by)["source"] in DATABASES]


@dataclass(frozen=True)
class CatalogUtility:
    """A utility read in two ways: through the catalog, and as rows of its SQLite files."""

    folder: Path
    catalog: Catalog
    records: dict[tuple[str, str], list[tuple[Key, Row, Any]]] = field(default_factory=dict)

    def entry(self, record: str, by: str) -> LookupEntry:
        return self.catalog.entries[record, by]

    async def ask(self, record: str, by: str, window: Window | None = None) -> Answers:
        """The answers for every key in one batch."""
        lookup = self.entry(record, by).lookup
        keys = tuple(dict.fromkeys(self.keys(record, by)))
        source = self.catalog.sources[lookup.source]
        async with KINDS[source.kind].open(source.name, source.settings) as opened:
            return await opened.fetch(Batch(lookup, keys, window or Window()))

    async def everything(self, record: str, by: str) -> list[tuple[Key, Row, Any]]:
        """Every key, row and record of the lookup; asked once."""
        if (record, by) not in self.records:
            read = self.entry(record, by).mapper.read
            answers = await self.ask(record, by)
            self.records[record, by] = [(key, row, read(row)) for key, rows in plain(answers).items() for row in rows]
        return self.records[record, by]

    def raw(self, record: str, by: str) -> list[Mapping[str, Any]]:
        """The rows with a key in the lookup's table of the file; of a large table, those of every fourth key."""
        table = lookup_table(record, by)
        return _rows(self.folder / f"{table['source']}.db", table["at"], _key_column(table, by))

    def keys(self, record: str, by: str) -> list[Key]:
        """The key of every row, as text."""
        column = _key_column(lookup_table(record, by), by)
        return [str(row[column]) for row in self.raw(record, by)]


def _key_column(table: Mapping[str, Any], by: str) -> str:
    return str(table.get("key", table["fields"].get(by)))


@cache
def _rows(file: Path, table: str, key: str) -> list[Mapping[str, Any]]:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(f'SELECT * FROM "{table}" WHERE "{key}" IS NOT NULL')]  # noqa: S608  # our own
    if len(rows) <= MANY:
        return rows
    sample = set(sorted({row[key] for row in rows})[::4])
    return [row for row in rows if row[key] in sample]


def plain(answers: Answers) -> dict[Key, tuple[Row, ...]]:
    """The rows of each key; any error is this test's."""
    for answer in answers.values():
        if not isinstance(answer, Answer):
            pytest.fail(f"{answer} {answer.reason}")
    return {key: answer.rows for key, answer in answers.items() if isinstance(answer, Answer)}


def sqlite_utility(folder: Path) -> CatalogUtility:
    """A demo folder, read through the catalog and as it is."""
    return CatalogUtility(folder, _catalog({name: (f"sqlite:///{folder / name}.db", "") for name in DATABASES}))


@contextmanager
def postgres_utility(truth: CatalogUtility, services: Path) -> Iterator[CatalogUtility]:
    """PostgreSQL asked, in a separate database; skipped where no server answers, except in CI."""
    database = f"catalog_{uuid.uuid4().hex[:12]}"
    url = SERVER.rpartition("/")[0] + f"/{database}"
    try:
        asyncio.run(_run(f"CREATE DATABASE {database}"))
    except (OSError, asyncpg.PostgresError) as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL answers at GATEWAY_TEST_POSTGRES ({type(error).__name__})")
    try:
        generate(services, customers=SMALL, database=url)
        yield CatalogUtility(truth.folder, _catalog({name: (url, name) for name in DATABASES}))
    finally:
        asyncio.run(_run(f"DROP DATABASE {database} WITH (FORCE)"))


async def _run(statement: str) -> None:
    server = await asyncpg.connect(SERVER)
    await server.execute(statement)
    await server.close()


def _catalog(places: Mapping[str, tuple[str, str]]) -> Catalog:
    names = re.findall(r'"env:(\w+)"', TEXT)
    environment = {name: "http://127.0.0.1:1" if name.endswith("URL") else "x" for name in names}
    for name, (url, schema) in places.items():
        environment |= {f"DEMO_{name.upper()}_DSN": url, f"DEMO_{name.upper()}_SCHEMA": schema}
    return read_catalog_file(CATALOG, environment, RECORDS, RELATIONS)
