"""The headers, files and example tabs of the GraphiQL page, over a real socket."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from graphql import parse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from support.servers import live
from yarl import URL

from gateway.errors import ConfigError
from gateway.server import graphiql
from gateway.server.graphiql import QUERIES, example_tabs, example_variables

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    assets = tmp_path / "built" / "assets"
    assets.mkdir(parents=True)
    (tmp_path / "built" / "index.html").write_text("<title>built</title>")
    (assets / "page-1a2b.js").write_text("plain")
    (assets / "page-1a2b.js.gz").write_bytes(gzip.compress(b"compressed"))
    (assets / "text-3c4d.woff2").write_bytes(b"font")
    return tmp_path / "built"


@pytest.fixture
async def http(built: Path) -> AsyncIterator[aiohttp.ClientSession]:
    async def endpoint(request: Request) -> Response:
        if graphiql.wants_page(request):
            return graphiql.page(request, built)
        return PlainTextResponse("an answer")

    routes = [
        Route("/graphql", endpoint),
        Route("/graphiql/tabs.json", graphiql.tabs_endpoint(example_tabs({"customer": "C-1"}))),
        Mount("/graphiql/assets", graphiql.Assets(built)),
    ]
    async with live(Starlette(routes=routes)) as url, aiohttp.ClientSession(url) as session:
        yield session


@pytest.mark.parametrize("path", ["/graphql", "/graphiql/assets/page-1a2b.js"])
async def test_the_page_loads_from_its_own_host_only(http: aiohttp.ClientSession, path: str):
    async with http.get(path, headers=BROWSER) as answer:
        policy = answer.headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"


def test_the_policy_allows_no_other_host_and_no_eval():
    policy = graphiql.SECURITY["content-security-policy"]
    assert "script-src 'self';" in policy
    assert not any(source in policy for source in ("http", "unsafe-eval", "blob:", "*"))


async def test_a_link_with_a_query_opens_the_page(http: aiohttp.ClientSession):
    async with http.get("/graphql?query={__typename}", headers=BROWSER) as answer:
        assert "<title>built</title>" in await answer.text()
        assert answer.headers["vary"] == "accept"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/graphql-response+json, text/html;q=0.1"])
async def test_a_client_that_accepts_json_gets_json(http: aiohttp.ClientSession, accept: str):
    async with http.get("/graphql?query={__typename}", headers={"accept": accept}) as answer:
        assert await answer.text() == "an answer"


async def test_without_a_build_the_page_says_how_to_build(http: aiohttp.ClientSession, built: Path):
    (built / "index.html").unlink()
    async with http.get("/graphql", headers=BROWSER) as answer:
        assert answer.status == 200
        assert "make web" in await answer.text()


async def test_files_are_compressed_typed_and_cacheable(http: aiohttp.ClientSession):
    async with http.get("/graphiql/assets/page-1a2b.js") as answer:
        assert await answer.text() == "compressed"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]


async def test_without_gzip_the_file_is_uncompressed(http: aiohttp.ClientSession):
    plain = {"accept-encoding": "identity"}
    async with http.get("/graphiql/assets/page-1a2b.js", headers=plain) as answer:
        assert await answer.text() == "plain"


async def test_fonts_have_their_content_type(http: aiohttp.ClientSession):
    async with http.get("/graphiql/assets/text-3c4d.woff2") as answer:
        assert answer.headers["content-type"] == "font/woff2"


@pytest.mark.parametrize("name", ["no.js", "..%2findex.html", "%2e%2e/%2e%2e/index.html", "%00"])
async def test_nothing_outside_the_built_files_is_served(http: aiohttp.ClientSession, name: str):
    async with http.get(URL(f"/graphiql/assets/{name}", encoded=True)) as answer:
        assert answer.status == 404


async def test_the_tabs_are_the_example_queries(http: aiohttp.ClientSession):
    async with http.get("/graphiql/tabs.json") as answer:
        first, *others = await answer.json()
    assert first["title"] == "Customer360"
    assert json.loads(first["variables"]) == {"customer": "C-1"}
    assert {"BalanceWidget", "Search", "UsageTab"} <= {tab["title"] for tab in others}


def test_every_tab_holds_one_operation():
    assert all(len(parse(tab.query).definitions) >= 1 for tab in example_tabs({}))
    widgets = [tab for tab in example_tabs({}) if tab.title.endswith("Widget")]
    definitions = parse((QUERIES / "widgets.graphql").read_text(encoding="utf-8")).definitions
    assert [len(parse(tab.query).definitions) for tab in widgets] == [1] * len(definitions)


def test_a_tab_includes_the_fragments_of_its_operation(tmp_path: Path):
    (tmp_path / "two.graphql").write_text("query A { ...Part }\nquery B { b }\nfragment Part on Query {  a }")
    assert [tab.query for tab in example_tabs({}, tmp_path)] == [
        "query A { ...Part }\nfragment Part on Query {  a }",
        "query B { b }",
    ]


def test_a_required_variable_without_example_is_empty(tmp_path: Path):
    (tmp_path / "q.graphql").write_text("query Q($a: ID!, $b: Int! = 2, $c: Int) { a }")
    (tab,) = example_tabs({}, tmp_path)
    assert json.loads(tab.variables) == {"a": ""}


def test_examples_are_read_from_their_file(tmp_path: Path):
    path = tmp_path / "examples.json"
    path.write_text('{"variables": {"customer": "C-1", "by": {"name": "Ann"}}}')
    assert example_variables(path) == {"customer": "C-1", "by": {"name": "Ann"}}
    assert example_variables(None) == {}


@pytest.mark.parametrize("text", ["{", "[]", '{"variables": []}', '{"customer": "C-1"}'])
def test_an_invalid_examples_file_is_named(tmp_path: Path, text: str):
    path = tmp_path / "examples.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"examples\.json"):
        example_variables(path)
