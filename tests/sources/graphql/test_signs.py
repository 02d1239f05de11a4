"""What a GraphQL response says beside its rows: signs that it is not whole, and usual extensions."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.batches import PATIENT
from support.sources.graphql_extensions import HARMLESS, HARMLESS_HEADERS
from support.sources.graphql_service import ask, note, outcomes
from support.sources.harness_graphql import lookup
from support.sources.rest_service import Handler, serve

from gateway.contract.batch import Answer, Lookup, Window
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.graphql.connections import ConnectionPaging
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, open_graphql

ROWS = [note("1", "7"), note("2", "7")]
LIST = {"field": "notes", "keys": "owners"}
SINGLE = {"field": "notes", "key_param": "owner"}
EDGES = SINGLE | {"items": "edges.node"}
EACH = pytest.mark.parametrize("words", [LIST, SINGLE], ids=["list", "single"])


def respond(
    rows: Any, words: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Handler:
    """A service that gives the rows to any document, with other words beside `data`."""

    async def handler(_request: web.Request) -> web.Response:
        data = {"notes": rows, "k0": rows}
        return web.json_response({"data": data, **words}, status=status, headers=headers)

    return handler


def at(words: Mapping[str, Any], **more: Any) -> Lookup:
    return lookup(GraphqlPlace(**{**words, **more}))


async def outcome(handler: Handler, place: Lookup, window: Window | None = None) -> Any:
    """The ids of the rows, or the reason of an error."""
    async with serve(handler) as url, open_graphql("notes", GraphqlSettings(url=url)) as source:
        answers = await ask(source, place, "7", window=window or Window())
    answer = answers.get("7")
    if isinstance(answer, InvalidRow):
        return answer.reason
    return outcomes(answers).get("7", [])


MORE: list[tuple[dict[str, Any], str]] = [
    ({"truncated": True}, "truncated"),
    ({"pagination": {"total": 9}}, "pagination.total = 9"),
    ({"pagination": {"hasMore": True}}, "pagination.hasMore"),
    ({"pageInfo": {"hasNextPage": True, "endCursor": "x"}}, "pageInfo.hasNextPage, pageInfo.endCursor"),
    ({"totalCount": 9}, "totalCount = 9"),
    ({"nextToken": "x"}, "nextToken"),
    ({"acme": {"hasMoreRows": True}}, "acme.hasMoreRows"),
    ({"showing": "1-2 of 9"}, "showing = 9"),
    ({"is_final": False}, "is_final"),
]
FAILED: list[tuple[dict[str, Any], str]] = [
    ({"partial": True}, "partial"),
    ({"warnings": ["The result is incomplete."]}, "warnings"),
    ({"warnings": [{"message": "Rows truncated at 100", "code": "LIMIT"}]}, "warnings"),
    ({"warnings": ["PARTIAL_RESULTS"]}, "warnings"),
    ({"warnings": ["truncated"]}, "warnings"),
    ({"warnings": [{"severity": "ERROR", "message": "x"}]}, "warnings"),
    ({"errors": [{"message": "x"}]}, "errors"),
    ({"failedSources": ["crm"]}, "failedSources"),
    ({"status": "PARTIAL_SUCCESS"}, "status"),
    (
        {"valueCompletion": [{"message": "Cannot return null for non-nullable field", "path": ["k0"]}]},
        "valueCompletion",
    ),
]
SIGNS = [*MORE, *FAILED]


@EACH
@pytest.mark.parametrize(("extensions", "sign"), SIGNS, ids=[sign for _, sign in SIGNS])
async def test_a_sign_in_the_extensions_is_named(words: dict[str, Any], extensions: dict[str, Any], sign: str):
    named = ", ".join(f"extensions.{each}" for each in sign.split(", "))
    says = "that it is not whole" if (extensions, sign) in FAILED else "that there are more rows"
    for rows in (ROWS, []):
        reason = await outcome(respond(rows, {"extensions": extensions}), at(words))
        assert f"Note by owner: the response says {says}: {', '.join(sorted(named.split(', ')))}; " in reason


@EACH
@pytest.mark.parametrize(("extensions", "sign"), SIGNS, ids=[sign for _, sign in SIGNS])
async def test_every_sign_can_be_ignored_by_its_name(words: dict[str, Any], extensions: dict[str, Any], sign: str):
    ignored = [f"extensions.{each.partition(' = ')[0]}" for each in sign.split(", ")]
    place = at(words, ignored_signs=ignored)
    assert await outcome(respond(ROWS, {"extensions": extensions}), place) == ["2", "1"]


@EACH
@pytest.mark.parametrize("name", HARMLESS)
async def test_usual_extensions_are_no_sign(words: dict[str, Any], name: str):
    assert await outcome(respond(ROWS, {"extensions": HARMLESS[name]}), at(words)) == ["2", "1"]


@pytest.mark.parametrize("name", sorted(set(HARMLESS) - {"whole"}))
async def test_usual_extensions_beside_no_rows_are_no_sign(name: str):
    assert await outcome(respond([], {"extensions": HARMLESS[name]}), at(SINGLE)) == []


@EACH
@pytest.mark.parametrize(
    ("status", "headers", "sign"),
    [
        (200, {"Link": '<https://x/graphql?page=2>; rel="next"'}, "header link next"),
        (200, {"X-Total-Count": "9"}, "header x-total-count = 9"),
        (200, {"X-Partial": "true"}, "header x-partial"),
        (206, {}, "status 206"),
        (207, {}, "status 207"),
    ],
)
async def test_a_sign_in_the_head_is_named(words: dict[str, Any], status: int, headers: dict[str, str], sign: str):
    assert f": {sign}; " in await outcome(respond(ROWS, {}, status, headers), at(words))
    ignoring = at(words, ignored_signs=[sign.partition(" = ")[0]])
    assert await outcome(respond(ROWS, {}, status, headers), ignoring) == ["2", "1"]


@pytest.mark.parametrize("headers", HARMLESS_HEADERS, ids=[",".join(each) for each in HARMLESS_HEADERS])
async def test_usual_headers_are_no_sign(headers: dict[str, str]):
    assert await outcome(respond(ROWS, {}, headers=headers), at(LIST)) == ["2", "1"]


@pytest.mark.parametrize("beside", [{"hasNext": True}, {"hasMore": True}, {"partial": True}, {"totalCount": 9}])
async def test_words_beside_the_data_are_signs(beside: dict[str, Any]):
    assert f": {next(iter(beside))}" in await outcome(respond(ROWS, beside), at(LIST))


class Notes:
    """Three notes of owner 7 and one of each other, with extensions made of the keys and the cursor."""

    def __init__(self, extensions: Any) -> None:
        self.extensions = extensions
        self.requests: list[list[str]] = []

    async def __call__(self, request: web.Request) -> web.Response:
        values = (await request.json())["variables"]
        keys = values.get("keys") or [values[name] for name in values if name.startswith("k")]
        self.requests.append(keys)
        data = {f"k{n}": self.connection(key, values.get(f"after{n}")) for n, key in enumerate(keys)}
        data["notes"] = [note(f"{key}{n}", key) for key in keys for n in range(2)]
        return web.Response(
            text=json.dumps({"data": data, "extensions": self.extensions(keys)}), content_type="application/json"
        )

    def connection(self, key: str, after: str | None) -> dict[str, Any]:
        rows = [note(f"{key}{n}", key) for n in range(3 if key == "7" else 1)][int(after or 0) :]
        info = {"hasNextPage": len(rows) > 2, "endCursor": "2"}
        return {"edges": [{"node": row} for row in rows[:2]], "pageInfo": info}


async def answers_of(service: Notes, place: Lookup, *keys: str, window: Window | None = None) -> dict[str, Any]:
    async with serve(service) as url, open_graphql("notes", GraphqlSettings(url=url)) as source:
        answers = await ask(source, place, *keys, window=window or Window())
    return {key: len(each.rows) if isinstance(each, Answer) else type(each) for key, each in answers.items()}


async def test_a_sign_of_one_key_costs_that_key():
    for words in (LIST, EDGES):
        service = Notes(lambda keys: {"truncated": "b" in keys})
        answers = await answers_of(service, at(words), "a", "b", "c")
        assert answers["b"] is InvalidRow
        assert isinstance(answers["a"], int)
        assert isinstance(answers["c"], int)
        assert len(service.requests) == 5


async def test_a_sign_of_all_keys_is_the_services():
    service = Notes(lambda _keys: {"partial": True})
    keys = [f"k{n}" for n in range(16)]
    assert set((await answers_of(service, at(LIST), *keys)).values()) == {InvalidResponse}
    assert len(service.requests) <= 7


async def test_the_last_page_has_the_last_word():
    place = at(EDGES, paging=ConnectionPaging("after"))
    total = Notes(lambda keys: {"pagination": {"total": 4}} if "8" in keys else {"pagination": {"total": 3}})
    assert await answers_of(total, place, "7", "8") == {"7": 3, "8": 1}
    assert await answers_of(Notes(lambda _keys: {"totalCount": 9}), place, "7") == {"7": InvalidRow}
    is_first = iter([True, False])
    failed = Notes(lambda _keys: {"partial": next(is_first)})
    assert await answers_of(failed, place, "7") == {"7": InvalidRow}


async def test_enough_rows_and_a_limit_explain_a_sign():
    service = Notes(lambda _keys: {"truncated": True})
    limited = at(SINGLE, limit="n")
    rows = [note(str(n), "7", at=f"2026-06-0{n + 1}T00:00:00Z") for n in range(4)]
    handler = respond(rows, {"extensions": {"truncated": True}})
    assert await outcome(handler, limited, Window(limit=2)) == ["3", "2"]
    assert "truncated" in await outcome(handler, limited)
    assert (await answers_of(service, at(LIST), "7", window=Window())) == {"7": InvalidRow}


@PATIENT
@given(
    st.sampled_from(SIGNS),
    st.lists(st.sampled_from(sorted(set(HARMLESS) - {"whole", "Relay", "deprecations", "Apollo Router"})), max_size=3),
)
async def test_usual_extensions_hide_no_sign(case: tuple[dict[str, Any], str], names: list[str]):
    extensions, sign = case
    beside = {name: value for each in names for name, value in HARMLESS[each].items()}
    reason = await outcome(respond(ROWS, {"extensions": {**beside, **extensions}}), at(LIST))
    assert all(f"extensions.{each}" in reason for each in sign.split(", "))
