"""Responses of REST services, and their meaning."""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from support.sources.rest_service import Handler, http_response, segment, serve_bytes
from support.sources.rest_sources import MANY, ONE, ROW, error_of, error_of_bytes, note, place, respond, rest_source

from gateway.contract.batch import Answer, Batch
from gateway.errors import (
    InvalidResponse,
    InvalidRow,
    SourceDown,
    SourceError,
    UpstreamBadRequest,
    UpstreamRateLimited,
    UpstreamUnauthorized,
)
from gateway.sources.rest.source import RestSettings, open_rest


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (302, InvalidResponse),
        (400, UpstreamBadRequest),
        (401, UpstreamUnauthorized),
        (403, UpstreamUnauthorized),
        (404, UpstreamBadRequest),
        (408, SourceDown),
        (418, UpstreamBadRequest),
        (429, UpstreamRateLimited),
        (500, SourceDown),
        (503, SourceDown),
    ],
)
async def test_each_status_maps_to_one_error_of_every_key(status: int, failure: type[SourceError]):
    async with rest_source(respond(status)) as source:
        answers = await source.fetch(Batch(place(), ("a", "b")))
    assert {key: type(error) for key, error in answers.items()} == {"a": failure, "b": failure}


async def test_an_error_has_no_key_no_url_and_no_body():
    async with rest_source(respond(500)) as source:
        error = await error_of(source, place(**ONE), "secret")
    assert str(error) == "notes did not answer."
    assert error.reason == "GET /owners/{key}/notes: status 500"


NONE = [(b"", "text/html"), (b"", "text/plain"), (b'{"title": "none"}', "application/problem+json")]
PAGES = [(b"<html>no such route</html>", "text/html"), (b"404: Not Found", "text/plain")]


def missing(body: bytes, content: str) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=404, body=body, content_type=content)

    return handler


@pytest.mark.parametrize(("body", "content"), NONE)
async def test_a_404_for_a_path_key_means_no_rows(body: bytes, content: str):
    async with rest_source(missing(body, content)) as source:
        assert await source.fetch(Batch(place(**ONE), ("a",))) == {}


@pytest.mark.parametrize(("body", "content"), PAGES)
async def test_a_404_with_an_html_page_is_an_error(body: bytes, content: str):
    async with rest_source(missing(body, content)) as source:
        assert isinstance(await error_of(source, place(**ONE)), InvalidResponse)


async def test_retry_after_is_read_in_seconds():
    async with rest_source(respond(429, **{"Retry-After": "17"})) as source:
        assert (await error_of(source, place())).retry_after == 17


async def test_retry_after_may_be_a_date():
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90))
    async with rest_source(respond(503, **{"Retry-After": moment})) as source:
        assert 80 < ((await error_of(source, place())).retry_after or 0) <= 90


@pytest.mark.parametrize("moment", ["soon", "", "²", "-1"])
async def test_an_invalid_retry_after_is_ignored(moment: str):
    async with rest_source(respond(503, **{"Retry-After": moment})) as source:
        assert (await error_of(source, place())).retry_after is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>sorry</html>",
        b'"a string"',
        b"17",
        b"[1]",
        b'[{"id": "1"}, null]',
        b'[{"id": "1"',
        b'[{"id": "\xff"}]',
        b"[" * 100_000,
        b"1" * 5000,
        b'[{"id": "\\ud800"}]',
    ],
)
async def test_a_body_without_a_list_of_objects_is_invalid(body: bytes):
    error = await error_of_bytes(http_response(body))
    assert isinstance(error, InvalidResponse)


@pytest.mark.parametrize("items", [{}, {"items": "data.records"}])
async def test_null_in_place_of_a_list_is_invalid(items: dict[str, str]):
    async with serve_bytes(http_response(b"null")) as url, open_rest("notes", RestSettings(url=url)) as source:
        assert isinstance(await error_of(source, place(**MANY, **items)), InvalidResponse)


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b'{"data": {"records": null}}', None),
        (b'{"data": null}', None),
        (b'{"data": {"records": []}}', 0),
        (b'{"data": {"records": %b}}' % ROW, 1),
        (b'{"data": {"records": %b}}' % ROW[1:-1], 1),
        (b"{}", None),
        (b"null", None),
        (b'{"data": {}}', None),
        (b'{"error": "try later"}', None),
        (b'{"data": {"error": "try later"}}', None),
        (b'{"data": {"records": "none"}}', None),
        (b'{"data": []}', None),
    ],
)
async def test_only_a_list_says_that_there_are_no_rows(body: bytes, rows: int | None):
    async with serve_bytes(http_response(body)) as url, open_rest("notes", RestSettings(url=url)) as source:
        result = (await source.fetch(Batch(place(**MANY, items="data.records"), ("a",)))).get("a")
    assert isinstance(result, InvalidResponse) if rows is None else len(getattr(result, "rows", ())) == rows


async def test_a_connection_closed_within_the_body_is_down():
    error = await error_of_bytes(http_response(ROW)[:-9])
    assert type(error) is SourceDown
    assert error.retryable


async def test_a_response_that_is_not_http_is_invalid():
    assert isinstance(await error_of_bytes(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), InvalidResponse)


async def test_an_invalid_compressed_body_is_invalid():
    assert isinstance(await error_of_bytes(http_response(b"x" * 50, "Content-Encoding: gzip\r\n")), InvalidResponse)


async def test_a_response_over_max_bytes_is_refused():
    assert isinstance(await error_of_bytes(http_response(ROW), max_bytes=len(ROW) - 1), InvalidResponse)
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n" + b" " * 2_000_000
    assert isinstance(await error_of_bytes(endless, max_bytes=1_000_000), InvalidResponse)


async def test_max_bytes_counts_decompressed_bytes():
    bomb = gzip.compress(b" " * 50_000_000)
    error = await error_of_bytes(http_response(bomb, "Content-Encoding: gzip\r\n"), max_bytes=1_000_000)
    assert isinstance(error, InvalidResponse)


async def test_a_row_of_another_key_fails_the_whole_call():
    async def others(_request: web.Request) -> web.Response:
        return web.json_response([note("a"), note("z")])

    async with rest_source(others) as source:
        assert isinstance(await error_of(source, place()), InvalidResponse)
        assert isinstance(await error_of(source, place(**ONE)), InvalidResponse)


async def test_an_invalid_row_fails_only_its_key():
    async def odd(_request: web.Request) -> web.Response:
        return web.json_response([note("a"), note("b") | {"at": "yesterday"}])

    async with rest_source(odd) as source:
        answers = await source.fetch(Batch(place(), ("a", "b")))
    assert [type(answers[key]) for key in "ab"] == [Answer, InvalidRow]


async def test_decimals_keep_their_digits():
    async with (
        serve_bytes(http_response(b'[{"id": "1", "owner": "a", "at": "2026-01-01T00:00:00Z", "sum": 0.10}]')) as url,
        open_rest("notes", RestSettings(url=url)) as source,
    ):
        result = (await source.fetch(Batch(place(), ("a",))))["a"]
    assert isinstance(result, Answer)
    assert str(result.rows[0]["sum"]) == "0.10"


async def test_a_probe_returns_the_rows_of_its_key():
    async def known(request: web.Request) -> web.Response:
        return web.json_response([note(segment(request, 2))])

    async with rest_source(known, probe="17") as source:
        assert (await source.probe(place(**ONE)))[0]["owner"] == "17"


async def test_a_probe_fails_as_a_fetch_does():
    async with rest_source(respond(403)) as source:
        with pytest.raises(UpstreamUnauthorized):
            await source.probe(place())


@pytest.mark.parametrize(("body", "content"), [(b"", "text/plain"), *PAGES])
async def test_a_probe_fails_for_a_path_that_does_not_exist(body: bytes, content: str):
    async with rest_source(missing(body, content)) as source:
        with pytest.raises(InvalidResponse):
            await source.probe(place(**ONE))


async def test_a_probe_accepts_a_404_in_json():
    async with rest_source(missing(b"{}", "application/json")) as source:
        assert await source.probe(place(**ONE)) == ()
