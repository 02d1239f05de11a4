"""A gateway on a real socket whose systems are remembered for a minute, and who tells it of changes."""

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
from gateway.config.settings import Config
from gateway.contract.batch import Answer, Answers, Batch, Fetch
from support.servers import live
from support.utility import utility
from support.world import NEW_YORK, Held, catalog_text, filled

SECRET = "correct-horse-battery-staple"  # noqa: S105  # of this test
BEARER = {"authorization": f"Bearer {SECRET}"}
KEEPING = catalog_text().replace("retry = false", "retry = false\ncache = 60")
BILLS = """query($n: String!) {
  billingAccount(accountNumber: $n) { bills(first: 9) { nodes { amountDue { amount } } } }
}"""
Said = tuple[int, Any]


class UpstreamTap:
    """Between the gateway and its systems: notes what was asked, and holds back what it is told to.

    An answer that is held back was given before: it says what was true when it was asked for.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.held_back = ""
        self.given, self.free = asyncio.Event(), asyncio.Event()

    def hold(self, lookup: str) -> None:
        """Hold back the next answer of this lookup, called by its name."""
        self.held_back = lookup
        self.given.clear()
        self.free.clear()

    def wrap(self, _name: str, fetch: Fetch) -> Fetch:
        """The same fetch, on this road."""

        async def through(batch: Batch) -> Answers:
            self.asked += [f"{batch.lookup.name} {key}" for key in batch.keys]
            answers = copied(await fetch(batch))
            if batch.lookup.name == self.held_back:
                self.held_back = ""
                self.given.set()
                await self.free.wait()
            return answers

        return through


def copied(answers: Answers) -> Answers:
    """The answers as rows of their own: what comes over a wire does not change with the system's tables."""
    return {
        key: replace(each, rows=tuple(map(dict, each.rows))) if isinstance(each, Answer) else each
        for key, each in answers.items()
    }


class EventSender:
    """A gateway, its systems' tables, the road between them, and a session with it."""

    def __init__(self, http: aiohttp.ClientSession, held: Held, road: UpstreamTap) -> None:
        self.http, self.held, self.road = http, held, road

    async def data(self, query: str, **variables: Any) -> Any:
        """The data of an answer without errors; `road.asked` is what it took."""
        self.road.asked.clear()
        async with self.http.post("/graphql", json={"query": query, "variables": variables}) as response:
            body = await response.json()
        assert "errors" not in body, body
        return body["data"]

    async def bills(self, account: int) -> list[str]:
        """The amounts of the bills of an account, newest first."""
        found = (await self.data(BILLS, n=f"{1000 + account}"))["billingAccount"]["bills"]["nodes"]
        return [each["amountDue"]["amount"] for each in found]

    async def tell(self, said: Any, headers: Mapping[str, str] = BEARER) -> Said:
        """Status and body of the answer to an event; bytes are sent as they are."""
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        async with self.http.post("/events", data=content, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if response.content_type == "application/json" else text


@asynccontextmanager
async def gateway_with_events(secret: str | None = SECRET) -> AsyncIterator[EventSender]:
    """The small utility of three accounts of one customer, behind a gateway that remembers."""
    config = Config(catalog=Path("memory"), zone=NEW_YORK, max_body_bytes=100_000, events_secret=secret)
    held, road = utility(3), UpstreamTap()
    async with (
        live(make_app(config, filled(KEEPING, held), road.wrap)) as url,
        aiohttp.ClientSession(url) as http,
    ):
        yield EventSender(http, held, road)


def signed(body: bytes, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers of a body signed at a time, in seconds since 1970; now, where none is said."""
    stamp = str(int(time.time() if at is None else at))
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return {"x-timestamp": stamp, "x-signature": f"sha256={signature}"}


def messages(said: Any) -> list[str]:
    """The sentences of a refusal."""
    return [each["message"] for each in said["errors"]]
