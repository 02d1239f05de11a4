"""What counts as a sign of more rows, in a body and in headers, and what does not."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from support.sources.rest_service import Handler
from support.sources.rest_sources import MANY, error_of, place, rest_source

from gateway.contract.batch import Answer, Batch, Row
from gateway.contract.signs import RowsRead
from gateway.errors import InvalidRow
from gateway.sources.http.more_rows import signs_of_more
from gateway.sources.http.transport import HttpResponse

ROWS: list[Row] = [{"id": str(n), "owner": "a", "at": f"2026-01-0{n}T00:00:00Z", "note": "x"} for n in range(1, 8)]
LIST = MANY | {"items": "rows"}
DEEP = MANY | {"items": "data.rows"}
CURSOR = {"style": "cursor", "cursor": "at", "next": "paging.next"}


def respond(body: Any, headers: Mapping[str, str] | None = None) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.json_response(body, headers=headers)

    return handler


async def signs(body: Any, words: Mapping[str, Any] = LIST, headers: Mapping[str, str] | None = None) -> str:
    """The signs that the error of a source names."""
    async with rest_source(respond(body, headers)) as source:
        error = await error_of(source, place(**words))
    assert type(error) is InvalidRow
    return re.split("(?:more rows|not whole): ", error.reason)[1].partition("; ")[0]


async def count(body: Any, words: Mapping[str, Any] = LIST, headers: Mapping[str, str] | None = None) -> int:
    async with rest_source(respond(body, headers)) as source:
        answer = (await source.fetch(Batch(place(**words), ("a",))))["a"]
    assert isinstance(answer, Answer), getattr(answer, "reason", "")
    return len(answer.rows)


# Beside three rows of seven. First those of known services, then the words that these have in common.
SIGNS: list[tuple[dict[str, Any], str]] = [
    ({"paginationInfo": {"hasMore": True, "total": 7}}, "paginationInfo.hasMore, paginationInfo.total = 7"),
    ({"list_info": {"has_more_rows": True, "row_count": 3}}, "list_info.has_more_rows"),
    ({"page_context": {"has_more_page": True}}, "page_context.has_more_page"),
    ({"summary": {"total": 7}}, "summary.total = 7"),
    ({"summary": {"total": 7, "returned": 3}}, "summary.total = 7"),
    ({"navigation": {"next": "/p?2"}}, "navigation.next"),
    ({"hydra:view": {"hydra:next": "/p?page=2"}}, "hydra:view.hydra:next"),
    ({"hydra:totalItems": 7}, "hydra:totalItems = 7"),
    ({"extra": {"pagination": {"total": 7}}}, "extra.pagination.total = 7"),
    ({"extra": {"tags": ["x"], "more": {"paging": {"next": "x"}}}}, "extra.more.paging.next"),
    ({"d": {"x": {"hasMore": True}}}, "d.x.hasMore"),
    ({"anything": {"nextPageToken": "x"}}, "anything.nextPageToken"),
    ({"anything": {"total_pages": 3}}, "anything.total_pages = 3"),
    ({"pagination": [{"next": "/p?2"}]}, "pagination.next"),
    ({"links": [{"rel": ["next"], "href": "y"}]}, "links.next"),
    ({"links": [{"rel": ["self"]}, {"rel": "last Next", "href": "y"}]}, "links.next"),
    ({"atom:link": [{"@rel": "next", "@href": "y"}]}, "atom:link.next"),
    ({"paging": {"cursors": {"before": "x", "after": "abc"}}}, "paging.cursors.after"),
    ({"paging": {"next": {"after": "17"}}}, "paging.next"),
    ({"after": "t3_abc"}, "after"),
    ({"bookmark": "abc"}, "bookmark"),
    ({"offset": "itrX/recY"}, "offset"),
    ({"LastEvaluatedKey": {"id": {"S": "x"}}}, "LastEvaluatedKey"),
    ({"resumptionToken": "x"}, "resumptionToken"),
    ({"resumptionToken": {"token": "x", "completeListSize": "7"}}, "resumptionToken"),
    ({"exceededTransferLimit": True}, "exceededTransferLimit"),
    ({"limit_reached": True}, "limit_reached"),
    ({"timed_out": True}, "timed_out"),
    ({"terminated_early": True}, "terminated_early"),
    ({"remaining": 4}, "remaining = 4"),
    ({"meta": {"recordsRemaining": "4"}}, "meta.recordsRemaining = 4"),
    ({"total": 7.0}, "total = 7"),
    ({"total": "7.0"}, "total = 7"),
    ({"total": {"value": 3, "relation": "gte"}}, "total = 3 or more"),
    ({"hits": {"total": {"value": 3, "relation": "gte"}}}, "hits.total = 3 or more"),
    ({"hits": {"total": 7}}, "hits.total = 7"),
    ({"nbHits": 7, "nbPages": 3}, "nbHits = 7, nbPages = 3"),
    ({"found": 7}, "found = 7"),
    ({"numberMatched": 7, "numberReturned": 3}, "numberMatched = 7"),
    ({"estimatedTotalHits": 7}, "estimatedTotalHits = 7"),
    ({"recordsTotal": 7, "recordsFiltered": 7}, "recordsTotal = 7, recordsFiltered = 7"),
    ({"totalSize": 7, "done": False}, "totalSize = 7, done"),
    ({"totalNbRecords": 7}, "totalNbRecords = 7"),
    ({"endOfRecords": False}, "endOfRecords"),
    ({"jobComplete": False}, "jobComplete"),
    ({"isFinalPage": "false"}, "isFinalPage"),
    ({"hasMore": 1}, "hasMore"),
    ({"hasMore": "yes"}, "hasMore"),
    ({"has_more_data": "Y"}, "has_more_data"),
    ({"moreRecordsAvailable": True}, "moreRecordsAvailable"),
    ({"more": "/p?page=2"}, "more"),
    ({"next": {"page": 2}}, "next"),
    ({"next": {"href": "/p?page=2", "templated": False}}, "next"),
    ({"metadata": {"continue": "abc"}}, "metadata.continue"),
]
NO_SIGNS: list[dict[str, Any]] = [
    {"offset": 0, "limit": 100, "start": 0, "size": 7, "page": 1, "per_page": 100, "number": 0},
    {"offset": 100, "since": "2026-01-01", "after": "2026-01-01T00:00:00Z"},
    {"offset": "100"},
    {"total_amount": 900, "totalDue": 900, "total_price": "900", "grandTotal": 900, "items_total": 900},
    {"next_bill_on": "2026-12-01", "nextPaymentDate": "2026-12-01", "next_run_at": "2026-12-01", "continuous": True},
    {"summary": {"total": 900, "currency": "EUR"}, "totals": {"total": 900}, "invoice": {"total": 900}},
    {"rate_limit": {"remaining": 4, "limit": 100, "total": 100}, "quota": {"remaining": 4}},
    {"account": {"id": "a", "remaining": 4, "hasMore": True, "total_items": 9}},
    {"id": "a", "remaining": 40},
    {"contacts": {"data": [{"id": 1}], "has_more": True, "total_count": 9, "next_cursor": "x"}},
    {"links": [{"rel": "self"}, {"rel": ["prev", "first"]}], "_links": {"self": {"href": "/p"}}},
    {"_links": {"next": {"href": "", "rel": "next"}}},
    {"paging": {"cursors": {"before": "x", "after": "y"}, "next": None}},
    {"paging": {"after": None, "cursors": {}}, "hasMore": "false", "cursor": "x"},
    {"LastEvaluatedKey": None, "resumptionToken": {}, "exceededTransferLimit": False, "remaining": 0},
    {"LastEvaluatedKey": {"id": {}}, "timed_out": False, "terminated_early": False, "more": 0},
    {"total": {"value": 7, "relation": "eq"}, "total_pages": 1.0, "count": 7.0},
    {"took": 12, "_shards": {"total": 9, "successful": 9}, "status": "complete", "version": 9, "elapsed": 900},
    {"hasMore": "no", "nextPageToken": "x", "next": "y"},
    {"endOfRecords": True, "isLast": "true", "isFinalPage": True, "last_page": 1},
    {"byId": {str(n): {"total_pages": 9} for n in range(70)}},
    {"total": float("1e300"), "remaining": 0.5, "count": 7.5, "pages": -1},
    {"more": "See the manual.", "moreInfo": "https://example.com/manual"},
]
HEADERS = [
    ({"X-Killbill-Pagination-NextPageUri": "/p?offset=3"}, "header x-killbill-pagination-nextpageuri"),
    ({"X-Killbill-Pagination-NextOffset": "3"}, "header x-killbill-pagination-nextoffset"),
    ({"X-Killbill-Pagination-TotalNbRecords": "7"}, "header x-killbill-pagination-totalnbrecords = 7"),
    ({"X-WP-Total": "7"}, "header x-wp-total = 7"),
    ({"X-WP-TotalPages": "3"}, "header x-wp-totalpages = 3"),
    ({"X-Pagination-Total-Count": "7"}, "header x-pagination-total-count = 7"),
    ({"X-Pagination-Page-Count": "3"}, "header x-pagination-page-count = 3"),
    ({"Pagination-Count": "7"}, "header pagination-count = 7"),
    ({"Paging-Total": "7"}, "header paging-total = 7"),
    ({"X-Pager-Has-More": "true"}, "header x-pager-has-more"),
    ({"X-Acme-Total-Count": "7"}, "header x-acme-total-count = 7"),
    ({"X-Acme-Crm-Next-Page": "2"}, "header x-acme-crm-next-page"),
    ({"X-Amz-Next-Token": "abc"}, "header x-amz-next-token"),
    ({"X-Ms-Continuation-NextPartitionKey": "abc"}, "header x-ms-continuation-nextpartitionkey"),
    ({"X-Results-Remaining": "4"}, "header x-results-remaining = 4"),
    ({"X-List-Truncated": "true"}, "header x-list-truncated"),
]
NO_HEADERS = [
    {"X-RateLimit-Remaining": "40", "X-RateLimit-Limit": "100", "X-RateLimit-Total": "100"},
    {"X-Rate-Limit-Total": "100", "RateLimit-Remaining": "40", "X-Quota-Total": "100", "X-Remaining": "40"},
    {"X-Request-Count": "12", "X-Retry-Count": "12", "X-Db-Query-Count": "12", "X-Cache-Hits": "12"},
    {"X-Time-Total": "900", "X-Runtime": "900", "X-Total-Time": "900", "Server-Timing": "total;dur=900"},
    {"Pagination-Page": "1", "Pagination-Limit": "100", "X-Page-Size": "100", "X-Page": "1", "X-Offset": "x"},
    {"X-Killbill-Pagination-CurrentOffset": "0", "X-Killbill-Pagination-TotalNbRecords": "7"},
    {"X-WP-Total": "7", "X-WP-TotalPages": "1", "X-Pagination-Page-Count": "1"},
    {"X-Next-Bill-On": "2026-12-01", "X-Nextjs-Cache": "HIT", "X-More-Info": "https://example.com"},
    {"X-Acme-Next-Page": "", "X-Has-More": "false", "X-Request-Id": "17", "Age": "900", "ETag": '"17"'},
]


@pytest.mark.parametrize(("words", "named"), SIGNS, ids=[named for _, named in SIGNS])
async def test_a_sign_in_a_body_is_named(words: dict[str, Any], named: str):
    assert await signs({"rows": ROWS[:3], **words}) == named


@pytest.mark.parametrize(("words", "named"), SIGNS, ids=[named for _, named in SIGNS])
async def test_a_sign_on_the_way_to_the_rows_is_named(words: dict[str, Any], named: str):
    body = {"data": {"rows": ROWS[:3], **words}}
    assert await signs(body, DEEP) == ", ".join(f"data.{each}" for each in named.split(", "))


@pytest.mark.parametrize("words", NO_SIGNS, ids=[",".join(words) for words in NO_SIGNS])
async def test_other_words_in_a_body_are_no_sign(words: dict[str, Any]):
    assert await count({"rows": ROWS, **words}) == 7
    assert await count({"data": {"rows": ROWS, **words}}, DEEP) == 7


@pytest.mark.parametrize(("headers", "named"), HEADERS, ids=[named for _, named in HEADERS])
async def test_a_sign_in_a_header_is_named(headers: dict[str, str], named: str):
    assert await signs({"rows": ROWS[:3]}, headers=headers) == named
    assert await signs(ROWS[:3], MANY, headers) == named


@pytest.mark.parametrize("headers", NO_HEADERS, ids=[",".join(each) for each in NO_HEADERS])
async def test_other_headers_are_no_sign(headers: dict[str, str]):
    assert await count({"rows": ROWS}, headers=headers) == 7
    assert await count(ROWS, MANY, headers) == 7


@pytest.mark.parametrize("words", [words for words, _ in SIGNS], ids=[named for _, named in SIGNS])
async def test_words_inside_rows_are_no_sign(words: dict[str, Any]):
    assert await count({"rows": [{**row, **words, "id": row["id"]} for row in ROWS]}) == 7


@pytest.mark.parametrize(("words", "named"), SIGNS, ids=[named for _, named in SIGNS])
async def test_every_sign_can_be_ignored_by_its_name(words: dict[str, Any], named: str):
    names = [each.partition(" = ")[0] for each in named.split(", ")]
    assert await count({"rows": ROWS[:3], **words}, LIST | {"ignored_signs": names}) == 3


async def test_a_cursor_after_a_followed_one_is_an_echo():
    requests: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        requests.append(request.query_string)
        is_last = "at" in request.query
        paging = {"cursors": {"after": "x"}} | ({} if is_last else {"next": "c"})
        return web.json_response({"rows": ROWS[3:] if is_last else ROWS[:3], "paging": paging})

    async with rest_source(handler) as source:
        answer = (await source.fetch(Batch(place(**LIST, paging=CURSOR), ("a",))))["a"]
    assert isinstance(answer, Answer)
    assert len(answer.rows) == 7
    assert requests == ["owners=a", "owners=a&at=c"]


@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "7.000001", "1E-999999999"])
async def test_a_number_of_any_size_breaks_nothing(number: str):
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(text=f'{{"rows": [], "total": {number}}}', content_type="application/json")

    async with rest_source(handler) as source:
        assert await source.fetch(Batch(place(**LIST), ("a",))) == {}


def found_signs(body: Any, headers: Mapping[str, str], items: tuple[str, ...] = ("rows",)) -> list[str]:
    response = HttpResponse(200, "application/json", None, b"", {name.lower(): each for name, each in headers.items()})
    return signs_of_more(body, items, response, RowsRead(3))


@given(
    st.sampled_from(SIGNS),
    st.lists(st.sampled_from(NO_SIGNS[:-1]), max_size=3),
    st.sampled_from(["", "meta", "pagination", "page_info", "extra.paging", "_metadata"]),
)
def test_other_words_hide_no_sign(sign: tuple[dict[str, Any], str], others: list[dict[str, Any]], envelope: str):
    words, named = sign
    body: dict[str, Any] = words
    for name in reversed(envelope.split(".") if envelope else []):
        body = {name: body}
    beside = {name: each for other in others for name, each in other.items() if name in ("offset", "took", "byId")}
    names = found_signs({"rows": ROWS[:3], **beside, **body}, {})
    assert {f"{envelope}.{each}".strip(".") for each in named.split(", ")} <= set(names)


PLAIN_NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12).map(lambda name: f"z{name}")


@given(st.dictionaries(PLAIN_NAMES, st.integers() | st.booleans() | st.text(max_size=9), max_size=6))
def test_words_of_no_kind_are_no_sign(words: dict[str, Any]):
    assert found_signs({"rows": ROWS[:3], **words}, {}) == []
    assert found_signs({"rows": ROWS[:3]}, {name.replace("_", "-"): str(each) for name, each in words.items()}) == []
