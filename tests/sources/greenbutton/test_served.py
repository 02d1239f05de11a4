"""Green Button over HTTP: limits, credentials and failures of the REST adapter."""

from typing import Any

import msgspec
import pytest
from aiohttp import web
from support.green_button_documents import Read, feed, usage
from support.sources.harness_green_button import lookup
from support.sources.rest_sources import error_of, rest_source

from gateway.contract.batch import Answer, Batch, Lookup
from gateway.errors import InvalidResponse
from gateway.sources.http.auth import HeaderAuth
from gateway.sources.rest.place import RestPlace

ONE = {"get": "/UsagePoint/{key}", "espi": {}, "items": "readings"}


def place(**words: Any) -> Lookup:
    return lookup(msgspec.convert(ONE | words, RestPlace))


def saying(body: bytes, content: str = "application/atom+xml", status: int = 200) -> Any:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(body=body, status=status, content_type=content)

    return handler


async def test_a_document_is_requested_with_accept_and_auth_headers() -> None:
    requests: list[tuple[str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        requests.append((request.headers["Accept"], request.headers["Authorization"]))
        return web.Response(body=usage("1", [Read(0, 5)]))

    login = HeaderAuth(name="Authorization", value="Bearer x")
    async with rest_source(handler, auth=login) as source:
        result = (await source.fetch(Batch(place(), ("1",))))["1"]
    assert isinstance(result, Answer)
    assert [row["asked"] for row in result.rows] == ["1"]
    assert requests == [("application/atom+xml", "Bearer x")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>Ada Alder</html>", "the XML is not an Atom feed"),
        (b"<!DOCTYPE feed><feed/>", "the XML has a DOCTYPE, which is refused"),
        (feed(head='<link rel="next" href="?2"/>'), "the feed has a next page"),
        (b'{"name": "Ada Alder"}', "not XML: "),
    ],
)
async def test_an_invalid_document_is_reported_without_its_content(body: bytes, reason: str) -> None:
    async with rest_source(saying(body)) as source:
        error = await error_of(source, place(), "1")
    assert isinstance(error, InvalidResponse)
    assert error.reason.startswith(f"GET /UsagePoint/{{key}}: {reason}")
    assert "Ada" not in error.reason


async def test_a_document_over_max_bytes_is_refused() -> None:
    async with rest_source(saying(usage("1", [Read(0, 5)])), max_bytes=100) as source:
        assert "more than max_bytes = 100" in (await error_of(source, place(), "1")).reason


@pytest.mark.parametrize("content", ["application/xml", "text/xml", "application/atom+xml"])
async def test_a_404_means_no_rows_in_xml_only(content: str) -> None:
    async with rest_source(saying(b"<none/>", content, 404)) as source:
        assert await source.fetch(Batch(place(), ("1",))) == {}
    for page in ("text/html", "application/xhtml+xml"):
        async with rest_source(saying(b"<none/>", page, 404)) as source:
            assert isinstance(await error_of(source, place(), "1"), InvalidResponse)


def test_contradicting_words_about_espi_are_diagnosed() -> None:
    words = ONE | {"items": "records", "espi": {"zone": "Mars/Base", "kilo": ["kWh", "furlong"]}}
    items, zone, kilo = msgspec.convert(words, RestPlace).diagnostics()
    assert items == "items must be readings or summaries where documents are ESPI"
    assert zone.startswith("Mars/Base is not a time zone")
    assert kilo.startswith("kilo has unknown units: furlong, kWh; the units are ")
