"""JSON over HTTP with one upstream: logged in, bounded in time, size and number. It knows no lookup."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Annotated, Any

import aiohttp
import msgspec
from yarl import URL

from gateway.errors import SourceTimeout
from gateway.sources.connector import CleanConnector
from gateway.sources.exchange import Call, Exchange, Got
from gateway.sources.login import AnyLogin, OAuth2Login, login_headers, tls
from gateway.sources.tokens import Tokens, client_credentials
from gateway.sources.verdict import judged

UNAUTHORIZED = 401
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class WireSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one upstream is reached. `timeout` is for each call, its turn included.

    `at_once` is the most calls at a time.
    """

    url: str
    timeout: Seconds = 5.0
    keys_per_call: AtLeastOne = 100
    at_once: AtLeastOne = 16
    max_bytes: AtLeastOne = 16 * 1024 * 1024
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    login: AnyLogin | None = None
    ca_file: str | None = None

    def __post_init__(self) -> None:
        check_address("url", self.url)
        if isinstance(self.login, OAuth2Login):
            check_address("token_url", self.login.token_url)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(url={self.url!r}, …)"


def check_address(name: str, text: str) -> None:
    """ValueError, in a sentence, when `text` is not an address to put paths below."""
    url = URL(text)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"{name} must start with http:// or https:// and name a host")
    if url.user or url.password:
        raise ValueError(f"{name} must not hold a user or password: they belong into login")
    if url.query_string or url.fragment:
        raise ValueError(f"{name} must end before any ? or #")


class Wire:
    """Made for one source, as long as the application: asks, and gives what the JSON says."""

    def __init__(self, exchange: Exchange, settings: WireSettings, tokens: Tokens | None) -> None:
        self.source = exchange.source
        self._exchange = exchange
        self._tokens = tokens
        self._timeout = settings.timeout
        self._room = asyncio.Semaphore(settings.at_once)
        self._headers: Mapping[str, str] = {
            "Accept": "application/json",
            **settings.headers,
            **login_headers(settings.login),
        }

    async def ask(self, call: Call) -> Any:
        """The JSON of the answer, or NOTHING. SourceError when there is none to be had."""
        asked_at, waited = time.monotonic(), self._timeout
        try:
            async with asyncio.timeout(self._timeout), self._room:
                waited = time.monotonic() - asked_at
                got = await self._sent(call)
        except TimeoutError:
            late = "queued" if waited > self._timeout / 2 else f"no answer in {self._timeout} s"
            raise SourceTimeout(self.source, f"{call.name}: {late}") from None
        return judged(self.source, call, got)

    async def _sent(self, call: Call) -> Got:
        if self._tokens is None:
            return await self._exchange.send(call, self._headers)
        token = await self._tokens.current()
        got = await self._exchange.send(call, self._bearing(token))
        if got.status != UNAUTHORIZED:
            return got
        token = await self._tokens.instead_of(token)
        return await self._exchange.send(call, self._bearing(token))

    def _bearing(self, token: str) -> Mapping[str, str]:
        return {**self._headers, "Authorization": f"Bearer {token}"}


@asynccontextmanager
async def open_wire(source: str, settings: WireSettings) -> AsyncIterator[Wire]:
    """A wire for as long as the context lasts. ConfigError when a certificate cannot be read."""
    context = tls(source, settings.login, settings.ca_file)
    async with AsyncExitStack() as stack:
        # One connection more than calls: a token may have to be fetched when all others are busy.
        connector = CleanConnector(limit=settings.at_once + 1, ssl=context)
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "customer-360-gateway"},
        )
        await stack.enter_async_context(session)
        exchange = Exchange(source, session, settings.timeout, settings.max_bytes)
        tokens = None
        if isinstance(settings.login, OAuth2Login):
            tokens = Tokens(partial(client_credentials, exchange, settings.login))
            stack.push_async_callback(tokens.close)
        yield Wire(exchange, settings, tokens)
