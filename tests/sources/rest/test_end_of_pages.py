"""Where the pages of services end that always name a next one, and how totals are written."""

from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_sources import MANY, error_of, place, rest_source

from gateway.contract.batch import Answer, Batch, Row
from gateway.errors import InvalidResponse
from gateway.sources.rest.pages import MAX_EMPTY_PAGES

OFFSET = {"style": "offset", "offset": "start", "size_param": "n", "size": 2}
CURSOR = {"items": "rows", "paging": {"style": "cursor", "cursor": "at", "next": "next"}}


def row(number: int) -> Row:
    return {"id": str(number), "owner": "a", "at": "2026-07-01T12:00:00Z", "note": "x"}


async def test_a_list_ends_after_some_empty_pages():
    requests: list[int] = []

    async def endless(request: web.Request) -> web.Response:
        requests.append(int(request.query.get("at", 0)))
        rows = [row(requests[-1])] if requests[-1] in (0, 3) else []
        return web.json_response({"rows": rows, "next": requests[-1] + 1})

    async with rest_source(endless) as source:
        answer = (await source.fetch(Batch(place(**MANY | CURSOR), ("a",))))["a"]
    assert isinstance(answer, Answer)
    assert len(requests) == 4 + MAX_EMPTY_PAGES + 1


@pytest.mark.parametrize("is_ending", [False, True])
@pytest.mark.parametrize("style", ["cursor", "next"])
async def test_a_repeated_cursor_beside_no_rows_is_the_end(style: str, *, is_ending: bool):
    requests: list[str] = []

    async def always(request: web.Request) -> web.Response:
        requests.append(request.query_string)
        words = {"end_of_stream": True} if is_ending else {}
        rows = [] if "at" in request.query else [row(1)]
        return web.json_response({"rows": rows, "next": "?at=x", **words})

    paging = {"style": style, "next": "next", **({"cursor": "at"} if style == "cursor" else {})}
    async with rest_source(always) as source:
        answer = (await source.fetch(Batch(place(**MANY, items="rows", paging=paging), ("a",))))["a"]
    assert isinstance(answer, Answer)
    assert len(answer.rows) == 1
    assert len(requests) == (1 if is_ending else 2)


async def test_a_cursor_beside_a_link_that_is_followed_is_none():
    paging = {"style": "next", "next": "paging.next"}
    words = MANY | {"items": "rows", "paging": paging}

    async def facebook(_request: web.Request) -> web.Response:
        return web.json_response({"rows": [row(1)], "paging": {"cursors": {"before": "x", "after": "y"}}})

    async with rest_source(facebook) as source:
        assert isinstance((await source.fetch(Batch(place(**words), ("a",))))["a"], Answer)
        elsewhere = words | {"paging": {"style": "next", "next": "links.next"}}
        assert isinstance(await error_of(source, place(**elsewhere)), InvalidResponse)


@pytest.mark.parametrize("total", ["1", 1.0, {"value": 1, "relation": "eq"}])
async def test_a_total_may_be_written_as_a_text(total: Any):
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"rows": [row(1)], "total": total})

    words = MANY | {"items": "rows", "paging": OFFSET | {"total": "total"}}
    async with rest_source(handler) as source:
        assert isinstance((await source.fetch(Batch(place(**words), ("a",))))["a"], Answer)


STYLES: dict[str, dict[str, Any]] = {
    "cursor": {"style": "cursor", "cursor": "at", "next": "next"},
    "next": {"style": "next", "next": "next"},
    "link": {"style": "link"},
    "page": {"style": "page", "page": "page", "size_param": "n", "size": 2},
    "page, of so many": {"style": "page", "page": "page", "size_param": "n", "size": 2, "pages": "last"},
}
PLACES = {"total": "howMuch", "total_header": "X-How-Much"}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("word", PLACES)
@pytest.mark.parametrize(
    ("total", "reason"), [(3, " = 3"), (1, " is 1, but 2 "), (0, " is 0"), (-1, " is -1"), (2, "")]
)
async def test_a_total_that_the_catalog_names_must_agree(style: str, word: str, total: int, reason: str):
    async def handler(request: web.Request) -> web.Response:
        rows = [row(1), row(2)] if request.query.get("page", "1") == "1" else []
        stated = total if rows else 0  # some services count nothing beyond the last page
        answer = {"rows": rows, "next": None, "last": 1, "howMuch": stated}
        return web.json_response(answer, headers={"X-How-Much": str(stated)})

    at = place(**MANY, items="rows", paging=STYLES[style] | {word: PLACES[word]})
    async with rest_source(handler) as source:
        if not reason:
            assert isinstance((await source.fetch(Batch(at, ("a",))))["a"], Answer)
            return
        assert f"{PLACES[word].lower()}{reason}" in (await error_of(source, at)).reason.lower()


async def test_an_ignored_total_may_be_above_the_rows():
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"rows": [row(1)], "next": None, "howMuch": {"value": 9, "relation": "gte"}})

    words = MANY | {"items": "rows", "paging": STYLES["cursor"] | {"total": "howMuch"}}
    async with rest_source(handler) as source:
        assert "howMuch = 9 or more" in (await error_of(source, place(**words))).reason
        ignored = place(**words, ignored_signs=("howMuch",))
        assert isinstance((await source.fetch(Batch(ignored, ("a",))))["a"], Answer)
