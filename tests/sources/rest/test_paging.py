"""How far REST sources read: pages, cuts, and the ties that lie on them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from support.sources.rest_service import Handler, comma
from support.sources.rest_sources import MANY, asking, error_of, place

from gateway.contract.batch import Answer, Batch, Row, Window
from gateway.errors import InvalidResponse
from gateway.sources.rest.source import RestSource

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
OFFSET = {"style": "offset", "offset": "start", "size_param": "n", "size": 2}
LINK = {"items": "rows", "paging": {"style": "next", "next": "next"}}
CURSOR = {"items": "rows", "paging": {"style": "cursor", "cursor": "at", "next": "next"}}


def row(number: int, minutes: int, owner: str = "a") -> Row:
    """The row of this number, so many minutes before noon."""
    at = (NOON - timedelta(minutes=minutes)).isoformat()
    return {"id": str(number), "owner": owner, "at": at, "note": "x"}


def paging(rows: list[Row], asked: list[int], most: int = 2) -> Handler:
    """A service that gives them in this order, from a start, at most two at a time."""

    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        asked.append(start)
        return web.json_response(rows[start : start + most])

    return handler


async def ids(
    source: RestSource, words: dict[str, Any], key: str = "a", limit: int | None = None
) -> list[str]:
    found = (await source.fetch(Batch(place(**words), (key,), Window(limit=limit))))[key]
    assert isinstance(found, Answer), getattr(found, "reason", "")
    return [row["id"] for row in found.rows]


NEWEST = MANY | {"paging": OFFSET, "newest_first": True}


async def test_reading_stops_where_older_rows_cannot_matter():
    asked: list[int] = []
    async with asking(paging([row(9 - n, n) for n in range(9)], asked)) as source:
        assert await ids(source, NEWEST, limit=3) == ["9", "8", "7"]
    assert asked == [0, 2]


async def test_reading_goes_on_while_ties_of_the_last_row_wanted_may_be_on_the_next_page():
    asked: list[int] = []
    rows = [row(1, 0), row(2, 1), row(3, 1), row(4, 1), row(5, 2), row(6, 3), row(7, 4)]
    async with asking(paging(rows, asked)) as source:
        assert await ids(source, NEWEST, limit=2) == ["1", "4"]
    assert asked == [0, 2, 4]


async def test_reading_goes_on_until_each_key_has_its_rows():
    asked: list[int] = []
    rows = [row(n, n, "b" if n == 7 else "a") for n in range(10)]
    async with asking(paging(rows, asked)) as source:
        found = await source.fetch(Batch(place(**NEWEST), ("a", "b"), Window(limit=1)))
    assert [answer.rows[0]["id"] for answer in found.values() if isinstance(answer, Answer)] == ["0", "7"]
    assert asked == [0, 2, 4, 6, 8]


async def test_reading_stops_before_the_windows_first_moment_and_not_at_it():
    asked: list[int] = []
    window = Window(since=NOON - timedelta(minutes=1))
    rows = [row(0, 0), row(1, 1), row(2, 1), *(row(n, n) for n in range(3, 9))]
    async with asking(paging(rows, asked)) as source:
        found = (await source.fetch(Batch(place(**NEWEST), ("a",), window)))["a"]
    assert isinstance(found, Answer)
    assert (len(found.rows), asked) == (3, [0, 2])


async def test_a_service_that_breaks_its_order_is_read_to_the_end():
    rows = [row(1, 5), row(2, 1), row(3, 6), row(4, 7), row(5, 0)]
    async with asking(paging(rows, [])) as source:
        assert await ids(source, NEWEST, limit=1) == ["5"]


async def test_a_row_that_moves_to_the_next_page_while_others_arrive_is_given_once():
    arrived = [row(9, 0), row(8, 1), row(7, 2), row(6, 3), row(5, 4)]

    async def handler(request: web.Request) -> web.Response:
        start = int(request.query["start"])
        return web.json_response((arrived[1:] if start == 0 else arrived)[start : start + 2])

    async with asking(handler) as source:
        assert await ids(source, MANY | {"paging": OFFSET}) == ["8", "7", "6", "5"]


async def test_a_page_cut_shorter_than_asked_is_not_the_last():
    asked: list[int] = []
    async with asking(paging([row(n, n) for n in range(3)], asked, most=1)) as source:
        assert await ids(source, MANY | {"paging": OFFSET}) == ["0", "1", "2"]
    assert asked == [0, 1, 2, 3]


async def test_a_total_saves_asking_for_a_page_that_is_empty():
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.query["start"])
        start = int(asked[-1])
        rows = [row(n, n) for n in range(4)]
        return web.json_response({"rows": rows[start : start + 2], "total": 4})

    words = MANY | {"items": "rows", "paging": OFFSET | {"total": "total"}}
    async with asking(handler) as source:
        assert len(await ids(source, words)) == 4
    assert asked == ["0", "2"]


async def test_more_rows_than_allowed_are_misread_and_not_cut():
    async with asking(paging([row(n, n) for n in range(9)], [])) as source:
        assert len(await ids(source, MANY | {"paging": OFFSET, "max_rows": 10})) == 9
        words = MANY | {"paging": OFFSET, "max_rows": 8}
        assert isinstance(await error_of(source, place(**words)), InvalidResponse)


def pointing(following: Any) -> Handler:
    """A service of one row on each page, whose answers all say the same of the next one."""

    async def handler(request: web.Request) -> web.Response:
        value = (
            following.replace("HERE", str(request.url.origin())) if isinstance(following, str) else following
        )
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
async def test_a_link_that_leads_elsewhere_is_not_followed(link: Any):
    async with asking(pointing(link)) as source:
        assert isinstance(await error_of(source, place(**MANY | LINK)), InvalidResponse)


@pytest.mark.parametrize("words", [LINK, CURSOR], ids=["link", "cursor"])
async def test_pages_that_turn_in_a_circle_are_misread(words: dict[str, Any]):
    async with asking(pointing("?again")) as source:
        assert isinstance(await error_of(source, place(**MANY | words)), InvalidResponse)


@pytest.mark.parametrize("words", [LINK, CURSOR], ids=["link", "cursor"])
@pytest.mark.parametrize("following", [None, ""])
async def test_no_next_page_is_the_end(words: dict[str, Any], following: Any):
    async with asking(pointing(following)) as source:
        assert await ids(source, MANY | words) == ["1"]


async def test_endless_pages_without_rows_are_misread():
    async def endless(request: web.Request) -> web.Response:
        return web.json_response({"rows": [], "next": int(request.query.get("at", 0)) + 1})

    async with asking(endless) as source:
        words = MANY | CURSOR | {"max_rows": 20}
        assert isinstance(await error_of(source, place(**words)), InvalidResponse)


@pytest.mark.parametrize("total", [None, "9", 1.5, True])
async def test_a_total_that_is_no_number_is_misread(total: Any):
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response({"rows": [row(1, 1)], "total": total})

    words = MANY | {"items": "rows", "paging": OFFSET | {"total": "total"}}
    async with asking(handler) as source:
        assert isinstance(await error_of(source, place(**words)), InvalidResponse)


LIMIT = MANY | {"limit": "n", "until": "to"}


def cutting(rows: list[Row], asked: list[str], largest: int) -> Handler:
    """A service that gives the first n of each key that are not younger than `to`."""

    async def handler(request: web.Request) -> web.Response:
        until, size = request.query.get("to", "9999"), min(int(request.query["n"]), largest)
        asked.append(f"{','.join(comma(request, 'owners'))}:{request.query['n']}")
        mine = [
            [r for r in rows if r["owner"] == key and r["at"] <= until] for key in comma(request, "owners")
        ]
        return web.json_response([row for owned in mine for row in owned[:size]])

    return handler


async def test_a_limit_is_doubled_for_those_keys_whose_ties_may_have_been_cut():
    asked: list[str] = []
    rows = [row(0, 0), *(row(n, 1) for n in range(1, 7)), row(7, 2), *(row(n, n, "b") for n in range(9))]
    async with asking(cutting(rows, asked, 1000)) as source:
        found = await source.fetch(Batch(place(**LIMIT), ("a", "b"), Window(limit=2)))
    assert [
        [row["id"] for row in answer.rows] for answer in found.values() if isinstance(answer, Answer)
    ] == [
        ["0", "6"],
        ["0", "1"],
    ]
    assert asked == ["a,b:4", "a:8"]


async def test_where_the_largest_limit_is_reached_reading_goes_on_from_the_oldest_moment():
    asked: list[str] = []
    rows = [row(99 - n, n // 2) for n in range(40)]
    async with asking(cutting(rows, asked, 10)) as source:
        assert await ids(source, LIMIT | {"max_limit": 10}) == [str(99 - n) for n in range(40)]
    assert set(asked) == {"a:10"}


async def test_ties_at_the_windows_first_moment_are_read_even_if_a_cut_lies_there():
    rows = [row(0, 0), row(1, 0), row(2, 1), row(3, 1), row(4, 1), row(5, 2)]
    window = Window(since=NOON - timedelta(minutes=1))
    async with asking(cutting(rows, [], 4)) as source:
        found = (await source.fetch(Batch(place(**LIMIT, max_limit=4), ("a",), window)))["a"]
    assert isinstance(found, Answer)
    assert [row["id"] for row in found.rows] == ["1", "0", "4", "3", "2"]


async def test_more_ties_than_the_largest_limit_are_misread_and_not_cut():
    async with asking(cutting([row(n, 0) for n in range(40)], [], 10)) as source:
        assert isinstance(await error_of(source, place(**LIMIT, max_limit=10)), InvalidResponse)


async def test_a_full_answer_without_a_way_to_ask_for_more_is_misread():
    words = MANY | {"limit": "n", "max_limit": 10}
    async with asking(cutting([row(n, n) for n in range(40)], [], 10)) as source:
        assert isinstance(await error_of(source, place(**words)), InvalidResponse)
        assert len(await ids(source, words, limit=8)) == 8
