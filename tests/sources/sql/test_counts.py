"""Counts of rows: one statement for many keys, exact or None."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sources.databases import Place
from support.sources.sql_sources import DATABASES, ask, lookup, recorded_source, rows, table

from gateway.contract.batch import COUNT, Answer, Answers, Lookup, Window
from gateway.contract.times import TimeFormat
from gateway.sources.sql.source import SqlSource

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
NEW_YORK = ZoneInfo("America/New_York")
BY_DAY = lookup(TimeFormat("date"))
COLUMNS = "id TEXT, owner TEXT, at DATE, note TEXT"
ALL = Window(count=True, zone=NEW_YORK)
MARCH, MAY = datetime(2026, 3, 1, tzinfo=NEW_YORK), datetime(2026, 5, 1, tzinfo=NEW_YORK)


def day(database: str, month: int, of_month: int = 1) -> Any:
    written = datetime(2026, month, of_month, tzinfo=UTC).date()
    return written if database == "postgres" else written.isoformat()


def counts(answers: Answers) -> dict[str, int | None]:
    """The number for each key that was answered."""
    numbers = {}
    for key, answer in answers.items():
        assert isinstance(answer, Answer)
        [row] = answer.rows
        numbers[key] = row[COUNT]
    return numbers


def months(database: str) -> list[tuple[Any, ...]]:
    """Four notes of owner 7, of February to May, and one of owner 8."""
    of_seven = [(f"n{month}", "7", day(database, month), "") for month in range(2, 6)]
    return [*of_seven, ("n9", "8", day(database, 4), "")]


@BOTH
async def test_the_keys_of_a_batch_take_one_statement(database: str) -> None:
    async with DATABASES[database]() as place:
        await fill(place, months(database))
        async with recorded_source(place) as (source, sent):
            await source.probe(BY_DAY)
            sent.clear()
            assert counts(await ask(source, BY_DAY, "7", "8", "9", window=ALL)) == {"7": 4, "8": 1}
    [statement] = sent
    assert "GROUP BY" in statement


async def fill(place: Place, stored: list[tuple[Any, ...]]) -> None:
    await place.run(f"CREATE TABLE notes ({COLUMNS})")
    await place.fill("notes", stored)


@BOTH
@pytest.mark.parametrize(
    ("window", "number"),
    [
        (Window(since=MARCH, count=True, zone=NEW_YORK), 3),
        (Window(until=MARCH, count=True, zone=NEW_YORK), 1),
        (Window(since=MARCH, until=MAY, count=True, zone=NEW_YORK), 2),
    ],
)
async def test_a_count_keeps_to_its_window(database: str, window: Window, number: int) -> None:
    async with table(database, COLUMNS, months(database)) as (_, source):
        assert counts(await ask(source, BY_DAY, "7", window=window)) == {"7": number}


@BOTH
async def test_rows_of_one_id_count_once(database: str) -> None:
    twice = [*months(database), ("n2", "7", day(database, 2), "again")]
    async with table(database, COLUMNS, twice) as (_, source):
        assert counts(await ask(source, BY_DAY, "7", window=ALL)) == {"7": 4}


@BOTH
@pytest.mark.parametrize("without", ["id", "time"])
async def test_a_row_without_place_makes_its_key_unknown(database: str, without: str) -> None:
    odd = (None, "7", day(database, 1), "") if without == "id" else ("n0", "7", None, "")
    window = Window(since=datetime(2026, 1, 1, tzinfo=NEW_YORK), count=True, zone=NEW_YORK)
    async with table(database, COLUMNS, [*months(database), odd]) as (_, source):
        for each in (ALL, window):
            assert counts(await ask(source, BY_DAY, "7", "8", window=each)) == {"7": None, "8": 1}


@BOTH
async def test_keys_of_two_spellings_are_added_up(database: str) -> None:
    columns = COLUMNS.replace("owner TEXT", "owner" if database == "sqlite" else "owner CHAR(4)")
    stored = [("a", 7, day(database, 1), ""), ("b", "7", day(database, 2), "")]
    stored = stored if database == "sqlite" else [(row_id, str(key), *rest) for row_id, key, *rest in stored]
    async with table(database, columns, stored) as (_, source):
        assert counts(await ask(source, BY_DAY, "7", window=ALL)) == {"7": 2}


@BOTH
async def test_a_bound_in_a_repeated_hour_is_unknown(database: str) -> None:
    columns = "id TEXT, owner TEXT, at TIMESTAMP NOT NULL, note TEXT"
    wall = datetime(2026, 11, 1, 1, 30)  # noqa: DTZ001  # a wall clock
    stored = [("a", "7", wall if database == "postgres" else wall.isoformat(" "), "")]
    at = lookup(TimeFormat("local", NEW_YORK))
    async with table(database, columns, stored) as (_, source):
        changing = Window(since=datetime(2026, 11, 1, 6, 45, tzinfo=UTC), count=True, zone=NEW_YORK)
        assert counts(await ask(source, at, "7", window=changing)) == {"7": None}
        assert counts(await ask(source, at, "7", window=ALL)) == {"7": 1}


def untimed_or_prefix() -> list[Lookup]:
    return [lookup(), lookup(match="prefix"), lookup(TimeFormat("date"), match="prefix")]


def test_only_lists_with_a_time_can_be_counted() -> None:
    assert BY_DAY.can_count
    assert not any(each.can_count for each in untimed_or_prefix())


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def many(request: pytest.FixtureRequest, anyio_backend: str) -> Any:  # noqa: ARG001  # anyio's
    database: str = request.param
    stored = [(f"n{n % 40}", "7", day(database, n % 12 + 1, n % 28 + 1), f"{n}") for n in range(60)]
    async with table(database, COLUMNS, stored) as (_, source):
        yield source


@given(since=st.none() | st.integers(-10, 400), until=st.none() | st.integers(-10, 400))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_count_is_that_of_the_rows_read(many: SqlSource, since: int | None, until: int | None) -> None:
    first = datetime(2026, 1, 1, tzinfo=NEW_YORK)
    ends = [None if days is None else first + timedelta(days) for days in (since, until)]
    read = await rows(many, BY_DAY, "7", Window(*ends, zone=NEW_YORK))
    answers = await ask(many, BY_DAY, "7", window=Window(*ends, zone=NEW_YORK, count=True))
    assert counts(answers).get("7", 0) == len({row["id"] for row in read})
