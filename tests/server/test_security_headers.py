"""Every answer says that it is not cached, framed, or taken for a page."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from support.harness import NOW, catalog_text, filled
from support.servers import live
from support.utility import utility

from gateway.app import make_app
from gateway.config.settings import Config
from gateway.server.graphiql import PAGE
from gateway.server.security_headers import DEFAULTS


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def http(anyio_backend: str) -> AsyncIterator[aiohttp.ClientSession]:  # noqa: ARG001  # its loop lives as long
    app = make_app(Config(catalog=Path("memory"), now=NOW), filled(catalog_text(), utility()))
    async with live(app) as url, aiohttp.ClientSession(url) as session:
        yield session


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/graphql?query={__typename}", 200),
        ("GET", "/graphql", 400),
        ("POST", "/graphql", 400),
        ("DELETE", "/graphql", 405),
        ("GET", "/health/ready", 200),
        ("GET", "/metrics", 200),
        ("GET", "/nowhere", 404),
    ],
)
async def test_answers_have_the_headers(http: aiohttp.ClientSession, method: str, path: str, status: int) -> None:
    async with http.request(method, path) as response:
        assert response.status == status
        assert {name: response.headers.get(name) for name in DEFAULTS} == DEFAULTS


async def test_a_page_keeps_the_headers_that_it_has(http: aiohttp.ClientSession) -> None:
    async with http.get("/graphql", headers={"accept": "text/html"}) as response:
        assert {name: response.headers.getall(name) for name in PAGE} == {name: [value] for name, value in PAGE.items()}
