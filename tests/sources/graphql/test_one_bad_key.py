"""What a GraphQL service cannot say of one key costs that key alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web
from support.pipelines import pipeline
from support.sources.graphql_service import ask, note
from support.sources.harness_graphql import lookup
from support.sources.rest_service import serve

from gateway.contract.batch import Answer, Answers, Batch, Lookup, batch_failure
from gateway.errors import InvalidResponse, InvalidRow, SourceDown, SourceTimeout, UpstreamUnauthorized
from gateway.sources.graphql.documents import GraphqlPlace
from gateway.sources.graphql.source import GraphqlSettings, GraphqlSource, open_graphql

MANY = lookup(GraphqlPlace(field="notes", keys="owners"))
ALONE = lookup(GraphqlPlace(field="notes", key_param="owner"))
BY_ID = replace(lookup(GraphqlPlace(field="notes", keys="ids")), by="id", key=("id",), time=None)
KEYS = [f"k{n}" for n in range(64)]
Respond = Callable[[list[str]], Any]


@dataclass
class OddService:
    """A service with an answer for each list of keys, and the keys of each request."""

    respond: Respond
    requests: list[list[str]] = field(default_factory=list)

    async def __call__(self, request: web.Request) -> web.Response:
        variables = (await request.json())["variables"]
        keys = variables["keys"] if "keys" in variables else [variables[f"k{n}"] for n in range(len(variables))]
        self.requests.append(keys)
        return web.json_response(self.respond(keys))


async def answers_of(service: OddService, at: Lookup, *keys: str) -> Answers:
    async with serve(service) as url, open_graphql("meters", GraphqlSettings(url=url)) as source:
        return await ask(source, at, *keys)


def kinds(answers: Answers) -> dict[str, type]:
    return {key: type(answer) for key, answer in answers.items()}


def aliases(bad: Any, error: Any = None) -> Respond:
    """A field for each key, in which `b` has the bad value, and perhaps an error."""

    def respond(keys: list[str]) -> Any:
        data = {f"k{n}": bad if key.startswith("b") else [note("1", key)] for n, key in enumerate(keys)}
        errors = [{"path": [f"k{n}"], **error} for n, key in enumerate(keys) if key.startswith("b") and error]
        return {"data": data, "errors": errors}

    return respond


def flat(bad: Any) -> Respond:
    """A list of rows, in which a bad one stands wherever `b` is requested."""

    def respond(keys: list[str]) -> Any:
        rows = [note("1", key) for key in keys]
        return {"data": {"notes": rows + [bad for key in keys if key.startswith("b")]}}

    return respond


def failing(data: Callable[[list[Any]], Any], path: Callable[[int], list[Any]]) -> Respond:
    """An answer with an error at each place of `b`; `data` makes it of the rows and nulls."""

    def respond(keys: list[str]) -> Any:
        odd = [n for n, key in enumerate(keys) if key.startswith("b")]
        rows = [None if n in odd else note(key, key) for n, key in enumerate(keys)]
        if not odd:
            return {"data": {"notes": rows}}
        return {"data": data(rows), "errors": [{"message": "", "path": path(n)} for n in odd]}

    return respond


ALIASES = {
    "an error": aliases(None, {"message": ""}),
    "an error with a code": aliases(None, {"extensions": {"code": "INTERNAL_SERVER_ERROR"}}),
    "an error of the input": aliases(None, {"extensions": {"code": "BAD_USER_INPUT"}}),
    "text": aliases("text"),
    "a list of texts": aliases(["text"]),
    "an empty object": aliases({}),
    "a null in a list": aliases([None]),
    "a row of another": aliases([note("2", "z")]),
}


@pytest.mark.parametrize("case", ALIASES)
async def test_a_bad_alias_costs_its_key(case: str):
    service = OddService(ALIASES[case])
    answers = await answers_of(service, ALONE, "a", "b")
    assert kinds(answers) == {"a": Answer, "b": InvalidRow}
    assert batch_failure(Batch(ALONE, ("a", "b")), answers) is None
    assert service.requests == [["a", "b"]]


@pytest.mark.parametrize("case", ALIASES)
async def test_bad_aliases_spare_the_breaker(case: str):
    async with (
        serve(OddService(ALIASES[case])) as url,
        open_graphql("meters", GraphqlSettings(url=url)) as source,
        pipeline(at_place(source, ALONE), "[sources.desk.breaker]", "min_calls = 2") as upstream,
    ):
        for n in range(8):
            assert kinds(await upstream.ask(f"b{n}")) == {f"b{n}": InvalidRow}
        assert kinds(await upstream.ask("a")) == {"a": Answer}


def at_place(source: GraphqlSource, at: Lookup) -> Callable[[Batch], Any]:
    async def fetch(batch: Batch) -> Answers:
        return await source.fetch(replace(batch, lookup=at))

    return fetch


ROWS = {
    "null": flat(None),
    "text": flat("text"),
    "an empty object": flat({}),
    "no key": flat({"id": "x", "writer": None}),
    "a key that is an object": flat({"id": "x", "writer": {"id": {}}}),
    "a row of another": flat(note("2", "z")),
    "an error at a row without a key": failing(lambda rows: {"notes": [*rows, None]}, lambda n: ["notes", n]),
    "an error that empties the list": failing(lambda _rows: {"notes": None}, lambda n: ["notes", n, "id"]),
    "an error that empties the answer": failing(lambda _rows: None, lambda n: ["notes", n, "id"]),
}


@pytest.mark.parametrize("case", ROWS)
async def test_a_bad_row_of_a_list_costs_its_key(case: str):
    service = OddService(ROWS[case])
    assert kinds(await answers_of(service, MANY, "a", "b")) == {"a": Answer, "b": InvalidRow}
    assert service.requests == [["a", "b"], ["a"], ["b"]]


@pytest.mark.parametrize("odd", ["k0", "k31", "k63"])
async def test_a_bad_row_is_found_in_few_calls(odd: str):
    service = OddService(lambda keys: {"data": {"notes": [note("1", key) for key in keys] + [None] * keys.count(odd)}})
    answers = kinds(await answers_of(service, MANY, *KEYS))
    assert [key for key in KEYS if answers[key] is not Answer] == [odd]
    assert len(service.requests) == 13


@pytest.mark.parametrize("path", [lambda n: ["notes", n], lambda n: ["notes", n, "id"]], ids=["item", "field"])
async def test_an_error_at_one_item_costs_its_id(path: Callable[[int], list[Any]]):
    service = OddService(failing(lambda rows: {"notes": rows}, path))
    assert kinds(await answers_of(service, BY_ID, "a", "b")) == {"a": Answer, "b": InvalidRow}
    assert kinds(await answers_of(service, BY_ID, "b")) == {"b": InvalidRow}
    assert service.requests == [["a", "b"], ["b"]]


@pytest.mark.parametrize("at", [ALONE, BY_ID])
async def test_errors_at_all_of_several_keys_are_the_sources(at: Lookup):
    respond = ALIASES["an error"] if at is ALONE else failing(lambda rows: {"notes": rows}, lambda n: ["notes", n])
    assert kinds(await answers_of(OddService(respond), at, "b1", "b2")) == {"b1": SourceDown, "b2": SourceDown}


@pytest.mark.parametrize(
    ("code", "kind"), [("TIMEOUT", SourceTimeout), ("FORBIDDEN", UpstreamUnauthorized), ("ODD", InvalidRow)]
)
async def test_a_code_keeps_its_meaning_at_one_key(code: str, kind: type):
    service = OddService(aliases(None, {"extensions": {"code": code}}))
    assert kinds(await answers_of(service, ALONE, "a", "b")) == {"a": Answer, "b": kind}


@pytest.mark.parametrize("keys", [["a"], ["a", "b"]], ids=len)
async def test_a_service_that_ignores_the_filter_fails(keys: list[str]):
    service = OddService(lambda _keys: {"data": {"notes": [note("1", "z")]}})
    assert set(kinds(await answers_of(service, MANY, *keys)).values()) == {InvalidResponse}
    assert len(service.requests) == 1


async def test_an_error_names_no_key():
    error = (await answers_of(OddService(aliases(None, {"message": json.dumps("b")})), ALONE, "b"))["b"]
    assert isinstance(error, InvalidRow)
    assert error.reason == "Note by owner: an error at k0"


@pytest.mark.parametrize("at", [MANY, ALONE], ids=["list", "single"])
@pytest.mark.parametrize("code", ["BAD_USER_INPUT", "BAD_REQUEST"])
async def test_a_value_that_no_variable_takes_costs_its_key(at: Lookup, code: str):
    def respond(keys: list[str]) -> Any:
        if "b" in keys:
            return {"errors": [{"message": "", "extensions": {"code": code}}]}
        data = {f"k{n}": [note("1", key)] for n, key in enumerate(keys)}
        return {"data": {"notes": [note(key, key) for key in keys]} if at is MANY else data}

    service = OddService(respond)
    assert kinds(await answers_of(service, at, "a", "b", "c")) == {"a": Answer, "b": InvalidRow, "c": Answer}
    assert service.requests == [["a", "b", "c"], ["a", "b"], ["c"], ["a"], ["b"]]
