from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sources.sql_sources import ask, error, lookup, rows, table

from gateway.contract.batch import Answer, Position, Row, Window
from gateway.contract.times import TimeFormat
from gateway.contract.windows import apply_window, sort_key
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.sql.source import SqlSource

BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"])
NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour is skipped and repeated
LOCAL = lookup(TimeFormat("local", NEW_YORK))
NIGHTS = (datetime(2026, 3, 8), datetime(2026, 11, 1), datetime(2026, 4, 5), datetime(2026, 10, 4))  # noqa: DTZ001  # walls
FIXTURES = [HealthCheck.function_scoped_fixture]


def local_times() -> Iterator[datetime]:
    """Local times around each clock change, with skipped ones and repeated ones."""
    for night in NIGHTS:
        for n in range(24):
            yield night + timedelta(minutes=15 * n)
            if n % 3 == 0:
                yield night + timedelta(minutes=15 * n)
        yield night + timedelta(hours=2, microseconds=1)
        yield night + timedelta(hours=2, milliseconds=500)


def stored(database: str) -> list[tuple[Any, ...]]:
    return [
        (f"{'ab'[n % 2]}{n}", "7", wall if database == "postgres" else wall.isoformat(" "), "")
        for n, wall in enumerate(local_times())
    ]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def nights(request: pytest.FixtureRequest, anyio_backend: str) -> Any:  # noqa: ARG001  # anyio's
    async with table(request.param, "id TEXT, owner TEXT, at TIMESTAMP NOT NULL, note TEXT", stored(request.param)) as (
        _,
        source,
    ):
        yield source


MOMENTS = [
    datetime.combine(night, datetime.min.time(), tzinfo=UTC) + timedelta(minutes=15 * n, microseconds=tick)
    for night in NIGHTS
    for n in range(-44, 60)
    for tick in (-1, 0, 1)
]


@given(
    window=st.builds(
        Window,
        since=st.none() | st.sampled_from(MOMENTS),
        until=st.none() | st.sampled_from(MOMENTS),
        limit=st.none() | st.integers(1, 30),
        after=st.none() | st.builds(Position, st.sampled_from(MOMENTS), st.sampled_from(["a", "b1", "b", ""])),
    ),
    zone=st.sampled_from([NEW_YORK, LORD_HOWE]),
)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=FIXTURES)
async def test_skipped_and_repeated_hours_keep_every_row_once(nights: SqlSource, window: Window, zone: ZoneInfo):
    at = lookup(TimeFormat("local", zone))
    everything = await rows(nights, at, "7")
    expected = apply_window(window, [(sort_key(at, row, window), row["id"]) for row in everything])
    assert [row["id"] for row in await rows(nights, at, "7", window)] == [name for _, name in expected]


async def test_rows_of_ambiguous_local_times_appear_once(nights: SqlSource):
    seen: list[str] = []
    page: Sequence[Row] = ()
    window = Window(limit=4)
    while page := await rows(nights, LOCAL, "7", window):
        seen += [row["id"] for row in page]
        moment, name = sort_key(LOCAL, page[-1], window)
        window = Window(limit=4, after=Position(moment.astimezone(UTC), name))
    assert seen == [row["id"] for row in await rows(nights, LOCAL, "7", Window(limit=1000))]
    assert len(seen) == len(list(local_times()))


@BOTH
async def test_a_window_of_dates_starts_at_midnight_of_its_zone(database: str):
    day = date.fromisoformat if database == "postgres" else str
    days = [("1", "7", day("2026-01-01"), ""), ("2", "7", day("2026-01-02"), "")]
    async with table(database, "id TEXT, owner TEXT, at DATE NOT NULL, note TEXT", days) as (_, source):
        for hour, zone, expected in ((5, NEW_YORK, "2"), (5, ZoneInfo("America/Chicago"), "2"), (6, NEW_YORK, None)):
            window = Window(since=datetime(2026, 1, 2, hour, tzinfo=UTC), zone=zone)
            got = [row["id"] for row in await rows(source, lookup(TimeFormat("date")), "7", window)]
            assert got == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("kind", "clock"),
    [
        ("DATE", TimeFormat("iso")),
        ("DATE", TimeFormat("local", NEW_YORK)),
        ("TIMESTAMP", TimeFormat("iso")),
        ("TIMESTAMPTZ", TimeFormat("date")),
        ("TIMESTAMPTZ", TimeFormat("epoch")),
        ("TEXT", TimeFormat("epoch")),
        ("BIGINT", TimeFormat("iso")),
        ("BOOLEAN", TimeFormat("local", NEW_YORK)),
    ],
)
async def test_a_column_type_that_cannot_hold_the_format_is_refused(kind: str, clock: TimeFormat):
    async with table("postgres", f"id TEXT, owner TEXT, at {kind}, note TEXT") as (_, source):
        refused = await error(source, lookup(clock), "7")
        assert isinstance(refused, InvalidResponse)
        assert f"cannot hold times of format {clock.name}" in refused.reason


@BOTH
@pytest.mark.parametrize(
    ("clock", "written"),
    [
        (TimeFormat("iso"), "2026-01-01T00:00:00-05:00"),
        (TimeFormat("iso"), "2026-01-01T00:00:00"),
        (TimeFormat("local", NEW_YORK), "2026-01-01T00:00:00Z"),
        (TimeFormat("local", NEW_YORK), "01/02/2026"),
        (TimeFormat("local", NEW_YORK), "20260101T000000"),
        (TimeFormat("date"), "1 Jan 2026"),
    ],
)
async def test_times_in_unsortable_text_are_refused_with_a_hint(database: str, clock: TimeFormat, written: str):
    columns = "id TEXT, owner TEXT, at TEXT, note TEXT"
    async with table(database, columns, [("1", "8", written, "")]) as (_, source):
        window = Window(since=datetime(2026, 1, 1, tzinfo=UTC))
        refused = await error(source, lookup(clock), "7", window=window)
        assert refused.reason.startswith(
            "Note by owner: its times are not written in a sortable form; add a view that writes them so"
            " (1 of 1 sampled times are in another form, such as '"
        )
        with pytest.raises(InvalidResponse):
            await source.probe(lookup(clock))


@BOTH
async def test_one_unsortable_time_fails_only_its_key(database: str):
    columns = "id TEXT, owner TEXT, at TEXT, note TEXT"
    good = [("1", "7", "2026-01-01T00:00:00Z", ""), ("2", "8", "2026-01-01T00:00:00Z", "")]
    async with table(database, columns, good) as (place, source):
        assert len(await ask(source, lookup(TimeFormat("iso")), "1")) == 0
        at = lookup(TimeFormat("iso"))
        assert len(await ask(source, at, "7", "8")) == 2
        await place.fill("notes", [("3", "7", "2026-01-01T00:00:00+01:00", "")])
        answers = await ask(source, at, "7", "8", window=Window(limit=5))
        assert isinstance(answers["7"], InvalidRow)
        assert isinstance(answers["8"], Answer)


@BOTH
@pytest.mark.parametrize("kind", ["TEXT", "INTEGER"])
async def test_a_row_without_a_time_fails_its_key(database: str, kind: str):
    clock = TimeFormat("iso") if kind == "TEXT" else TimeFormat("epoch")
    time = "2026-01-01T00:00:00Z" if kind == "TEXT" else 1767225600
    stored = [(str(n), "7", time, "") for n in range(9)] + [("x", "7", None, ""), ("y", "8", time, "")]
    columns = f"id TEXT, owner TEXT, at {kind}, note TEXT"
    start = datetime(2025, 1, 1, tzinfo=UTC)
    async with table(database, columns, stored) as (_, source):
        for window in (
            Window(),
            Window(limit=1),
            Window(since=start),
            Window(until=start),
            Window(since=start, limit=1),
            Window(limit=1, after=Position(start, "5")),
        ):
            assert isinstance(await error(source, lookup(clock), "7", window=window), InvalidResponse)
            answers = await ask(source, lookup(clock), "7", "8", window=window)
            assert isinstance(answers["7"], InvalidRow)
            assert not isinstance(answers.get("8"), InvalidResponse)


async def test_fractions_of_a_second_sort_numerically_at_any_length():
    fractions = ["", ".5", ".50", ".500001", ".05", ".500000", ".123456789", ".1"]
    stored = [(str(n), "7", f"2026-01-01T00:00:00{f}Z", "") for n, f in enumerate(fractions)]
    async with table("sqlite", "id TEXT, owner TEXT, at TEXT, note TEXT", stored) as (_, source):
        at = lookup(TimeFormat("iso"))
        expected = [row["id"] for row in await rows(source, at, "7")]
        assert expected == ["3", "5", "2", "1", "6", "7", "4", "0"]
        for size in range(1, 9):
            page = await rows(source, at, "7", Window(limit=size))
            assert [row["id"] for row in page] == expected[:size]
