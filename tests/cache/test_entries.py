"""Stored entries answer a window exactly as the source would, or not at all."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cache.cached_sources import NOTES, START, TIMELESS, lookup_of, note

from gateway.cache.entries import MAX_WINDOWS, CacheEntry, add_entry, find_entry
from gateway.contract.answers import windowed_answers
from gateway.contract.batch import ALL_ROWS, Answer, Batch, Lookup, Position, Row, Window

DAYS = lookup_of(form="date")
IDS = ["1", "10", "2", "B", "a", "é"]
MOMENTS = st.integers(0, 5).map(lambda n: START + timedelta(days=n))
WINDOWS = st.builds(
    Window,
    since=st.none() | MOMENTS,
    until=st.none() | MOMENTS,
    limit=st.none() | st.integers(1, 6),
    after=st.none() | st.builds(Position, time=MOMENTS, id=st.sampled_from(["", "10", "a"])),
    zone=st.sampled_from([ZoneInfo("UTC"), ZoneInfo("America/New_York")]),
)
ROWS = st.lists(st.builds(note, st.sampled_from(IDS), st.integers(0, 5)), unique_by=lambda row: row["id"])
DATED = ROWS.map(lambda rows: [{**row, "at": row["at"][:10]} for row in rows])
FIRSTS = st.builds(Window, first=st.none() | st.integers(1, 7))


def source_rows(lookup: Lookup, rows: list[Row], window: Window) -> tuple[Row, ...]:
    """The answer of the source."""
    answer = windowed_answers(Batch(lookup, ("A",), window), {"A": rows}, "here", START).get("A", Answer((), START))
    assert isinstance(answer, Answer)
    return answer.rows


def stored(lookup: Lookup, rows: list[Row], windows: list[Window]) -> list[CacheEntry]:
    """The entries after these windows were asked for in turn."""
    entries: list[CacheEntry] = []
    for number, window in enumerate(windows):
        entries = add_entry(
            entries, CacheEntry(window, source_rows(lookup, rows, window), START, float(number)), lookup
        )
    return entries


def answered(lookup: Lookup, entries: list[CacheEntry], window: Window) -> tuple[Row, ...] | None:
    """The stored answer to the window."""
    entry = find_entry(entries, lookup, window)
    return None if entry is None else entry.answer(lookup, window).rows


@given(rows=ROWS, before=st.lists(WINDOWS, max_size=6), window=WINDOWS)
def test_a_stored_answer_to_a_window_equals_the_source(rows: list[Row], before: list[Window], window: Window):
    assert answered(NOTES, stored(NOTES, rows, before), window) in (None, source_rows(NOTES, rows, window))


@given(rows=DATED, before=st.lists(WINDOWS, max_size=6), window=WINDOWS)
def test_dates_are_compared_in_the_time_zone_of_the_window(rows: list[Row], before: list[Window], window: Window):
    assert answered(DAYS, stored(DAYS, rows, before), window) in (None, source_rows(DAYS, rows, window))


@given(rows=ROWS, before=st.lists(FIRSTS, max_size=6), window=FIRSTS)
def test_stored_first_rows_equal_those_of_the_source(rows: list[Row], before: list[Window], window: Window):
    assert answered(TIMELESS, stored(TIMELESS, rows, before), window) in (None, source_rows(TIMELESS, rows, window))


@given(rows=ROWS, before=st.lists(WINDOWS, max_size=6), window=WINDOWS)
def test_the_latest_window_is_stored_and_covered_ones_are_not(rows: list[Row], before: list[Window], window: Window):
    entries = stored(NOTES, rows, [*before, window])
    assert entries[0].window == window
    assert answered(NOTES, entries, window) == source_rows(NOTES, rows, window)
    assert len(entries) <= MAX_WINDOWS
    assert not any(find_entry([entries[0]], NOTES, each.window) for each in entries[1:])


@given(rows=ROWS, wide=WINDOWS, small=WINDOWS)
def test_a_window_without_a_limit_answers_every_window_inside_it(rows: list[Row], wide: Window, small: Window):
    wide = replace(wide, limit=None)
    inner = replace(
        small,
        since=max((each for each in (wide.since, small.since) if each), default=None),
        until=min((each for each in (wide.until, small.until) if each), default=None),
        after=wide.after or small.after,
        zone=wide.zone,
    )
    assert answered(NOTES, stored(NOTES, rows, [wide]), inner) == source_rows(NOTES, rows, inner)


TEN = [note(str(day), day) for day in range(10)]
END = START + timedelta(days=100)


def after(day: int) -> Position:
    """The position of a note of TEN."""
    return Position(START + timedelta(days=day), str(day))


def since(day: int) -> Window:
    return Window(since=START + timedelta(days=day))


@pytest.mark.parametrize(
    ("before", "window"),
    [
        (Window(limit=20), Window(limit=20, after=after(3))),  # fewer rows than the limit
        (Window(until=END, limit=20), Window(limit=20, after=after(3))),
        (Window(limit=6), Window(limit=3)),
        (Window(limit=6), Window(limit=3, after=after(7))),  # three of the six are older
        (Window(limit=6), since(5)),  # the sixth is older than that
        (Window(limit=6), replace(since(5), limit=50)),
        (ALL_ROWS, replace(since(2), until=END)),
        (Window(after=after(8)), Window(limit=3, after=after(6))),
    ],
)
def test_a_stored_window_answers_these_windows(before: Window, window: Window):
    assert answered(NOTES, stored(NOTES, list(TEN), [before]), window) == source_rows(NOTES, list(TEN), window)


@pytest.mark.parametrize(
    ("before", "window"),
    [
        (Window(limit=6), Window(limit=7)),
        (Window(limit=6), Window(limit=3, after=after(6))),  # only two of the six are older
        (Window(limit=6), since(4)),  # more rows may have the sixth's instant
        (Window(limit=6), ALL_ROWS),
        (since(2), ALL_ROWS),
        (since(2), since(1)),
        (Window(until=END), ALL_ROWS),
        (Window(after=after(8)), Window(after=after(9))),
        (Window(after=after(8)), ALL_ROWS),
        (ALL_ROWS, Window(zone=ZoneInfo("Asia/Tokyo"))),
    ],
)
def test_a_stored_window_does_not_answer_these_windows(before: Window, window: Window):
    assert find_entry(stored(NOTES, list(TEN), [before]), NOTES, window) is None


@pytest.mark.parametrize(
    ("before", "window", "answers"),
    [(None, 3, True), (5, 3, True), (3, 5, False), (5, None, False), (10, None, False), (11, None, True)],
)
def test_first_rows_answer_more_rows_only_if_they_are_all(before: int | None, window: int | None, *, answers: bool):
    entries = stored(TIMELESS, list(TEN), [Window(first=before)])
    assert (find_entry(entries, TIMELESS, Window(first=window)) is not None) is answers


def test_the_later_of_two_answers_wins_in_spite_of_jitter():
    older = CacheEntry(ALL_ROWS, (note("1", text="old"), note("2")), START, 100.0)
    entries = add_entry([older], CacheEntry(Window(limit=1), (note("1", text="new"),), START, 97.0), NOTES)
    assert answered(NOTES, entries, Window(limit=1)) == (note("1", text="new"),)


@given(windows=st.lists(WINDOWS, min_size=1, max_size=4), order=st.randoms(), window=WINDOWS)
def test_the_answer_asked_last_wins_in_any_order_of_arrival(windows: list[Window], order: Random, window: Window):
    all_entries = [
        CacheEntry(each, source_rows(NOTES, list(TEN), each), START + timedelta(seconds=number), 0.0)
        for number, each in enumerate(windows)
    ]
    entries: list[CacheEntry] = []
    for each in order.sample(all_entries, len(all_entries)):
        entries = add_entry(entries, each, NOTES)
    youngest = next((each for each in reversed(all_entries) if find_entry([each], NOTES, window)), None)
    assert find_entry(entries, NOTES, window) == youngest


def test_a_stored_answer_says_its_age():
    entry = CacheEntry(ALL_ROWS, (note("1"),), START, 0.0)
    assert entry.answer(NOTES, ALL_ROWS) == Answer((note("1"),), START, from_cache=True, stale=False)
    assert entry.answer(NOTES, ALL_ROWS, stale=True).stale
