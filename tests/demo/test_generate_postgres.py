"""The five database systems can live in PostgreSQL, each in another schema."""

import os
import uuid
from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import anyio.to_thread
import asyncpg
import pytest

from gateway_demo.generate.generator import generate
from gateway_demo.stores.backends import ForeignSchema
from gateway_demo.stores.schemas import DATABASES

SERVER = os.environ.get("GATEWAY_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@pytest.fixture
async def database() -> AsyncIterator[str]:
    """The URL of an empty database, dropped afterwards."""
    name = f"demo_{uuid.uuid4().hex[:12]}"
    try:
        server = await asyncpg.connect(SERVER)
    except (OSError, asyncpg.PostgresError) as error:
        if "CI" in os.environ:
            raise
        pytest.skip(f"no PostgreSQL answers at GATEWAY_TEST_POSTGRES ({type(error).__name__})")
    await server.execute(f"CREATE DATABASE {name}")
    yield SERVER.rpartition("/")[0] + f"/{name}"
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


async def generate_demo(folder: Path, database: str) -> None:
    await anyio.to_thread.run_sync(lambda: generate(folder, customers=4, database=database))


async def test_each_system_has_a_schema_with_real_types(tmp_path: Path, database: str) -> None:
    await generate_demo(tmp_path, database)
    await generate_demo(tmp_path, database)  # replaces its own schemas
    connection = await asyncpg.connect(database)
    for system, meta in DATABASES.items():
        for table in meta.tables:
            await connection.fetch(f'SELECT * FROM {system}."{table}" LIMIT 1')  # noqa: S608 - our own table names
    line = await connection.fetchrow('SELECT * FROM billing."BL_LINE" WHERE "QTY" IS NOT NULL LIMIT 1')
    bill = await connection.fetchrow('SELECT * FROM billing."BL_BILL" LIMIT 1')
    assert isinstance(line["QTY"], Decimal)
    assert isinstance(bill["BILL_DT"], date)
    assert isinstance(bill["CRE_DTTM"], datetime)
    await connection.close()
    assert not (tmp_path / "billing.db").exists()


async def test_a_foreign_schema_is_left_untouched(tmp_path: Path, database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("CREATE SCHEMA billing; CREATE TABLE billing.precious (id int)")
    with pytest.raises(ForeignSchema, match="schema billing"):
        await generate_demo(tmp_path, database)
    assert await connection.fetch("SELECT * FROM billing.precious") == []
    await connection.close()
