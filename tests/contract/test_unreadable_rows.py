"""Rows that a source could not read are part of every window, from the source and from the cache."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.entries import CacheEntry, find_entry
from gateway.contract.answers import windowed_answers
from gateway.contract.batch import UNREADABLE, Answer, Batch, Lookup, TimeField, Window
from gateway.contract.times import TimeFormat
from gateway.contract.windows import readable_rows, windowed_rows
from gateway.mapping.mapper import RecordMapper
from gateway.mapping.rows import RowMapping

START = datetime(2026, 1, 1, tzinfo=UTC)
LOOKUP = Lookup("Note", "owner", "here", None, None, ("id",), TimeField(("at",), TimeFormat("iso")))  # type: ignore[arg-type]
ODD: dict[str, Any] = {UNREADABLE: "a time is out of range"}
INSTANTS = st.integers(0, 5).map(lambda n: START + timedelta(days=n))
NOTES = st.lists(st.builds(lambda at, name: {"id": str(name), "at": at.isoformat()}, INSTANTS, st.integers()))
WINDOWS = st.builds(
    Window, since=st.none() | INSTANTS, until=st.none() | INSTANTS, limit=st.none() | st.integers(1, 5)
)  # fmt: skip


@given(NOTES, WINDOWS, st.integers(0, 9))
def test_an_unreadable_row_changes_no_other(rows: list[Any], window: Window, place: int) -> None:
    others = windowed_rows(LOOKUP, rows, window)
    assert windowed_rows(LOOKUP, [*rows[:place], ODD, *rows[place:]], window) == (*others, ODD)
    assert readable_rows([*others, ODD]) == list(others)


@given(NOTES, WINDOWS, WINDOWS)
def test_a_stored_answer_keeps_unreadable_rows(rows: list[Any], wide: Window, window: Window) -> None:
    stored = CacheEntry(wide, windowed_rows(LOOKUP, [*rows, ODD], wide), START, 0.0)
    entry = find_entry([stored], LOOKUP, window)
    if entry is not None:
        assert entry.answer(LOOKUP, window).rows == windowed_rows(LOOKUP, [*rows, ODD], window)


def test_a_source_answers_with_its_unreadable_rows() -> None:
    rows = [ODD, {"id": "1", "at": "2026-01-01T00:00:00Z"}, ODD]
    [answer] = windowed_answers(Batch(LOOKUP, ("A",)), {"A": rows}, "here", START).values()
    assert isinstance(answer, Answer)
    assert answer.rows == (rows[1], ODD)


def test_an_unreadable_row_is_no_record() -> None:
    mapper = RecordMapper(dict, {}, frozenset(), frozenset(), ())  # type: ignore[arg-type]
    mapping = RowMapping(LOOKUP, mapper)
    mapping.add([{}, ODD])
    assert mapping.records == [{}]
    assert [str(error) for error in mapping.errors] == ["dict: a time is out of range"]
    assert mapping.failure() is None


def test_a_key_without_a_readable_row_fails() -> None:
    mapping = RowMapping(LOOKUP, RecordMapper(dict, {}, frozenset(), frozenset(), ()))  # type: ignore[arg-type]
    mapping.add([ODD])
    assert str(mapping.failure()) == "dict: a time is out of range"
