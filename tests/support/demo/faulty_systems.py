"""REST systems with injected faults over real sockets, called through HTTP clients and bare connections."""

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
    """Serve the application as the demo does with --faults; yield its address."""
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
    """A request to a system that a tiny utility answers with rows of owner A."""

    system: str
    path: str
    login: dict[str, str]
    body: dict[str, Any] | None = None


# One request for each system. INTERACTIONS requires a token, which the client fetches first.
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
EVERY_SYSTEM = pytest.mark.parametrize("system_request", REQUESTS, ids=lambda system_request: system_request.system)


class FaultyClient:
    """Calls systems behind a fault proxy, and sets their faults."""

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self.http, self.address, self.faults = http, address, f"{address}/_faults"

    async def put(self, system: str, *faults: dict[str, Any]) -> None:
        """Replace the faults of a system."""
        async with self.http.put(f"{self.faults}/{system}", json=list(faults)) as answer:
            assert answer.status == 200, await answer.text()

    async def clear(self, system: str = "") -> None:
        """Remove all faults, or those of one system."""
        async with self.http.delete(f"{self.faults}/{system}".rstrip("/")) as answer:
            assert answer.status == 200

    async def active_faults(self) -> Any:
        """The active faults by system."""
        async with self.http.get(self.faults) as answer:
            return await answer.json()

    async def call(self, system_request: SystemRequest = CRM) -> tuple[int, bytes]:
        """The status and the body of a response, over a new connection."""
        address = self.address + system_request.path
        options = {"headers": {**await self._login(system_request), "Connection": "close"}}
        method = "GET" if system_request.body is None else "POST"
        async with self.http.request(method, address, json=system_request.body, **options) as answer:
            return answer.status, await answer.read()

    async def _login(self, question: SystemRequest) -> dict[str, str]:
        if question.system == "interactions":
            return await SystemsClient(self.http, self.address).bearer()
        return question.login

    async def open_request(self, path: str = CRM.path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection on which a request to CRM was sent."""
        url = urlsplit(self.address)
        reader, writer = await asyncio.open_connection(url.hostname, url.port)
        key = KEY["X-Api-Key"]
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {key}\r\n\r\n".encode())
        return reader, writer


async def head(reader: asyncio.StreamReader) -> dict[str, str]:
    """The status and the headers of a response, in lower case."""
    status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().strip().split("\r\n")
    return {"status": status.split(" ")[1], **dict(line.split(": ", 1) for line in lines)}
