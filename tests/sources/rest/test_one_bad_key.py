"""What cannot be read of one key costs that key: its batch mates are answered, and the source is not blamed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_service import comma_list, repeated_values
from support.sources.rest_sources import MANY, POST, REPEAT, note, place, rest_source

from gateway.contract.batch import Answer, Answers, Batch, Lookup, batch_failure
from gateway.errors import InvalidResponse, InvalidRow, SourceDown
from gateway.sources.base.isolation import MAX_FAILURES
from gateway.sources.rest.source import RestSource

STRANGE = {
    "null": None,
    "text": "text",
    "a number": 7,
    "a list": [],
    "an empty object": {},
    "no key": {"id": "x", "at": "2026-01-01T00:00:00Z"},
    "a key that is null": note("a") | {"owner": None},
    "a key that is an object": note("a") | {"owner": {"id": "b"}},
    "a key that is a list": note("a") | {"owner": ["b"]},
    "a key that is true": note("a") | {"owner": True},
    "a key that is a fraction": note("a") | {"owner": 1.5},
    "the key of another": note("z"),
}
KEYS = [f"k{n}" for n in range(100)]


@dataclass
class OddService:
    """A service that adds strange rows to the answers in which an odd key is requested."""

    strange: Any
    odd: set[str]
    row: Callable[[str], Any] = note
    requests: list[list[str]] = field(default_factory=list)

    async def __call__(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            keys = (await request.json())["ownerIds"]
        else:
            keys = comma_list(request, "owners") if "owners" in request.query else repeated_values(request, "owner")
        self.requests.append(keys)
        return web.json_response([self.row(key) for key in keys] + [self.strange] * len(self.odd & set(keys)))


async def ask(source: RestSource, at: Lookup, keys: Iterable[str]) -> Answers:
    return await source.fetch(Batch(at, tuple(keys)))


def kinds(answers: Answers) -> dict[str, type]:
    return {key: type(answer) for key, answer in answers.items()}


@pytest.mark.parametrize("words", [MANY, REPEAT, POST], ids=["comma", "repeat", "post"])
@pytest.mark.parametrize("strange", STRANGE)
async def test_a_strange_row_costs_the_key_whose_answer_has_it(strange: str, words: dict[str, Any]):
    service = OddService(STRANGE[strange], {"b"})
    async with rest_source(service) as source:
        answers = await ask(source, place(**words), "ab")
    assert kinds(answers) == {"a": Answer, "b": InvalidRow}
    assert service.requests == [["a", "b"], ["a"], ["b"]]
    assert batch_failure(Batch(place(**words), ("a", "b")), answers) is None


@pytest.mark.parametrize("strange", STRANGE)
async def test_a_strange_row_of_one_key_alone_spares_the_source(strange: str):
    service = OddService(STRANGE[strange], {"b"})
    async with rest_source(service) as source:
        assert kinds(await ask(source, place(), "b")) == {"b": InvalidRow}
    assert service.requests == [["b"]]


@pytest.mark.parametrize(("strange", "reason"), [(None, "null"), ("x", "no object"), ({}, "without the key")])
async def test_the_log_says_what_was_seen(strange: Any, reason: str):
    async with rest_source(OddService(strange, {"b"})) as source:
        error = (await ask(source, place(), "ab"))["b"]
    assert isinstance(error, InvalidRow)
    assert reason in error.reason


@pytest.mark.parametrize(
    ("odd", "calls"), [({0}, 15), ({99}, 15), ({17}, 15), ({0, 99}, 27), ({3, 40, 77}, 37), ((), 1)]
)
async def test_odd_keys_are_found_in_few_calls(odd: Iterable[int], calls: int):
    service = OddService(None, {KEYS[n] for n in odd})
    async with rest_source(service) as source:
        answers = await ask(source, place(), KEYS)
    assert {key for key, kind in kinds(answers).items() if kind is not Answer} == service.odd
    assert len(answers) == len(KEYS)
    assert len(service.requests) <= calls


@pytest.mark.parametrize("size", [100, 200])
async def test_many_odd_keys_cost_a_bounded_number_of_calls(size: int):
    keys = [f"k{n}" for n in range(size)]
    service = OddService(None, set(keys))
    async with rest_source(service, keys_per_call=size) as source:
        answers = await ask(source, place(), keys)
    assert set(kinds(answers).values()) == {InvalidRow}
    assert len(answers) == size
    assert len(service.requests) <= 2 * MAX_FAILURES


@pytest.mark.parametrize("keys", ["a", "ab"])
async def test_a_service_that_ignores_the_filter_fails(keys: str):
    service = OddService(None, set(), row=lambda _key: note("z"))
    async with rest_source(service) as source:
        answers = await ask(source, place(), keys)
    assert set(kinds(answers).values()) == {InvalidResponse}
    assert len(service.requests) == 1


async def test_a_row_that_no_condition_can_decide_costs_its_key():
    at = place(**MANY, where={"note": "x"})
    service = OddService(note("b") | {"note": ["x"]}, {"b"})
    async with rest_source(service) as source:
        assert kinds(await ask(source, at, "ab")) == {"a": Answer, "b": InvalidRow}
        nothing = OddService(None, set(), row=lambda key: note(key) | {"note": ["x"]})
    async with rest_source(nothing) as source:
        assert kinds(await ask(source, at, "ab")) == {"a": InvalidResponse, "b": InvalidResponse}
    assert (len(service.requests), len(nothing.requests)) == (3, 1)


async def test_a_half_that_fails_costs_its_own_keys():
    service = OddService(None, {"b"})

    async def handler(request: web.Request) -> web.Response:
        answer = await service(request)
        return web.Response(status=503) if service.requests[-1] == ["a"] else answer

    async with rest_source(handler) as source:
        assert kinds(await ask(source, place(), "ab")) == {"a": SourceDown, "b": InvalidRow}


async def test_a_key_with_too_many_rows_costs_itself():
    at = place(**MANY, limit="limit", max_limit=2)

    async def handler(request: web.Request) -> web.Response:
        keys = comma_list(request, "owners")
        return web.json_response([note(key) | {"id": n} for key in keys for n in range(2 if key == "b" else 1)])

    async with rest_source(handler) as source:
        assert kinds(await ask(source, at, "ab")) == {"a": Answer, "b": InvalidRow}
