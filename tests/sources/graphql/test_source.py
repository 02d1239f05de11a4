import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web
from graphql import parse
from support.sources.graphql_service import ask, graphql_source, note, outcomes
from support.sources.harness_graphql import PLACES, harness, lookup
from support.sources.rest_service import serve

from gateway.contract.batch import Answer, Lookup, Position, Window
from gateway.errors import (
    InvalidResponse,
    InvalidRow,
    SourceDown,
    SourceError,
    SourceTimeout,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)
from gateway.sources.graphql.documents import GraphqlPlace, document
from gateway.sources.graphql.source import GraphqlSettings, open_graphql

MANY = lookup(GraphqlPlace(field="notes", keys="owners"))
ALONE = lookup(GraphqlPlace(field="notes", key_param="owner"))
BOTH = pytest.mark.parametrize("at", [MANY, ALONE])
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def test_a_document_is_written_once_with_keys_as_variables():
    key = '7") { id } x: notes(owners: ["8'
    async with graphql_source({"data": {"notes": []}}) as (source, sent):
        await ask(source, MANY, key, "8")
        await ask(source, MANY, "9", window=Window(limit=3))
        assert sent[0]["query"] == sent[1]["query"]
        assert sent[0]["query"] == ("query($keys: [ID!]!) { notes(owners: $keys) { id owner at note writer { id } } }")
        assert [body["variables"] for body in sent] == [{"keys": [key, "8"]}, {"keys": ["9"]}]


async def test_single_keys_are_aliased_in_one_document():
    async with graphql_source({"data": {"k0": [note("1", "7")], "k1": [note("2", "8")], "k2": []}}) as (source, sent):
        assert outcomes(await ask(source, ALONE, "7", "8", "9")) == {"7": ["1"], "8": ["2"]}
        assert len(sent) == 1
        assert sent[0]["query"].startswith("query($k0: ID!, $k1: ID!, $k2: ID!) { k0: notes(owner: $k0) {")
        assert sent[0]["variables"] == {"k0": "7", "k1": "8", "k2": "9"}


def test_nested_paths_become_nested_selections():
    place = GraphqlPlace(field="bills", keys="ids", items="edges.node", params={"kind": "A"}, since="from")
    at = replace(lookup(place), key=("a", "id"), paths=(("a", "b", "c"), ("a", "d"), ("e",), ("e", "f")))
    written = document(at, 0)
    assert parse(written)
    assert written == (
        "query($keys: [ID!]!, $since: DateTime, $p0: String!) { bills(ids: $keys, from: $since, kind: $p0)"
        " { edges { node { a { b { c } d id } e { f } id at } } pageInfo { hasNextPage } } }"
    )


async def test_bounds_are_sent_one_step_wider_and_rows_cut_exactly():
    at = lookup(GraphqlPlace(field="notes", keys="owners", since="since", until="until"))
    window = Window(since=NOON, after=Position(NOON, "5"))
    rows = [note(name, "7") for name in ("4", "5", "6")]
    async with graphql_source({"data": {"notes": rows}}) as (source, sent):
        assert outcomes(await ask(source, at, "7", window=window)) == {"7": ["4"]}
        assert sent[0]["variables"] == {"keys": ["7"], "since": "2026-06-01T11:59:59Z", "until": "2026-06-01T12:00:01Z"}


async def test_numbers_keep_their_digits():
    body = json.dumps({"data": {"notes": [note("1", "7")]}}).replace('"note": ""', '"note": 1.10')
    async with graphql_source(body) as (source, _):
        answer = (await ask(source, MANY, "7"))["7"]
        assert isinstance(answer, Answer)
        assert answer.rows[0]["note"] == Decimal("1.10")


async def test_a_failed_alias_fails_only_its_key():
    errors = [{"message": "secret of 8", "path": ["k1"]}, {"message": "", "path": ["k2", 0, "note"]}]
    data = {"k0": [note("1", "7")], "k1": None, "k2": [note("3", "9", note=None)]}
    async with graphql_source({"data": data, "errors": errors}) as (source, _):
        answers = await ask(source, ALONE, "7", "8", "9")
        assert outcomes(answers) == {"7": ["1"], "8": InvalidRow, "9": InvalidRow}
        failed = answers["8"]
        assert isinstance(failed, SourceError)
        assert "secret" not in f"{failed}{failed.reason}"


async def test_a_failed_row_of_a_list_fails_only_its_key():
    errors = [{"message": "", "path": ["notes", 1, "note"]}]
    data = {"notes": [note("1", "7"), note("2", "8", note=None), note("3", "8")]}
    async with graphql_source({"data": data, "errors": errors}) as (source, _):
        assert outcomes(await ask(source, MANY, "7", "8")) == {"7": ["1"], "8": InvalidRow}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"notes": [note("1", "7"), None]}, ["notes", 1]),
        ({"notes": [note("1", "7"), None]}, ["notes", 1, "id"]),
        ({"notes": None}, ["notes"]),
        ({"notes": [note("1", "7")]}, ["elsewhere"]),
        ({"notes": [note("1", "7")]}, None),
    ],
)
async def test_an_error_outside_all_rows_fails_every_key(data: Any, path: Any):
    async with graphql_source({"data": data, "errors": [{"message": "", "path": path}]}) as (source, _):
        results = outcomes(await ask(source, MANY, "7", "8"))
        assert set(results) == {"7", "8"}
        assert all(issubclass(kind, SourceError) for kind in results.values())


@BOTH
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "x"}, InvalidResponse),
        ({"message": "x", "path": ["notes"]}, SourceDown),
        ({"message": "x", "extensions": {"code": "UNAUTHENTICATED"}}, UpstreamUnauthorized),
        ({"message": "x", "extensions": {"code": "FORBIDDEN"}, "path": ["notes"]}, UpstreamUnauthorized),
        ({"message": "x", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}, SourceDown),
        ({"message": "x", "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}, InvalidResponse),
        ({"message": "x", "extensions": {"code": ["odd"]}}, InvalidResponse),
        ("odd", InvalidResponse),
    ],
)
async def test_missing_data_fails_every_key(at: Lookup, error: Any, kind: type):
    async with graphql_source({"data": None, "errors": [error]}) as (source, _):
        assert outcomes(await ask(source, at, "7", "8")) == {"7": kind, "8": kind}


@BOTH
@pytest.mark.parametrize(
    "answer",
    ["<html>", '{"data": {"no', "null", "[]", "{}", '{"data": {}}', '{"data": []}', '{"data": null, "errors": "bad"}'],
)
async def test_a_response_that_does_not_fit_the_query_is_invalid(at: Lookup, answer: Any):
    async with graphql_source(answer) as (source, _):
        assert outcomes(await ask(source, at, "7")) == {"7": InvalidResponse}


@pytest.mark.parametrize(
    ("value", "of_list"),
    [
        (3, InvalidResponse),
        ([[3]], InvalidRow),
        ([note("1", "9")], InvalidResponse),
        ([{"id": "1"}], InvalidRow),
        ([note("1", "7"), note("2", "9")], InvalidRow),
    ],
)
async def test_the_unreadable_value_of_one_key_spares_the_source(value: Any, of_list: type):
    async with graphql_source({"data": {"notes": value, "k0": value}}) as (source, _):
        assert outcomes(await ask(source, MANY, "7")) == {"7": of_list}
        assert outcomes(await ask(source, ALONE, "7")) == {"7": InvalidRow}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, SourceDown),
        (429, UpstreamRateLimited),
        (401, UpstreamUnauthorized),
        (403, UpstreamUnauthorized),
        (400, UpstreamBadRequest),
    ],
)
async def test_http_failures_map_as_for_rest(status: int, kind: type):
    async with graphql_source({"data": {"notes": []}}, status) as (source, _):
        assert outcomes(await ask(source, MANY, "7", "8")) == {"7": kind, "8": kind}


async def test_a_slow_service_times_out():
    done = asyncio.Event()

    async def handler(_request: web.Request) -> web.Response:
        await done.wait()
        return web.Response()

    async with serve(handler) as url, open_graphql("meters", GraphqlSettings(url=url, timeout=0.1)) as source:
        assert outcomes(await ask(source, MANY, "7")) == {"7": SourceTimeout}
        done.set()


async def test_more_rows_than_max_rows_are_an_error():
    at = lookup(GraphqlPlace(field="notes", keys="owners", max_rows=2))
    async with graphql_source({"data": {"notes": [note(str(n), "7") for n in range(3)]}}) as (source, _):
        assert outcomes(await ask(source, at, "7")) == {"7": InvalidResponse}


async def test_a_failed_chunk_fails_only_its_keys():
    async with graphql_source({"data": {"k0": [note("1", "7")]}}, keys_per_call=1) as (source, sent):
        assert outcomes(await ask(source, ALONE, "7", "8")) == {"7": ["1"], "8": InvalidRow}
        assert len(sent) == 2


async def test_an_invalid_graphql_name_is_refused_before_sending():
    odd = replace(MANY, paths=(("id } x { y",),))
    async with graphql_source({}) as (source, sent):
        assert outcomes(await ask(source, odd, "7")) == {"7": InvalidResponse}
        assert sent == []


async def test_an_unknown_field_is_invalid_and_fails_the_probe():
    async with harness(PLACES["list of keys, bounds"], []) as (source, at):
        assert await source.probe(at) == ()
        wrong = replace(at, paths=(("colour",),))
        with pytest.raises(InvalidResponse):
            await source.probe(wrong)
