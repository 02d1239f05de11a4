from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gateway.contract.answers import rows_by_key, windowed_answers
from gateway.contract.batch import ALL_ROWS, Answer, Batch, Lookup, Position, Row, TimeField, Window
from gateway.contract.times import TimeFormat
from gateway.contract.windows import SortKey, apply_window, covering_window, covers, in_window, sort_key, text_key
from gateway.errors import InvalidResponse, InvalidRow

START = datetime(2026, 1, 1, tzinfo=UTC)
LOOKUP = Lookup("Note", "owner", "here", None, ("who", "id"), ("id",), TimeField(("at",), TimeFormat("iso")))
INSTANTS = st.integers(0, 5).map(lambda n: START + timedelta(days=n))
SORT_KEYS = st.lists(st.tuples(INSTANTS, st.sampled_from(["1", "10", "2", "B", "a", "é"])), max_size=12)
WINDOWS = st.builds(
    Window,
    since=st.none() | INSTANTS,
    until=st.none() | INSTANTS,
    limit=st.none() | st.integers(1, 5),
    after=st.none() | st.builds(Position, time=INSTANTS, id=st.sampled_from(["", "10", "a"])),
)


def note(name: object = "1", owner: object = "7", at: object = "2026-01-01T00:00:00Z") -> dict[str, Any]:
    return {"id": name, "who": {"id": owner}, "at": at}


def windowed(window: Window, keys: list[SortKey]) -> list[SortKey]:
    return [key for key, _ in apply_window(window, [(key, None) for key in keys])]


@given(window=WINDOWS, keys=SORT_KEYS)
def test_a_window_returns_its_newest_rows_up_to_its_limit(window: Window, keys: list[SortKey]):
    inside = sorted((key for key in keys if in_window(window, key)), reverse=True)
    assert windowed(window, keys) == inside[: window.limit]


@given(keys=SORT_KEYS, window=WINDOWS, size=st.integers(1, 4))
def test_pages_return_every_row_exactly_once(keys: list[SortKey], window: Window, size: int):
    rows = sorted(set(keys))
    page, seen = windowed(replace(window, limit=size), rows), []
    while page:
        seen += page
        page = windowed(replace(window, limit=size, after=Position(*page[-1])), rows)
    assert seen == windowed(replace(window, limit=None), rows)


def test_since_is_inclusive_and_until_is_exclusive():
    window = Window(since=START, until=START + timedelta(days=1))
    assert in_window(window, (START, "1"))
    assert not in_window(window, (START + timedelta(days=1), "1"))


def test_ids_are_compared_by_code_point():
    keys = [(START, row_id) for row_id in ("é", "Z", "9", "10")]
    assert windowed(ALL_ROWS, sorted(keys)) == keys


@given(wide=WINDOWS, narrow=WINDOWS, keys=SORT_KEYS)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_a_covering_window_contains_the_rows_of_the_other(wide: Window, narrow: Window, keys: list[SortKey]):
    assume(covers(wide, narrow))
    assert windowed(narrow, windowed(wide, keys)) == windowed(narrow, keys)


@given(windows=st.lists(WINDOWS, min_size=1, max_size=4))
def test_a_covering_window_covers_each_window(windows: list[Window]):
    first = windows[0]
    alike = [replace(window, until=first.until, after=first.after) for window in windows]
    assert all(covers(covering_window(alike), window) for window in alike)


def test_a_window_does_not_cover_days_of_another_zone():
    assert not covers(ALL_ROWS, replace(ALL_ROWS, zone=ZoneInfo("America/New_York")))


@pytest.mark.parametrize(("value", "key"), [("7", "7"), (7, "7"), ("", ""), (-1, "-1")])
def test_text_and_whole_numbers_are_keys(value: object, key: str):
    assert text_key(value) == key


@pytest.mark.parametrize("value", [None, True, 7.0, [], {}, b"7"])
def test_other_values_are_not_keys(value: object):
    assert text_key(value) is None


def test_rows_are_grouped_by_the_key_they_repeat():
    rows = [note("1", "7"), note("2", 8), note("3", "7")]
    grouped = rows_by_key(Batch(LOOKUP, ("8", "7", "9")), rows, "here")
    ids = {key: [row["id"] for row in own_rows] for key, own_rows in grouped.items()}
    assert ids == {"8": ["2"], "7": ["1", "3"], "9": []}


@pytest.mark.parametrize("row", [note(owner="8"), note(owner=None), {"id": "1"}, {"who": "7"}])
def test_a_row_of_a_foreign_key_makes_the_answer_invalid(row: Row):
    with pytest.raises(InvalidResponse):
        rows_by_key(Batch(LOOKUP, ("7",)), [note(), row], "here")


@pytest.mark.parametrize("key", ["a7,b", "a7;b", "a7\0", "a7\nb", " A7 ", "00a7", "á7"])
def test_a_key_confused_with_a_similar_one_fails_alone(key: str):
    for keys in ((key,), ("8", key)):
        with pytest.raises(InvalidRow):
            rows_by_key(Batch(LOOKUP, keys), [note(owner="a7")], "here")


@pytest.mark.parametrize(("key", "returned"), [("x;", "0"), ("x;", "--"), ("a7", "a8"), ("7", "77")])
def test_a_row_of_an_unlike_key_makes_the_answer_invalid(key: str, returned: str):
    with pytest.raises(InvalidResponse) as raised:
        rows_by_key(Batch(LOOKUP, (key,)), [note(owner=returned)], "here")
    assert type(raised.value) is InvalidResponse


def test_rows_of_several_keys_must_repeat_their_key():
    with pytest.raises(InvalidResponse):
        rows_by_key(Batch(replace(LOOKUP, key=None), ("7", "8")), [note()], "here")


@pytest.mark.parametrize("row", [note(at=None), note(at="soon"), note(at="2026-01-01"), note(name=None), {}])
def test_a_row_without_time_or_id_fails_its_key_alone(row: Row):
    answers = windowed_answers(Batch(LOOKUP, ("7", "8")), {"7": [note(), row], "8": [note()]}, "here", START)
    assert type(answers["7"]) is InvalidRow
    assert answers["7"].source == "here"
    assert answers["8"] == Answer((note(),), START)


def test_a_key_without_rows_is_left_out():
    assert windowed_answers(Batch(LOOKUP, ("7", "8")), {"7": []}, "here", START) == {}


def test_rows_without_a_time_ignore_the_window():
    timeless = replace(LOOKUP, time=None)
    rows = [note("2"), note("1")]
    answers = windowed_answers(Batch(timeless, ("7",), Window(limit=1)), {"7": rows}, "here", START)
    assert answers == {"7": Answer(tuple(rows), START)}


def test_a_date_is_placed_by_the_zone_of_the_window():
    days = replace(LOOKUP, time=TimeField(("at",), TimeFormat("date")))
    east, west = (
        sort_key(days, note(at="2026-01-02"), Window(zone=ZoneInfo(zone))) for zone in ("Asia/Tokyo", "America/Chicago")
    )
    assert west[0] - east[0] == timedelta(hours=15)
