"""A key that a service refuses, or for which it lacks something, costs its batch mates nothing."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.pipelines import pipeline
from support.sources.rest_service import Handler, comma_list
from support.sources.rest_sources import MANY, note, place, rest_source

from gateway.contract.batch import Answer, Answers, Batch, Lookup
from gateway.errors import InvalidResponse, InvalidRow, SourceDown, UpstreamBadRequest, UpstreamUnauthorized
from gateway.sources.rest.source import RestSource

LIST = place(**MANY, items="rows")
KEYS = [f"k{n}" for n in range(100)]
Respond = Callable[[list[str], list[str]], web.Response]  # for the keys, and those among them that are bad


def refuse(status: int) -> Respond:
    return lambda keys, bad: web.json_response({"error": "x"} if bad else rows(keys), status=status if bad else 200)


def rows(keys: Iterable[str], **words: Any) -> dict[str, Any]:
    return {"rows": [note(key) for key in keys], **words}


def without(**words: Any) -> Respond:
    """The rows of the good keys, with words where there are bad ones."""
    return lambda keys, bad: web.json_response(rows([key for key in keys if key not in bad], **(words if bad else {})))


def not_found(keys: list[str], bad: list[str]) -> web.Response:
    errors = {"errors": [{"context": {"ids": bad}, "status": "error"}], "numErrors": len(bad)} if bad else {}
    body = rows([key for key in keys if key not in bad], status="COMPLETE", **errors)
    return web.json_response(body, status=207 if bad else 200)


def lacking(keys: list[str], bad: list[str]) -> web.Response:
    return web.json_response(rows([key for key in keys if key not in bad], total=len(keys)))


REFUSALS = [400, 404, 409, 410, 413, 414, 422, 424, 431]
LACKS: dict[str, Respond] = {
    "errors": without(errors=[{"key": "x"}]),
    "HubSpot": not_found,
    "207": lambda keys, bad: web.json_response(rows(set(keys) - set(bad)), status=207 if bad else 200),
    "206": lambda keys, bad: web.json_response(rows(set(keys) - set(bad)), status=206 if bad else 200),
    "total": lacking,
    "unprocessed": without(UnprocessedKeys={"bills": {"Keys": ["x"]}}),
    "more": without(has_more=True),
    "object": lambda keys, bad: web.json_response({"error": "x"} if bad else rows(keys)),
    "null": lambda keys, bad: web.json_response(None if bad else rows(keys)),
    "too many rows": lambda keys, bad: web.json_response(
        {"rows": [note(key) | {"id": f"{key}{n}"} for key in keys for n in range(60 if key in bad else 1)]}
    ),
}
CASES = {**{str(status): refuse(status) for status in REFUSALS}, **LACKS}


def service(respond: Respond, requests: list[list[str]], bad: Iterable[str]) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        keys = comma_list(request, "owners")
        requests.append(keys)
        return respond(keys, [key for key in keys if key in bad])

    return handler


async def ask(source: RestSource, at: Lookup, keys: Iterable[str]) -> Answers:
    return await source.fetch(Batch(at, tuple(keys)))


def kinds(answers: Answers) -> dict[str, type]:
    return {key: type(answer) for key, answer in answers.items()}


def limited(case: str) -> Lookup:
    return place(**MANY, items="rows", max_rows=50) if case == "too many rows" else LIST


@pytest.mark.parametrize("case", CASES)
async def test_a_bad_key_costs_itself(case: str):
    requests: list[list[str]] = []
    async with rest_source(service(CASES[case], requests, "c")) as source:
        answers = await ask(source, limited(case), "abcd")
    error = UpstreamBadRequest if case.isdecimal() and case not in LACKS else InvalidRow
    assert [key for key, answer in answers.items() if isinstance(answer, Answer)] == ["a", "b", "d"]
    assert isinstance(answers["c"], error)
    assert requests == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["d"]]


@pytest.mark.parametrize("case", CASES)
async def test_two_bad_keys_cost_themselves(case: str):
    async with rest_source(service(CASES[case], [], "bc")) as source:
        answers = await ask(source, limited(case), "abcd")
    assert [key for key, answer in answers.items() if isinstance(answer, Answer)] == ["a", "d"]


@pytest.mark.parametrize("case", CASES)
async def test_a_bad_key_spares_the_breaker(case: str):
    async with rest_source(service(CASES[case], [], "b")) as source:

        async def fetch(batch: Batch) -> Answers:
            return await ask(source, limited(case), batch.keys)

        async with pipeline(fetch, "[sources.desk.breaker]", "min_calls = 2") as upstream:
            for _ in range(6):
                assert kinds(await upstream.ask("a", "b"))["a"] is Answer
            assert kinds(await upstream.ask("a")) == {"a": Answer}


@pytest.mark.parametrize("case", ["errors", "HubSpot", "207", "206", "total", "unprocessed", "more", "too many rows"])
async def test_a_key_alone_that_lacks_something_spares_the_breaker(case: str):
    async with rest_source(service(LACKS[case], [], "b")) as source:
        assert kinds(await ask(source, limited(case), "b")) == {"b": InvalidRow}


@pytest.mark.parametrize("case", [case for case in CASES if case not in ("413", "414", "431")])
async def test_a_service_that_answers_no_key_is_asked_seven_times(case: str):
    requests: list[list[str]] = []
    async with rest_source(service(CASES[case], requests, KEYS)) as source:
        answers = await ask(source, limited(case), KEYS)
    assert set(kinds(answers).values()) == {UpstreamBadRequest if case in map(str, REFUSALS) else InvalidResponse}
    assert len(requests) == 7


@pytest.mark.parametrize("status", [413, 414, 431])
async def test_shorter_calls_follow_one_that_was_too_long(status: int):
    requests: list[list[str]] = []

    async def handler(request: web.Request) -> web.Response:
        keys = comma_list(request, "owners")
        requests.append(keys)
        return web.Response(status=status) if len(keys) > 8 else web.json_response(rows(keys))

    async with rest_source(handler) as source:
        answers = await ask(source, LIST, KEYS)
    assert set(kinds(answers).values()) == {Answer}
    assert len(answers) == 100
    assert len(requests) == 1 + 2 + 4 + 8 + 16


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, UpstreamUnauthorized), (403, UpstreamUnauthorized), (405, UpstreamBadRequest), (415, UpstreamBadRequest)]
    + [(status, SourceDown) for status in (408, 429, 500, 501, 502, 503, 504)],
)
async def test_other_failures_are_not_asked_again(status: int, kind: type):
    requests: list[list[str]] = []
    async with rest_source(service(refuse(status), requests, "b")) as source:
        answers = await ask(source, LIST, "ab")
    assert all(isinstance(answer, kind) for answer in answers.values())
    assert len(requests) == 1


@given(st.sampled_from(["422", "errors", "total"]), st.sets(st.integers(0, 15), max_size=3))
async def test_up_to_three_bad_keys_never_cost_another(case: str, odd: set[int]):
    keys, bad = KEYS[:16], {KEYS[n] for n in odd}
    requests: list[list[str]] = []
    async with rest_source(service(CASES[case], requests, bad)) as source:
        answers = await ask(source, LIST, keys)
    assert {key for key, answer in answers.items() if not isinstance(answer, Answer)} == bad
    assert len(requests) <= 1 + 2 * 4 * max(1, len(bad))
