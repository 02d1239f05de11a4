"""Authentication of the REST systems, with credentials from the environment."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway_demo.systems.api_style import Login

TOKEN_SECONDS = 300
_MAX_DIGITS = 12  # digits of a time in seconds


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of all systems; the defaults are the demo's public ones."""

    crm_key: str = "demo-crm-key"
    service_user: str = "gateway"
    service_password: str = "demo-service-password"  # noqa: S105 - public demo value
    interactions_client: str = "gateway"
    interactions_secret: str = "demo-interactions-secret"  # noqa: S105 - public demo value

    def environment(self) -> dict[str, str]:
        """The environment variables that carry the credentials."""
        return {
            "DEMO_CRM_KEY": self.crm_key,
            "DEMO_SERVICE_USER": self.service_user,
            "DEMO_SERVICE_PASSWORD": self.service_password,
            "DEMO_INTERACTIONS_CLIENT": self.interactions_client,
            "DEMO_INTERACTIONS_SECRET": self.interactions_secret,
        }


def credentials_from(environment: Mapping[str, str]) -> Credentials:
    """The credentials in the environment, with the demo's as defaults."""
    defaults = Credentials().environment()
    return Credentials(*(environment.get(name, value) for name, value in defaults.items()))


class Authenticator:
    """Checks credentials and issues tokens; `now` returns epoch seconds."""

    def __init__(self, credentials: Credentials, now: Callable[[], float]) -> None:
        self._credentials = credentials
        self._now = now

    def check(self, login: Login, request: Request) -> None:
        """Raise a 401 response unless the request is authenticated."""
        if login is not Login.NONE and not self._is_authenticated(login, request):
            raise HTTPException(401, f"authentication required: {login.value}", {"WWW-Authenticate": login.name})

    async def token(self, request: Request) -> Response:
        """Issue a five-minute token for OAuth2 client credentials, in the form or as HTTP basic."""
        body = (await request.body()).decode(errors="replace")
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        credentials = self._credentials
        expected = (credentials.interactions_client, credentials.interactions_secret)
        given = (form.get("client_id", ""), form.get("client_secret", ""))
        if not (_equal(":".join(given), ":".join(expected)) or self._is_basic(request, *expected)):
            return JSONResponse({"error": "invalid_client"}, 401)
        signed = self._signed_token(int(self._now()) + TOKEN_SECONDS)
        return JSONResponse({"access_token": signed, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})

    def _is_authenticated(self, login: Login, request: Request) -> bool:
        credentials = self._credentials
        match login:
            case Login.API_KEY:
                return _equal(request.headers.get("x-api-key", ""), credentials.crm_key)
            case Login.BASIC:
                return self._is_basic(request, credentials.service_user, credentials.service_password)
            case _:
                return self._is_valid_token(_header_credentials(request, "bearer"))

    def _is_basic(self, request: Request, user: str, password: str) -> bool:
        try:
            given = base64.b64decode(_header_credentials(request, "basic"), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        return _equal(given, f"{user}:{password}")

    def _is_valid_token(self, token: str) -> bool:
        expires_at, _, _ = token.partition(".")
        if not (expires_at.isascii() and expires_at.isdigit() and len(expires_at) <= _MAX_DIGITS):
            return False
        return _equal(token, self._signed_token(int(expires_at))) and self._now() < int(expires_at)

    def _signed_token(self, expires_at: int) -> str:
        # The token carries its expiry, so no state is needed.
        secret = self._credentials.interactions_secret.encode()
        return f"{expires_at}.{hmac.new(secret, str(expires_at).encode(), hashlib.sha256).hexdigest()}"


def _header_credentials(request: Request, scheme: str) -> str:
    given, _, credentials = request.headers.get("authorization", "").partition(" ")
    return credentials if given.lower() == scheme else ""


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
