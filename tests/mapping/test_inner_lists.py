"""A list inside a row that is cut makes its row unreadable, and nothing else does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.mappers import mapped, mapping_error

from gateway.mapping.converters import MappingError

ONE = ["a"]
# The path of a list, the object at its first name, and the sign that the error names.
CUT: list[tuple[str, dict[str, Any], str]] = [
    ("c.data", {"data": ONE, "has_more": True, "total_count": 9, "url": "/x"}, "c.has_more, c.total_count = 9"),
    ("c.data", {"object": "list", "data": ONE, "has_more": True}, "c.has_more"),
    ("c.data", {"data": ONE, "total": 9}, "c.total = 9"),
    ("c.data", {"data": ONE, "total": 9.0}, "c.total = 9"),
    ("c.data", {"data": ONE, "meta": {"total": 9}}, "c.meta.total = 9"),
    ("c.data", {"data": ONE, "paging": {"cursors": {"after": "x"}}}, "c.paging.cursors.after"),
    ("c.data", {"data": ONE, "links": {"next": "/x"}}, "c.links.next"),
    ("c.data", {"data": ONE, "links": [{"rel": "next"}]}, "c.links.next"),
    ("c.data", {"data": ONE, "next": "/x"}, "c.next"),
    ("c.data", {"data": [], "total": 1}, "c.total = 1"),
    ("c.items", {"items": ONE, "total": 9, "limit": 1}, "c.total = 9"),
    ("c.items", {"items": ONE, "nextPageToken": "x"}, "c.nextPageToken"),
    ("c.nodes", {"nodes": ONE, "pageInfo": {"hasNextPage": True}}, "c.pageInfo.hasNextPage"),
    ("c.value", {"value": ONE, "@odata.nextLink": "/x"}, "c.@odata.nextLink"),
    ("c.records", {"records": ONE, "totalSize": 9, "done": False}, "c.totalSize = 9"),
    ("c.phones", {"phones": ONE, "hasMore": True}, "c.hasMore"),
    ("c.phones", {"phones": ONE, "pagination": {"total": 9}}, "c.pagination.total = 9"),
    ("c._embedded.phones", {"_embedded": {"phones": ONE}, "page": {"totalElements": 9}}, "c.page.totalElements = 9"),
    ("c.d.data", {"d": {"data": ONE, "has_more": True}}, "c.d.has_more"),
]
WHOLE: list[tuple[str, dict[str, Any]]] = [
    ("c.data", {"data": ONE, "has_more": False, "total_count": 1, "url": "/x", "next": None}),
    ("c.data", {"data": ONE, "total": 9, "currency": "EUR"}),
    ("c.data", {"data": ONE, "id": 7, "total": 9, "next": 8}),
    ("c.data", {"data": ONE, "total_amount": 9, "offset": 0, "nextBillOn": "2026-12-01"}),
    ("c.items", {"items": ONE, "total": 9}),
    ("c.items", {"items": ONE, "complete": False, "done": False, "remaining": 4, "partial": True, "pages": 3}),
    ("c.phones", {"phones": ONE, "total": 9, "next": "x", "count": 9, "last": False, "links": {"next": "/x"}}),
    ("c.phones", {"phones": ONE, "mails": {"data": [{"id": 1}], "has_more": True}}),
    ("c.d.data", {"d": {"data": ONE}, "has_more": True}),
    ("c.data", {"data": ONE}),
]


@pytest.mark.parametrize(("path", "value", "sign"), CUT, ids=[f"{path} {sign}" for path, _, sign in CUT])
def test_a_cut_list_makes_its_row_unreadable(path: str, value: dict[str, Any], sign: str):
    message = f"Thing.words: the row says that the list has more: {sign}"
    assert mapping_error("words", {"path": path}, c=value) == message


@pytest.mark.parametrize(("path", "value"), WHOLE, ids=[f"{path} {','.join(value)}" for path, value in WHOLE])
def test_a_whole_list_is_read(path: str, value: dict[str, Any]):
    assert mapped("words", {"path": path}, c=value) == ONE


@pytest.mark.parametrize(("path", "value", "sign"), CUT, ids=[f"{path} {sign}" for path, _, sign in CUT])
def test_words_that_say_nothing_hide_no_sign(path: str, value: dict[str, Any], sign: str):
    silent = {"hasPrevious": False, "offset": 0, "prev": None, "self": "/x", "count": 0, "isTruncated": False}
    message = mapping_error("words", {"path": path}, c={**silent, **value})
    assert set(sign.split(", ")) <= set(message.partition("more: ")[2].split(", "))


def test_words_of_the_row_itself_are_no_sign():
    assert mapped("words", {"path": "c"}, c=ONE, has_more=True, total_count=9, next="/x") == ONE
    assert mapped("words", {"path": "c.data"}, c={"data": ONE}, has_more=True, total_count=9, next="/x") == ONE


def test_a_list_that_is_missing_is_not_cut():
    for value in ({"has_more": True, "data": None}, {"has_more": True}, None, "text", 7):
        assert mapped("words", {"path": "c.data"}, c=value) is None


def test_a_list_of_tables_is_checked_too():
    quantity = {"items": "c.data", "fields": {"unit": "u", "quantity": "v"}}
    rows = {"data": [{"v": 1, "u": "kWh"}], "has_more": True}
    assert "the list has more: c.has_more" in mapping_error("quantities", quantity, c=rows)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["data", "next", "total", "x"]), inner),
)


@given(JSON)
def test_no_value_beside_a_list_breaks_the_mapping(value: Any):
    envelope = {"other": value, "meta": value, "data": ONE}
    try:
        assert mapped("words", {"path": "c.data"}, c=envelope) == ONE
    except MappingError as error:
        assert "the list has more" in str(error)  # noqa: PT017
