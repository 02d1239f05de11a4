"""What a database cannot read or write belongs to its own key: other keys of the batch are answered."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Any

import pytest
from support.sources.databases import insert, latin1, sqlite
from support.sources.sql_sources import ask, lookup, recorded_source, rows, sql_source, table

from gateway.contract.batch import Answer, Batch, Position, Window, batch_failure
from gateway.contract.times import TimeFormat
from gateway.errors import InvalidRow

KEYS = [str(n) for n in range(20)]
BY_OWNER = lookup()
# Of each kind: the type of a column, a value that is read, and one that is not.
ODD = {
    "a day before Christ": ("DATE", "'2020-01-01'", "'0044-03-15 BC'"),
    "a day after the year 9999": ("DATE", "'2020-01-01'", "'15000-01-01'"),
    "a moment after the year 9999": ("TIMESTAMPTZ", "'2020-01-01'", "'15000-01-01'"),
    "a long interval": ("INTERVAL", "'1 day'", "'100000000 years'"),
    "a late time of day": ("TIME", "'12:00'", "'24:00'"),
}


def misread(answers: Any) -> set[str]:
    """The keys with an error, which must be that of a row."""
    assert all(isinstance(answer, Answer | InvalidRow) for answer in answers.values())
    return {key for key, answer in answers.items() if isinstance(answer, InvalidRow)}


@pytest.mark.parametrize("odd", [set(), {"0"}, {"7", "8", "19"}, set(KEYS)], ids=len)
@pytest.mark.parametrize("kind", ODD)
async def test_a_value_outside_pythons_types_is_its_keys_error(kind: str, odd: AbstractSet[str]) -> None:
    column, plain, strange = ODD[kind]
    async with table("postgres", f"id TEXT, owner TEXT, note {column}") as (place, source):
        await place.run(insert(*((f"'{key}'", f"'{key}'", strange if key in odd else plain) for key in KEYS)))
        answers = await ask(source, BY_OWNER, *KEYS)
        assert misread(answers) == odd
        assert {answers[key].reason.partition(":")[0] for key in odd} <= {BY_OWNER.name}  # type: ignore[union-attr]
        assert len(answers) == len(KEYS)
        assert batch_failure(Batch(BY_OWNER, tuple(KEYS)), answers) is None


@pytest.mark.parametrize("column", ["id", "owner", "note", "at"])
async def test_text_that_is_not_utf8_is_its_keys_error(column: str) -> None:
    async with sqlite() as place:
        stored = [(key, key, "2026-01-01T00:00:00Z", "") for key in KEYS]
        await place.run("CREATE TABLE notes (id TEXT, owner TEXT, at TEXT, note TEXT)")
        await place.fill("notes", stored)
        await place.run(f"UPDATE notes SET {column} = CAST(x'37e9' AS TEXT) WHERE id IN ('3', '7')")  # noqa: S608  # ours
        async with sql_source(place) as source:
            for clock in (None, TimeFormat("iso")):
                answers = await ask(source, lookup(clock), *KEYS)
                unread = clock is not None or column != "at"
                assert misread(answers) == ({"3", "7"} if unread and column != "owner" else set())
                assert set(KEYS) - {"3", "7"} <= set(answers)
                reasons = [answer.reason for answer in answers.values() if isinstance(answer, InvalidRow)]
                assert "\\xe9" not in repr(reasons)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_a_view_that_fails_for_a_row_fails_its_key(database: str) -> None:
    expression = "abs(owner - 9223372036854775807 - 1 - 5)" if database == "sqlite" else "1 / (owner - 5)"
    async with table(database, "id TEXT, owner INTEGER, note TEXT", [(key, int(key), "") for key in KEYS]) as (
        place,
        source,
    ):
        await place.run(f"CREATE VIEW odd AS SELECT id, owner, {expression} AS note FROM notes")  # noqa: S608  # ours
        assert misread(await ask(source, lookup(at="odd"), *KEYS)) == {"5"}


async def test_many_odd_rows_cost_a_bounded_number_of_statements() -> None:
    async with table("postgres", "id TEXT, owner TEXT, note DATE") as (place, _):
        await place.run(
            "INSERT INTO notes SELECT n, n, CASE WHEN n % 2 = 0 THEN '0044-03-15 BC'::date END FROM"
            " generate_series(0, 499) n"
        )
        async with recorded_source(place) as (source, sent):
            answers = await ask(source, BY_OWNER, *map(str, range(500)))
        assert len(answers) == 500
        assert {key for key in answers if int(key) % 2 == 0} <= misread(answers)
        assert len(sent) < 500


async def test_a_key_outside_the_encoding_has_no_rows() -> None:
    async with latin1() as place:
        await place.run(
            "CREATE TABLE notes (id TEXT, owner TEXT, note TEXT)",
            "INSERT INTO notes VALUES ('1', 'A1', ''), ('2', 'é', '')",
        )
        async with sql_source(place) as source:
            for kind in ("exact", "prefix"):
                answers = await ask(source, lookup(match=kind), "A1", "A€", "é", "Ł", "名")
                assert {key: answer.rows[0]["id"] for key, answer in answers.items()} == {"A1": "1", "é": "2"}
                assert await rows(source, lookup(match=kind), "€") == ()


async def test_a_page_may_end_at_an_id_outside_the_encoding() -> None:
    async with latin1() as place:
        await place.run(
            "CREATE TABLE notes (id TEXT, owner TEXT, at TIMESTAMPTZ, note TEXT)",
            "INSERT INTO notes VALUES ('1', '7', '2026-01-01Z', ''), ('\u00fc', '7', '2026-01-01Z', '')",
        )
        async with sql_source(place) as source:
            page = Window(limit=1, after=Position(datetime(2026, 1, 1, tzinfo=UTC), "€"))
            assert [row["id"] for row in await rows(source, lookup(TimeFormat("iso")), "7", page)] == ["ü"]


async def test_an_odd_row_of_one_page_spares_another() -> None:
    async with table("postgres", "id TEXT, owner TEXT, at DATE, note TEXT") as (place, source):
        stored = [(str(n), "7", date(2026, 1, n + 1), "") for n in range(5)]
        await place.fill("notes", stored)
        await place.run("INSERT INTO notes VALUES ('x', '7', '0044-03-15 BC', '')")
        by_time = lookup(TimeFormat("date"))
        assert len(await rows(source, by_time, "7", Window(limit=5))) == 5
        assert misread(await ask(source, by_time, "7")) == {"7"}


@pytest.mark.parametrize("kind", ODD)
async def test_a_probe_looks_at_the_rows_that_can_be_read(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    column, plain, strange = ODD[kind]
    async with table("postgres", f"id TEXT, owner TEXT, note {column}") as (place, _):
        await place.run(insert(("'1'", "'1'", strange), ("'2'", "'2'", plain), ("'3'", "'3'", plain)))
        async with recorded_source(place) as (source, sent):
            assert [row["id"] for row in await source.probe(BY_OWNER)] == ["2", "3"]
    assert "Note by owner: 1 of 3 rows cannot be read: column note: a value" in caplog.text
    samples = [text for text in sent if "LIMIT" in text and "WHERE" not in text]  # without those of a key
    assert len(samples) == 1 + 3 + 3


@pytest.mark.parametrize("kind", ODD)
async def test_a_probe_names_the_column_that_cannot_be_read(kind: str) -> None:
    column, _, strange = ODD[kind]
    async with table("postgres", f"id TEXT, owner TEXT, note {column}") as (place, source):
        await place.run(insert(("'1'", "'1'", strange), ("'2'", "'2'", strange)))
        with pytest.raises(InvalidRow) as raised:
            await source.probe(BY_OWNER)
    assert raised.value.reason.startswith("Note by owner: 2 of 2 rows cannot be read: column note: a value")


async def test_a_probe_passes_over_text_that_is_no_document(caplog: pytest.LogCaptureFixture) -> None:
    at = lookup(paths=(("note", "inner"),))
    stored = [("1", "1", "{broken"), ("2", "2", '{"inner": 1}')]
    async with table("sqlite", "id TEXT, owner TEXT, note TEXT", stored) as (_, source):
        assert [row["id"] for row in await source.probe(at)] == ["2"]
    assert "1 of 2 rows cannot be read: the column note holds text that is no JSON" in caplog.text
