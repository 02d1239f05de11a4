"""Errors of REST responses name the path of the request: one service has many, and one may change."""

from typing import Any

import pytest
from yarl import URL

from gateway.errors import InvalidResponse
from gateway.sources.http.body_format import JSON
from gateway.sources.http.transport import HttpRequest, HttpResponse, interpret
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.rows import rows_in

BILLS = RestPlace(get="/bills", keys="ids", items="data.bills")
LIST = RestPlace(post="/bills/search", keys="ids")
CALL = HttpRequest("GET /bills", "GET", URL("http://desk/bills"), None, not_found_is_empty=False, format=JSON)


@pytest.mark.parametrize(
    ("place", "answer", "reason"),
    [
        (BILLS, {"error": "out of order"}, "GET /bills: the response has nothing at items = data.bills"),
        (BILLS, {"data": {"bills": [1]}}, "GET /bills: the value at data.bills has a row that is no object"),
        (BILLS, {"data": {"bills": 1}}, "GET /bills: the value at data.bills is not a list of objects"),
        (LIST, None, "POST /bills/search: the response is null; if it means absence, say so with absent"),
    ],
)
def test_an_invalid_list_is_reported_with_its_path(place: RestPlace, answer: Any, reason: str) -> None:
    with pytest.raises(InvalidResponse) as caught:
        rows_in("desk", answer, place)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("text/html", "GET /bills: the body is not JSON, its content type is text/html"),
        ("application/json; charset=utf-8", "GET /bills: the body is not JSON"),
        ("application/problem+json", "GET /bills: the body is not JSON"),
    ],
)
async def test_an_invalid_body_is_reported_with_another_content_type(content: str, reason: str) -> None:
    with pytest.raises(InvalidResponse) as caught:
        await interpret("desk", CALL, HttpResponse(200, content, None, b"[1, 2"))
    assert caught.value.reason == reason
