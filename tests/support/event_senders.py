"""A gateway on a real socket that caches for a minute, and a sender of its change events."""

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from gateway.app import make_app
from gateway.config.limits import Limit, Limits
from gateway.config.settings import Config
from gateway.contract.batch import Answer, Answers, Batch, Fetch
from support.harness import NEW_YORK, Held, catalog_text, filled
from support.servers import live
from support.utility import utility

SECRET = "correct-horse-battery-staple"  # noqa: S105  # of this test
BEARER = {"authorization": f"Bearer {SECRET}"}
CACHED = catalog_text().replace("retry = false", "retry = false\ncache = 60")
BILLS = """query($n: String!) {
  billingAccount(accountNumber: $n) { bills(first: 9) { nodes { amountDue { amount } } } }
}"""
StatusAndBody = tuple[int, Any]


class UpstreamTap:
    """Records the keys sent upstream, and can hold back one answer.

    The rows of a held answer are as old as its batch.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.held_lookup = ""
        self.holding, self.release = asyncio.Event(), asyncio.Event()

    def hold(self, lookup: str) -> None:
        """Hold back the next answer of a lookup."""
        self.held_lookup = lookup
        self.holding.clear()
        self.release.clear()

    def wrap(self, _name: str, fetch: Fetch) -> Fetch:
        async def tapped(batch: Batch) -> Answers:
            self.keys += [f"{batch.lookup.name} {key}" for key in batch.keys]
            answers = copied(await fetch(batch))
            if batch.lookup.name == self.held_lookup:
                self.held_lookup = ""
                self.holding.set()
                await self.release.wait()
            return answers

        return tapped


def copied(answers: Answers) -> Answers:
    """Copy the rows, as a wire would: later changes of the tables do not reach them."""
    return {
        key: replace(answer, rows=tuple(map(dict, answer.rows))) if isinstance(answer, Answer) else answer
        for key, answer in answers.items()
    }


class EventSender:
    """A session with a gateway, the tables of its systems, and the tap between them."""

    def __init__(self, http: aiohttp.ClientSession, tables: Held, tap: UpstreamTap) -> None:
        self.http, self.tables, self.tap = http, tables, tap

    async def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors. `tap.keys` are the keys it took."""
        self.tap.keys.clear()
        async with self.http.post("/graphql", json={"query": query, "variables": variables}) as response:
            body = await response.json()
        assert "errors" not in body, body
        return body["data"]

    async def bills(self, account: int) -> list[str]:
        """The amounts of an account's bills, newest first."""
        data = await self.data(BILLS, n=f"{1000 + account}")
        return [bill["amountDue"]["amount"] for bill in data["billingAccount"]["bills"]["nodes"]]

    async def send(self, payload: Any, headers: Mapping[str, str] = BEARER) -> StatusAndBody:
        """Send events; bytes are sent as they are."""
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        async with self.http.post("/events", data=content, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if response.content_type == "application/json" else text


@asynccontextmanager
async def gateway_with_events(secret: str | None = SECRET, redis_url: str | None = None) -> AsyncIterator[EventSender]:
    """A utility of three accounts of one customer, behind a caching gateway."""
    config = Config(
        catalog=Path("memory"),
        zone=NEW_YORK,
        limits=Limits(body=Limit("body", 100_000)),
        events_secret=secret,
        redis_url=redis_url,
    )
    tables, tap = utility(3), UpstreamTap()
    async with live(make_app(config, filled(CACHED, tables), tap.wrap)) as url, aiohttp.ClientSession(url) as http:
        yield EventSender(http, tables, tap)


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The signature headers of a body, at a time in seconds since 1970."""
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return {"x-timestamp": stamp, "x-signature": f"sha256={signature}"}


def messages(body: Any) -> list[str]:
    return [error["message"] for error in body["errors"]]
