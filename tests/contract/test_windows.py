from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gateway.contract.batch import ALL_ROWS, Answer, Batch, Lookup, Position, Row, TimeField, Window
from gateway.contract.times import TimeFormat
from gateway.contract.windows import (
    SortKey,
    apply_window,
    covering_window,
    covers,
    in_window,
    rows_by_key,
    sort_key,
    text_key,
    windowed_answers,
)
from gateway.errors import InvalidResponse, InvalidRow

START = datetime(2026, 1, 1, tzinfo=UTC)
LOOKUP = Lookup("Note", "owner", "here", None, ("who", "id"), ("id",), TimeField(("at",), TimeFormat("iso")))
MOMENTS = st.integers(0, 5).map(lambda n: START + timedelta(days=n))
STAMPS = st.lists(st.tuples(MOMENTS, st.sampled_from(["1", "10", "2", "B", "a", "é"])), max_size=12)
WINDOWS = st.builds(
    Window,
    since=st.none() | MOMENTS,
    until=st.none() | MOMENTS,
    limit=st.none() | st.integers(1, 5),
    after=st.none() | st.builds(Position, time=MOMENTS, id=st.sampled_from(["", "10", "a"])),
)


def note(name: object = "1", owner: object = "7", at: object = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    return {"id": name, "who": {"id": owner}, "at": at}


def held(window: Window, stamps: list[SortKey]) -> list[SortKey]:
    return [at for at, _ in apply_window(window, [(at, None) for at in stamps])]


@given(window=WINDOWS, stamps=STAMPS)
def test_a_window_gives_its_rows_newest_first_and_no_more_than_its_limit(
    window: Window, stamps: list[SortKey]
):
    found = held(window, stamps)
    assert found == sorted(found, reverse=True)
    assert found == sorted((at for at in stamps if in_window(window, at)), reverse=True)[: window.limit]


@given(stamps=STAMPS, window=WINDOWS, size=st.integers(1, 4))
def test_pages_give_every_row_exactly_once(stamps: list[SortKey], window: Window, size: int):
    wanted = sorted(set(stamps))
    page, seen = held(replace(window, limit=size), wanted), []
    while page:
        seen += page
        page = held(replace(window, limit=size, after=Position(*page[-1])), wanted)
    assert seen == held(replace(window, limit=None), wanted)


def test_the_start_belongs_to_a_window_and_the_end_does_not():
    window = Window(since=START, until=START + timedelta(days=1))
    assert in_window(window, (START, "1"))
    assert not in_window(window, (START + timedelta(days=1), "1"))


def test_ids_are_compared_as_text():
    assert held(ALL_ROWS, [(START, "9"), (START, "10"), (START, "é"), (START, "Z")]) == [
        (START, "é"),
        (START, "Z"),
        (START, "9"),
        (START, "10"),
    ]


@given(wide=WINDOWS, small=WINDOWS, stamps=STAMPS)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_a_window_that_covers_another_holds_all_of_its_rows(
    wide: Window, small: Window, stamps: list[SortKey]
):
    assume(covers(wide, small))
    assert held(small, held(wide, stamps)) == held(small, stamps)


@given(windows=st.lists(WINDOWS, min_size=1, max_size=4))
def test_the_cover_of_windows_covers_each(windows: list[Window]):
    first = windows[0]
    alike = [replace(window, until=first.until, after=first.after) for window in windows]
    assert all(covers(covering_window(alike), window) for window in alike)


def test_days_of_another_zone_are_not_covered():
    assert not covers(ALL_ROWS, replace(ALL_ROWS, zone=ZoneInfo("America/New_York")))


@pytest.mark.parametrize(("value", "key"), [("7", "7"), (7, "7"), ("", ""), (-1, "-1")])
def test_text_and_whole_numbers_are_keys(value: object, key: str):
    assert text_key(value) == key


@pytest.mark.parametrize("value", [None, True, 7.0, [], {}, b"7"])
def test_nothing_else_is_a_key(value: object):
    assert text_key(value) is None


def test_rows_are_grouped_by_the_key_they_repeat():
    rows = [note("1", "7"), note("2", 8), note("3", "7")]
    found = rows_by_key(Batch(LOOKUP, ("8", "7", "9")), rows, "here")
    assert {key: [row["id"] for row in some] for key, some in found.items()} == {
        "8": ["2"],
        "7": ["1", "3"],
        "9": [],
    }


@pytest.mark.parametrize("row", [note(owner="8"), note(owner=None), {"id": "1"}, {"who": "7"}])
def test_a_row_of_nobody_asked_condemns_the_whole_answer(row: Row):
    with pytest.raises(InvalidResponse):
        rows_by_key(Batch(LOOKUP, ("7",)), [note(), row], "here")


@pytest.mark.parametrize("key", ["a7,b", "a7;b", "a7\0", "a7\nb", " A7 ", "00a7", "á7"])
def test_a_key_that_its_system_takes_for_another_is_no_failure_of_the_system(key: str):
    for asked in ((key,), ("8", key)):
        with pytest.raises(InvalidRow):
            rows_by_key(Batch(LOOKUP, asked), [note(owner="a7")], "here")


@pytest.mark.parametrize(("key", "said"), [("x;", "0"), ("x;", "--"), ("a7", "a8"), ("7", "77")])
def test_a_row_of_a_key_that_is_like_none_asked_is_the_systems_failure(key: str, said: str):
    with pytest.raises(InvalidResponse) as raised:
        rows_by_key(Batch(LOOKUP, (key,)), [note(owner=said)], "here")
    assert type(raised.value) is InvalidResponse


def test_rows_that_repeat_no_key_cannot_be_told_apart():
    with pytest.raises(InvalidResponse):
        rows_by_key(Batch(replace(LOOKUP, key=None), ("7", "8")), [note()], "here")


@pytest.mark.parametrize("row", [note(at=None), note(at="soon"), note(at="2026-01-01"), note(name=None), {}])
def test_a_row_that_cannot_be_placed_is_the_error_of_its_key_alone(row: Row):
    found = windowed_answers(Batch(LOOKUP, ("7", "8")), {"7": [note(), row], "8": [note()]}, "here", START)
    assert type(found["7"]) is InvalidRow
    assert found["7"].source == "here"
    assert found["8"] == Answer((note(),), START)


def test_a_key_without_rows_is_left_out():
    assert windowed_answers(Batch(LOOKUP, ("7", "8")), {"7": []}, "here", START) == {}


def test_rows_without_a_time_keep_their_order_and_know_no_window():
    timeless = replace(LOOKUP, time=None)
    rows = [note("2"), note("1")]
    found = windowed_answers(Batch(timeless, ("7",), Window(limit=1)), {"7": rows}, "here", START)
    assert found == {"7": Answer(tuple(rows), START)}


def test_a_day_is_placed_by_the_windows_own_zone():
    days = replace(LOOKUP, time=TimeField(("at",), TimeFormat("date")))
    east, west = (
        sort_key(days, note(at="2026-01-02"), Window(zone=ZoneInfo(z)))
        for z in ("Asia/Tokyo", "America/Chicago")
    )
    assert west[0] - east[0] == timedelta(hours=15)
