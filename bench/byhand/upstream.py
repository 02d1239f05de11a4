"""Calls to the demo's systems, by hand: JSON over aiohttp's client, rows over aiosqlite."""

import time
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import aiosqlite
import msgspec
from sqlalchemy import make_url
from yarl import URL

DATABASES = ("cis", "billing", "payments", "collections", "usage")
_TOKEN_SECONDS = 240  # the demo's tokens last 300
NOT_FOUND = 404
Rows = Sequence[tuple[Any, ...]]


@dataclass(slots=True)
class Upstream:
    """Lives as long as the server: one HTTP session, one connection for each database."""

    session: aiohttp.ClientSession
    environment: Mapping[str, str]
    databases: dict[str, aiosqlite.Connection] = field(default_factory=dict)
    _token: str = ""
    _token_at: float = -_TOKEN_SECONDS

    async def rows(self, database: str, statement: str, *values: Any) -> Rows:
        """Every row of a statement."""
        return list(await self.databases[database].execute_fetchall(statement, values))  # type: ignore[arg-type]

    async def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        """GET a path, and decode its JSON."""
        url = URL(self.environment["DEMO_SYSTEMS_URL"] + path, encoded=True)
        async with self.session.get(url, headers=headers) as answer:
            if answer.status == NOT_FOUND:  # an unknown key in a path
                return {"items": []}
            answer.raise_for_status()
            return msgspec.json.decode(await answer.read())

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """POST JSON, and decode the JSON answer."""
        headers = {"Content-Type": "application/json"}
        content = msgspec.json.encode(body)
        url = self.environment["DEMO_SYSTEMS_URL"] + path
        async with self.session.post(url, data=content, headers=headers, raise_for_status=True) as answer:
            return msgspec.json.decode(await answer.read())

    async def crm(self, path: str) -> Any:
        """GET from the CRM, with its key."""
        return await self.get(path, {"X-Api-Key": self.environment["DEMO_CRM_KEY"]})

    async def service(self, path: str) -> Any:
        """GET from the service system, with basic authentication."""
        return await self.get(path, self._basic("DEMO_SERVICE_USER", "DEMO_SERVICE_PASSWORD"))

    async def interactions(self, path: str) -> Any:
        """GET from the interactions system, with a token."""
        if time.monotonic() - self._token_at > _TOKEN_SECONDS:
            await self._renew()
        return await self.get(path, {"Authorization": f"Bearer {self._token}"})

    async def _renew(self) -> None:
        headers = self._basic("DEMO_INTERACTIONS_CLIENT", "DEMO_INTERACTIONS_SECRET")
        url = self.environment["DEMO_INTERACTIONS_TOKEN_URL"]
        form = {"grant_type": "client_credentials"}
        async with self.session.post(url, data=form, headers=headers, raise_for_status=True) as answer:
            self._token = (await answer.json())["access_token"]
        self._token_at = time.monotonic()

    def _basic(self, user: str, password: str) -> dict[str, str]:
        pair = f"{self.environment[user]}:{self.environment[password]}"
        return {"Authorization": "Basic " + b64encode(pair.encode()).decode()}


@asynccontextmanager
async def opened(environment: Mapping[str, str]) -> AsyncIterator[Upstream]:
    """Open the HTTP session and all databases."""
    async with AsyncExitStack() as stack:
        upstream = Upstream(await stack.enter_async_context(aiohttp.ClientSession()), environment)
        for name in DATABASES:
            path = make_url(environment[f"DEMO_{name.upper()}_DSN"]).database
            connection = aiosqlite.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
            upstream.databases[name] = await stack.enter_async_context(connection)
        yield upstream
