import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from support.sources.databases import insert, latin1, postgres
from support.sources.sql_sources import ask, error, lookup, rows, sql_source, table

from gateway.contract.batch import Answer, Position, Spelling, Window
from gateway.contract.times import TimeFormat
from gateway.errors import InvalidResponse, InvalidRow

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
PLAIN = "id TEXT, owner TEXT, note TEXT"
BY_OWNER = lookup()


def ids(rows: Any) -> list[str]:
    return [row["id"] for row in rows]


@BOTH
@pytest.mark.parametrize("kind", ["INTEGER", "BIGINT", "NUMERIC(12)"])
async def test_a_numeric_column_matches_only_the_canonical_number(database: str, kind: str):
    async with table(database, f"id TEXT, owner {kind}, note TEXT", [("1", 7, ""), ("2", -7, "")]) as (_, source):
        junk = [
            "007",
            "7.0",
            " 7",
            "7 ",
            "+7",
            "7e0",
            "x",
            "",
            "\u0667",
            "9" * 18,
            "9" * 30,
            "0x7",
            "-0",
            "7\0",
            "\ud800",
        ]
        answers = await ask(source, BY_OWNER, *junk, "7", "-7")
        assert {key: ids(answer.rows) for key, answer in answers.items() if isinstance(answer, Answer)} == {
            "7": ["1"],
            "-7": ["2"],
        }
        assert len(answers) == 2
        assert [await rows(source, BY_OWNER, key) for key in junk] == [()] * len(junk)


async def test_ids_of_postgres_types_are_read_as_text():
    name = uuid.uuid4()
    stored = [(name, name, ""), (uuid.uuid4(), name, "")]
    async with table("postgres", "id UUID, owner UUID, note TEXT", stored) as (_, source):
        assert set(ids(await rows(source, BY_OWNER, str(name)))) == {str(row[0]) for row in stored}
        junk = [str(name).upper(), name.hex, f"{{{name}}}", "x"]
        assert [await rows(source, BY_OWNER, key) for key in junk] == [()] * 4


async def test_a_char_column_matches_whole_values_and_no_prefix():
    async with table("postgres", "id TEXT, owner CHAR(4), note TEXT", [("1", "ab", "")]) as (_, source):
        answers = await ask(source, BY_OWNER, "ab", "ab ", "ab  x", "abcdefg", "a")
        assert list(answers) == ["ab"]
        assert (await rows(source, BY_OWNER, "ab"))[0]["owner"] == "ab"
        assert await rows(source, BY_OWNER, "ab  x") == ()


NUMBERS = [
    ("NUMERIC(12,2)", ["1", "1.5", "0", "-20.05", "1200"]),
    ("NUMERIC", ["1.00", "1.50", "0.000", "-20.05", "1.2e3"]),
    ("NUMERIC(40,4)", ["1", "1.5", "0", "-20.05", "1200"]),
    ("price", ["1", "1.5", "0", "-20.05", "1200"]),
]


@pytest.mark.parametrize(("kind", "stored"), NUMBERS)
@pytest.mark.parametrize("clock", [None, TimeFormat("date")])
async def test_a_number_is_a_key_without_the_zeros_of_scale(kind: str, stored: list[str], clock: TimeFormat | None):
    keys = ["1", "1.5", "0", "-20.05", "1200"]
    others = ["1.00", "1.50", "01", "0.0", "-0", "1.2e3", "+1", ".5", "1.", "1,5", "NaN", "Infinity", "9" * 500, "x"]
    async with postgres() as place:
        await place.run(
            "CREATE DOMAIN price AS NUMERIC(14,4)",
            f"CREATE TABLE notes (id {kind}, owner {kind}, at DATE, note TEXT)",
            insert(*((value, value, "'2026-01-01'", "''") for value in stored)),
        )
        async with sql_source(place) as source:
            at = lookup(clock)
            assert len(await source.probe(at)) == 3
            for window in (Window(), Window(limit=1) if clock else Window(first=1)):
                answers = await ask(source, at, *keys, *others, window=window)
                assert {key: ids(answer.rows) for key, answer in answers.items()} == {key: [key] for key in keys}
                assert [await rows(source, at, key, window) for key in others] == [()] * len(others)
                assert [ids(await rows(source, at, key, window)) for key in keys] == [[key] for key in keys]


async def test_numeric_ids_are_sorted_as_texts():
    stored = [(value, "'7'", "'2026-01-01'", "''") for value in ("9.00", "10.00", "2.50", "100.00")]
    async with postgres() as place:
        await place.run("CREATE TABLE notes (id NUMERIC(9,2), owner TEXT, at DATE, note TEXT)", insert(*stored))
        async with sql_source(place) as source:
            at, seen = lookup(TimeFormat("date")), list[str]()
            assert ids(await rows(source, at, "7")) == ["9", "2.5", "100", "10"]
            after = None
            while page := await rows(source, at, "7", Window(limit=1, after=after)):
                seen += ids(page)
                after = Position(datetime(2026, 1, 1, tzinfo=UTC), seen[-1])
            assert seen == ["9", "2.5", "100", "10"]


async def test_a_number_beyond_64_bits_is_a_key():
    key = "9" * 30
    async with table("postgres", "id TEXT, owner NUMERIC(38), note TEXT") as (place, source):
        await place.run(insert(("'1'", key, "''")))
        assert ids(await rows(source, BY_OWNER, key)) == ["1"]


@pytest.mark.parametrize("kind", ["BPCHAR", "padded", '"char"', "NAME", "VARCHAR(1)"])
async def test_any_kind_of_text_is_a_key_without_padding(kind: str):
    async with postgres() as place:
        await place.run(
            "CREATE DOMAIN padded AS BPCHAR",
            f"CREATE TABLE notes (id {kind}, owner {kind}, note {kind})",
            insert(("'1'", "'a'", "'b'"), ("'2'", "'é'", "'b'") if kind != '"char"' else ("'2'", "'z'", "'b'")),
        )
        async with sql_source(place) as source:
            assert len(await source.probe(BY_OWNER)) == 2
            assert list(await ask(source, BY_OWNER, "a", "a ", "aa", "A", "")) == ["a"]
            assert await rows(source, BY_OWNER, "a") == ({"id": "1", "owner": "a", "note": "b"},)


@pytest.mark.parametrize("match", ["exact", "prefix"])
async def test_text_that_ignores_case_matches_only_its_own_case(match: str):
    async with latin1() as place:
        await place.run("CREATE EXTENSION citext", "CREATE TABLE notes (id citext, owner citext, note citext)")
        await place.run(insert(("'1'", "'ab'", "''"), ("'2'", "'AB'", "''")))
        async with sql_source(place) as source:
            assert len(await source.probe(lookup(match=match))) == 2
            answers = await ask(source, lookup(match=match), "ab", "AB", "Ab", window=Window(first=1))
            assert {key: ids(answer.rows) for key, answer in answers.items()} == {"ab": ["1"], "AB": ["2"]}


@pytest.mark.parametrize("kind", ["MONEY", "DATE", "BOOLEAN", "INET", "OID", "INTEGER[]", "JSONB", "BYTEA"])
async def test_a_probe_refuses_a_key_of_any_other_type(kind: str):
    async with table("postgres", f"id TEXT, owner {kind}, note TEXT") as (_, source):
        with pytest.raises(InvalidResponse) as refused:
            await source.probe(BY_OWNER)
        assert "cannot hold keys; add a view with the key as text" in refused.value.reason


async def test_a_probe_refuses_rows_that_their_keys_do_not_find():
    async with table("sqlite", "id TEXT, owner NUMERIC, note TEXT", [("1", "7", "")]) as (place, source):
        assert len(await source.probe(BY_OWNER)) == 1
        await place.run("CREATE VIEW odd AS SELECT id, CAST(random() AS TEXT) AS owner, note FROM notes")
        with pytest.raises(InvalidRow) as refused:
            await source.probe(lookup(at="odd"))
        assert "a row is not found by its own key" in refused.value.reason


async def test_an_enum_column_matches_only_its_labels():
    async with postgres() as place:
        await place.run(
            "CREATE TYPE mood AS ENUM ('glad', 'sad')",
            "CREATE TABLE notes (id TEXT, owner mood, note TEXT)",
            "INSERT INTO notes VALUES ('1', 'glad', '')",
        )
        async with sql_source(place) as source:
            assert list(await ask(source, BY_OWNER, "glad", "sad", "mad")) == ["glad"]


@BOTH
async def test_a_column_that_cannot_hold_keys_is_refused(database: str):
    async with table(database, "id TEXT, owner DOUBLE PRECISION, note TEXT") as (_, source):
        assert "cannot hold keys" in (await error(source, BY_OWNER, "7")).reason


async def test_an_untyped_sqlite_view_may_hold_text_or_numbers():
    async with table("sqlite", "id TEXT, n INTEGER, t TEXT", [("1", 7, "7"), ("2", 8, "x")]) as (place, source):
        await place.run("CREATE VIEW numbers AS SELECT id, n + 0 AS owner, '' AS note FROM notes")
        await place.run("CREATE VIEW texts AS SELECT id, t || '' AS owner, '' AS note FROM notes")
        assert ids(await rows(source, lookup(at="numbers"), "7")) == ["1"]
        assert ids(await rows(source, lookup(at="texts"), "7")) == ["1"]
        assert ids(await rows(source, lookup(at="texts"), "x")) == ["2"]


@BOTH
async def test_a_prefix_matches_literally_without_wildcards(database: str):
    terms = ["ada", "adam", "ad", "Ada", "a%a", "a_a", "a\\a", "éa", "eva"]
    stored = [(str(n), term, "") for n, term in enumerate(terms)]
    async with table(database, PLAIN, stored) as (_, source):
        prefixes = ("ad", "ada", "a%", "a_", "a\\", "é", "", "[ae]", "*", "z", "\0")
        answers = await ask(source, lookup(match="prefix"), *prefixes)
        assert {key: {row["owner"] for row in answers[key].rows} for key in answers} == {
            "ad": {"ada", "adam", "ad"},
            "ada": {"ada", "adam"},
            "a%": {"a%a"},
            "a_": {"a_a"},
            "a\\": {"a\\a"},
            "é": {"éa"},
        }


@BOTH
async def test_each_prefix_gets_its_own_newest_rows(database: str):
    stored = [(f"{n:02}", f"ad{n % 3}", f"2026-01-{n + 1:02}", "") for n in range(20)]
    async with table(database, "id TEXT, owner TEXT, at TEXT NOT NULL, note TEXT", stored) as (_, source):
        answers = await ask(source, lookup(TimeFormat("date"), match="prefix"), "ad", "ad1", window=Window(limit=3))
        assert {key: ids(answers[key].rows) for key in answers} == {"ad": ["19", "18", "17"], "ad1": ["19", "16", "13"]}


@BOTH
async def test_only_a_text_column_can_match_prefixes(database: str):
    async with table(database, "id TEXT, owner INTEGER, note TEXT") as (_, source):
        assert "only text has prefixes" in (await error(source, lookup(match="prefix"), "7")).reason


LOWER = Spelling("lower case", str.lower)


@BOTH
@pytest.mark.parametrize("match", ["exact", "prefix"])
async def test_a_search_of_texts_spelled_otherwise_fails_its_probe(
    database: str, match: str, caplog: pytest.LogCaptureFixture
):
    stored = [(str(n), text, "") for n, text in enumerate(["Ada Lovelace", "eva"])]
    async with table(database, PLAIN, stored) as (place, source):
        search = lookup(match=match, spelling=LOWER)
        with pytest.raises(InvalidRow) as refused:
            await source.probe(search)
        assert "1 of 2 texts of its key are not in lower case, as searches spell them" in refused.value.reason
        assert list(await ask(source, search, "ada", "eva")) == ["eva"]
        assert len([line for line in caplog.messages if "1 of 2 texts" in line]) == 1
        await place.run("CREATE VIEW folded AS SELECT id, lower(owner) AS owner, note FROM notes")
        hits = await rows(source, lookup(at="folded", match=match, spelling=LOWER), "ada lovelace")
        assert ids(hits) == ["0"]


@BOTH
async def test_one_text_among_many_is_logged_and_fails_the_probe(database: str, caplog: pytest.LogCaptureFixture):
    stored = [(str(n), f"eva{n}", "") for n in range(30)]
    async with table(database, PLAIN, [*stored, ("x", "Ada", "")]) as (_, source):
        search = lookup(match="prefix", spelling=LOWER)
        assert len(await rows(source, search, "eva")) == 30
        assert [line for line in caplog.messages if "1 of 31 texts" in line]
        with pytest.raises(InvalidRow):
            await source.probe(search)


@BOTH
async def test_a_table_without_rows_is_searched_in_vain(database: str):
    async with table(database, PLAIN) as (_, source):
        assert await source.probe(lookup(match="prefix", spelling=LOWER)) == ()
