"""What is remembered of a key answers exactly as the source would, or not at all."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cache.callers import NOTES, START, TIMELESS, lookup_of, note

from gateway.cache.entries import MOST, CacheEntry, added, fitting
from gateway.contract.batch import ALL_ROWS, Answer, Batch, Lookup, Position, Row, Window
from gateway.contract.windows import windowed_answers

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


def said(lookup: Lookup, rows: list[Row], window: Window) -> tuple[Row, ...]:
    """What the source says of the window."""
    answer = windowed_answers(Batch(lookup, ("A",), window), {"A": rows}, "here", START).get(
        "A", Answer((), START)
    )
    assert isinstance(answer, Answer)
    return answer.rows


def remembered(lookup: Lookup, rows: list[Row], windows: list[Window]) -> list[CacheEntry]:
    """What is remembered after these windows were asked in turn."""
    kept: list[CacheEntry] = []
    for number, window in enumerate(windows):
        kept = added(kept, CacheEntry(window, said(lookup, rows, window), START, float(number)), lookup)
    return kept


def told(lookup: Lookup, kept: list[CacheEntry], window: Window) -> tuple[Row, ...] | None:
    """What is remembered of the window."""
    found = fitting(kept, lookup, window)
    return None if found is None else found.answer(lookup, window).rows


@given(rows=ROWS, before=st.lists(WINDOWS, max_size=6), window=WINDOWS)
def test_whatever_was_asked_before_a_window_is_told_as_the_source_tells_it(
    rows: list[Row], before: list[Window], window: Window
):
    assert told(NOTES, remembered(NOTES, rows, before), window) in (None, said(NOTES, rows, window))


@given(rows=DATED, before=st.lists(WINDOWS, max_size=6), window=WINDOWS)
def test_days_are_told_as_the_source_tells_them_in_the_windows_own_zone(
    rows: list[Row], before: list[Window], window: Window
):
    assert told(DAYS, remembered(DAYS, rows, before), window) in (None, said(DAYS, rows, window))


@given(rows=ROWS, before=st.lists(FIRSTS, max_size=6), window=FIRSTS)
def test_the_first_rows_are_told_as_the_source_tells_them(
    rows: list[Row], before: list[Window], window: Window
):
    assert told(TIMELESS, remembered(TIMELESS, rows, before), window) in (None, said(TIMELESS, rows, window))


@given(rows=ROWS, before=st.lists(WINDOWS, max_size=6), window=WINDOWS)
def test_what_was_asked_last_is_known_and_little_else_is_held(
    rows: list[Row], before: list[Window], window: Window
):
    kept = remembered(NOTES, rows, [*before, window])
    assert kept[0].window == window
    assert told(NOTES, kept, window) == said(NOTES, rows, window)
    assert len(kept) <= MOST
    assert not any(fitting([kept[0]], NOTES, each.window) for each in kept[1:])


@given(rows=ROWS, wide=WINDOWS, small=WINDOWS)
def test_a_window_without_a_limit_tells_every_window_inside_it(rows: list[Row], wide: Window, small: Window):
    wide = replace(wide, limit=None)
    inner = replace(
        small,
        since=max((each for each in (wide.since, small.since) if each), default=None),
        until=min((each for each in (wide.until, small.until) if each), default=None),
        after=wide.after or small.after,
        zone=wide.zone,
    )
    assert told(NOTES, remembered(NOTES, rows, [wide]), inner) == said(NOTES, rows, inner)


TEN = [note(str(day), day) for day in range(10)]
END = START + timedelta(days=100)


def after(day: int) -> Position:
    """The place of a note in TEN."""
    return Position(START + timedelta(days=day), str(day))


def since(day: int) -> Window:
    """From that day on."""
    return Window(since=START + timedelta(days=day))


@pytest.mark.parametrize(
    ("before", "window"),
    [
        (Window(limit=20), Window(limit=20, after=after(3))),  # fewer came than were asked for
        (Window(until=END, limit=20), Window(limit=20, after=after(3))),
        (Window(limit=6), Window(limit=3)),
        (Window(limit=6), Window(limit=3, after=after(7))),  # three of the six are older
        (Window(limit=6), since(5)),  # the sixth is older than that
        (Window(limit=6), replace(since(5), limit=50)),
        (ALL_ROWS, replace(since(2), until=END)),
        (Window(after=after(8)), Window(limit=3, after=after(6))),
    ],
)
def test_what_is_there_is_not_asked_again(before: Window, window: Window):
    assert told(NOTES, remembered(NOTES, list(TEN), [before]), window) == said(NOTES, list(TEN), window)


@pytest.mark.parametrize(
    ("before", "window"),
    [
        (Window(limit=6), Window(limit=7)),
        (Window(limit=6), Window(limit=3, after=after(6))),  # only two of the six are older
        (Window(limit=6), since(4)),  # there may be more of the sixth's own moment
        (Window(limit=6), ALL_ROWS),
        (since(2), ALL_ROWS),
        (since(2), since(1)),
        (Window(until=END), ALL_ROWS),
        (Window(after=after(8)), Window(after=after(9))),
        (Window(after=after(8)), ALL_ROWS),
        (ALL_ROWS, Window(zone=ZoneInfo("Asia/Tokyo"))),
    ],
)
def test_what_may_not_be_there_is_asked(before: Window, window: Window):
    assert fitting(remembered(NOTES, list(TEN), [before]), NOTES, window) is None


@pytest.mark.parametrize(
    ("before", "window", "known"),
    [(None, 3, True), (5, 3, True), (3, 5, False), (5, None, False), (10, None, False), (11, None, True)],
)
def test_the_first_rows_tell_fewer_and_all_only_where_they_are_all(
    before: int | None, window: int | None, *, known: bool
):
    kept = remembered(TIMELESS, list(TEN), [Window(first=before)])
    assert (fitting(kept, TIMELESS, Window(first=window)) is not None) is known


def test_of_two_that_can_tell_the_one_that_came_last_does_though_its_time_was_moved_back():
    older = CacheEntry(ALL_ROWS, (note("1", text="old"), note("2")), START, 100.0)
    kept = added([older], CacheEntry(Window(limit=1), (note("1", text="new"),), START, 97.0), NOTES)
    assert told(NOTES, kept, Window(limit=1)) == (note("1", text="new"),)


@given(windows=st.lists(WINDOWS, min_size=1, max_size=4), order=st.randoms(), window=WINDOWS)
def test_of_several_that_can_tell_the_one_that_was_asked_last_does_in_whatever_order_they_came(
    windows: list[Window], order: Random, window: Window
):
    asked = [
        CacheEntry(each, said(NOTES, list(TEN), each), START + timedelta(seconds=number), 0.0)
        for number, each in enumerate(windows)
    ]
    kept: list[CacheEntry] = []
    for each in order.sample(asked, len(asked)):
        kept = added(kept, each, NOTES)
    youngest = next((each for each in reversed(asked) if fitting([each], NOTES, window)), None)
    assert fitting(kept, NOTES, window) == youngest


def test_what_is_told_of_a_window_says_that_it_was_remembered_and_since_when():
    kept = CacheEntry(ALL_ROWS, (note("1"),), START, 0.0)
    assert kept.answer(NOTES, ALL_ROWS) == Answer((note("1"),), START, from_cache=True, stale=False)
    assert kept.answer(NOTES, ALL_ROWS, stale=True).stale
