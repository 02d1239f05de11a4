"""How the gateway authenticates at a source."""

import re
import ssl
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec
from yarl import URL

from gateway.concurrency.single_flight import SingleFlight
from gateway.contract.batch import Password
from gateway.errors import ConfigError, InvalidResponse, UpstreamUnauthorized
from gateway.sources.http.headers import name_fault, value_fault
from gateway.sources.http.transport import HttpRequest, HttpTransport, interpret


class Token(msgspec.Struct, frozen=True):
    """The response of a token endpoint (RFC 6749, 5.1); without a lifetime, five minutes are assumed."""

    access_token: str
    expires_in: float = 300.0


class Auth(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One way to authenticate, printed without its secrets."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class HeaderAuth(Auth, frozen=True, tag="header"):
    """A header with a fixed value, such as an API key.

    name: name of the header.
    value: its value, a secret.
    """

    name: str
    value: str


class BasicAuth(Auth, frozen=True, tag="basic"):
    """HTTP basic authentication.

    user: user name.
    password: password, a secret.
    """

    user: str
    password: Password


class ClientCredentials(Auth, frozen=True, tag="oauth2"):
    """OAuth2 client credentials.

    token_url: token endpoint.
    client_id: id of the gateway.
    client_secret: its secret.
    scope: scopes to request, separated by spaces.
    secret_in_form: whether id and secret are sent in the form, in place of HTTP basic.
    """

    token_url: str
    client_id: str
    client_secret: Password
    scope: str | None = None
    secret_in_form: bool = False

    async def token(self, transport: HttpTransport) -> Token:
        """A new token. Raises UpstreamUnauthorized where there is none."""
        form, headers = {"grant_type": "client_credentials"}, {"Accept": "application/json"}
        if self.scope:
            form["scope"] = self.scope
        if self.secret_in_form:
            form |= {"client_id": self.client_id, "client_secret": self.client_secret}
        else:  # RFC 6749, 2.3.1: both parts are quoted first
            headers |= basic_auth_header(quote_plus(self.client_id), quote_plus(self.client_secret))
        body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
        request = HttpRequest("token", "POST", URL(self.token_url), body, content_type)
        try:
            response = await transport.send(request, headers)
            answer: Any = await interpret(transport.source, request, response)
            return msgspec.convert(answer, Token, strict=False)
        except InvalidResponse as error:
            raise UpstreamUnauthorized(error.source, error.reason) from None
        except msgspec.ValidationError:
            raise UpstreamUnauthorized(transport.source, "token: the response has no access_token") from None


class ClientCertificate(Auth, frozen=True, tag="certificate"):
    """A TLS client certificate.

    cert_file: the certificate.
    key_file: the file of its key, if `cert_file` does not contain the key.
    """

    cert_file: str
    key_file: str | None = None


AnyAuth = HeaderAuth | BasicAuth | ClientCredentials | ClientCertificate


def basic_auth_header(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def auth_headers(auth: AnyAuth | None) -> Mapping[str, str]:
    """The headers of every request, where they do not depend on a token."""
    match auth:
        case HeaderAuth(name=name, value=value):
            return {name: value}
        case BasicAuth(user=user, password=password):
            return basic_auth_header(user, password)
        case _:
            return {}


def auth_header(auth: AnyAuth | None) -> str | None:
    """The name of the header that authenticates."""
    if isinstance(auth, HeaderAuth):
        return auth.name
    return "Authorization" if isinstance(auth, BasicAuth | ClientCredentials) else None


def auth_faults(auth: AnyAuth | None) -> Iterator[tuple[str, str]]:
    """Why a login cannot be sent, with the word that says so."""
    if isinstance(auth, HeaderAuth):
        faults = (("name", name_fault(auth.name)), ("value", value_fault(auth.value)))
        yield from ((word, f"auth.{word} {fault}") for word, fault in faults if fault)
    if isinstance(auth, BasicAuth) and re.search(r"[:\x00-\x1f\x7f]", auth.user):
        yield "user", "auth.user must not have a colon or a control character"


def ssl_context(source: str, auth: AnyAuth | None, ca_file: str | None) -> ssl.SSLContext:
    """The TLS context of a source. Raises ConfigError for a file that cannot be read."""
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigError([f"{source}: ca_file {ca_file!r} cannot be read: {error}"]) from error
    if isinstance(auth, ClientCertificate):
        try:
            context.load_cert_chain(auth.cert_file, auth.key_file)
        except OSError as error:
            raise ConfigError([f"{source}: cert_file {auth.cert_file!r} cannot be read: {error}"]) from error
    return context


class TokenCache:
    """The current token of one source. Lives as long as the source."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], now: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._now = fetch, now
        self._token, self._stale_at = "", 0.0
        self._fetches: SingleFlight[None, str] = SingleFlight()

    async def current(self) -> str:
        if self._token and self._now() < self._stale_at:
            return self._token
        return await self._fetches.run(None, self._renew)

    async def replacement(self, rejected: str) -> str:
        """A token in place of a rejected one: a new one, unless another call has already fetched it."""
        if self._token == rejected:
            self._token = ""
        return await self.current()

    async def close(self) -> None:
        await self._fetches.close()

    async def _renew(self) -> str:
        requested_at = self._now()
        token = await self._fetch()
        # Renewed 30 s before the token expires, or at four fifths of a short lifetime.
        lifetime = max(token.expires_in * 0.8, token.expires_in - 30)
        self._token, self._stale_at = token.access_token, requested_at + lifetime
        return self._token
