"""An identity provider: its keys, its JWKS on a real socket, and tokens as it signs them."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from support.servers import live

ISSUER, AUDIENCE = "https://login.utility.example", "customer-360"
SCOPES = "customer:read billing:read"


@cache
def rsa_key(_name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key(_name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public(name: str, **words: Any) -> dict[str, Any]:
    """The public key of this name as a member of a JWKS."""
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True), "kid": name, **words}


def claims(**changed: Any) -> dict[str, Any]:
    """Claims of a good token; None removes one."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": now + 600, "iat": now, "scope": SCOPES}
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def token(key: str = "k1", algorithm: str = "RS256", headers: dict[str, Any] | None = None, **changed: Any) -> str:
    return jwt.encode(claims(**changed), rsa_key(key), algorithm, {"kid": key, **(headers or {})})


@dataclass
class Provider:
    """What the JWKS endpoint answers, and how many requests it got."""

    keys: list[dict[str, Any]] = field(default_factory=lambda: [public("k1")])
    status: int = 200
    requests: int = 0
    url: str = ""

    async def answer(self, _request: Request) -> Response:
        self.requests += 1
        return JSONResponse({"keys": self.keys}, self.status)


@asynccontextmanager
async def identity_provider() -> AsyncIterator[Provider]:
    provider = Provider()
    async with live(Starlette(routes=[Route("/jwks", provider.answer)])) as url:
        provider.url = f"{url}/jwks"
        yield provider
