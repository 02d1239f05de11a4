"""Tokens of an identity provider (JWT, RFC 7519): their signature, their claims, and the caller they name."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import jwt
from cachetools import TTLCache

from gateway.access.audiences import EVERY_AUDIENCE, STAFF
from gateway.access.bounds import Bounds
from gateway.access.caller import Caller, scopes_in
from gateway.authentication.credentials import Refused
from gateway.authentication.key_set import KeySet
from gateway.config.caller_settings import CallerSettings

# Headers that bring or name a key of the token's own choice, or demand what is not understood (RFC 8725, 3.10).
FOREIGN_KEYS: Final = ("jku", "jwk", "x5u", "x5c", "crit", "b64")
CLAIMS: Final = ("exp", "iss", "aud", "sub")
MAX_SUBJECT: Final = 200
REMEMBERED_SECONDS: Final = 60  # a key that was withdrawn serves no longer than this


@dataclass(slots=True)
class TokenVerifier:
    """Lives as long as the application. Remembers the tokens of the last minute. `now` is in seconds since 1970."""

    settings: CallerSettings
    keys: KeySet
    now: Callable[[], float] = time.time
    _seen: TTLCache[bytes, Caller] = field(default_factory=lambda: TTLCache(10_000, REMEMBERED_SECONDS))

    async def caller(self, token: str) -> Caller:
        """The caller of a token. Raises Refused."""
        digest = hashlib.sha256(token.encode()).digest()
        caller = self._seen.get(digest)
        if caller is None:
            caller = self._seen[digest] = _caller(await self._claims(token), self.settings)
        ends_at = caller.expires_at
        if ends_at is not None and ends_at.timestamp() + self.settings.token_leeway <= self.now():
            raise Refused("the token has expired")
        return caller

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if any(name in header for name in FOREIGN_KEYS):
                raise Refused("the token brings a key, or demands an extension")
            if header.get("alg") not in self.settings.token_algorithms:
                raise Refused("an algorithm that is not accepted")
            key = await self.keys.key(header.get("kid"))
            if key.algorithm_name != header["alg"]:
                raise Refused("the key is for another algorithm")
            return jwt.decode(
                token,
                key,
                list(self.settings.token_algorithms),
                options={"require": list(CLAIMS)},
                audience=self.settings.token_audience,
                issuer=self.settings.token_issuer,
                leeway=self.settings.token_leeway,
            )
        except (jwt.PyJWTError, ValueError, RecursionError, OverflowError) as error:
            raise Refused(f"token: {type(error).__name__}") from None  # its text may quote the token


def _caller(claims: Mapping[str, Any], settings: CallerSettings) -> Caller:
    subject, expires = claims["sub"], claims["exp"]
    if not (isinstance(subject, str) and subject and subject.isprintable() and len(subject) <= MAX_SUBJECT):
        raise Refused("the claim sub is not a name")
    try:
        expires_at = datetime.fromtimestamp(expires, UTC)
    except (OverflowError, ValueError, OSError, TypeError):
        raise Refused("the claim exp is not a time") from None
    scopes = scopes_in(texts_in(claims.get(settings.token_scopes)))
    audience = _audience(claims, settings.schema_claim)
    return Caller(subject, scopes, expires_at, _bounds(claims, settings), audience)


def _audience(claims: Mapping[str, Any], claim: str | None) -> str | None:
    """The audience of a token; None for staff. Raises Refused for a token that names none, where it has to."""
    name = STAFF if claim is None else claims.get(claim)
    if not isinstance(name, str) or name not in EVERY_AUDIENCE:
        raise Refused("the claim of the schema names no audience")
    return None if name == STAFF else name


def _bounds(claims: Mapping[str, Any], settings: CallerSettings) -> Bounds | None:
    """The bounds that the claims state. A token that lacks them might come from a misspelled setting."""
    names = [name for name in (settings.account_claim, settings.customer_claim) if name is not None]
    if not any(name in claims for name in names):
        if names and settings.bounds == "required":
            raise Refused("no claim of accounts or customers")
        return None
    accounts, customers = (_ids(claims, name) for name in (settings.account_claim, settings.customer_claim))
    return Bounds(accounts, customers)


def _ids(claims: Mapping[str, Any], name: str | None) -> frozenset[str]:
    """The ids of a claim; none if it is absent. A text is one id."""
    if name is None or name not in claims:
        return frozenset()
    claim = [claims[name]] if isinstance(claims[name], str) else claims[name]
    if not isinstance(claim, list) or not all(isinstance(each, str) and _is_id(each) for each in claim):
        raise Refused("a claim of accounts or customers is no list of ids")
    return frozenset(claim)


def _is_id(text: str) -> bool:
    return bool(text) and text.isprintable() and text == text.strip()


def texts_in(claim: Any) -> list[str]:
    """The texts of a claim: words of a text, or a list of texts. Raises Refused for anything else."""
    if claim is None:
        return []
    if isinstance(claim, str):
        return claim.split()
    if isinstance(claim, list) and all(isinstance(each, str) for each in claim):
        return claim
    raise Refused("a claim is neither a text nor a list of texts")
