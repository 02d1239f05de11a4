"""Connections of GraphQL services: pages that are followed, and pages that are noticed."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from support.sources.harness_graphql import PLACES, harness, lookup
from support.sources.rest_service import serve

from gateway.contract.batch import Answer, Batch, Lookup, Row, Window
from gateway.errors import InvalidResponse, SourceError, UpstreamBadRequest
from gateway.sources.graphql.connections import ConnectionPaging
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, GraphqlSource, open_graphql

PAGED = ConnectionPaging("after", "first", 2)
EDGES = GraphqlPlace(field="notes", key_param="owner", items="edges.node")
NODES = GraphqlPlace(field="notes", key_param="owner", items="nodes")
LIST = GraphqlPlace(field="notes", keys="owners", items="edges.node")
DEEP = GraphqlPlace(field="account", key_param="id", items="notes.edges.node")
Sent = list[dict[str, Any]]
Opened = tuple[GraphqlSource, Sent]


def note(name: int, owner: str = "7", **more: Any) -> dict[str, Any]:
    return {"id": str(name), "writer": {"id": owner}, "at": f"2026-06-0{9 - name}T12:00:00Z", "note": "", **more}


def connection(*notes: Any, end: Any = None, wrap: str = "edges") -> dict[str, Any]:
    """A connection; more rows follow after the cursor `end`."""
    rows = [{"node": each} for each in notes] if wrap == "edges" else notes
    return {wrap: rows, "pageInfo": {"hasNextPage": end is not None, "endCursor": end}}


@asynccontextmanager
async def graphql_source(answer: Callable[[dict[str, Any]], Any], status: int = 200) -> AsyncIterator[Opened]:
    """A source whose service answers each body, and the bodies that were sent."""
    sent: Sent = []

    async def handler(request: web.Request) -> web.Response:
        sent.append(await request.json())
        return web.Response(text=json.dumps(answer(sent[-1])), status=status, content_type="application/json")

    async with serve(handler) as url, open_graphql("notes", GraphqlSettings(url=f"{url}/graphql")) as source:
        yield source, sent


async def outcomes(source: GraphqlSource, at: Lookup, *keys: str, window: Window | None = None) -> dict[str, Any]:
    """The ids of each key's rows, or the reason of its error."""
    answers = await source.fetch(Batch(at, keys, window or Window()))
    return {
        key: [row["id"] for row in answer.rows] if isinstance(answer, Answer) else answer.reason
        for key, answer in answers.items()
    }


def cut(data: dict[str, Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda _: {"data": data}


NESTED = {"notes": connection(note(1), end="x")}


@pytest.mark.parametrize(
    ("place", "data", "sign"),
    [
        (EDGES, {"k0": connection(note(1), end="x")}, "pageInfo.hasNextPage"),
        (NODES, {"k0": connection(note(1), end="x", wrap="nodes")}, "pageInfo.hasNextPage"),
        (LIST, {"notes": connection(note(1), end="x")}, "pageInfo.hasNextPage"),
        (DEEP, {"k0": NESTED}, "notes.pageInfo.hasNextPage"),
        (DEEP, {"k0": [{"notes": connection()}, NESTED]}, "notes.pageInfo.hasNextPage"),
    ],
)
async def test_a_next_page_that_nothing_follows_is_told(place: GraphqlPlace, data: dict[str, Any], sign: str):
    async with graphql_source(cut(data)) as (source, sent):
        result = await outcomes(source, lookup(place), "7")
    hint = "follow it with paging, or name in ignored_signs what means something else"
    assert result == {"7": f"Note by owner: the response says that there are more rows: {sign}; {hint}"}
    assert "pageInfo { hasNextPage }" in sent[0]["query"]


UNSAID = [None, {}, {"hasNextPage": None}, {"hasNextPage": "no"}, []]


@pytest.mark.parametrize("info", UNSAID)
@pytest.mark.parametrize("rows", [[], [{"node": note(1)}]], ids=["empty", "rows"])
async def test_a_connection_that_names_no_end_is_not_whole(info: Any, rows: list[Any]):
    silent = {"edges": rows, "pageInfo": info}
    for place, data in ((EDGES, {"k0": silent}), (LIST, {"notes": silent}), (DEEP, {"k0": {"notes": silent}})):
        path = ("notes." if place is DEEP else "") + "pageInfo.hasNextPage"
        async with graphql_source(cut(data)) as (source, _):
            reason = (await outcomes(source, lookup(place), "7"))["7"]
            ignoring = lookup(replace_place(place, ignored_signs=[path]))
            assert await outcomes(source, ignoring, "7") == ({"7": ["1"]} if rows else {})
        assert f"the response does not say whether more rows follow: {path} = null; " in reason


async def test_a_connection_inside_a_row_must_name_its_end():
    at = replace(lookup(GraphqlPlace(field="notes", key_param="owner")), paths=(("id",), ("lines", "nodes", "text")))
    for info in UNSAID:
        row = note(1, lines={"nodes": [], "pageInfo": info})
        async with graphql_source(cut({"k0": [row, note(2, lines=None)]})) as (source, _):
            assert "lines.pageInfo.hasNextPage = null" in (await outcomes(source, at, "7"))["7"]


async def test_a_cut_connection_costs_only_its_key():
    async with graphql_source(cut({"k0": connection(note(1), end="x"), "k1": connection(note(2, "8"))})) as (source, _):
        answers = await source.fetch(Batch(lookup(EDGES), ("7", "8")))
    assert isinstance(answers["7"], InvalidResponse)
    assert isinstance(answers["8"], Answer)


async def test_a_cut_connection_inside_a_row_is_an_error():
    at = replace(lookup(GraphqlPlace(field="notes", key_param="owner")), paths=(("id",), ("lines", "nodes", "text")))
    row = note(1, lines={"nodes": [], "pageInfo": {"hasNextPage": True}})
    async with graphql_source(cut({"k0": [row]})) as (source, _):
        assert "lines.pageInfo.hasNextPage" in (await outcomes(source, at, "7"))["7"]


async def test_a_limit_and_enough_rows_explain_a_next_page():
    limited = replace(lookup(replace_place(EDGES, limit="first")))
    async with graphql_source(cut({"k0": connection(*map(note, range(1, 5)), end="x")})) as (source, _):
        assert await outcomes(source, limited, "7", window=Window(limit=2)) == {"7": ["1", "2"]}
        untimed = replace(lookup(EDGES), time=None)
        assert await outcomes(source, untimed, "7", window=Window(first=4)) == {"7": ["1", "2", "3", "4"]}
        assert "more rows" in (await outcomes(source, untimed, "7", window=Window(first=5)))["7"]


def replace_place(place: GraphqlPlace, **words: Any) -> GraphqlPlace:
    return GraphqlPlace(field=place.field, key_param=place.key_param, keys=place.keys, items=place.items, **words)


PAGES = {
    ("7", None): connection(note(1), note(2), end="c2"),
    ("7", "c2"): connection(note(3), note(4), end="c4"),
    ("7", "c4"): connection(note(5)),
    ("8", None): connection(note(6, "8")),
    ("9", None): connection(note(7, "9"), end="c7"),
    ("9", "c7"): connection(),
}


def by_alias(body: dict[str, Any]) -> Any:
    values = body["variables"]
    keys = [name for name in values if name.startswith("k")]
    return {"data": {key: PAGES[values[key], values.get(f"after{key[1:]}")] for key in keys}}


async def test_each_key_is_read_to_its_own_last_page():
    at = lookup(replace_place(EDGES, paging=PAGED))
    async with graphql_source(by_alias) as (source, sent):
        assert await outcomes(source, at, "7", "8", "9") == {"7": list("12345"), "8": ["6"], "9": ["7"]}
    assert [body["variables"] for body in sent] == [
        {"k0": "7", "k1": "8", "k2": "9", "size": 2},
        {"k0": "7", "k1": "9", "size": 2, "after0": "c2", "after1": "c7"},
        {"k0": "7", "size": 2, "after0": "c4"},
    ]
    assert "pageInfo { hasNextPage endCursor }" in sent[0]["query"]
    assert "$after0: String" in sent[0]["query"]
    assert "k0: notes(owner: $k0, first: $size, after: $after0)" in sent[0]["query"]


async def test_a_connection_of_many_keys_is_read_to_its_end():
    pages = {None: connection(note(1), note(2, "8"), end="x"), "x": connection(note(3, "8"))}
    at = lookup(replace_place(LIST, paging=ConnectionPaging("after")))
    async with graphql_source(lambda body: {"data": {"notes": pages[body["variables"].get("after0")]}}) as (source, _):
        assert await outcomes(source, at, "7", "8") == {"7": ["1"], "8": ["2", "3"]}


async def test_reading_stops_once_enough_rows_are_there():
    at = replace(lookup(replace_place(EDGES, paging=PAGED)), time=None)
    async with graphql_source(by_alias) as (source, sent):
        assert await outcomes(source, at, "7", window=Window(first=2)) == {"7": ["1", "2"]}
    assert len(sent) == 1


@pytest.mark.parametrize("end", ["", "c", 17])
async def test_a_cursor_that_leads_nowhere_is_an_error(end: Any):
    at = lookup(replace_place(EDGES, paging=PAGED))
    async with graphql_source(cut({"k0": connection(note(1), end=end)})) as (source, _):
        assert "endCursor is not new" in (await outcomes(source, at, "7"))["7"]


@pytest.mark.parametrize("info", [None, {}, {"hasNextPage": None}, {"hasNextPage": "no"}, [], ...])
async def test_a_page_that_names_no_end_is_an_error(info: Any):
    at = lookup(replace_place(EDGES, paging=PAGED))
    page = {**connection(note(1)), "pageInfo": info}
    if info is ...:
        del page["pageInfo"]
    async with graphql_source(cut({"k0": page})) as (source, _):
        assert "does not say whether more rows follow" in (await outcomes(source, at, "7"))["7"]


async def test_endless_pages_end_at_max_rows():
    at = lookup(replace_place(EDGES, paging=PAGED, max_rows=5))
    bodies: list[Any] = []

    def endless(body: Any) -> Any:
        bodies.append(body)
        return {"data": {"k0": connection(end=str(len(bodies)))}}

    async with graphql_source(endless) as (source, _):
        assert "max_rows" in (await outcomes(source, at, "7"))["7"]
    assert len(bodies) == 5


async def test_a_service_without_page_info_is_asked_without_it():
    rows: list[Row] = [{"id": "1", "owner": "7", "at": "2026-06-01T12:00:00Z", "note": ""}]
    async with harness(PLACES["one key, connection"], rows) as (source, at):
        for _ in range(2):
            answer = (await source.fetch(Batch(at, ("7",))))["7"]
            assert isinstance(answer, Answer)


@pytest.mark.parametrize("status", [200, 400])
async def test_a_refused_question_is_asked_once_without_page_info(status: int):
    refusal = {"errors": [{"message": "Cannot query field 'pageInfo'"}]}
    async with graphql_source(lambda _: refusal, status) as (source, sent):
        answers = await source.fetch(Batch(lookup(EDGES), ("7",)))
    assert isinstance(answers["7"], UpstreamBadRequest if status == 400 else SourceError)
    assert ["pageInfo" in body["query"] for body in sent] == [True, False]


async def test_a_status_of_206_is_told():
    async with graphql_source(cut({"k0": connection(note(1))}), 206) as (source, _):
        assert "status 206" in (await outcomes(source, lookup(EDGES), "7"))["7"]
