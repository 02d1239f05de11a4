"""OAuth2 access tokens: fetched once for all who wait, renewed before they expire."""

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
    """What a token endpoint answers (RFC 6749, 5.1). Without a lifetime, five minutes are assumed."""

    access_token: str
    expires_in: float = 300.0

    @property
    def fresh_for(self) -> float:
        """Seconds until it is renewed: all but the last thirty, or four fifths of a short life."""
        return max(self.expires_in * 0.8, self.expires_in - 30)


class TokenCache:
    """Made for one source: the token at hand."""

    def __init__(
        self, fetch: Callable[[], Awaitable[Token]], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._now = now
        self._token = ""
        self._stale_at = 0.0
        self._fetches: SingleFlight[None, str] = SingleFlight()

    async def current(self) -> str:
        """A token that is good by the clock."""
        if self._token and self._now() < self._stale_at:
            return self._token
        return await self._fetches.run(None, self._fetched)

    async def instead_of(self, refused: str) -> str:
        """A token after one was refused: a new one, unless another call has got it already."""
        if self._token == refused:
            self._token = ""
        return await self.current()

    async def close(self) -> None:
        """Cancel a fetch in flight."""
        await self._fetches.close()

    async def _fetched(self) -> str:
        asked_at = self._now()
        token = await self._fetch()
        self._token, self._stale_at = token.access_token, asked_at + token.fresh_for
        return self._token


async def client_credentials(exchange: HttpTransport, login: ClientCredentials) -> Token:
    """A token for the gateway itself. SourceRefused when the endpoint gives none."""
    form = {"grant_type": "client_credentials"}
    if login.scope:
        form["scope"] = login.scope
    headers = {"Accept": "application/json"}
    if login.secret_in_form:
        form |= {"client_id": login.client_id, "client_secret": login.client_secret}
    else:
        headers |= basic_auth_header(
            quote_plus(login.client_id), quote_plus(login.client_secret)
        )  # RFC 6749, 2.3.1
    body, content = urlencode(form).encode(), "application/x-www-form-urlencoded"
    call = HttpRequest("token", "POST", URL(login.token_url), body, content)
    return await _token(exchange, call, headers)


async def _token(exchange: HttpTransport, call: HttpRequest, headers: dict[str, str]) -> Token:
    try:
        answer: Any = interpret(exchange.source, call, await exchange.send(call, headers))
        return msgspec.convert(answer, Token, strict=False)
    except InvalidResponse as error:
        raise UpstreamUnauthorized(error.source, error.reason) from None
    except msgspec.ValidationError:
        raise UpstreamUnauthorized(exchange.source, "token: no token in the answer") from None
