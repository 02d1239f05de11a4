"""The HTTP client of one source: authenticated, bounded in time, size and concurrency."""

import asyncio
import re
import select
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
import msgspec
from yarl import URL

from gateway.concurrency.bulkhead import Bulkhead
from gateway.contract.batch import NO_OPTIONS, RequestOptions
from gateway.errors import DeadlineExceeded
from gateway.sources.base.place import AtLeastOne, PositiveSeconds
from gateway.sources.http.auth import (
    AnyAuth,
    ClientCredentials,
    TokenCache,
    auth_faults,
    auth_header,
    auth_headers,
    ssl_context,
)
from gateway.sources.http.headers import header_diagnostics
from gateway.sources.http.transport import HttpRequest, HttpResponse, HttpTransport, interpret
from gateway.validation import TableErrors, WordErrors

DEADLINE_HEADER = "X-Request-Deadline"  # milliseconds that remain
REQUEST_ID_HEADER = "X-Request-Id"
# A new connection on which the server speaks first is not HTTP. After this many in a row, give up.
MAX_ATTEMPTS = 100

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a source is reached over HTTP.

    url: start of every URL; for GraphQL, the endpoint.
    timeout: seconds for each call, with its wait for a permit.
    keys_per_call: keys in one call.
    max_concurrent_calls: calls at a time; further ones wait.
    max_bytes: size that one response may have.
    headers: headers of every request.
    auth: how the gateway authenticates.
    ca_file: certificates to trust, in place of those of the system.
    probe: a key that has rows, for `gateway check --connect`.
    """

    url: str
    timeout: PositiveSeconds = 5.0
    keys_per_call: AtLeastOne = 100
    max_concurrent_calls: AtLeastOne = 16
    max_bytes: AtLeastOne = 16 * 1024 * 1024
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    auth: AnyAuth | None = None
    ca_file: str | None = None
    probe: str | None = None

    def __post_init__(self) -> None:
        errors: TableErrors = [(("url",), fault) for fault in url_faults("url", self.url)]
        if isinstance(self.auth, ClientCredentials):
            errors += [(("auth", "token_url"), fault) for fault in url_faults("token_url", self.auth.token_url)]
        headers = header_diagnostics(self.headers, auth_header(self.auth))
        errors += [(("headers", name), fault) for name, fault in headers]
        errors += [(("auth", word), fault) for word, fault in auth_faults(self.auth)]
        if errors:
            raise WordErrors(errors)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(url={self.url!r}, …)"


def url_faults(name: str, text: str) -> Iterator[str]:
    """Why a text is no URL to which paths can be added."""
    try:
        url = URL(text)
    except ValueError:  # its message may show a secret
        yield f"{name} cannot be read as a URL"
        return
    if url.scheme not in ("http", "https") or not url.host:
        yield f"{name} must start with http:// or https:// and name a host"
    if url.user or url.password:
        yield f"{name} must not hold a user or password; put them into auth"
    if url.query_string or url.fragment:
        yield f"{name} must not have a query or a fragment; put constants into params"
    if not re.fullmatch(r"[!-~]*", text) or re.search(r"[\\{}]|%(?![0-9A-Fa-f]{2})", text) or url.port == 0:
        yield f"{name} must be written as in a URL, without blanks, braces and backslashes"
    if {".", ".."} & set(text.split("/")):
        yield f"{name} must not have . or .. as a segment"


class HttpClient:
    """Calls one source. Lives as long as the source."""

    def __init__(self, transport: HttpTransport, settings: HttpSettings, tokens: TokenCache | None) -> None:
        self.source, self._timeout = transport.source, settings.timeout
        self._transport, self._tokens = transport, tokens
        self._bulkhead = Bulkhead(settings.max_concurrent_calls)
        self._headers: Mapping[str, str] = {**settings.headers, **auth_headers(settings.auth)}

    async def call(self, request: HttpRequest, options: RequestOptions = NO_OPTIONS) -> tuple[Any, HttpResponse]:
        """The values of the response, or Bodiless, and the response. Raises SourceError for a failure."""
        permit = self._bulkhead.permit()
        timeout = min(self._timeout, options.remaining())
        try:
            async with asyncio.timeout(timeout), permit:
                response = await self._send(request, options)
        except TimeoutError:
            if timeout < self._timeout:
                reason = f"{request.name}: the deadline of the request passed"
                raise DeadlineExceeded(self.source, reason) from None
            raise permit.timeout_error(self.source, self._timeout, f"{request.name}: ") from None
        return await interpret(self.source, request, response), response

    async def _send(self, request: HttpRequest, options: RequestOptions) -> HttpResponse:
        headers = {"Accept": request.format.accept, **self._headers, **options.headers}
        headers[DEADLINE_HEADER] = str(int(1000 * min(self._timeout, options.remaining())))
        if options.request:
            headers[REQUEST_ID_HEADER] = options.request
        if self._tokens is None:
            return await self._transport.send(request, headers)
        token = await self._tokens.current()
        headers["Authorization"] = f"Bearer {token}"
        response = await self._transport.send(request, headers)
        if response.status == HTTPStatus.UNAUTHORIZED:
            headers["Authorization"] = f"Bearer {await self._tokens.replacement(token)}"
            response = await self._transport.send(request, headers)
        return response


HEADERS = {"User-Agent": "customer-360-gateway", "Accept-Encoding": "gzip, deflate"}


@asynccontextmanager
async def open_http_client(source: str, settings: HttpSettings) -> AsyncIterator[HttpClient]:
    """A client for as long as the context lasts. Raises ConfigError for an unreadable certificate."""
    context = ssl_context(source, settings.auth, settings.ca_file)
    async with AsyncExitStack() as stack:
        # One connection more than calls: a token may be fetched while all others are busy.
        connector = CleanConnector(limit=settings.max_concurrent_calls + 1, ssl=context)
        jar = aiohttp.DummyCookieJar()
        session = aiohttp.ClientSession(connector=connector, cookie_jar=jar, headers=HEADERS)
        await stack.enter_async_context(session)
        transport = HttpTransport(source, session, settings.timeout, settings.max_bytes)
        tokens = None
        if isinstance(settings.auth, ClientCredentials):
            tokens = TokenCache(partial(settings.auth.token, transport))
            stack.push_async_callback(tokens.close)
        yield HttpClient(transport, settings, tokens)


class CleanConnector(aiohttp.TCPConnector):
    """Returns connections without unread bytes; closes the others.

    aiohttp gives the bytes on an idle connection to its next request. A second response, which no request
    asked for, would be another customer's data without an error.
    """

    async def connect(
        self,
        req: "ClientRequest",
        traces: list["Trace"],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # the parent's signature
    ) -> "Connection":
        for _ in range(MAX_ATTEMPTS):
            connection = await super().connect(req, traces, timeout)
            if _is_clean(connection):
                return connection
            connection.close()
        raise aiohttp.ClientConnectionError("unexpected bytes on every idle connection")


def _is_clean(connection: "Connection") -> bool:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return False
    socket = transport.get_extra_info("socket")
    # Over TLS the bytes may belong to the session, such as tickets.
    if socket is None or transport.get_extra_info("sslcontext") is not None:
        return True
    return not _has_bytes(socket.fileno())


def _has_bytes(descriptor: int) -> bool:
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()  # select() ends at descriptor 1024
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
