"""An answer that is not whole is an error that says what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.sources.rest_service import Handler
from support.sources.rest_sources import MANY, ONE, error_of, place, rest_source

from gateway.contract.batch import Answer, Batch, Row, Window
from gateway.contract.signs import RowsRead
from gateway.errors import InvalidResponse
from gateway.sources.http.more_rows import signs_of_more
from gateway.sources.http.transport import HttpResponse

ROWS: list[Row] = [{"id": str(n), "owner": "a", "at": f"2026-01-0{9 - n}T00:00:00Z", "note": "x"} for n in range(1, 8)]
LIST = MANY | {"items": "rows"}
OFFSET = {"style": "offset", "offset": "start", "size_param": "n", "size": 3}
NUMBER = {"style": "page", "page": "page", "size_param": "n", "size": 3}
LINK = {"style": "link"}
NEXT = {"style": "next", "next": "next"}


def respond(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response(body, status=status, headers=headers)

    return handler


def pages(words: Callable[[int, int], Any], headers: Callable[[int], Mapping[str, str]] = lambda _: {}) -> Handler:
    """Seven rows in pages of three. `words` of the start and the number of a page stand beside its rows."""

    async def handler(request: web.Request) -> web.Response:
        number = int(request.query.get("page", 1))
        start = int(request.query.get("start", (number - 1) * 3))
        body = {"rows": ROWS[start : start + 3], **words(start, number)}
        return web.json_response(body, headers=headers(start))

    return handler


async def ids(handler: Handler, words: Mapping[str, Any], window: Window | None = None) -> list[str]:
    async with rest_source(handler) as source:
        result = (await source.fetch(Batch(place(**words), ("a",), window or Window())))["a"]
    assert isinstance(result, Answer), getattr(result, "reason", "")
    return [row["id"] for row in result.rows]


async def reason(handler: Handler, words: Mapping[str, Any]) -> str:
    async with rest_source(handler) as source:
        error = await error_of(source, place(**words))
    assert isinstance(error, InvalidResponse)
    return error.reason


ALL = [str(n) for n in range(1, 8)]
BODIES: list[tuple[dict[str, Any], str]] = [
    ({"total": 7}, "total = 7"),
    ({"count": 7}, "count = 7"),
    ({"totalResults": "7"}, "totalResults = 7"),
    ({"@odata.count": 7}, "@odata.count = 7"),
    ({"total": {"value": 7, "relation": "eq"}}, "total = 7"),
    ({"meta": {"totalRecords": 7}}, "meta.totalRecords = 7"),
    ({"meta": {"pagination": {"total_pages": 3}}}, "meta.pagination.total_pages = 3"),
    ({"page": {"totalElements": 7}}, "page.totalElements = 7"),
    ({"last_page": 3}, "last_page = 3"),
    ({"next": "/notes?start=3"}, "next"),
    ({"@odata.nextLink": "/notes?start=3"}, "@odata.nextLink"),
    ({"links": {"next": "/notes?start=3"}}, "links.next"),
    ({"_links": {"next": {"href": "/notes?start=3"}}}, "_links.next"),
    ({"links": [{"rel": "self"}, {"rel": "next", "href": "x"}]}, "links.next"),
    ({"link": [{"relation": "next", "url": "x"}]}, "link.next"),
    ({"paging": {"next": {"after": "x"}}}, "paging.next"),
    ({"nextPageToken": "abc"}, "nextPageToken"),
    ({"next_cursor": 17}, "next_cursor"),
    ({"cursor": "abc"}, "cursor"),
    ({"response_metadata": {"next_cursor": "abc"}}, "response_metadata.next_cursor"),
    ({"continuationToken": "abc"}, "continuationToken"),
    ({"nextRecordsUrl": "/x"}, "nextRecordsUrl"),
    ({"hasMore": True}, "hasMore"),
    ({"has_more": "true"}, "has_more"),
    ({"pageInfo": {"hasNextPage": True}}, "pageInfo.hasNextPage"),
    ({"isTruncated": True}, "isTruncated"),
    ({"incomplete_results": True}, "incomplete_results"),
    ({"last": False}, "last"),
    ({"isLast": False}, "isLast"),
    ({"done": False}, "done"),
]
HEADERS = [
    ({"Link": '</notes?start=3>; rel="next"'}, "header link next"),
    ({"Link": '</a>; rel=self, </b,c>; title="x, y"; rel="last next"'}, "header link next"),
    ({"X-Total-Count": "7"}, "header x-total-count = 7"),
    ({"X-Total": "7"}, "header x-total = 7"),
    ({"X-Total-Pages": "3"}, "header x-total-pages = 3"),
    ({"X-Next-Page": "2"}, "header x-next-page"),
    ({"X-Has-More": "true"}, "header x-has-more"),
    ({"Content-Range": "items 0-2/7"}, "header content-range total = 7"),
    ({"X-Pagination": '{"TotalCount": 7}'}, "header x-pagination.TotalCount = 7"),
    ({"x-ms-continuation": "abc"}, "header x-ms-continuation"),
]


@pytest.mark.parametrize(("words", "sign"), BODIES, ids=[str(sign) for _, sign in BODIES])
async def test_a_sign_in_the_body_that_nothing_follows_is_told(words: dict[str, Any], sign: str):
    assert f": {sign};" in await reason(respond({"rows": ROWS[:3], **words}), LIST)


@pytest.mark.parametrize(("headers", "sign"), HEADERS, ids=[sign for _, sign in HEADERS])
async def test_a_sign_in_a_header_that_nothing_follows_is_told(headers: dict[str, str], sign: str):
    assert f": {sign};" in await reason(respond({"rows": ROWS[:3]}, headers=headers), LIST)
    assert f": {sign};" in await reason(respond(ROWS[:3], headers=headers), MANY)


async def test_a_status_of_206_is_told():
    assert " rows: status 206;" in await reason(respond(ROWS[:3], 206), MANY)
    assert " rows: status 206;" in await reason(respond({"rows": ROWS[:3], "count": 3}, 206), LIST)
    assert await ids(respond(ROWS, 206, {"Content-Range": "items 0-6/7"}), MANY) == ALL


async def test_a_sign_shows_no_value_of_a_link():
    logged = await reason(
        respond({"rows": ROWS[:3], "next": "/notes?owner=ada"}, headers={"Link": "</ada>;rel=next"}), LIST
    )
    assert "next, header link next" in logged
    assert "ada" not in logged


@pytest.mark.parametrize(
    "words",
    [
        {"total": 7, "count": 7, "pages": 1, "page": 1, "next": None, "hasMore": False, "last": True},
        {"total": -1},
        {"total": 0},
        {"meta": {"total": "7"}, "links": {"self": "/notes", "next": None, "first": "/notes", "last": "/notes"}},
        {"links": [{"rel": "self"}], "next": "", "next_cursor": 0, "nextPageToken": "null"},
        {"cursor": "abc", "next_cursor": None},
        {"pageInfo": {"hasNextPage": False, "endCursor": "x", "nextCursor": "x"}},
        {
            "summary": {"total": 900, "currency": "EUR"},
            "discount": 900,
            "account": 17,
            "nextBillOn": "2026-12-01",
            "total": 900.5,
        },
    ],
)
async def test_an_answer_that_is_whole_carries_no_sign(words: dict[str, Any]):
    assert await ids(respond({"rows": ROWS, **words}), LIST) == ALL


async def test_what_stands_inside_a_row_is_no_sign():
    row = ROWS[0] | {"next": "x", "total": 900, "hasMore": True}
    assert await ids(respond({"rows": [row]}), LIST) == ["1"]
    assert await ids(respond(row, headers={"Link": "</neighbour>; rel=next"}), ONE) == ["1"]


async def test_a_sign_that_means_something_else_is_ignored_by_name():
    handler = respond({"rows": ROWS, "meta": {"total": 90}}, 206, {"X-Total-Count": "90"})
    logged = await reason(handler, LIST)
    assert "meta.total = 90, header x-total-count = 90, status 206" in logged
    ignored = LIST | {"ignored_signs": ["meta.total", "header X-Total-Count", "status 206"]}
    assert await ids(handler, ignored) == ALL


async def test_rows_that_suffice_need_no_further_page():
    async with rest_source(respond({"rows": ROWS[:3], "total": 7})) as source:
        untimed = replace(place(**LIST), time=None)
        enough = await source.fetch(Batch(untimed, ("a",), Window(first=2)))
        too_few = await source.fetch(Batch(untimed, ("a",), Window(first=4)))
    assert isinstance(enough["a"], Answer)
    assert isinstance(too_few["a"], InvalidResponse)


async def test_a_limit_that_was_reached_explains_a_sign():
    words = LIST | {"limit": "n"}
    handler = respond({"rows": ROWS[:4], "total": 7})
    assert await ids(handler, words, Window(limit=2)) == ["1", "2"]
    assert "total = 7" in await reason(handler, words)


TOTALS = [(OFFSET, {"total": "total"}, 7), (NUMBER, {"pages": "total"}, 3)]


@pytest.mark.parametrize(("style", "words", "right"), TOTALS, ids=["offset", "page"])
async def test_a_total_that_contradicts_the_rows_is_an_error(style: Any, words: Any, right: int):
    paged = LIST | {"paging": style | words}
    assert await ids(pages(lambda *_: {"total": right}), paged) == ALL
    for total in (-7, -1, 0):
        assert f"total is {total}" in await reason(pages(lambda *_, total=total: {"total": total}), paged)


async def test_a_total_below_the_rows_read_is_an_error():
    paged = LIST | {"paging": OFFSET | {"total": "total"}}
    for total in (1, 2, 4, 5):
        assert f"total is {total}" in await reason(pages(lambda *_, total=total: {"total": total}), paged)
    assert "total is 9, but 7 were read" in await reason(pages(lambda *_: {"total": 9}), paged)


@pytest.mark.parametrize("total", [{"total": "total"}, {"total_header": "X-Total-Count"}])
async def test_an_empty_answer_needs_no_total(total: dict[str, str]):
    for status, body in ((200, {"rows": []}), (404, {})):
        async with rest_source(respond(body, status)) as source:
            assert await source.fetch(Batch(place(**ONE | {"items": "rows", "paging": OFFSET | total}), ("a",))) == {}


@pytest.mark.parametrize("style", [OFFSET, OFFSET | {"total": "total"}, NUMBER, NUMBER | {"pages": "pages"}])
async def test_a_service_that_repeats_its_first_page_is_an_error(style: dict[str, Any]):
    handler = respond({"rows": ROWS[:3], "total": 7, "pages": 3})
    assert "repeats an earlier one" in await reason(handler, LIST | {"paging": style})


async def test_a_service_that_repeats_its_last_page_is_an_error():
    async def handler(request: web.Request) -> web.Response:
        start = min(int(request.query["start"]), 6)
        return web.json_response({"rows": ROWS[start : start + 3]})

    assert "repeats an earlier one" in await reason(handler, LIST | {"paging": OFFSET})


@pytest.mark.parametrize("path", ["nxt", "links.nxt", "next.href", "'next.link'"])
async def test_a_misspelt_path_to_the_next_page_is_an_error(path: str):
    for words in ({"next": "?start=3"}, {"meta": {"nextCursor": "x"}}, {"total": 7}, {"hasMore": True}):
        for style in ({"style": "next"}, {"style": "cursor", "cursor": "at"}):
            paged = LIST | {"paging": style | {"next": path}}
            assert "there are more rows" in await reason(respond({"rows": ROWS[:3], **words}), paged)


async def test_pages_that_end_before_the_total_are_an_error():
    handler = pages(lambda start, _: {"total": 9, "next": f"?start={start + 3}" if start < 6 else None})
    assert "total = 9" in await reason(handler, LIST | {"paging": NEXT})


async def test_a_link_header_is_followed():
    def link(start: int) -> Mapping[str, str]:
        return {"Link": f'</notes?start=0>; rel="first", <?start={start + 3}>; rel="next"'} if start < 6 else {}

    assert await ids(pages(lambda *_: {}, link), LIST | {"paging": LINK}) == ALL
    endless = pages(lambda *_: {}, lambda _: {"Link": "<?start=3>; rel=next"})
    assert "the Link header repeats" in await reason(endless, LIST | {"paging": LINK})
    elsewhere = pages(lambda *_: {}, lambda _: {"Link": "<http://127.0.0.2/notes>; rel=next"})
    assert "another host" in await reason(elsewhere, LIST | {"paging": LINK})


@pytest.mark.parametrize(
    ("style", "header", "value"),
    [
        (OFFSET | {"total_header": "X-Total-Count"}, "X-Total-Count", "7"),
        (OFFSET | {"total_header": "Content-Range"}, "Content-Range", "items 0-2/7"),
        (NUMBER | {"pages_header": "X-Total-Pages"}, "X-Total-Pages", "3"),
    ],
)
async def test_a_total_may_stand_in_a_header(style: dict[str, Any], header: str, value: str):
    offsets: list[int] = []

    def headers(start: int) -> Mapping[str, str]:
        offsets.append(start)
        return {header: value}

    assert await ids(pages(lambda *_: {}, headers), LIST | {"paging": style}) == ALL
    assert offsets == [0, 3, 6]
    assert "has no number at X-" in await reason(pages(lambda *_: {}), LIST | {"paging": style}) or "Range" in header
    wrong = pages(lambda *_: {}, lambda _: {header: "0"})
    assert "is 0, but" in await reason(wrong, LIST | {"paging": style})


@pytest.mark.parametrize(
    "written",
    [
        "/notes?start=3&sig=a%2Fb%2bC+d%7E~'(x)*&%61=%zz&;=:@/?",
        "?start=3&sig=%2F&$skiptoken='x'",
        "HERE/notes;v=1/%2e%2E/x%2f?start=3&&sig==",
        "//SITE/notes?start=3&at=2026-01-01T00:00:00+00:00",
        "notes/b?start=3&name=%C3%A4",
    ],
)
@pytest.mark.parametrize("style", [NEXT, LINK], ids=["body", "header"])
async def test_the_next_link_is_followed_byte_for_byte(written: str, style: dict[str, Any]):
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        if len(seen) > 1:
            return web.json_response({"rows": ROWS[3:]})
        link = written.replace("HERE", f"http://{request.host}").replace("SITE", request.host)
        headers = {"Link": f"<{link}>; rel=next"} if style == LINK else {}
        return web.json_response({"rows": ROWS[:3], **({} if headers else {"next": link})}, headers=headers)

    assert await ids(handler, LIST | {"paging": style}) == ALL
    expected = written.removeprefix("HERE").removeprefix("//SITE")
    assert seen[1] == {"?": "/notes", "n": "/"}.get(expected[0], "") + expected


@pytest.mark.parametrize("written", ["?start=3&x=a b", "?start=3&x=ä", "?start=3&x=\r\nHost: evil"])
async def test_a_link_with_letters_no_url_has_is_quoted(written: str):
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        return web.json_response({"rows": ROWS[:3]} if len(seen) > 1 else {"rows": ROWS[3:], "next": written})

    assert len(await ids(handler, LIST | {"paging": NEXT})) == 7
    assert seen[1].isascii()
    assert "%" in seen[1]


async def test_a_quoted_name_with_a_dot_is_followed():
    handler = pages(lambda start, _: {"@odata.nextLink": f"?start={start + 3}"} if start < 6 else {})
    assert await ids(handler, LIST | {"paging": {"style": "next", "next": '"@odata.nextLink"'}}) == ALL


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rows", "meta", "next", "links", "total", "hasMore", "rel", "x"]), inner, max_size=4
        )
    ),
)


@given(
    JSON, st.dictionaries(st.sampled_from(["link", "content-range", "x-pagination", "x-total"]), st.text(max_size=9))
)
def test_no_answer_and_no_header_breaks_the_search_for_signs(answer: Any, headers: dict[str, str]):
    for items in ((), ("rows",), ("meta", "rows")):
        signs = signs_of_more(answer, items, HttpResponse(200, "application/json", None, b"", headers), RowsRead(1))
        assert all(isinstance(sign, str) for sign in signs)
