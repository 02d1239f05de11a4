"""The first rows of a key without a time, read from the source's index and no further."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sources.rest_sources import note, place, rest_source
from support.sources.sql_sources import ask, lookup, recorded_source, table

from gateway.contract.batch import Answer, Answers, Batch, Lookup, Window
from gateway.contract.paths import join_key, split_key
from gateway.errors import InvalidResponse
from gateway.sources.rest.place import RestPlace

CURSOR = {"style": "cursor", "cursor": "cursor", "next": "next", "size_param": "size", "size": 100}
PAGED = {"get": "/notes", "keys": "owners", "items": "items", "paging": CURSOR}
BEGINNINGS = ("12 ELM ST", "12 ELM ST RIVERTON", "12 EL", "12 ELM STATION", "12 ELM", "2 ELM ST")


def untimed(**words: Any) -> Lookup:
    return replace(place(**words), time=None)


def names(answers: Answers, key: str) -> list[str]:
    answer = answers[key]
    assert isinstance(answer, Answer)
    return [row["id"] for row in answer.rows]


class PagedService:
    """A service of a hundred notes, in pages of the requested size; it records the sizes."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def __call__(self, request: web.Request) -> web.Response:
        """One page of at most forty notes."""
        start, size = int(request.query.get("cursor", 0)), min(int(request.query["size"]), 40)
        self.sizes.append(int(request.query["size"]))
        rows = [note("a") | {"id": f"{n:02d}"} for n in range(start, min(start + size, 100))]
        return web.json_response({"items": rows, "next": start + size if start + size < 100 else None})


@pytest.mark.parametrize(("first", "sizes"), [(1, [1]), (40, [40]), (41, [41, 41]), (500, [100] * 3)])
async def test_pages_are_capped_by_the_wanted_rows(first: int, sizes: list[int]):
    service = PagedService()
    async with rest_source(service) as source:
        answers = await source.fetch(Batch(untimed(**PAGED), ("a",), Window(first=first)))
    assert names(answers, "a") == [f"{n:02d}" for n in range(min(first, 100))]
    assert service.sizes == sizes


async def test_more_wanted_rows_than_the_largest_limit_are_an_error():
    async def handler(request: web.Request) -> web.Response:
        return web.json_response([note("a") | {"id": str(n)} for n in range(int(request.query["limit"]))])

    at = untimed(get="/notes", keys="owners", limit="limit", max_limit=20)
    async with rest_source(handler) as source:
        assert len(names(await source.fetch(Batch(at, ("a",), Window(first=20))), "a")) == 20
        result = (await source.fetch(Batch(at, ("a",), Window(first=21))))["a"]
    assert isinstance(result, InvalidResponse)


@pytest.mark.parametrize("method", ["get", "post"])
async def test_each_part_of_a_key_has_its_parameter(method: str):
    requests: list[dict[str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        requests.append(await request.json() if request.method == "POST" else dict(request.query))
        return web.json_response([note("a")])

    at = replace(untimed(**{method: "/find", "key_params": {"name": "q", "phone": "tel"}}), key=None)
    keys = (join_key({"phone": "1&tel=2", "name": "o'brien, 7"}), join_key({"name": "ada"}))
    async with rest_source(handler) as source:
        answers = await source.fetch(Batch(at, keys))
    assert set(answers) == set(keys)
    assert sorted(requests, key=len, reverse=True) == [{"q": "o'brien, 7", "tel": "1&tel=2"}, {"q": "ada"}]


@pytest.mark.parametrize("key", ["", "7", "[]", "{}", '{"name": 7}', '{"other": "x"}', "\ud800"])
async def test_a_key_without_such_parts_causes_no_request(key: str):
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response([note("a")])

    at = replace(untimed(get="/find", key_params={"name": "q"}), key=None)
    async with rest_source(handler) as source:
        assert await source.fetch(Batch(at, (key,))) == {}


async def test_a_place_with_key_params_can_be_probed():
    async def handler(request: web.Request) -> web.Response:
        return web.json_response([note(request.query["q"])])

    at = replace(untimed(get="/find", key_params={"name": "q"}), key=None)
    async with rest_source(handler, probe="known") as source:
        assert [row["owner"] for row in await source.probe(at)] == ["known"]


def test_a_compound_key_can_be_split_into_its_parts():
    parts = {"phone": "1", "name": 'a "b" \\ é'}
    assert join_key(parts) == join_key(dict(reversed(parts.items())))
    assert split_key(join_key(parts)) == parts
    assert json.loads(join_key(parts)) == parts


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_the_first_rows_of_a_prefix_are_in_text_order(database: str):
    rows: Sequence[Sequence[str]] = [(f"N{n}", text, "x") for n, text in enumerate(BEGINNINGS)]
    rows = [*rows, ("N0b", BEGINNINGS[0], "x")]
    at = lookup(match="prefix")
    async with table(database, "id text, owner text, note text", rows) as (notes, source):
        answers = await ask(source, at, "12 ELM ST", "12 EL", window=Window(first=3))
        assert names(answers, "12 ELM ST") == ["N0", "N0b", "N1"]
        assert names(answers, "12 EL") == ["N2", "N4", "N0"]
        async with recorded_source(notes) as (listened, sent):
            await ask(listened, at, "12 ELM ST", "12 EL", window=Window(first=3))
    assert [statement.count("LIMIT") for statement in sent if "owner" in statement] == [2]


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
async def test_the_first_rows_of_many_prefixes_need_few_statements(database: str):
    keys = tuple(f"K{n:02d}" for n in range(20))
    rows = [(f"{key}-{n}", f"{key} {n}", "x") for key in keys for n in range(3)]
    at = lookup(match="prefix")
    async with (
        table(database, "id text, owner text, note text", rows) as (notes, _),
        recorded_source(notes) as (source, sent),
    ):
        answers = await ask(source, at, *keys, "", "\ud800", "none", window=Window(first=2))
    assert {key: names(answers, key) for key in answers} == {key: [f"{key}-0", f"{key}-1"] for key in keys}
    assert sorted(statement.count("LIMIT") for statement in sent if "owner" in statement) == [5, 8, 8]


@given(
    texts=st.lists(st.text("ab%_", min_size=1, max_size=4), max_size=20),
    keys=st.lists(st.text("ab%_", min_size=1, max_size=3), min_size=1, max_size=10, unique=True),
    first=st.integers(1, 5),
)
@settings(max_examples=40)
async def test_the_first_rows_of_prefixes_are_independent(texts: list[str], keys: list[str], first: int):
    rows = [(f"N{n:02d}", text, "x") for n, text in enumerate(texts)]
    at = lookup(match="prefix")
    async with table("sqlite", "id text, owner text, note text", rows) as (_, source):
        answers = await ask(source, at, *keys, window=Window(first=first))
    ordered = sorted(rows, key=lambda each: (each[1], each[0]))
    for key in keys:
        fitting = [name for name, text, _ in ordered if text.startswith(key)]
        assert (names(answers, key) if key in answers else []) == fitting[:first]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"get": "/x", "keys": "k", "key_params": {"a": "b"}}, "key_params excludes keys"),
        ({"get": "/x", "key_params": {"a": "b", "c": "b"}}, "the parameter 'b' is used 2 times"),
        ({"get": "/x", "keys": "k", "paging": CURSOR | {"size_param": None}}, "need each other"),
        ({"get": "/x", "keys": "size", "paging": CURSOR}, "the parameter 'size' is used 2 times"),
    ],
)
def test_contradicting_words_are_named(words: dict[str, Any], complaint: str):
    assert any(complaint in each for each in msgspec.convert(words, RestPlace).diagnostics())
