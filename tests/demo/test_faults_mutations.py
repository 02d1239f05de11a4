"""Mutations of arbitrary JSON, and the words of a request that count as keys."""

import json
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from support.demo.faulty_systems import FaultyClient, served_with_faults

from gateway_demo.faults.model import FORMS, Fault, FaultSchedule
from gateway_demo.faults.mutations import duplicates, keys_in, wrong_keys, wrong_shape, wrong_types
from gateway_demo.faults.proxy import FaultProxy

KEYS = st.from_regex(r"[A-Z]{1,3}[0-9]{1,4}", fullmatch=True)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | KEYS
ROWS = st.lists(
    st.dictionaries(
        st.text(max_size=3), LEAVES | st.lists(LEAVES, max_size=2) | st.dictionaries(st.text(max_size=2), LEAVES)
    ),
    min_size=1,
    max_size=4,
)
REQUESTED = st.frozensets(KEYS, min_size=1, max_size=12)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
OTHERS, TWICE = Fault(kind="others"), Fault(kind="duplicates")


def leaves(value: Any) -> Iterator[Any]:
    """All values that are neither lists nor objects."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield value


def envelope(rows: Any) -> Any:
    return {"data": {"records": rows}, "meta": {"total": 1, "next": "A1"}}


@given(ROWS, REQUESTED)
def test_others_replaces_requested_keys_and_nothing_else(rows: Any, requested: frozenset[str]) -> None:
    after = list(leaves(wrong_keys(rows, OTHERS, requested)))
    before = list(leaves(rows))
    assert not {leaf for leaf in after if isinstance(leaf, str)} & requested
    assert all(one == was for one, was in zip(after, before, strict=True) if was not in requested)


@given(ROWS, REQUESTED)
def test_others_keeps_different_keys_different(rows: Any, requested: frozenset[str]) -> None:
    swapped = wrong_keys([{"key": key} for key in sorted(requested)], OTHERS, requested)
    assert len({row["key"] for row in swapped}) == len(requested)
    assert wrong_keys(envelope(rows), OTHERS, requested)["meta"] == {"total": 1, "next": "A1"}


@given(ROWS)
def test_duplicates_repeats_each_row_in_place(rows: Any) -> None:
    mutated = duplicates(envelope(rows), TWICE, frozenset())
    assert mutated["data"]["records"][::2] == mutated["data"]["records"][1::2] == rows
    assert mutated["meta"] == {"total": 1, "next": "A1"}


@given(ROWS, REQUESTED, st.sampled_from(FORMS["types"]))
def test_types_keeps_only_nulls_and_requested_keys(rows: Any, requested: frozenset[str], form: str) -> None:
    before = [row | {"it": leaf} for row, leaf in zip(rows, leaves(rows), strict=False)]
    for row, mutated in zip(before, wrong_types(before, Fault(kind="types", form=form), requested), strict=True):
        was, unchanged = row["it"], {None} if form == "all" else {None, *requested}
        assert (type(mutated["it"]) is type(was)) == (was in unchanged)


def test_a_date_becomes_soon() -> None:
    [row] = wrong_types([{"due": "2026-11-15", "sent": "2026-11-15T12:00:00Z"}], Fault(kind="types"), frozenset())
    assert row == {"due": "soon", "sent": "soon"}


@given(ROWS)
def test_renamed_rows_keep_their_content(rows: Any) -> None:
    renamed = wrong_shape(envelope(rows), Fault(kind="shape", form="renamed"), frozenset())
    assert renamed == {"data": {"records_v2": rows}, "meta": {"total": 1, "next": "A1"}}


@given(ANYTHING, REQUESTED)
def test_mutations_accept_any_json(value: Any, requested: frozenset[str]) -> None:
    for form in FORMS["shape"]:
        json.dumps(wrong_shape(value, Fault(kind="shape", form=form), requested))
    for form in FORMS["types"]:
        json.dumps(wrong_types(value, Fault(kind="types", form=form), requested))
    json.dumps([wrong_keys(value, OTHERS, requested), duplicates(value, TWICE, requested)])


@pytest.mark.parametrize("word", ["2026-11-01", "2026-11-01T00:00:00Z", "100", "2026", "requests", ""])
def test_dates_sizes_and_words_are_not_keys(word: str) -> None:
    assert keys_in([word, "A7"]) == {"A7"}


@pytest.mark.parametrize("key", ["3000001701", "C0000017", "00000001701001", "3000001701-S", "4417-0000-1701"])
def test_ids_and_numbers_are_keys(key: str) -> None:
    assert keys_in([key]) == {key}


CUSTOMERS = b'{"data":{"customers":[{"id":"C0000001","owes":12.30},{"id":"C0000009","owes":1e2}]}}'
DOCUMENT = '{ customers(ids: ["C0000001"]) { id owes } }'
VARIABLE = "query($ids: [ID!]) { customers(ids: $ids) { id owes } }"


@pytest.fixture(scope="module")
def graph() -> Iterator[str]:
    async def answer(request: Request) -> Response:
        assert (await request.json())["query"]
        return Response(CUSTOMERS, media_type="application/json")

    app = Starlette(routes=[Route("/graph/ql", answer, methods=["POST"])])
    with served_with_faults(FaultProxy(app, FaultSchedule(["graph"]), {"/graph": "graph"})) as address:
        yield address


@pytest.mark.parametrize("body", [{"query": DOCUMENT}, {"query": VARIABLE, "variables": {"ids": ["C0000001"]}}])
async def test_graphql_keys_are_replaced_and_numbers_keep_their_digits(graph: str, body: Any) -> None:
    async with aiohttp.ClientSession() as http:
        await FaultyClient(http, graph).put("graph", {"kind": "others"})
        async with http.post(f"{graph}/graph/ql", json=body) as answer:
            response = await answer.read()
    assert json.loads(response)["data"]["customers"][0]["id"] == "C0000002"
    assert json.loads(response)["data"]["customers"][1]["id"] == "C0000009"
    assert b"12.30" in response
