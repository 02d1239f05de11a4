"""What a REST service may answer, and what each answer amounts to."""

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from support.sources.rest_service import Handler, answer, segment, talking
from support.sources.rest_sources import MANY, ONE, ROW, asking, error_of, error_said, note, place, saying

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
async def test_each_status_is_one_failure_of_all_keys_asked(status: int, failure: type[SourceError]):
    async with asking(saying(status)) as source:
        found = await source.fetch(Batch(place(), ("a", "b")))
    assert {key: type(error) for key, error in found.items()} == {"a": failure, "b": failure}


async def test_an_error_says_neither_key_nor_address_nor_what_the_service_wrote():
    async with asking(saying(500)) as source:
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
async def test_404_of_a_path_with_the_key_in_it_says_there_are_no_rows(body: bytes, content: str):
    async with asking(missing(body, content)) as source:
        assert await source.fetch(Batch(place(**ONE), ("a",))) == {}


@pytest.mark.parametrize(("body", "content"), PAGES)
async def test_404_with_a_page_for_people_is_misread_and_not_taken_for_none(body: bytes, content: str):
    async with asking(missing(body, content)) as source:
        assert isinstance(await error_of(source, place(**ONE)), InvalidResponse)


async def test_204_says_there_are_no_rows():
    async with asking(saying(204)) as source:
        assert await source.fetch(Batch(place(), ("a",))) == {}


async def test_when_to_come_back_is_kept_in_seconds():
    async with asking(saying(429, **{"Retry-After": "17"})) as source:
        assert (await error_of(source, place())).retry_after == 17


async def test_when_to_come_back_may_be_a_date():
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90))
    async with asking(saying(503, **{"Retry-After": moment})) as source:
        assert 80 < ((await error_of(source, place())).retry_after or 0) <= 90


@pytest.mark.parametrize("moment", ["soon", "", "²", "-1"])
async def test_a_time_to_come_back_that_is_none_is_left_out(moment: str):
    async with asking(saying(503, **{"Retry-After": moment})) as source:
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
async def test_a_body_that_is_no_list_of_objects_is_misread(body: bytes):
    error = await error_said(answer(body))
    assert isinstance(error, InvalidResponse)


@pytest.mark.parametrize("items", [{}, {"items": "data.records"}])
async def test_null_where_a_list_should_be_is_misread(items: dict[str, str]):
    async with talking(answer(b"null")) as url, open_rest("notes", RestSettings(url=url)) as source:
        assert isinstance(await error_of(source, place(**MANY, **items)), InvalidResponse)


async def test_null_for_the_one_thing_asked_says_that_there_is_none():
    async with talking(answer(b"null")) as url, open_rest("notes", RestSettings(url=url)) as source:
        assert await source.fetch(Batch(place(**ONE), ("a",))) == {}


@pytest.mark.parametrize("body", [b"[]", b"{}", b"\xef\xbb\xbf[]"])
async def test_nothing_is_no_failure(body: bytes):
    async with (
        talking(answer(body)) as url,
        open_rest("notes", RestSettings(url=url)) as source,
    ):
        assert await source.fetch(Batch(place(), ("a",))) == {}


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b'{"data": {"records": null}}', 0),
        (b'{"data": null}', 0),
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
async def test_an_answer_without_its_list_is_misread_and_not_taken_for_none(body: bytes, rows: int | None):
    async with (
        talking(answer(body)) as url,
        open_rest("notes", RestSettings(url=url)) as source,
    ):
        found = (await source.fetch(Batch(place(**MANY, items="data.records"), ("a",)))).get("a")
    assert isinstance(found, InvalidResponse) if rows is None else len(getattr(found, "rows", ())) == rows


async def test_a_connection_that_ends_within_the_body_is_a_system_that_did_not_answer():
    error = await error_said(answer(ROW)[:-9])
    assert type(error) is SourceDown
    assert error.retryable


async def test_what_is_no_http_is_misread():
    assert isinstance(await error_said(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), InvalidResponse)


async def test_compressed_nonsense_is_misread():
    assert isinstance(await error_said(answer(b"x" * 50, "Content-Encoding: gzip\r\n")), InvalidResponse)


async def test_an_answer_larger_than_allowed_is_not_read_on():
    assert isinstance(await error_said(answer(ROW), max_bytes=len(ROW) - 1), InvalidResponse)
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n" + b" " * 2_000_000
    assert isinstance(await error_said(endless, max_bytes=1_000_000), InvalidResponse)


async def test_the_size_that_counts_is_that_after_decompression():
    bomb = gzip.compress(b" " * 50_000_000)
    error = await error_said(answer(bomb, "Content-Encoding: gzip\r\n"), max_bytes=1_000_000)
    assert isinstance(error, InvalidResponse)


async def test_a_row_of_a_key_nobody_asked_condemns_its_call():
    async def others(_request: web.Request) -> web.Response:
        return web.json_response([note("a"), note("z")])

    async with asking(others) as source:
        assert isinstance(await error_of(source, place()), InvalidResponse)
        assert isinstance(await error_of(source, place(**ONE)), InvalidResponse)


async def test_one_row_that_does_not_fit_is_the_error_of_its_key_alone():
    async def odd(_request: web.Request) -> web.Response:
        return web.json_response([note("a"), note("b") | {"at": "yesterday"}])

    async with asking(odd) as source:
        found = await source.fetch(Batch(place(), ("a", "b")))
    assert [type(found[key]) for key in "ab"] == [Answer, InvalidRow]


async def test_decimals_keep_their_digits():
    async with (
        talking(answer(b'[{"id": "1", "owner": "a", "at": "2026-01-01T00:00:00Z", "sum": 0.10}]')) as url,
        open_rest("notes", RestSettings(url=url)) as source,
    ):
        found = (await source.fetch(Batch(place(), ("a",))))["a"]
    assert isinstance(found, Answer)
    assert str(found.rows[0]["sum"]) == "0.10"


async def test_the_probe_gives_rows_of_the_key_that_is_known():
    async def known(request: web.Request) -> web.Response:
        return web.json_response([note(segment(request, 2))])

    async with asking(known, probe="17") as source:
        assert (await source.probe(place(**ONE)))[0]["owner"] == "17"


async def test_the_probe_names_the_columns_that_are_missing():
    async def short(_request: web.Request) -> web.Response:
        row = note("0")
        del row["note"]
        return web.json_response([row])

    async with asking(short) as source:
        with pytest.raises(InvalidResponse) as caught:
            await source.probe(place())
    assert caught.value.reason == "Note by owner: its rows have no note"


async def test_the_probe_fails_as_a_question_would():
    async with asking(saying(403)) as source:
        with pytest.raises(UpstreamUnauthorized):
            await source.probe(place())


@pytest.mark.parametrize(("body", "content"), [(b"", "text/plain"), *PAGES])
async def test_the_probe_complains_of_a_path_that_is_not_there(body: bytes, content: str):
    async with asking(missing(body, content)) as source:
        with pytest.raises(InvalidResponse):
            await source.probe(place(**ONE))


async def test_the_probe_believes_a_service_that_says_in_json_that_there_is_none():
    async with asking(missing(b"{}", "application/json")) as source:
        assert await source.probe(place(**ONE)) == ()
