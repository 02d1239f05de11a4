"""How far REST sources read: pages, limits, and ties at their ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_service import Handler, comma_list
from support.sources.rest_sources import MANY, error_of, place, rest_source

from gateway.contract.batch import Answer, Batch, Row, Window
from gateway.errors import InvalidResponse
from gateway.sources.rest.source import RestSource

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
OFFSET = {"style": "offset", "offset": "start", "size_param": "n", "size": 2}
LINK = {"items": "rows", "paging": {"style": "next", "next": "next"}}
CURSOR = {"items": "rows", "paging": {"style": "cursor", "cursor": "at", "next": "next"}}


def row(number: int, minutes: int, owner: str = "a") -> Row:
    """A row some minutes before noon."""
    at = (NOON - timedelta(minutes=minutes)).isoformat()
    return {"id": str(number), "owner": owner, "at": at, "note": "x"}


def serve_pages(rows: list[Row], offsets: list[int], most: int = 2) -> Handler:
    """A service of rows in this order, from an offset, at most two at a time."""

    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        offsets.append(start)
        return web.json_response(rows[start : start + most])

    return handler


async def ids(source: RestSource, words: dict[str, Any], key: str = "a", limit: int | None = None) -> list[str]:
    result = (await source.fetch(Batch(place(**words), (key,), Window(limit=limit))))[key]
    assert isinstance(result, Answer), getattr(result, "reason", "")
    return [row["id"] for row in result.rows]


NEWEST = MANY | {"paging": OFFSET, "newest_first": True}


async def test_reading_stops_once_older_rows_are_not_wanted():
    offsets: list[int] = []
    async with rest_source(serve_pages([row(9 - n, n) for n in range(9)], offsets)) as source:
        assert await ids(source, NEWEST, limit=3) == ["9", "8", "7"]
    assert offsets == [0, 2]


async def test_reading_continues_while_the_next_page_may_hold_ties():
    offsets: list[int] = []
    rows = [row(1, 0), row(2, 1), row(3, 1), row(4, 1), row(5, 2), row(6, 3), row(7, 4)]
    async with rest_source(serve_pages(rows, offsets)) as source:
        assert await ids(source, NEWEST, limit=2) == ["1", "4"]
    assert offsets == [0, 2, 4]


async def test_reading_continues_until_each_key_has_its_rows():
    offsets: list[int] = []
    rows = [row(n, n, "b" if n == 7 else "a") for n in range(10)]
    async with rest_source(serve_pages(rows, offsets)) as source:
        answers = await source.fetch(Batch(place(**NEWEST), ("a", "b"), Window(limit=1)))
    assert [answer.rows[0]["id"] for answer in answers.values() if isinstance(answer, Answer)] == ["0", "7"]
    assert offsets == [0, 2, 4, 6, 8]


async def test_reading_stops_before_the_start_of_the_window():
    offsets: list[int] = []
    window = Window(since=NOON - timedelta(minutes=1))
    rows = [row(0, 0), row(1, 1), row(2, 1), *(row(n, n) for n in range(3, 9))]
    async with rest_source(serve_pages(rows, offsets)) as source:
        result = (await source.fetch(Batch(place(**NEWEST), ("a",), window)))["a"]
    assert isinstance(result, Answer)
    assert (len(result.rows), offsets) == (3, [0, 2])


async def test_unordered_pages_are_read_to_the_end():
    rows = [row(1, 5), row(2, 1), row(3, 6), row(4, 7), row(5, 0)]
    async with rest_source(serve_pages(rows, [])) as source:
        assert await ids(source, NEWEST, limit=1) == ["5"]


async def test_a_row_that_moves_between_pages_appears_once():
    arrived = [row(9, 0), row(8, 1), row(7, 2), row(6, 3), row(5, 4)]

    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        return web.json_response((arrived[1:] if start == 0 else arrived)[start : start + 2])

    async with rest_source(handler) as source:
        assert await ids(source, MANY | {"paging": OFFSET}) == ["8", "7", "6", "5"]


async def test_a_short_page_is_not_the_last():
    offsets: list[int] = []
    async with rest_source(serve_pages([row(n, n) for n in range(3)], offsets, most=1)) as source:
        assert await ids(source, MANY | {"paging": OFFSET}) == ["0", "1", "2"]
    assert offsets == [0, 1, 2, 3]


async def test_a_total_saves_the_request_for_an_empty_page():
    requests: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        requests.append(request.query["start"])
        start = int(requests[-1])
        rows = [row(n, n) for n in range(4)]
        return web.json_response({"rows": rows[start : start + 2], "total": 4})

    words = MANY | {"items": "rows", "paging": OFFSET | {"total": "total"}}
    async with rest_source(handler) as source:
        assert len(await ids(source, words)) == 4
    assert requests == ["0", "2"]


async def test_more_rows_than_allowed_are_an_error():
    async with rest_source(serve_pages([row(n, n) for n in range(9)], [])) as source:
        assert len(await ids(source, MANY | {"paging": OFFSET, "max_rows": 10})) == 9
        words = MANY | {"paging": OFFSET, "max_rows": 8}
        assert isinstance(await error_of(source, place(**words)), InvalidResponse)


def serve_links(following: Any) -> Handler:
    """A service of one row a page, with the same link on every page."""

    async def handler(request: web.Request) -> web.Response:
        value = following.replace("HERE", str(request.url.origin())) if isinstance(following, str) else following
        return web.json_response({"rows": [row(1, 1)], "next": value})

    return handler


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.2/notes",
        "https://127.0.0.1/notes",
        "//elsewhere/notes",
        "http://me:pw@127.0.0.1/notes",
        "http://[/",
        "ftp://x",
        "mailto:x",
        17.5,
        ["x"],
        True,
    ],
)
async def test_a_link_to_another_host_is_not_followed(link: Any):
    async with rest_source(serve_links(link)) as source:
        assert isinstance(await error_of(source, place(**MANY | LINK)), InvalidResponse)


@pytest.mark.parametrize("words", [LINK, CURSOR], ids=["link", "cursor"])
async def test_repeating_pages_are_an_error(words: dict[str, Any]):
    async with rest_source(serve_links("?again")) as source:
        assert isinstance(await error_of(source, place(**MANY | words)), InvalidResponse)


@pytest.mark.parametrize("words", [LINK, CURSOR], ids=["link", "cursor"])
@pytest.mark.parametrize("following", [None, ""])
async def test_a_missing_next_page_ends_reading(words: dict[str, Any], following: Any):
    async with rest_source(serve_links(following)) as source:
        assert await ids(source, MANY | words) == ["1"]


@pytest.mark.parametrize("total", [None, "x", 1.5, True])
async def test_a_total_that_is_not_a_number_is_an_error(total: Any):
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"rows": [row(1, 1)], "total": total})

    words = MANY | {"items": "rows", "paging": OFFSET | {"total": "total"}}
    async with rest_source(handler) as source:
        assert isinstance(await error_of(source, place(**words)), InvalidResponse)


LIMIT = MANY | {"limit": "n", "until": "to"}


def serve_limited(rows: list[Row], queries: list[str], largest: int) -> Handler:
    """A service of the first n rows of each key that are not newer than `to`."""

    async def handler(request: web.Request) -> web.Response:
        until, size = request.query.get("to", "9999"), min(int(request.query["n"]), largest)
        queries.append(f"{','.join(comma_list(request, 'owners'))}:{request.query['n']}")
        mine = [[r for r in rows if r["owner"] == key and r["at"] <= until] for key in comma_list(request, "owners")]
        return web.json_response([row for owned in mine for row in owned[:size]])

    return handler


async def test_the_limit_doubles_for_keys_with_possibly_cut_ties():
    queries: list[str] = []
    rows = [row(0, 0), *(row(n, 1) for n in range(1, 7)), row(7, 2), *(row(n, n, "b") for n in range(9))]
    async with rest_source(serve_limited(rows, queries, 1000)) as source:
        answers = await source.fetch(Batch(place(**LIMIT), ("a", "b"), Window(limit=2)))
    assert [[row["id"] for row in answer.rows] for answer in answers.values() if isinstance(answer, Answer)] == [
        ["0", "6"],
        ["0", "1"],
    ]
    assert queries == ["a,b:4", "a:8"]


async def test_beyond_the_largest_limit_reading_continues_from_the_oldest_moment():
    queries: list[str] = []
    rows = [row(99 - n, n // 2) for n in range(40)]
    async with rest_source(serve_limited(rows, queries, 10)) as source:
        assert await ids(source, LIMIT | {"max_limit": 10}) == [str(99 - n) for n in range(40)]
    assert set(queries) == {"a:10"}


async def test_ties_at_the_start_of_the_window_survive_a_cut():
    rows = [row(0, 0), row(1, 0), row(2, 1), row(3, 1), row(4, 1), row(5, 2)]
    window = Window(since=NOON - timedelta(minutes=1))
    async with rest_source(serve_limited(rows, [], 4)) as source:
        result = (await source.fetch(Batch(place(**LIMIT, max_limit=4), ("a",), window)))["a"]
    assert isinstance(result, Answer)
    assert [row["id"] for row in result.rows] == ["1", "0", "4", "3", "2"]


async def test_more_ties_than_the_largest_limit_are_an_error():
    async with rest_source(serve_limited([row(n, 0) for n in range(40)], [], 10)) as source:
        assert isinstance(await error_of(source, place(**LIMIT, max_limit=10)), InvalidResponse)


async def test_a_full_response_without_an_until_parameter_is_an_error():
    words = MANY | {"limit": "n", "max_limit": 10}
    async with rest_source(serve_limited([row(n, n) for n in range(40)], [], 10)) as source:
        assert isinstance(await error_of(source, place(**words)), InvalidResponse)
        assert len(await ids(source, words, limit=8)) == 8
