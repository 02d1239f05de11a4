"""A list inside a row that the service cut: the row is unreadable, its neighbours are not."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from support.catalogs import catalog
from support.servers import live
from support.sources.rest_service import serve

from gateway.app import make_app
from gateway.config.settings import Config

CATALOG = """
[sources.s]
kind = "rest"
url = "URL"
zone = "UTC"
[records.BillingAccount]
source = "s"
by.id = { get = "/accounts", keys = "ids" }
by.account_number = { get = "/accounts", keys = "ids" }
by.customer_id = { get = "/accounts", keys = "ids" }
[records.BillingAccount.fields]
id = "id"
account_number = "id"
customer_id = "customer"
status = { value = "ACTIVE" }
[records.Customer]
source = "s"
by.id = { get = "/customers", keys = "ids" }
[records.Customer.fields]
id = "id"
customer_number = "id"
party_id = "id"
party_kind = { value = "PERSON" }
[records.Person]
source = "s"
by.id = { get = "/persons", keys = "ids" }
[records.Person.fields]
id = "id"
name = "id"
roles = { value = ["CUSTOMER"] }
contact_points = { items = "contacts.data", fields = { kind = "kind", value = "value" } }
[records.Chat]
source = "s"
by.id = { get = "/chats", keys = "ids" }
by.account_id = { get = "/chats", keys = "accounts", items = "chats" }
[records.Chat.fields]
id = "id"
account_id = "account"
started_at = "at"
transcript = { items = "messages.items", fields = { at = "at", author = "author", text = "text" } }
"""
PARTY = """{ a: billingAccount(accountNumber: "1") { ...party } b: billingAccount(accountNumber: "2") { ...party } }
fragment party on BillingAccount { customer { party { ... on Person { name contactPoints { value } } } } }"""
CHATS = """{ billingAccount(accountNumber: "1") { activities(types: [CHAT]) {
  nodes { ... on Chat { transcript { text } } } complete unreadable sources { state } } } }"""
AT = "2026-11-01T12:00:00Z"
MESSAGE = {"at": AT, "author": "AGENT", "text": "Hello"}


def contacts(**more: Any) -> dict[str, Any]:
    return {"data": [{"kind": "EMAIL", "value": "ada@example.com"}], **more}


def records(path: str, ids: list[str]) -> Any:
    """The rows of a request. The lists of customer 2 and of chat b are cut."""
    if path == "/chats":
        cut = {"a": {}, "b": {"nextPageToken": "x"}}
        rows = [{"id": n, "account": "1", "at": AT, "messages": {"items": [MESSAGE], **cut[n]}} for n in cut]
        return {"chats": rows}
    words = {"1": contacts(has_more=False, total_count=1), "2": contacts(has_more=True, total_count=9)}
    return [{"id": n, "customer": n, "contacts": words[n]} for n in ids]


Gateway = tuple[aiohttp.ClientSession, list[str]]


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    """A gateway, and the requests that its service received."""
    requests: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        ids = next(iter(request.query.values())).split(",")
        return web.json_response(records(request.path, ids))

    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serve(handler, requests))
        app = make_app(Config(Path("catalog.toml")), catalog(CATALOG.replace("URL", url)))
        at = await stack.enter_async_context(live(app))
        yield await stack.enter_async_context(aiohttp.ClientSession(at)), requests


async def ask(http: aiohttp.ClientSession, query: str) -> Any:
    async with http.post("/graphql", json={"query": query}) as response:
        return await response.json()


async def test_a_cut_list_costs_only_its_record(gateway: Gateway):
    http, requests = gateway
    body = await ask(http, PARTY)
    assert body["data"]["a"]["customer"]["party"] == {"name": "1", "contactPoints": [{"value": "a***@e***.com"}]}
    assert body["data"]["b"]["customer"]["party"] is None
    assert [error["extensions"]["code"] for error in body["errors"]] == ["SOURCE_MISREAD"]
    assert requests == [f"GET /{each}?ids=1,2" for each in ("accounts", "customers", "persons")]


async def test_a_page_skips_a_row_with_a_cut_list(gateway: Gateway):
    http, requests = gateway
    feed = (await ask(http, CHATS))["data"]["billingAccount"]["activities"]
    assert feed["nodes"] == [{"transcript": [{"text": "Hello"}]}]
    assert (feed["complete"], feed["unreadable"]) == (False, 1)
    assert {each["state"] for each in feed["sources"]} == {"PARTIAL"}
    assert "GET /chats?accounts=1" in requests
