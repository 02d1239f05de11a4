"""Times in text columns: a row in another form costs its own key, in every window, and no other."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sources.sql_sources import ask, error, lookup, recorded_source, rows, table

from gateway.contract.batch import COUNT, Answer, Position, TimeField, Window
from gateway.contract.times import TimeFormat
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.sql.time_texts import in_form, mask

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
FORMS = pytest.mark.parametrize("form", ["iso", "local", "date"])
NEW_YORK = ZoneInfo("America/New_York")
COLUMNS = "id TEXT, owner TEXT, at TEXT, note TEXT"
CLOCKS = {"iso": TimeFormat("iso"), "local": TimeFormat("local", NEW_YORK), "date": TimeFormat("date")}
BY_DAY = lookup(CLOCKS["date"])
MARCH, MAY = datetime(2026, 3, 1, tzinfo=NEW_YORK), datetime(2026, 5, 1, tzinfo=NEW_YORK)
SQLITE_ONLY = (b"2026-04-01", 2460000.5, 20260401, "2026-04-01\0", "2026-04-01\0x")
OTHER_FORMS = ("", " ", "TBD", "2026-5-1", "20260501", "05/01/2026", " 2026-04-01", "2026-04-01 ", "2026-13-45")
OTHER_FORMS += ("2026-02-30", "0000-00-00", "2026-04-01x", "2026-04-01 10:00:00", "infinity", "\u0662026-04-01")
WINDOWS = (
    Window(zone=NEW_YORK),
    Window(limit=1, zone=NEW_YORK),
    Window(MARCH, MAY, zone=NEW_YORK),
    Window(since=datetime(2030, 1, 1, tzinfo=UTC), zone=NEW_YORK),
    Window(until=datetime(2001, 1, 1, tzinfo=UTC), limit=2, zone=NEW_YORK),
    Window(limit=1, after=Position(MARCH, "n1"), zone=NEW_YORK),
)
DAYS = ("2026-04-01", "2024-02-29", "2026-02-29", "2000-02-29", "1900-02-29", "2026-04-31", "2026-00-01", "2026-10-00")
DAYS += ("0000-01-01", "0001-01-01", "9999-12-31", "2026-1-01", "26-01-01", "2026-12-32", "+026-01-01", "")
HOURS = ("", "00:00", "00:00:00", "23:59", "23:59:59", "24:00:00", "23:59:60", "12:60:00", "1:00", "12", "00:00:", "x")
FRACTIONS = ("", ".0", ".5", ".000", ".123456789", ".", ".5x", ",5")
ZONES = ("", "Z", "+00:00", "-05:00", "+19:59", "+24:00", "+0000", "ZZ", "+00:00Z", "z")


def texts() -> list[str]:
    """Days and times, right and wrong, in every combination that may be read alike."""
    separators = ("", "T", " ", "t")
    plain = {"".join(parts) for parts in product(DAYS, separators, HOURS, ("", "Z", ".5"))}
    long = {"".join(parts) for parts in product(DAYS[:1], ("T",), HOURS, FRACTIONS, ZONES)}
    return sorted(plain | long | set(OTHER_FORMS))


def good(form: str) -> str:
    return {"iso": "2026-04-01T00:00:00Z", "local": "2026-04-01 00:00", "date": "2026-04-01"}[form]


def stored_texts(form: str, odd: Sequence[Any]) -> list[tuple[Any, ...]]:
    """A row of each text, under its own key, after enough good ones for the sample."""
    of_all = [(f"g{n}", "good", good(form), "") for n in range(300)]
    return of_all + [(f"n{n}", f"k{n}", text, "") for n, text in enumerate(odd)]


@BOTH
@FORMS
async def test_databases_and_python_know_the_same_forms(database: str, form: str) -> None:
    odd = [*texts(), *(SQLITE_ONLY if database == "sqlite" else ())]
    keys = [f"k{n}" for n in range(len(odd))]
    beside = Window(since=datetime(9990, 1, 1, tzinfo=UTC), until=datetime(9991, 1, 1, tzinfo=UTC), zone=NEW_YORK)
    async with table(database, untyped(database), stored_texts(form, odd), keys_per_call=5000) as (_, source):
        answers = await ask(source, lookup(CLOCKS[form]), "good", *keys, window=beside)
    assert all(isinstance(answer, InvalidRow) for answer in answers.values())
    others = {key for key, text in zip(keys, odd, strict=True) if not in_form(form)(text)}
    assert set(answers) == others
    assert 100 < len(others) < len(odd)


@given(form=st.sampled_from(sorted(CLOCKS)), text=st.sampled_from(texts()))
def test_a_text_in_its_form_is_a_time(form: str, text: str) -> None:
    if in_form(form)(text):
        assert CLOCKS[form].parse(text, NEW_YORK).tzinfo


@BOTH
@pytest.mark.parametrize("odd", OTHER_FORMS)
async def test_every_window_notices_a_time_in_another_form(database: str, odd: str) -> None:
    await check_noticed(database, odd)


@pytest.mark.parametrize("odd", SQLITE_ONLY, ids=["blob", "julian day", "number", "zero", "after zero"])
async def test_every_window_notices_what_only_sqlite_stores(odd: Any) -> None:
    await check_noticed("sqlite", odd)


async def check_noticed(database: str, odd: Any) -> None:
    """Each window of the key with the odd row is misread, and has no count; the other key is answered."""
    stored = [(f"n{n}", key, f"2026-04-{n:02}", "") for n in range(1, 9) for key in "78"]
    async with table(database, untyped(database), [*stored, ("x", "7", odd, "")]) as (_, source):
        for window in WINDOWS:
            answers = await ask(source, BY_DAY, "7", "8", window=window)
            assert isinstance(answers["7"], InvalidRow), window
            assert not isinstance(answers.get("8"), InvalidRow)
            assert isinstance(await error(source, BY_DAY, "7", window=window), InvalidRow)
        counts = await ask(source, BY_DAY, "7", "8", window=Window(MARCH, MAY, zone=NEW_YORK, count=True))
        numbers = {key: answer.rows[0][COUNT] for key, answer in counts.items() if isinstance(answer, Answer)}
        assert numbers == {"7": None, "8": 8}


@BOTH
@pytest.mark.parametrize("place", [0, 30, 59])
async def test_one_odd_time_of_a_sample_costs_only_its_key(
    database: str, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    stored = [(f"n{n}", str(n), "05/11/26x" if n == place else "2026-04-01", "") for n in range(60)]
    async with table(database, COLUMNS, stored) as (_, source):
        answers = await ask(source, BY_DAY, *map(str, range(60)), window=Window(limit=5, zone=NEW_YORK))
        assert {key for key, answer in answers.items() if isinstance(answer, InvalidRow)} == {str(place)}
        assert len(answers) == 60
        assert len(await source.probe(BY_DAY)) == 3
    text = "Note by owner: 1 of 60 sampled times are in another form, such as '99/99/99A'; their keys are misread"
    assert [record.getMessage() for record in caplog.records] == [f"ledger: {text}"]


@BOTH
async def test_a_column_mostly_of_other_forms_is_refused(database: str) -> None:
    stored = [(f"n{n}", str(n), "2026-04-01" if n % 3 else "TBD", "") for n in range(30)]
    async with table(database, COLUMNS, stored) as (place, source):
        assert len(await rows(source, BY_DAY, "1", Window(zone=NEW_YORK))) == 1
        await place.fill("notes", [(f"o{n}", "99", "04/01/2026", "") for n in range(40)])
    async with table(database, COLUMNS, [*stored, *((f"o{n}", "99", "04/01/2026", "") for n in range(40))]) as (
        _,
        source,
    ):
        refused = await error(source, BY_DAY, "1", "2")
        assert isinstance(refused, InvalidResponse)
        assert not isinstance(refused, InvalidRow)
        assert "50 of 70 sampled times are in another form, such as 'AAA', '99/99/9999'" in refused.reason


@BOTH
async def test_empty_texts_do_not_refuse_a_column(database: str, caplog: pytest.LogCaptureFixture) -> None:
    at = lookup(time=TimeField(("at",), CLOCKS["date"], ("TBD",)), columns=("id", "owner", "at", "note"))
    stored = [(f"n{n}", str(n), ("", "  ", " TBD", "2026-04-01")[n % 4], "") for n in range(40)]
    async with table(database, COLUMNS, stored) as (_, source):
        answers = await ask(source, at, *map(str, range(40)), window=Window(MARCH, MAY, zone=NEW_YORK))
        misread = {key for key, answer in answers.items() if isinstance(answer, InvalidRow)}
        assert misread == {str(n) for n in range(40) if n % 4 != 3}
    assert not caplog.records


@BOTH
async def test_a_sample_that_cannot_be_read_is_read_once(database: str) -> None:
    async with table(database, COLUMNS, [("1", "7", "2026-04-01", "")]) as (place, _):
        if database == "sqlite":
            await place.run("INSERT INTO notes VALUES ('2', '8', CAST(x'37e9' AS TEXT), '')")
        async with recorded_source(place) as (source, sent):
            await rows(source, BY_DAY, "7", Window(zone=NEW_YORK))
            sent.clear()
            await rows(source, BY_DAY, "7", Window(zone=NEW_YORK))
    assert len(sent) == 1


@pytest.mark.parametrize("kind", ["DATE", "DATE NOT NULL"])
async def test_columns_of_dates_are_asked_as_before(kind: str) -> None:
    columns = f"id TEXT, owner TEXT, at {kind}, note TEXT"
    async with table("postgres", columns) as (place, _), recorded_source(place) as (source, sent):
        await rows(source, BY_DAY, "7", Window(MARCH, limit=5, zone=NEW_YORK))
    assert "~" not in sent[-1]
    assert ("NULLS FIRST" in sent[-1]) is (kind == "DATE")


@given(st.text() | st.binary() | st.floats())
def test_a_mask_has_no_digit_or_letter_of_a_value(value: Any) -> None:
    if isinstance(value, str):
        assert not {sign for sign in mask(value)[1:-1] if sign.isalnum()} - {"9", "A"} or "\\" in mask(value)
    else:
        assert mask(value) == type(value).__name__


def untyped(database: str) -> str:
    """The same columns; in SQLite the time has no type, and so holds any value as it is."""
    return COLUMNS.replace("at TEXT", "at") if database == "sqlite" else COLUMNS
