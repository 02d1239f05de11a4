"""The GraphiQL page in a real browser."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from support.browser import Page, browser_page, why_no_browser
from support.servers import live

from gateway.server import graphiql


def why_no_page() -> str | None:
    """The reason to skip without a built page. CI must have one."""
    if (graphiql.BUILT / "index.html").exists() or os.environ.get("CI"):
        return None
    return "the GraphiQL page is not built (make web, with Node)"


REASON = why_no_browser() or why_no_page()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))

EDITOR = "document.querySelector('.graphiql-query-editor .view-lines')?.innerText"
ANSWER = "document.querySelector('.result-window .view-lines')?.innerText"
STORED = "JSON.parse(localStorage.getItem('graphiql:tabState'))"
SIDE = "document.querySelector('.graphiql-plugin')?.innerText"
RUN = "button.graphiql-execute-button"
TYPED = quote('{"c": "555-0142"}')


@strawberry.type
class Customer:
    """A customer."""

    id: strawberry.ID
    customer_number: str


@strawberry.type
class Query:
    """The root type."""

    @strawberry.field
    def customer(self, id: strawberry.ID) -> Customer:  # noqa: A002  # the schema's word
        """The customer with this id."""
        return Customer(id=id, customer_number=f"number of {id}")


@dataclass
class Site:
    """A fake gateway: the answer of its first tab, and the operations and tokens it received."""

    url: str
    expected: str
    operations: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    (tmp_path / "one.graphql").write_text(
        "# One customer.\nquery One($customer: ID!) {\n  customer(id: $customer) { id customerNumber }\n}\n"
    )
    (tmp_path / "two.graphql").write_text("query Two { __typename }\n")
    schema = strawberry.Schema(Query)
    site = Site("", "number of C-360")

    async def graphql(request: Request) -> Response:
        if graphiql.wants_page(request):
            return graphiql.page(request)
        body: dict[str, Any] = await request.json()
        site.operations.append(body["operationName"])
        site.tokens.append(request.headers.get("authorization"))
        result = await schema.execute(body["query"], body.get("variables"))
        return JSONResponse({"data": result.data, "errors": [str(e) for e in result.errors or []]})

    tabs = graphiql.tabs_endpoint(graphiql.example_tabs({"customer": "C-360"}, tmp_path))
    routes = [
        Route("/graphql", graphql, methods=["GET", "POST"]),
        Route("/graphiql/tabs.json", tabs),
        Mount("/graphiql/assets", graphiql.Assets()),
    ]
    async with live(Starlette(routes=routes)) as url:
        site.url = f"{url}/graphql"
        yield site


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    async with browser_page(tmp_path / "profile") as page:
        yield page


async def shown(page: Page, pane: str, text: str) -> str:
    """The text of a pane, once it includes `text`."""
    plain = f"{pane}?.replaceAll('\\u00a0', ' ')"
    return str(await page.until(f"({plain}?.includes({json.dumps(text)}) && {plain})"))


async def test_the_run_button_shows_the_answer_without_other_hosts(site: Site, page: Page):
    await page.open(site.url)
    await shown(page, EDITOR, "customerNumber")
    await page.click(RUN)
    assert site.expected in await shown(page, ANSWER, site.expected)
    assert page.foreign_hosts() == set()
    assert page.errors == []


async def test_a_link_with_a_query_fills_the_editor_only(site: Site, page: Page):
    await page.open(f"{site.url}?query={quote('query Linked { __typename }')}")
    await shown(page, EDITOR, "Linked")
    await page.click("button[aria-label='Show Documentation Explorer']")
    await shown(page, SIDE, "All Schema Types")
    assert set(site.operations) <= {"IntrospectionQuery"}
    assert await page.value("location.search") == ""


async def test_saved_tabs_replace_the_examples_on_later_visits(site: Site, page: Page):
    await page.open(site.url)
    await shown(page, EDITOR, "customerNumber")
    await page.click(".graphiql-tab-active .graphiql-tab-close")
    await page.until(f"{STORED}?.tabs.length === 1")
    await page.open(site.url)
    await shown(page, EDITOR, "query Two")
    assert await page.value("document.querySelectorAll('.graphiql-tab').length") == 1


async def test_a_token_is_sent_but_not_stored(site: Site, page: Page):
    await page.open(site.url)
    await shown(page, EDITOR, "customerNumber")
    await page.click("button[data-name=headers]")
    await page.click("section[aria-label=Headers] .graphiql-editor:not(.hidden) .view-lines")
    await page.type('{"authorization": "Bearer secret"}')
    # Storage follows the order of typing: once the note is stored, the token would be, too.
    await page.click(".graphiql-query-editor .graphiql-editor .view-lines")
    await page.type("# a note")
    await page.until(f"{STORED}?.tabs[0].query.includes('# a note')")
    await page.click(RUN)
    await page.until("localStorage.getItem('graphiql:queries')?.includes('# a note')")
    await shown(page, ANSWER, site.expected)
    assert site.tokens[-1] == "Bearer secret"
    assert "secret" not in await page.value("JSON.stringify(localStorage)")


async def test_variables_and_answers_are_not_stored(site: Site, page: Page):
    await page.open(f"{site.url}?query={quote('query Q($c: ID!) { customer(id: $c) { id } }')}&variables={TYPED}")
    await shown(page, EDITOR, "query Q")
    await page.click(RUN)
    await shown(page, ANSWER, "555-0142")
    await page.until("localStorage.getItem('graphiql:queries')?.includes('query Q')")
    await page.click(".graphiql-query-editor .graphiql-editor .view-lines")
    await page.type("# a note")
    await page.until(f"{STORED}?.tabs[0].query.includes('# a note')")
    stored = await page.value("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "555-0142" not in stored
    assert "C-360" not in stored


async def test_examples_have_their_variables_on_later_visits(site: Site, page: Page):
    await page.open(site.url)
    await shown(page, EDITOR, "customerNumber")
    await page.until(f"{STORED}?.tabs.length === 2")
    await page.open(site.url)
    await shown(page, EDITOR, "customerNumber")
    await page.click(RUN)
    assert site.expected in await shown(page, ANSWER, site.expected)
    assert await page.value("document.querySelectorAll('.graphiql-tab').length") == 2


async def test_the_documentation_and_explorer_open(site: Site, page: Page):
    await page.open(site.url)
    await page.click("button[aria-label='Show Documentation Explorer']")
    await shown(page, SIDE, "All Schema Types")
    await page.click("button[aria-label='Show GraphiQL Explorer']")
    await shown(page, SIDE, "customerNumber")
    assert page.errors == []


async def test_the_theme_follows_the_system(site: Site, page: Page):
    await page.open(site.url)
    for theme, editor in (("dark", ".vs-dark"), ("light", ".vs")):
        await page.prefer(theme)
        await page.until(f"document.querySelector('.graphiql-query-editor .monaco-editor{editor}')")
