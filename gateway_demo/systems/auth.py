"""Who may ask: the logins of the REST systems, with secrets from the environment."""

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
_LONGEST = 12  # digits of a time in seconds


@dataclass(frozen=True, slots=True)
class Credentials:
    """What callers must know; the defaults are the demo's, and no secret at all."""

    crm_key: str = "demo-crm-key"
    service_user: str = "gateway"
    service_password: str = "demo-service-password"  # noqa: S105 - the demo's, known to all
    interactions_client: str = "gateway"
    interactions_secret: str = "demo-interactions-secret"  # noqa: S105 - the demo's, known to all

    def environment(self) -> dict[str, str]:
        """The variables that carry them."""
        return {
            "DEMO_CRM_KEY": self.crm_key,
            "DEMO_SERVICE_USER": self.service_user,
            "DEMO_SERVICE_PASSWORD": self.service_password,
            "DEMO_INTERACTIONS_CLIENT": self.interactions_client,
            "DEMO_INTERACTIONS_SECRET": self.interactions_secret,
        }


def credentials_from(environment: Mapping[str, str]) -> Credentials:
    """The secrets of this environment, and the demo's where it names none."""
    usual = Credentials().environment()
    return Credentials(*(environment.get(name, value) for name, value in usual.items()))


class Authenticator:
    """Lets those in who know what the service wants to know; `now` is seconds since 1970."""

    def __init__(self, secrets: Credentials, now: Callable[[], float]) -> None:
        self._secrets = secrets
        self._now = now

    def check(self, login: Login, request: Request) -> None:
        """Refuse with 401 unless the login is right."""
        if login is not Login.NOTHING and not self._knows(login, request):
            raise HTTPException(401, f"wanted: {login.value}", {"WWW-Authenticate": login.name})

    async def token(self, request: Request) -> Response:
        """OAuth2 client credentials, in the form or as HTTP basic, for a token of five minutes."""
        body = (await request.body()).decode(errors="replace")
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        secrets = self._secrets
        known = (secrets.interactions_client, secrets.interactions_secret)
        named = (form.get("client_id", ""), form.get("client_secret", ""))
        if not (_same(":".join(named), ":".join(known)) or self._is_basic(request, *known)):
            return JSONResponse({"error": "invalid_client"}, 401)
        word = self._signed(int(self._now()) + TOKEN_SECONDS)
        return JSONResponse({"access_token": word, "token_type": "Bearer", "expires_in": TOKEN_SECONDS})

    def _knows(self, login: Login, request: Request) -> bool:
        secrets = self._secrets
        match login:
            case Login.API_KEY:
                return _same(request.headers.get("x-api-key", ""), secrets.crm_key)
            case Login.BASIC:
                return self._is_basic(request, secrets.service_user, secrets.service_password)
            case _:
                return self._is_fresh(_credentials(request, "bearer"))

    def _is_basic(self, request: Request, user: str, password: str) -> bool:
        try:
            given = base64.b64decode(_credentials(request, "basic"), validate=True).decode()
        except (binascii.Error, ValueError):
            return False
        return _same(given, f"{user}:{password}")

    def _is_fresh(self, word: str) -> bool:
        ends, _, _ = word.partition(".")
        if not (ends.isascii() and ends.isdigit() and len(ends) <= _LONGEST):
            return False
        return _same(word, self._signed(int(ends))) and self._now() < int(ends)

    def _signed(self, ends: int) -> str:
        # The token carries its own end, so that nothing has to be remembered.
        secret = self._secrets.interactions_secret.encode()
        return f"{ends}.{hmac.new(secret, str(ends).encode(), hashlib.sha256).hexdigest()}"


def _credentials(request: Request, scheme: str) -> str:
    given, _, credentials = request.headers.get("authorization", "").partition(" ")
    return credentials if given.lower() == scheme else ""


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())
