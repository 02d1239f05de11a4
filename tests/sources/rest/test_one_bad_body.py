"""A body that cannot be read costs the key that it is for, by path or among several."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from support.pipelines import Pipeline, pipeline
from support.sources.rest_service import comma_list, segment
from support.sources.rest_sources import ONE, note, place, rest_source

from gateway.contract.batch import Answer, Answers, Batch, Lookup
from gateway.errors import InvalidResponse, InvalidRow
from gateway.sources.rest.source import RestSource

KEYS = [f"k{n}" for n in range(100)]


async def ask(source: RestSource, at: Lookup, keys: Iterable[str]) -> Answers:
    return await source.fetch(Batch(at, tuple(keys)))


def kinds(answers: Answers) -> dict[str, type]:
    return {key: type(answer) for key, answer in answers.items()}


LIST = {**ONE, "items": "items"}
GOOD = json.dumps([note("b")])
# Answers to one key of which nothing can be read.
BAD = {
    "an empty body": b"",
    "cut off": GOOD[:-9].encode(),
    "not in UTF-8": GOOD.replace("x", "\u00e9").encode("latin-1"),
    "half of a surrogate pair": GOOD.replace('"x"', '"\\ud800"').encode(),
    "no number": GOOD.replace('"x"', "NaN").encode(),
    "a long number": GOOD.replace('"x"', "9" * 5000).encode(),
    "too deep": b"[" * 100_000,
    "a page of HTML": b"<html>sorry</html>",
    "too large": GOOD.replace('"x"', f'"{"x" * 200_000}"').encode(),
    "an error as an object": b'{"error": "try later"}',
    "a text": b'"no such owner"',
    "a number": b"17",
    "a list of texts": b'["b"]',
    "a row of another": json.dumps([note("z")]).encode(),
    "a row of another beside its own": json.dumps([note("b"), note("z")]).encode(),
}
BAD_LISTS = {
    "nothing at items": b"{}",
    "an error in place of items": b'{"error": "try later"}',
    "items as a text": b'{"items": "none"}',
    "more rows than were given": b'{"items": [], "hasMore": true}',
    "a larger total": b'{"items": [], "total": 5}',
}
CASES = [*((ONE, case) for case in BAD), *((LIST, case) for case in BAD_LISTS)]


@asynccontextmanager
async def by_path(at: Lookup, bad: bytes) -> AsyncIterator[Pipeline]:
    """The pipeline of a service that gives the bad body to each key but `a`."""
    has_items = at.place == place(**LIST).place

    async def handler(request: web.Request) -> web.Response:
        if segment(request, 2) != "a":
            return web.Response(body=bad, content_type="application/json")
        return web.json_response({"items": [note("a")]} if has_items else [note("a")])

    async with rest_source(handler, max_bytes=150_000) as source:

        async def fetch(batch: Batch) -> Answers:
            return await source.fetch(replace(batch, lookup=at))

        async with pipeline(fetch, "[sources.desk.breaker]", "min_calls = 2") as upstream:
            yield upstream


@pytest.mark.parametrize(("words", "case"), CASES)
async def test_a_bad_answer_for_a_path_key_costs_that_key(words: dict[str, Any], case: str):
    async with by_path(place(**words), {**BAD, **BAD_LISTS}[case]) as upstream:
        assert kinds(await upstream.ask("a", "b")) == {"a": Answer, "b": InvalidRow}


@pytest.mark.parametrize(("words", "case"), CASES)
async def test_bad_answers_for_path_keys_spare_the_breaker(words: dict[str, Any], case: str):
    async with by_path(place(**words), {**BAD, **BAD_LISTS}[case]) as upstream:
        for n in range(8):
            assert kinds(await upstream.ask(f"b{n}")) == {f"b{n}": InvalidRow}
        assert kinds(await upstream.ask("a")) == {"a": Answer}


BODIES = [
    "cut off",
    "not in UTF-8",
    "half of a surrogate pair",
    "no number",
    "a long number",
    "too deep",
    "a page of HTML",
    "too large",
]


def bad_beside(case: str, requests: list[list[str]], *bad: str) -> Callable[[web.Request], Any]:
    """A service whose body cannot be read wherever a bad key is requested."""

    async def handler(request: web.Request) -> web.Response:
        keys = comma_list(request, "owners")
        requests.append(keys)
        if set(bad) & set(keys):
            return web.Response(body=BAD[case], content_type="application/json")
        return web.json_response([note(key) for key in keys])

    return handler


@pytest.mark.parametrize("case", BODIES)
async def test_a_body_that_one_key_spoils_costs_that_key(case: str):
    requests: list[list[str]] = []
    async with rest_source(bad_beside(case, requests, "b"), max_bytes=150_000) as source:
        assert kinds(await ask(source, place(), "ab")) == {"a": Answer, "b": InvalidRow}
    assert requests == [["a", "b"], ["a"], ["b"]]


async def test_two_keys_that_spoil_bodies_cost_themselves():
    requests: list[list[str]] = []
    async with rest_source(bad_beside("cut off", requests, "b", "c")) as source:
        answers = kinds(await ask(source, place(), "abcd"))
    assert answers == {"a": Answer, "b": InvalidRow, "c": InvalidRow, "d": Answer}


@pytest.mark.parametrize("odd", [0, 50, 99])
async def test_a_key_that_spoils_a_body_is_found(odd: int):
    requests: list[list[str]] = []
    async with rest_source(bad_beside("cut off", requests, KEYS[odd])) as source:
        answers = kinds(await ask(source, place(), KEYS))
    assert [key for key in KEYS if answers[key] is not Answer] == [KEYS[odd]]
    assert len(requests) <= 15


@pytest.mark.parametrize(("keys", "calls"), [("b", 1), ("ab", 3), ("abc", 5), (KEYS, 7)])
async def test_a_service_without_a_readable_body_fails(keys: Iterable[str], calls: int):
    requests: list[list[str]] = []
    async with rest_source(bad_beside("a page of HTML", requests, *keys)) as source:
        answers = kinds(await ask(source, place(), keys))
    assert set(answers.values()) == {InvalidResponse}
    assert len(answers) == len(list(keys))
    assert len(requests) == calls
