"""Mapped fields that vanish from the rows of a system, or never were in them, are noticed."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.batches import LOOKUP

from gateway.contract.batch import Answer, Answers, Lookup, Row
from gateway.errors import SourceDown
from gateway.telemetry.field_presence import MANY, FieldPresence, PathPresence, has_path, missing_paths

BILL = replace(LOOKUP, record="Bill", by="account_id", paths=(("id",), ("dueDate",)), columns=("dueDate", "id"))
FULL, BARE = {"id": "1", "dueDate": None}, {"id": "1"}


def answers(*rows: Row) -> Answers:
    return {"a": Answer(rows, datetime.now(UTC)), "b": SourceDown("billing")}


def counted(*batches: list[Row], at: Lookup = BILL) -> FieldPresence:
    presence = FieldPresence()
    for rows in batches:
        presence.count(at, answers(*rows))
    return presence


def test_a_field_that_no_row_has_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    presence = counted([BARE] * (MANY - 1))
    assert not [*presence.drifted()]
    for _ in range(3):
        presence.count(BILL, answers(*[BARE] * MANY))
    assert [*presence.drifted()] == ["Bill by account_id: dueDate"]
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        f"Bill by account_id: the first {2 * MANY - 1} rows have no dueDate"
    ]


def test_single_rows_add_up() -> None:
    assert [*counted(*[[BARE]] * MANY).drifted()] == ["Bill by account_id: dueDate"]


def test_a_field_that_vanishes_is_told_until_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    presence = counted(*[[FULL]] * 100, [BARE] * MANY)
    assert [*presence.drifted()] == ["Bill by account_id: dueDate"]
    presence.count(BILL, answers(FULL))
    assert not [*presence.drifted()]
    text = f"the last {MANY} rows have no dueDate, which rows before had; was it renamed?"
    assert [record.getMessage() for record in caplog.records] == [f"Bill by account_id: {text}"]


def test_a_null_is_there() -> None:
    assert not [*counted([FULL] * 100).drifted()]


def test_a_rare_field_needs_a_longer_streak() -> None:
    presence = counted(*[[BARE] * 9 + [FULL]] * 50, [BARE] * MANY)
    assert not [*presence.drifted()]
    for _ in range(10):
        presence.count(BILL, answers(*[BARE] * MANY))
    assert [*presence.drifted()] == ["Bill by account_id: dueDate"]


def test_names_of_a_naming_rule_may_be_missing() -> None:
    at = replace(BILL, columns=("id",), optional_columns=("dueDate",))
    assert not [*counted([BARE] * 100, at=at).drifted()]


def test_an_answer_without_rows_says_nothing() -> None:
    presence = FieldPresence()
    for _ in range(MANY):
        presence.count(BILL, answers())
    assert not presence.lookups


@pytest.mark.parametrize(
    ("row", "path", "expected"),
    [
        ({"a": {"b": 1}}, "a.b", True),
        ({"a": {"b": None}}, "a.b", True),
        ({"a": {"c": 1}}, "a.b", False),
        ({"a": {}}, "a.b", False),
        ({"a": "text"}, "a.b", False),
        ({"a": '{"b": 1}'}, "a.b", True),
        ({"a": '{"c": 1}'}, "a.b", False),
        ({"a": None}, "a.b", None),
        ({"a": []}, "a.b", None),
        ({"a": [{"c": 1}, {"b": 2}]}, "a.b", True),
        ({"a": [{"c": 1}]}, "a.b", False),
        ({}, "a.b", False),
        ({}, "a", False),
    ],
)
def test_a_path_is_followed_to_its_end(row: Row, path: str, expected: object) -> None:
    assert has_path(row, tuple(path.split("."))) is expected


def test_paths_below_null_are_not_missing() -> None:
    at = replace(BILL, paths=(("a", "b"), ("a", "c"), ("d",)))
    assert missing_paths(at, [{"a": None, "d": 1}]) == []
    assert missing_paths(at, [{"a": None, "d": 1}, {"a": {"b": 1}}]) == ["a.c"]
    assert missing_paths(at, []) == []


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.text(max_size=3) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from("abc"), values), st.lists(st.sampled_from("abc"), min_size=1, max_size=4))
def test_any_row_can_be_looked_at(row: Row, path: list[str]) -> None:
    assert has_path(row, tuple(path)) in (True, False, None)


@given(st.lists(st.booleans(), max_size=100))
def test_rows_are_counted_up_to_the_first_with_the_path(there: list[bool]) -> None:
    presence = PathPresence(("dueDate",))
    presence.look([FULL if each else BARE for each in there])
    before = there.index(True) if True in there else len(there)
    assert (presence.missing, presence.seen) == (before, int(True in there))
