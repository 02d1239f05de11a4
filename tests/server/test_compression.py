"""Answers are compressed only for clients that accept it, and only where that pays."""

import gzip
import json
from collections.abc import Callable

import aiohttp
import brotli
import pytest
from graphql import get_introspection_query
from support.telemetry.served import served

SMALL, LARGE = "{ __typename }", get_introspection_query()
MEDIUM = '{ __type(name: "BillingAccount") { fields { name description } } }'


async def raw(http: aiohttp.ClientSession, query: str, accepted: str) -> tuple[bytes, aiohttp.ClientResponse]:
    """The body as it was sent, and its response."""
    headers = {"accept-encoding": accepted}
    async with http.post("/graphql", json={"query": query}, headers=headers) as response:
        return await response.read(), response


async def session(gateway: aiohttp.ClientSession) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(gateway._base_url, auto_decompress=False)  # noqa: SLF001  # of the helper


@pytest.mark.parametrize("query", [MEDIUM, LARGE])
@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("br;q=0, gzip;q=0.8", "gzip", gzip.decompress),
        ("gzip, br;q=0.8", "gzip", gzip.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
        ("*", "br", brotli.decompress),
    ],
)
async def test_a_compressed_answer_is_the_same_answer(
    query: str, accepted: str, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    async with served() as gateway, await session(gateway) as http:
        plain, uncompressed = await raw(http, query, "identity")
        packed, response = await raw(http, query, accepted)
    assert json.loads(unpack(packed)) == json.loads(plain)
    assert len(packed) < len(plain) / 2
    assert (response.headers["content-encoding"], int(response.headers["content-length"])) == (encoding, len(packed))
    assert "content-encoding" not in uncompressed.headers
    assert all("accept-encoding" in each.headers["vary"].lower() for each in (uncompressed, response))


@pytest.mark.parametrize(
    "accepted", ["", "identity", "deflate", "gzip;q=0", "gzip;q=0, br;q=0, *", "gzip;q=x", "*;q=0"]
)
async def test_an_answer_is_plain_where_the_client_accepts_no_encoding(accepted: str) -> None:
    async with served() as gateway, await session(gateway) as http:
        body, response = await raw(http, MEDIUM, accepted)
    assert "content-encoding" not in response.headers
    assert json.loads(body)["data"]


async def test_a_short_answer_is_sent_as_it_is() -> None:
    async with served() as gateway, await session(gateway) as http:
        body, response = await raw(http, SMALL, "gzip")
    assert "content-encoding" not in response.headers
    assert json.loads(body)["data"] == {"__typename": "Query"}
