from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from support.sources.sql_sources import ask, error, lookup, recorded_source, rows, table

from gateway.contract.batch import Window
from gateway.contract.times import TimeFormat
from gateway.errors import InvalidResponse
from gateway.sources.sql.place import SqlPlace, SqlSettings, database_url
from gateway.sources.sql.queries import exact_query
from gateway.sources.sql.source import SqlSource

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
PLAIN = "id TEXT, owner TEXT, note TEXT"
BY_OWNER = lookup()


def ids(rows: Any) -> list[str]:
    return [row["id"] for row in rows]


@BOTH
async def test_constants_of_every_type_filter_rows(database: str):
    columns = f"{PLAIN}, kind INTEGER, open BOOLEAN, code TEXT"
    stored = [("1", "7", "", 1, True, "5"), ("2", "7", "", 2, True, "5"), ("3", "7", "", 1, False, "5")]
    async with table(database, columns, stored) as (_, source):
        for where in ({"kind": 1, "open": True}, {"kind": "1", "open": True, "code": 5}):
            assert ids(await rows(source, lookup(where=where), "7")) == ["1"]


@BOTH
async def test_column_names_may_differ_in_case_where_unambiguous(database: str):
    async with table(database, '"ID" TEXT, "Owner" TEXT, note TEXT', [("1", "7", "hi")]) as (_, source):
        shouted = lookup(at="NOTES", columns=("id", "owner", "NOTE"))
        assert await rows(source, shouted, "7") == ({"id": "1", "owner": "7", "NOTE": "hi"},)


@BOTH
async def test_table_and_column_names_are_quoted(database: str):
    columns = '"order" TEXT, "a ""b"" c" TEXT, "select;--" TEXT'
    async with table(database, columns, [("1", "7", "hi")]) as (_, source):
        odd = lookup(key=('a "b" c',), id=("order",), columns=("select;--",))
        assert await rows(source, odd, "7") == ({"select;--": "hi", 'a "b" c': "7", "order": "1"},)


@BOTH
async def test_optional_columns_may_be_missing(database: str):
    async with table(database, PLAIN, [("1", "7", "hi")]) as (_, source):
        records = await rows(source, lookup(columns=("id",), optional_columns=("note", "colour")), "7")
        assert records == ({"id": "1", "owner": "7", "note": "hi"},)


@BOTH
@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (lookup(columns=("id", "colour")), "Note by owner: notes has no column colour."),
        (lookup(at="letters"), "Note by owner: there is no table or view letters; check `at`."),
        (lookup(where={"colour": "red"}), "Note by owner: notes has no column colour."),
        (lookup(key=("who", "id")), "Note by owner: its key must be one column."),
        (lookup(TimeFormat("iso")), "Note by owner: notes has no column at."),
    ],
)
async def test_a_missing_table_or_column_is_named_for_every_key(database: str, at: Any, sentence: str):
    async with table(database, PLAIN) as (_, source):
        misread = await error(source, at, "7", "8")
        assert (type(misread), misread.reason) == (InvalidResponse, sentence)
        with pytest.raises(InvalidResponse):
            await source.probe(at)


@BOTH
async def test_a_changed_table_is_described_again(database: str):
    async with table(database, PLAIN, [("1", "7", "hi")]) as (place, source):
        assert await rows(source, BY_OWNER, "7")
        await place.run("ALTER TABLE notes RENAME COLUMN note TO remark")
        assert (await error(source, BY_OWNER, "7")).code == "SOURCE_MISREAD"
        assert (await error(source, BY_OWNER, "7")).reason.endswith("notes has no column note.")
        await place.run("ALTER TABLE notes RENAME COLUMN remark TO note")
        assert await rows(source, BY_OWNER, "7")


async def test_decimals_stay_exact_and_json_stays_text():
    columns = "id TEXT, owner TEXT, note JSONB, amount NUMERIC(12,2)"
    async with table("postgres", columns) as (place, source):
        await place.run("""INSERT INTO notes VALUES ('1', '7', '{"a": 1.10}', 12.30)""")
        (row,) = await rows(source, lookup(columns=("note", "amount")), "7")
        assert (row["note"], row["amount"], str(row["amount"])) == ('{"a": 1.10}', Decimal("12.30"), "12.30")


@BOTH
async def test_keys_are_split_into_one_statement_per_chunk(database: str):
    stored = [(str(n), str(n), "") for n in range(1200)]
    async with (
        table(database, PLAIN, stored) as (place, _),
        recorded_source(place, keys_per_call=100) as (source, sent),
    ):
        await ask(source, BY_OWNER, "0")
        sent.clear()
        answers = await ask(source, BY_OWNER, *(str(n) for n in range(1250)))
        assert len(answers) == 1200
        assert len(sent) == 13
        assert len(set(sent)) == 1


@BOTH
async def test_no_more_statements_than_connections_run_concurrently(database: str):
    async with (
        table(database, PLAIN, [("1", "7", "")]) as (place, _),
        recorded_source(place, keys_per_call=1, pool_size=2) as (source, sent),
    ):
        await ask(source, BY_OWNER, *(str(n) for n in range(40)))
        assert sent.most <= 2


async def test_an_index_on_key_and_time_is_used():
    columns = "id TEXT, owner INTEGER, at TIMESTAMPTZ NOT NULL, note TEXT"
    async with table("postgres", columns) as (place, source):
        await place.run(
            "INSERT INTO notes SELECT n::text, n % 2000, '2026-01-01Z'::timestamptz + n * interval '1 h', ''"
            " FROM generate_series(1, 40000) n",
            "CREATE INDEX notes_of ON notes (owner, at)",
            "ANALYZE notes",
        )
        plans = [await plan(source, keys) for keys in (["7"], ["7", "8", "9"])]
        for text in plans:
            assert "Seq Scan" not in text
            assert "owner = " in text
            assert "at >= " in text.split("Index Cond", 1)[1]
            assert "(owner)::" not in text


async def plan(source: SqlSource, keys: list[str]) -> str:
    """PostgreSQL's query plan for a window."""
    at = lookup(TimeFormat("iso"))
    database = source._database  # noqa: SLF001  # its statement is what is looked at
    ready = await database.prepared(at)
    question = exact_query(ready, keys, Window(since=datetime(2026, 3, 1, tzinfo=UTC), limit=5))
    assert question is not None
    statement = ready.statement(question[0])
    lines = await database.pool.fetch(f"EXPLAIN {statement.text}", statement.ordered(question[1]))
    return "\n".join(line[0] for line in lines)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///x.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///x.db", "sqlite+aiosqlite"),
        ("postgresql://h/x", "postgresql+asyncpg"),
        ("postgres://h/x", "postgresql+asyncpg"),
        ("postgresql+asyncpg://h/x", "postgresql+asyncpg"),
    ],
)
def test_a_url_needs_no_driver(url: str, driver: str):
    assert database_url(url).drivername == driver


@pytest.mark.parametrize(
    "words",
    [
        {"url": "mysql://h/x"},
        {"url": "postgresql+psycopg2://h/x"},
        {"url": "postgresql://h:port/x"},
        {"url": "what?"},
        {"url": "sqlite:///x.db", "pool_size": 0},
        {"url": "sqlite:///x.db", "timeout": 0},
        {"url": "sqlite:///x.db", "keys_per_call": -1},
        {"url": "sqlite:///x.db", "zone": "UTC"},
        {},
    ],
)
def test_invalid_settings_are_refused(words: dict[str, Any]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(words, SqlSettings)


def test_settings_are_printed_without_the_password():
    assert "hunter2" not in repr(SqlSettings(url="postgresql://ada:hunter2@h/x"))


def test_a_place_without_names_is_diagnosed():
    assert SqlPlace("notes", {"a": 1}).diagnostics() == []
    assert len(SqlPlace(" ", {"": 1}).diagnostics()) == 2


@pytest.mark.parametrize("words", [{}, {"at": "x", "limit": 3}, {"at": "x", "match": "fuzzy"}, {"at": 3}])
def test_a_place_with_unknown_words_is_refused(words: dict[str, Any]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(words, SqlPlace)


async def test_a_probe_returns_rows_as_a_fetch_does():
    async with table("sqlite", PLAIN, [(str(n), "7", "hi") for n in range(9)]) as (_, source):
        assert (await source.probe(BY_OWNER))[0] == {"id": "0", "owner": "7", "note": "hi"}
        assert len(await source.probe(BY_OWNER)) == 3
