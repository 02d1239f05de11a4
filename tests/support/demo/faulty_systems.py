"""Systems that have bad days, over real sockets: asked as a caller asks, and looked at byte by byte."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
import uvicorn
from starlette.types import ASGIApp

from gateway_demo.faults.connection import ResettableProtocol
from support.demo.tiny_utility import BASIC, KEY, SystemsClient


@contextmanager
def served_with_faults(app: ASGIApp) -> Iterator[str]:
    """The address at which this application answers, as the demo serves it with --faults."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, http=ResettableProtocol, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass(frozen=True)
class SystemRequest:
    """One question to a system that every tiny utility answers with rows of A."""

    system: str
    path: str
    login: dict[str, str]
    body: dict[str, Any] | None = None


# Each system's own way to ask. INTERACTIONS wants a token, which a test fetches first.
REQUESTS = [
    SystemRequest("crm", "/crm/customers?ids=A1,A2", KEY),
    SystemRequest("service", "/service/accounts/A/requests", BASIC),
    SystemRequest("service_orders", "/service-orders/orders?account=A", {}),
    SystemRequest("field_work", "/field-work/orders?accountId=A", {}),
    SystemRequest("contact_center", "/contact-center/calls/search", {}, {"accountIds": ["A"]}),
    SystemRequest("email", "/email/messages?customerIds=A", {}),
    SystemRequest("self_service", "/self-service/tasks?account_ids=A&limit_per_key=9", {}),
    SystemRequest("outage", "/outage/calls?PremiseIds=A", {}),
    SystemRequest("interactions", "/interactions/notes?interaction_id=A", {}),
]
CRM = REQUESTS[0]
EVERY_SYSTEM = pytest.mark.parametrize("question", REQUESTS, ids=lambda question: question.system)


class FaultyClient:
    """Asks systems on their bad days, and steers these."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self.http, self.address, self.faults = http, address, f"{address}/_faults"

    async def put(self, system: str, *faults: dict[str, Any]) -> None:
        """Let these faults, and no others, befall a system."""
        async with self.http.put(f"{self.faults}/{system}", json=list(faults)) as answer:
            assert answer.status == 200, await answer.text()

    async def clear(self, system: str = "") -> None:
        """Let all be well."""
        async with self.http.delete(f"{self.faults}/{system}".rstrip("/")) as answer:
            assert answer.status == 200

    async def told(self) -> Any:
        """What is set."""
        async with self.http.get(self.faults) as answer:
            return await answer.json()

    async def ask(self, question: SystemRequest = CRM) -> tuple[int, bytes]:
        """The status and the body of an answer, over a connection of its own."""
        address = self.address + question.path
        how = {"headers": {**await self._login(question), "Connection": "close"}}
        method = "GET" if question.body is None else "POST"
        async with self.http.request(method, address, json=question.body, **how) as answer:
            return answer.status, await answer.read()

    async def _login(self, question: SystemRequest) -> dict[str, str]:
        if question.system == "interactions":
            return await SystemsClient(self.http, self.address).bearer()
        return question.login

    async def sent(self, path: str = CRM.path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The bare connection, after a question to CRM."""
        place = urlsplit(self.address)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        key = KEY["X-Api-Key"]
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {key}\r\n\r\n".encode())
        return reader, writer


async def head(reader: asyncio.StreamReader) -> dict[str, str]:
    """The status and the headers of an answer, lower case."""
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().strip().split("\r\n")
    return {"status": status.split(" ")[1], **dict(line.split(": ", 1) for line in lines)}
