"""`max_rows`: a statement reads one row more and no further; more rows are an error of their key, never a cut list."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sources.databases import Place
from support.sources.sql_sources import DATABASES, ask, error, lookup, recorded_source, rows, table

from gateway.contract.batch import COUNT, Answer, Lookup, Window
from gateway.contract.times import TimeFormat
from gateway.errors import InvalidRow
from gateway.sources.sql.place import SqlPlace
from gateway.sources.sql.source import MAX_FAILURES

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
COLUMNS = "id TEXT, owner TEXT, at TEXT, note TEXT"
MAX_ROWS = 5


def limited(clock: TimeFormat | None = TimeFormat("date"), **words: Any) -> Lookup:  # noqa: B008  # a value
    return lookup(clock, place=SqlPlace("notes", max_rows=MAX_ROWS, **words))


def notes(**counts: int) -> list[tuple[str, ...]]:
    """So many notes of each owner."""
    return [(f"{owner}{n}", owner, f"2026-03-{n + 1:02d}", "") for owner, count in counts.items() for n in range(count)]


@BOTH
@pytest.mark.parametrize("clock", [TimeFormat("date"), None], ids=["timed", "untimed"])
async def test_more_rows_are_an_error_of_their_key(database: str, clock: TimeFormat | None) -> None:
    async with table(database, COLUMNS, notes(a=5, b=6, c=1)) as (_, source):
        answers = await ask(source, limited(clock), "a", "b", "c", "d")
    numbers = {key: len(answer.rows) for key, answer in answers.items() if isinstance(answer, Answer)}
    assert numbers == {"a": 5, "c": 1}
    assert isinstance(answers["b"], InvalidRow)
    assert answers["b"].reason == "Note by owner: more than max_rows = 5 rows in one statement"
    assert "d" not in answers


async def test_many_keys_within_the_limit_are_all_answered() -> None:
    owners = [f"o{n}" for n in range(2 * MAX_FAILURES)]
    async with table("sqlite", COLUMNS, notes(**dict.fromkeys(owners, 4), long=6)) as (_, source):
        answers = await ask(source, limited(), *owners, "long")
    assert isinstance(answers.pop("long"), InvalidRow)
    assert {key: len(answer.rows) for key, answer in answers.items() if isinstance(answer, Answer)} == dict.fromkeys(
        owners, 4
    )


@BOTH
async def test_a_statement_reads_one_row_more_and_no_further(database: str) -> None:
    async with DATABASES[database]() as place:
        await fill(place, notes(a=25))
        async with recorded_source(place) as (source, sent):
            assert isinstance(await error(source, limited(), "a"), InvalidRow)
    read = [statement for statement in sent if "notes" in statement and "LIMIT 6" in statement]
    assert len(read) == 1


async def fill(place: Place, stored: list[tuple[str, ...]]) -> None:
    await place.run(f"CREATE TABLE notes ({COLUMNS})")
    await place.fill("notes", stored)


@BOTH
async def test_the_newest_rows_of_a_longer_list_are_read(database: str) -> None:
    async with table(database, COLUMNS, notes(a=25, b=25)) as (_, source):
        newest = await rows(source, limited(), "a", Window(limit=5))
        assert [row["id"] for row in newest] == [f"a{n}" for n in range(24, 19, -1)]
        assert isinstance(await error(source, limited(), "a", window=Window(limit=6)), InvalidRow)
        first = await rows(source, limited(None), "a", Window(first=5))
        assert len(first) == 5
        assert isinstance(await error(source, limited(None), "a", window=Window(first=6)), InvalidRow)


@BOTH
async def test_a_window_of_many_keys_takes_no_failing_statement(database: str) -> None:
    async with DATABASES[database]() as place:
        await fill(place, notes(a=9, b=9, c=9, d=9, e=9))
        async with recorded_source(place) as (source, sent):
            by_owner = limited()
            await source.probe(by_owner)
            sent.clear()
            answers = await ask(source, by_owner, "a", "b", "c", "d", "e", window=Window(limit=2))
    assert {key: len(answer.rows) for key, answer in answers.items() if isinstance(answer, Answer)} == dict.fromkeys(
        "abcde", 2
    )
    assert len(sent) == 3  # of two keys each: their rows fit


@BOTH
async def test_a_longer_list_is_counted(database: str) -> None:
    async with table(database, COLUMNS, notes(a=25)) as (_, source):
        [row] = await rows(source, limited(), "a", Window(count=True))
    assert row[COUNT] == 25


@BOTH
async def test_a_search_with_too_many_rows_fails(database: str) -> None:
    by_start = limited(None, match="prefix")
    async with table(database, COLUMNS, notes(abc=4, abd=4, xyz=1)) as (_, source):
        answers = await ask(source, by_start, "ab", "abc", "x")
    assert isinstance(answers["ab"], InvalidRow)
    assert {key: len(answers[key].rows) for key in ("abc", "x")} == {"abc": 4, "x": 1}  # type: ignore[union-attr]


@BOTH
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(counts=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9), min_size=1))
async def test_each_key_has_all_its_rows_or_an_error(database: str, counts: dict[str, int]) -> None:
    async with table(database, COLUMNS, notes(**counts)) as (_, source):
        answers = await ask(source, limited(), *counts)
    numbers = {key: len(answer.rows) for key, answer in answers.items() if isinstance(answer, Answer)}
    assert numbers == {key: count for key, count in counts.items() if count <= MAX_ROWS}
    assert answers.keys() == counts.keys()


@pytest.mark.parametrize("value", [0, -1, 1.5, "many", None])
def test_the_limit_is_a_positive_number(value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"at": "notes", "max_rows": value}, SqlPlace)
