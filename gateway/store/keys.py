"""API keys as the store has them: everything but the secret, of which there is only a digest."""

import hashlib
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from gateway.access.audiences import AUDIENCES
from gateway.access.bounds import Bounds
from gateway.access.caller import Caller, Scope
from gateway.store.database import StoreDatabase
from gateway.store.instants import instant, optional_instant

PREFIX: Final = "c360_"  # by which secret scanners know a key
FORM: Final = re.compile(r"(c360_[0-9a-z]{12})_([0-9A-Za-z]{43})")
_ID_LETTERS, _SECRET_LETTERS = string.digits + string.ascii_lowercase, string.digits + string.ascii_letters
_ID_LENGTH, _SECRET_LENGTH = 12, 43  # 43 of 62 letters have 256 bits
_COLUMNS = "id, digest, owner, scopes, bounds, audience, points_per_minute, created_at, expires_at, revoked_at"
_ADD = f"INSERT INTO gateway_keys ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"  # noqa: S608  # our own names
_ALL = f"SELECT {_COLUMNS} FROM gateway_keys ORDER BY created_at, id"  # noqa: S608  # the same
_REVOKE = "UPDATE gateway_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id"
_SCOPES = msgspec.json.Decoder(tuple[str, ...])
_BOUNDS = msgspec.json.Decoder(Bounds)
KeyRow = Sequence[Any]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret.

    caller: whose `id` is that of the key, and whose `expires_at` is its end.
    digest: of the secret, in hexadecimal.
    owner: the partner or program that has the key, for people.
    """

    caller: Caller
    digest: str
    owner: str
    created_at: datetime
    revoked_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.caller.id

    def status(self, now: datetime) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.caller.expires_at is not None and self.caller.expires_at <= now else "active"


def issued(owner: str, scopes: frozenset[Scope], now: datetime, **words: Any) -> tuple[str, ApiKey]:
    """A new key: as its owner gets it, and as the store has it. `words` are further ones of the caller."""
    caller = Caller(PREFIX + _random(_ID_LETTERS, _ID_LENGTH), scopes, **words)
    secret = _random(_SECRET_LETTERS, _SECRET_LENGTH)
    return f"{caller.id}_{secret}", ApiKey(caller, digest_of(secret), owner, now)


def _random(letters: str, length: int) -> str:
    return "".join(secrets.choice(letters) for _ in range(length))


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def key_of(row: KeyRow) -> ApiKey:
    """The key of a row. Raises ValueError for a row that this gateway did not write."""
    key_id, digest, owner, scopes, bounds, audience, points, created_at, expires_at, revoked_at = row
    if audience is not None and audience not in AUDIENCES:
        raise ValueError(f"there is no audience {audience}")
    caller = Caller(
        id=key_id,
        scopes=frozenset(map(Scope, _SCOPES.decode(scopes))),
        expires_at=optional_instant(expires_at),
        bounds=None if bounds is None else _BOUNDS.decode(bounds),
        audience=audience,
        points_per_minute=points,
    )
    return ApiKey(caller, digest, owner, instant(created_at), optional_instant(revoked_at))


def _row_of(key: ApiKey) -> KeyRow:
    caller, bounds = key.caller, key.caller.bounds
    scopes = sorted(scope.value for scope in caller.scopes)
    return (
        key.id,
        key.digest,
        key.owner,
        _json(scopes),
        None if bounds is None else _json({"accounts": sorted(bounds.accounts), "customers": sorted(bounds.customers)}),
        caller.audience,
        caller.points_per_minute,
        key.created_at,
        caller.expires_at,
        key.revoked_at,
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


@dataclass(frozen=True, slots=True)
class KeyStore:
    """The keys of a store. Every method raises StoreUnavailable."""

    database: StoreDatabase

    async def add(self, key: ApiKey) -> None:
        await self.database.fetch(_ADD, *_row_of(key))

    async def rows(self) -> Sequence[KeyRow]:
        """Every key, the oldest first, also those that were revoked."""
        return await self.database.fetch(_ALL)

    async def revoke(self, key_id: str, at: datetime) -> bool:
        """End a key. False if there is no such key, or if it was revoked before."""
        return bool(await self.database.fetch(_REVOKE, key_id, at))
