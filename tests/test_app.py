"""The gateway on a real socket: requests of every kind, and their responses."""

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.harness import NEW_YORK, catalog_text, filled
from support.servers import live

from gateway.app import make_app
from gateway.config.limits import Limit, Limits
from gateway.config.settings import Config
from gateway.contract.batch import Answers, Batch, Fetch
from gateway.execution.client_errors import UNEXPECTED

JSON = {"content-type": "application/json"}
GRAPHQL = "application/graphql-response+json"
QUERY = '{ customer(customerNumber: "C1") { customerNumber } }'
ANSWER = {"data": {"customer": {"customerNumber": "C1"}}}
WITHOUT_DATA = "{ nodes(ids: [" + '"x" ' * 101 + "]) { id } }"  # above the limit of nodes
TABLES = {"Customer": [{"id": "1", "customer_number": "C1"}]}


def broken(name: str, fetch: Fetch) -> Fetch:
    """Replace the fetch of BILLING by one with a bug."""

    async def through(_batch: Batch) -> Answers:
        raise RuntimeError("secret-host:5432 is on fire")

    return through if name == "BILLING" else fetch


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def url() -> AsyncIterator[str]:
    config = Config(catalog=Path("memory"), zone=NEW_YORK, limits=Limits(body=Limit("body", 100_000)))
    async with live(make_app(config, filled(catalog_text(), TABLES), broken)) as url:
        yield url


@pytest.fixture
async def http(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(url) as session:
        yield session


async def post(http: aiohttp.ClientSession, body: Any, headers: Mapping[str, str] = JSON) -> tuple[int, str, Any]:
    """Status, media type and body of a response, without its extensions."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with http.post("/graphql", data=content, headers=headers) as response:
        return response.status, response.content_type, alone(json.loads(await response.read()))


def alone(body: Any) -> Any:
    """The body without its extensions."""
    return {name: value for name, value in body.items() if name != "extensions"}


async def test_a_document_is_executed_by_post_and_by_get(http: aiohttp.ClientSession) -> None:
    assert await post(http, {"query": QUERY}) == (200, "application/json", ANSWER)
    async with http.get("/graphql", params={"query": QUERY}) as response:
        assert (response.status, alone(await response.json())) == (200, ANSWER)


async def test_variables_and_operation_name_are_used(http: aiohttp.ClientSession) -> None:
    document = "query A($n: String!) { customer(customerNumber: $n) { customerNumber } } query B { __typename }"
    given = {"query": document, "operationName": "A", "variables": {"n": "C1"}}
    assert (await post(http, given))[2] == ANSWER
    async with http.get("/graphql", params={**given, "variables": '{"n": "C1"}'}) as response:
        assert alone(await response.json()) == ANSWER
    assert (await post(http, {**given, "operationName": "B"}))[2] == {"data": {"__typename": "Query"}}


async def test_an_executed_operation_without_data_returns_200(http: aiohttp.ClientSession) -> None:
    status, _, body = await post(http, {"query": WITHOUT_DATA})
    assert (status, body["data"]) == (200, {"nodes": None})
    assert body["errors"][0]["path"] == ["nodes"]


async def test_invalid_variables_return_400(http: aiohttp.ClientSession) -> None:
    document = "query A($n: String!) { customer(customerNumber: $n) { customerNumber } }"
    status, _, body = await post(http, {"query": document, "variables": {"n": 1}})
    assert (status, list(body)) == (400, ["errors"])


NOT_REQUESTS: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a number": b"42",
    "a string": b'"{ sources { system } }"',
    "a list": b'[{"query": "{ __typename }"}]',
    "no JSON": b"{query: 1}",
    "cut off": b'{"query": "{ __typename }"',
    "deep": b"[" * 50_000,
    "deep variables": b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    "invalid UTF-8": b'{"query": "{ \xff\xfe }"}',
    "UTF-16": '{"query": "{ __typename }"}'.encode("utf-16"),
    "no query": b'{"variables": {}}',
    "a query that is no text": b'{"query": 1}',
    "a null query": b'{"query": null}',
    "variables that are a list": b'{"query": "{ __typename }", "variables": [1]}',
    "a name that is no text": b'{"query": "{ __typename }", "operationName": 1}',
    "compressed": gzip.compress(b'{"query": "{ __typename }"}'),
    "a lone surrogate": b'{"query": "{ a(b: \\"\\ud800\\") }"}',
}


@pytest.mark.parametrize("name", NOT_REQUESTS)
async def test_an_invalid_request_is_refused_with_a_message(http: aiohttp.ClientSession, name: str) -> None:
    status, kind, body = await post(http, NOT_REQUESTS[name])
    assert (status, kind) == (400, "application/json")
    (error,) = body["errors"]
    assert error["message"] != UNEXPECTED
    assert "data" not in body


async def test_a_body_that_is_too_large_is_refused(http: aiohttp.ClientSession) -> None:
    status, _, body = await post(http, b'{"query": "' + b" " * 200_000 + b'"}')
    assert status == 413
    [error] = body["errors"]
    assert error["message"] == "The body is too large: send at most 100000 bytes."
    measured = error["extensions"].pop("measured")
    assert error["extensions"] == {"code": "TOO_LARGE", "cause": "TOO_LARGE", "limitName": "body", "limit": 100_000}
    assert 100_000 < measured <= 200_013  # the rest is not read


async def test_an_integer_of_5000_digits_is_no_internal_error(http: aiohttp.ClientSession) -> None:
    digits = b"9" * 5_000
    document = b'{"query": "query($n: String!) { customer(customerNumber: $n) { id } }", "variables": {"n": %s}}'
    for body in (digits, document % digits, b'{"query": "{ __typename }", "extensions": {"n": %s}}' % digits):
        status, _, answer = await post(http, body)
        assert status in (200, 400)
        assert "Unexpected" not in str(answer)


async def test_compressed_bodies_are_refused(http: aiohttp.ClientSession) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    status, _, body = await post(http, NOT_REQUESTS["compressed"], headers)
    assert status in (400, 415)
    assert "errors" in body


@pytest.mark.parametrize("kind", ["text/plain", "application/graphql", "application/x-www-form-urlencoded", ""])
async def test_other_media_types_are_refused(http: aiohttp.ClientSession, kind: str) -> None:
    status, _, body = await post(http, {"query": QUERY}, {"content-type": kind})
    assert status in (400, 415)
    assert body["errors"][0]["message"] == "The content type is wrong: send the request as application/json."


async def test_a_media_type_may_have_a_charset(http: aiohttp.ClientSession) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert await post(http, {"query": QUERY}, headers) == (200, "application/json", ANSWER)


async def test_get_without_a_document_is_bad_input(http: aiohttp.ClientSession) -> None:
    for address in ("/graphql", "/graphql?query=%7B__typename%7D&variables=%5B", "/graphql?variables=1"):
        async with http.get(address) as response:
            assert response.status == 400
            assert (await response.json())["errors"][0]["extensions"]["reason"] == "INVALID_REQUEST"


async def test_other_methods_are_not_allowed(http: aiohttp.ClientSession) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        async with http.request(method, "/graphql") as response:
            assert response.status == 405


WRONG_DOCUMENTS = {
    "{ customer(": "Syntax Error",
    "{ nonsense }": "Cannot query field 'nonsense' on type 'Query'.",
    "query A { __typename } query B { __typename }": "has several operations: set `operationName`.",
    "fragment A on Query { __typename }": "Fragment 'A' is never used.",
    "mutation { pay }": "Cannot query field 'pay' on type 'Mutation'.",
    "subscription { pay }": "The subscription operation is not supported",
    "": "Syntax Error: Unexpected <EOF>.",
}


@pytest.mark.parametrize("document", WRONG_DOCUMENTS)
async def test_an_invalid_document_is_refused_with_its_reason(http: aiohttp.ClientSession, document: str) -> None:
    status, _, body = await post(http, {"query": document})
    assert status == 400
    assert WRONG_DOCUMENTS[document] in body["errors"][0]["message"]
    assert "data" not in body


async def test_an_unknown_operation_is_refused_with_its_name(http: aiohttp.ClientSession) -> None:
    status, _, body = await post(http, {"query": "query A { __typename }", "operationName": "B"})
    assert (status, body["errors"][0]["message"]) == (400, "The document has no operation B.")


async def test_the_accept_header_selects_the_media_type(http: aiohttp.ClientSession) -> None:
    newer = {**JSON, "accept": GRAPHQL}
    assert await post(http, {"query": QUERY}, newer) == (200, GRAPHQL, ANSWER)
    assert (await post(http, {"query": "{ nonsense }"}, newer))[:2] == (400, GRAPHQL)
    both = {**JSON, "accept": f"{GRAPHQL}, application/json;q=0.9"}
    assert (await post(http, {"query": QUERY}, both))[1] == GRAPHQL
    assert (await post(http, {"query": QUERY}, {**JSON, "accept": "*/*"}))[1] == "application/json"


async def test_a_bug_is_masked_in_the_response_and_logged(
    http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    query = '{ node(id: "QmlsbDox") { id } }'  # Bill:1
    with caplog.at_level(logging.ERROR, "gateway"):
        status, _, body = await post(http, {"query": query}, {**JSON, "X-Request-Id": "seven"})
    assert (status, body["data"]) == (200, {"node": None})
    (error,) = body["errors"]
    assert error["message"] == UNEXPECTED
    assert error["path"] == ["node"]
    assert error["extensions"] == {**dict.fromkeys(("code", "cause"), "INTERNAL_SERVER_ERROR"), "requestId": "seven"}
    assert "secret-host" not in json.dumps(body)
    assert "secret-host" in caplog.text


async def test_health_needs_no_source(http: aiohttp.ClientSession) -> None:
    async with http.get("/health") as response:
        assert (response.status, await response.text()) == (200, "ok")


async def test_a_client_that_disconnects_does_not_affect_others(url: str, http: aiohttp.ClientSession) -> None:
    host, port = url.removeprefix("http://").split(":")
    for half in (b"POST /graphql HTTP/1.1\r\n", b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{"):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(half)
        await writer.drain()
        writer.close()
    assert await post(http, {"query": QUERY}) == (200, "application/json", ANSWER)


async def test_the_app_closes_with_connections_still_open() -> None:
    config = Config(catalog=Path("memory"), zone=NEW_YORK)
    async with asyncio.timeout(5):
        async with live(make_app(config, filled(catalog_text(), TABLES))) as url:
            session = aiohttp.ClientSession(url)
            assert (await post(session, {"query": QUERY}))[0] == 200
        await session.close()
