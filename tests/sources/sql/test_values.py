"""Values of columns are what the database itself would write."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from support.sources.databases import insert, postgres
from support.sources.sql_sources import ask, error, lookup, rows, sql_source, table

from gateway.contract.batch import Answer
from gateway.contract.times import OpenEnd, TimeFormat, as_date
from gateway.errors import InvalidRow
from gateway.mapping.converters import make_converter

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
NAME = "22222222-2222-2222-2222-222222222222"
DOCUMENT = lookup(paths=(("note", "class", "code"), ("note", "lines", "amount")))


async def values_of(column: str, *values: str) -> list[Any]:
    """What a PostgreSQL column of this type gives for these values."""
    async with postgres() as place:
        await place.run(
            "CREATE DOMAIN padded AS CHAR(8)",
            f"CREATE TABLE notes (id TEXT, owner TEXT, note {column})",
            insert(*((str(n), "'7'", value) for n, value in enumerate(values))),
        )
        async with sql_source(place) as source:
            return [row["note"] for row in await rows(source, lookup(), "7")]


@pytest.mark.parametrize(
    ("column", "written", "read"),
    [
        ("UUID", f"'{NAME}'", NAME),
        ("UUID[]", f"ARRAY['{NAME}']::uuid[]", [NAME]),
        ("CHAR(8)", "'9'", "9"),
        ("CHAR(8)", "' a b '", " a b"),
        ("CHAR(8)[]", "ARRAY['9']::char(8)[]", ["9"]),
        ("padded", "'9'", "9"),
        ("NUMERIC(12)", "9", Decimal(9)),
        ("INTEGER", "9", 9),
        ("REAL", "206.10", Decimal("206.1")),
        ("REAL", "16777216", Decimal(16777216)),
        ("REAL", "1e-30", Decimal("1e-30")),
        ("DOUBLE PRECISION", "206.10", 206.1),
    ],
)
async def test_a_value_is_read_as_it_is_written(column: str, written: str, read: Any) -> None:
    assert await values_of(column, written, "NULL") == [read, None]


@BOTH
@pytest.mark.parametrize("column", ["UUID", "CHAR(40)", "TEXT", "VARCHAR(36)"])
async def test_a_foreign_key_is_a_key_of_its_own_type(database: str, column: str) -> None:
    stored = [("1", "7", uuid.UUID(NAME) if (database, column) == ("postgres", "UUID") else NAME)]
    async with table(database, f"id TEXT, owner TEXT, note {column}", stored) as (place, source):
        (row,) = await rows(source, lookup(), "7")
        await place.run(f"CREATE TABLE people (id TEXT, owner {column}, note TEXT)")
        await place.fill("people", [("2", stored[0][2], "")])
        assert await rows(source, lookup(at="people"), row["note"]) == ({"id": "2", "owner": NAME, "note": ""},)


@pytest.mark.parametrize(
    ("key", "foreign", "text"),
    [
        ("NUMERIC(12,2)", "NUMERIC(12,2)", "7"),
        ("NUMERIC(12,2)", "NUMERIC", "7"),
        ("NUMERIC", "INTEGER", "7"),
        ("BIGINT", "NUMERIC(9,3)", "7"),
        ("BPCHAR", "CHAR(9)", "ab"),
        ("CHAR(9)", "BPCHAR", "ab"),
        ("VARCHAR(9)", "BPCHAR", "ab"),
        ("CHAR(4)", "VARCHAR(9)", "ab"),
    ],
)
async def test_a_foreign_key_may_have_another_type(key: str, foreign: str, text: str) -> None:
    async with postgres() as place:
        await place.run(
            f"CREATE TABLE notes (id TEXT, owner TEXT, note {foreign})",
            insert(("'1'", "'7'", f"'{text}'")),
            f"CREATE TABLE people (id TEXT, owner {key}, note TEXT)",
            insert(("'2'", f"'{text}'", "''"), table="people"),
        )
        async with sql_source(place) as source:
            (row,) = await rows(source, lookup(), "7")
            person = make_converter(str, {}, None)(row["note"])
            assert await rows(source, lookup(at="people"), person) == (
                {"id": "2", "owner": row_key(key, text), "note": ""},
            )


def row_key(kind: str, text: str) -> Any:
    return int(text) if kind == "BIGINT" else text


JSON_COLUMNS = [
    ("postgres", "JSON"),
    ("postgres", "JSONB"),
    ("postgres", "TEXT"),
    ("sqlite", "TEXT"),
    ("sqlite", "JSON"),
]


@pytest.mark.parametrize(("database", "column"), JSON_COLUMNS)
async def test_a_path_leads_into_json(database: str, column: str) -> None:
    async with table(database, f"id TEXT, owner TEXT, note {column}") as (place, source):
        document = """'{"class": {"code": "R"}, "lines": [{"amount": 12.10}]}'"""
        await place.run(insert(("'1'", "'7'", document), ("'2'", "'8'", "NULL"), ("'3'", "'9'", "'null'")))
        answers = await ask(source, DOCUMENT, "7", "8", "9")
        notes = {key: answer.rows[0]["note"] for key, answer in answers.items() if isinstance(answer, Answer)}
        assert notes == {"7": {"class": {"code": "R"}, "lines": [{"amount": Decimal("12.10")}]}, "8": None, "9": None}
        assert len(await source.probe(DOCUMENT)) == 3


@BOTH
@pytest.mark.parametrize("text", ["{", "[" * 100_000, "no JSON", "7", '"{}"', '"\\ud800"'])
async def test_text_that_is_no_json_is_its_keys_error(database: str, text: str) -> None:
    stored = [("1", "7", '{"class": {"code": "R"}}'), ("2", "8", text), ("3", "9", "")]
    async with table(database, "id TEXT, owner TEXT, note TEXT", stored) as (_, source):
        answers = await ask(source, DOCUMENT, "7", "8", "9")
        assert {key for key, answer in answers.items() if isinstance(answer, InvalidRow)} == {"8"}
        assert answers["9"].rows[0]["note"] is None


@pytest.mark.parametrize("column", ["INTEGER", "NUMERIC", "DATE", "BYTEA"])
async def test_a_path_into_a_column_without_documents_is_refused(column: str) -> None:
    async with table("postgres", f"id TEXT, owner TEXT, note {column}") as (_, source):
        assert "holds no document" in (await error(source, DOCUMENT, "7")).reason


async def test_a_list_of_postgres_is_no_json() -> None:
    async with table("postgres", "id TEXT, owner TEXT, note TEXT[]", [("1", "7", ["a", "{"])]) as (_, source):
        (row,) = await rows(source, DOCUMENT, "7")
        assert row["note"] == ["a", "{"]


@pytest.mark.parametrize("column", ["DATE", "TIMESTAMP", "TIMESTAMPTZ"])
async def test_infinity_is_an_open_end(column: str) -> None:
    late, early = await values_of(column, "'infinity'", "'-infinity'")
    assert (as_date(late), as_date(early)) == (date.max, date.min)
    for value in (late, early) if column != "DATE" else ():
        with pytest.raises(OpenEnd):
            TimeFormat("iso").parse(value)


async def test_a_list_with_an_infinite_time_is_its_keys_error() -> None:
    async with table("postgres", "id TEXT, owner TEXT, at TIMESTAMPTZ, note TEXT") as (place, source):
        await place.run(insert(("1", "7", "'infinity'", "''"), ("2", "8", "'2026-01-01Z'", "''")))
        answers = await ask(source, lookup(TimeFormat("iso")), "7", "8")
        assert isinstance(answers["7"], InvalidRow)
        assert isinstance(answers["8"], Answer)
