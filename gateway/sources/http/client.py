"""Questions over HTTP to one upstream: logged in, bounded in time, size and number. It knows no lookup."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Annotated, Any

import aiohttp
import msgspec
from yarl import URL

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import NO_OPTIONS, RequestOptions
from gateway.errors import DeadlineExceeded
from gateway.sources.http.auth import AnyAuth, ClientCredentials, auth_headers, ssl_context
from gateway.sources.http.connections import CleanConnector
from gateway.sources.http.oauth2 import TokenCache, client_credentials
from gateway.sources.http.response import interpret
from gateway.sources.http.transport import HttpRequest, HttpResponse, HttpTransport

UNAUTHORIZED = 401
DEADLINE_HEADER = "X-Request-Deadline"  # milliseconds that are left
REQUEST_ID_HEADER = "X-Request-Id"
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one upstream is reached. `timeout` is for each call, its turn included.

    `max_concurrent_calls` is the most calls at a time.
    """

    url: str
    timeout: Seconds = 5.0
    keys_per_call: AtLeastOne = 100
    max_concurrent_calls: AtLeastOne = 16
    max_bytes: AtLeastOne = 16 * 1024 * 1024
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    auth: AnyAuth | None = None
    ca_file: str | None = None

    def __post_init__(self) -> None:
        check_address("url", self.url)
        if isinstance(self.auth, ClientCredentials):
            check_address("token_url", self.auth.token_url)

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


class HttpClient:
    """Made for one source, as long as the application: asks, and gives what the answer says."""

    def __init__(self, exchange: HttpTransport, settings: HttpSettings, tokens: TokenCache | None) -> None:
        self.source = exchange.source
        self._exchange = exchange
        self._tokens = tokens
        self._timeout = settings.timeout
        self._room = Bulkhead(self.source, settings.max_concurrent_calls, settings.timeout)
        self._headers: Mapping[str, str] = {
            **settings.headers,
            **auth_headers(settings.auth),
        }

    async def ask(self, call: HttpRequest, wish: RequestOptions = NO_OPTIONS) -> Any:
        """What the answer says, or NOTHING. SourceError when there is none to be had."""
        turn = self._room.turn()
        patience = min(self._timeout, wish.remaining())
        try:
            async with asyncio.timeout(patience), turn:
                got = await self._sent(call, wish)
        except TimeoutError:
            if patience < self._timeout:
                raise DeadlineExceeded(self.source, f"{call.name}: the request's time was over") from None
            raise turn.late(f"{call.name}: ") from None
        if call.form.slow:
            return await asyncio.to_thread(interpret, self.source, call, got)
        return interpret(self.source, call, got)

    async def _sent(self, call: HttpRequest, wish: RequestOptions) -> HttpResponse:
        headers = {"Accept": call.form.accept, **self._headers, **self._told(wish)}
        if self._tokens is None:
            return await self._exchange.send(call, headers)
        token = await self._tokens.current()
        got = await self._exchange.send(call, _bearing(headers, token))
        if got.status != UNAUTHORIZED:
            return got
        token = await self._tokens.instead_of(token)
        return await self._exchange.send(call, _bearing(headers, token))

    def _told(self, wish: RequestOptions) -> dict[str, str]:
        """What the other side may know of the request: how long anybody waits, its id and trace."""
        left = {**wish.headers, DEADLINE_HEADER: str(int(1000 * min(self._timeout, wish.remaining())))}
        return {**left, REQUEST_ID_HEADER: wish.request} if wish.request else left


def _bearing(headers: Mapping[str, str], token: str) -> Mapping[str, str]:
    return {**headers, "Authorization": f"Bearer {token}"}


@asynccontextmanager
async def open_http_client(source: str, settings: HttpSettings) -> AsyncIterator[HttpClient]:
    """A wire for as long as the context lasts. ConfigError when a certificate cannot be read."""
    context = ssl_context(source, settings.auth, settings.ca_file)
    async with AsyncExitStack() as stack:
        # One connection more than calls: a token may have to be fetched when all others are busy.
        connector = CleanConnector(limit=settings.max_concurrent_calls + 1, ssl=context)
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "customer-360-gateway"},
        )
        await stack.enter_async_context(session)
        exchange = HttpTransport(source, session, settings.timeout, settings.max_bytes)
        tokens = None
        if isinstance(settings.auth, ClientCredentials):
            tokens = TokenCache(partial(client_credentials, exchange, settings.auth))
            stack.push_async_callback(tokens.close)
        yield HttpClient(exchange, settings, tokens)
