"""What says that there is no row: a 404 for a key in the path, an empty list, and what `absent` names."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from support.sources.harness_rest import lookup
from support.sources.rest_service import http_response, serve_bytes
from support.sources.rest_sources import MANY, ONE

from gateway.contract.batch import Answer, Batch, Lookup
from gateway.errors import InvalidResponse, InvalidRow, SourceError
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.source import RestSettings, open_rest

BODIES = {"null": b"null", "{}": b"{}", "[]": b"[]"}
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"
ITEMS = {"items": "data.notes"}


def by_id(**words: Any) -> Lookup:
    """A lookup of one note by its id."""
    return replace(by_owner(**words), by="id", key=("id",), time=None)


def by_owner(**words: Any) -> Lookup:
    """A lookup of many notes by their owner."""
    return lookup(msgspec.convert(words, RestPlace))


async def answer_to(at: Lookup, response: bytes, key: str = "a") -> Answer | SourceError | None:
    async with serve_bytes(response) as url, open_rest("notes", RestSettings(url=url)) as source:
        return (await source.fetch(Batch(at, (key,)))).get(key)


def response_of(word: str) -> bytes:
    return NO_CONTENT if word == "204" else http_response(BODIES[word])


@pytest.mark.parametrize("word", ["204", "null", "{}", "[]"])
async def test_an_empty_answer_by_id_is_no_absence(word: str):
    result = await answer_to(by_id(**ONE), response_of(word))
    assert isinstance(result, InvalidRow)
    assert f"the response is {word}" in result.reason


@pytest.mark.parametrize("word", ["204", "null", "{}", "[]"])
async def test_an_empty_answer_is_absence_where_the_catalog_says_so(word: str):
    assert await answer_to(by_id(**ONE, absent=[word]), response_of(word)) is None


@pytest.mark.parametrize("word", ["204", "null", "{}", "[]"])
async def test_a_word_of_absence_admits_no_other(word: str):
    others = [other for other in ("204", "null", "{}", "[]") if other != word]
    assert isinstance(await answer_to(by_id(**ONE, absent=others), response_of(word)), InvalidRow)


@pytest.mark.parametrize("at", [by_owner(**ONE), by_owner(**MANY), by_id(**MANY)])
async def test_an_empty_list_says_that_there_are_none(at: Lookup):
    assert await answer_to(at, http_response(b"[]")) is None


@pytest.mark.parametrize("at", [by_id(**ONE, **ITEMS), by_owner(**MANY, **ITEMS)])
async def test_an_empty_list_at_items_is_absence(at: Lookup):
    assert await answer_to(at, http_response(b'{"data": {"notes": []}}')) is None


@pytest.mark.parametrize("body", [b"null", b"{}", b'{"data": null}', b'{"data": {}}', b'{"data": {"notes": null}}'])
async def test_nothing_at_items_is_absence_only_by_a_word(body: bytes):
    assert isinstance(await answer_to(by_owner(**MANY, **ITEMS), http_response(body)), InvalidResponse)
    assert await answer_to(by_owner(**MANY, **ITEMS, absent=["null", "{}"]), http_response(body)) is None


@pytest.mark.parametrize("word", ["204", "null", "{}"])
async def test_a_batch_without_a_list_is_unreadable(word: str):
    result = await answer_to(by_owner(**MANY), response_of(word))
    assert type(result) is InvalidResponse


@pytest.mark.parametrize("words", [MANY, ONE | ITEMS])
def test_a_word_of_absence_without_effect_is_refused(words: dict[str, Any]):
    (diagnostic,) = msgspec.convert(words | {"absent": ["[]"]}, RestPlace).diagnostics()
    assert diagnostic == "an empty list is absence anyway; remove [] from absent"


async def answers_to(at: Lookup, body: bytes, *keys: str) -> dict[str, list[str] | type[SourceError]]:
    """The ids of each key's rows, or the type of its error."""
    responses = [http_response(body)] * 3
    async with serve_bytes(*responses) as url, open_rest("notes", RestSettings(url=url)) as source:
        answers = await source.fetch(Batch(at, keys))
    return {
        key: [row["id"] for row in answer.rows] if isinstance(answer, Answer) else type(answer)
        for key, answer in answers.items()
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'[{"id": "1"}, null]', {"1": ["1"]}),
        (b'[null, {"id": "2"}]', {"2": ["2"]}),
        (b"[null, null]", {}),
        (b"[null, null, null]", {"1": InvalidRow, "2": InvalidRow}),
        (b'[null, {"id": "1"}]', {"1": InvalidRow, "2": InvalidRow}),
    ],
)
async def test_null_at_the_place_of_an_id_is_absence(body: bytes, expected: dict[str, Any]):
    assert await answers_to(by_id(**MANY), body, "1", "2") == expected


SEARCH = replace(by_id(get="/search", keys="q"), key=None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'[{"id": "1"}, {"id": "9"}]', {"1": ["1"]}),
        (b'[{"id": 1}]', {"1": [1]}),
        (b'[{"id": "9"}]', {}),
        (b'[{"id": "01"}]', {"1": InvalidRow}),
        (b'[{"name": "Ada"}]', {"1": InvalidRow}),
    ],
)
async def test_a_search_by_id_finds_rows_of_that_id(body: bytes, expected: dict[str, Any]):
    assert await answers_to(SEARCH, body, "1") == expected
