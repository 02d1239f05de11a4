"""OAuth2 access tokens: fetched once for all callers, renewed before they expire."""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec
from yarl import URL

from gateway.concurrency.single_flight import SingleFlight
from gateway.errors import InvalidResponse, UpstreamUnauthorized
from gateway.sources.http.auth import ClientCredentials, basic_auth_header
from gateway.sources.http.response import interpret
from gateway.sources.http.transport import HttpRequest, HttpTransport


class Token(msgspec.Struct, frozen=True):
    """The response of a token endpoint (RFC 6749, 5.1); without a lifetime, five minutes are assumed."""

    access_token: str
    expires_in: float = 300.0

    @property
    def fresh_for(self) -> float:
        """Seconds until renewal: 30 s before the token expires, or at four fifths of a short lifetime."""
        return max(self.expires_in * 0.8, self.expires_in - 30)


class TokenCache:
    """The current token of one source. Lives as long as the source."""

    def __init__(
        self, fetch: Callable[[], Awaitable[Token]], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._token = ""
        self._stale_at = 0.0
        self._fetches: SingleFlight[None, str] = SingleFlight()

    async def current(self) -> str:
        """A token that has not expired."""
        if self._token and self._now() < self._stale_at:
            return self._token
        return await self._fetches.run(None, self._renew)

    async def replacement(self, rejected: str) -> str:
        """A token in place of a rejected one: a new one, unless another call has already fetched it."""
        if self._token == rejected:
            self._token = ""
        return await self.current()

    async def close(self) -> None:
        """Cancel a fetch in flight."""
        await self._fetches.close()

    async def _renew(self) -> str:
        requested_at = self._now()
        token = await self._fetch()
        self._token, self._stale_at = token.access_token, requested_at + token.fresh_for
        return self._token


async def client_credentials(transport: HttpTransport, auth: ClientCredentials) -> Token:
    """A token by the client credentials grant. Raises UpstreamUnauthorized where there is none."""
    form = {"grant_type": "client_credentials"}
    if auth.scope:
        form["scope"] = auth.scope
    headers = {"Accept": "application/json"}
    if auth.secret_in_form:
        form |= {"client_id": auth.client_id, "client_secret": auth.client_secret}
    else:  # RFC 6749, 2.3.1: both parts are quoted first
        headers |= basic_auth_header(quote_plus(auth.client_id), quote_plus(auth.client_secret))
    body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
    request = HttpRequest("token", "POST", URL(auth.token_url), body, content_type)
    try:
        answer: Any = interpret(transport.source, request, await transport.send(request, headers))
        return msgspec.convert(answer, Token, strict=False)
    except InvalidResponse as error:
        raise UpstreamUnauthorized(error.source, error.reason) from None
    except msgspec.ValidationError:
        raise UpstreamUnauthorized(transport.source, "token: the response has no access_token") from None
