"""The frame of hostile tests: a gateway on a real socket, a case, and what must hold after each.

A case is bytes that a client sends. Its reply is clean, comes in time, costs no call to a system unless it may,
and says nothing of the gateway's insides. The next honest request is answered.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gateway.app import make_app
from gateway.config.settings import Config
from gateway.contract.batch import Answers, Batch, Fetch
from gateway.server.security_headers import DEFAULTS
from support.harness import NEW_YORK, NOW, catalog_text, filled
from support.raw_http import Reply, connection, request
from support.servers import live_server
from support.utility import utility

SECONDS = 20.0  # no reply takes so long, not even on a busy machine
HONEST = json.dumps({"query": '{ customer(customerNumber: "C-1") { customerNumber } }'}).encode()
ANSWER = {"data": {"customer": {"customerNumber": "C-1"}}}
INSIDES = re.compile(
    rb"Traceback|\.py\b|msgspec|strawberry|starlette|uvicorn|httptools|sqlalchemy|asyncio|<class|object at 0x|"
    rb"memory://|SELECT |INTERNAL_SERVER_ERROR",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Case:
    """Bytes, and the statuses that a reply to them may have; no reply if there are none.

    batches: how many questions to systems it may cost.
    """

    name: str
    sent: bytes
    statuses: tuple[int, ...] = (400,)
    batches: int = 0

    def __str__(self) -> str:
        return self.name


@dataclass
class Gateway:
    url: str
    batches: list[Batch] = field(default_factory=list)

    async def reply(self, sent: bytes) -> Reply | None:
        """The first reply to these bytes; None if the gateway closes without one."""
        async with asyncio.timeout(SECONDS), connection(self.url) as client:
            await client.send(sent)
            try:
                return await client.reply()
            except (asyncio.IncompleteReadError, ConnectionError):
                return None

    async def survives(self, case: Case) -> Reply | None:
        """Assert that the case gets a clean reply, and the next request its answer."""
        self.batches.clear()
        reply = await self.reply(case.sent)
        assert len(self.batches) <= case.batches, [batch.lookup.name for batch in self.batches]
        if reply is None:
            assert not case.statuses
        else:
            assert reply.status in case.statuses, reply
            check_clean(reply)
        honest = await self.reply(request(HONEST))
        assert honest is not None
        assert (honest.status, {"data": honest.json()["data"]}) == (200, ANSWER)
        return reply


def check_clean(reply: Reply) -> None:
    """Assert that a reply has the headers of all replies, and nothing of the gateway's insides."""
    assert {name: reply.headers.get(name) for name in DEFAULTS} == DEFAULTS
    assert not (inside := INSIDES.search(reply.body)), inside
    if reply.headers.get("content-type", "").startswith("application/"):
        body = reply.json()
        assert reply.status == 200 or (body["errors"] and "data" not in body)


@asynccontextmanager
async def hostile_gateway() -> AsyncIterator[Gateway]:
    """A gateway over a small utility; it counts the questions to systems."""
    gateway = Gateway("")

    def counted(_name: str, fetch: Fetch) -> Fetch:
        async def fetch_counted(batch: Batch) -> Answers:
            gateway.batches.append(batch)
            return await fetch(batch)

        return fetch_counted

    config = Config(catalog=Path("memory"), zone=NEW_YORK, now=NOW)
    app = make_app(config, filled(catalog_text(), utility()), counted)
    async with live_server(app, config) as (gateway.url, _):
        yield gateway
