"""Keys of tokens are read again, and known keys serve for a bounded time when they cannot be."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from jwt.algorithms import ECAlgorithm
from support.identity import ec_key, identity_provider, public

from gateway.authentication.credentials import Refused
from gateway.authentication.key_set import MAX_AGE, MAX_BYTES, MAX_KEYS, MIN_PAUSE, KeySet, from_file, from_url, keys_in

RS = ("RS256",)


class Keys:
    """A set whose clock and source a test moves."""

    def __init__(self, *names: str) -> None:
        self.names, self.reads, self.down, self.time = list(names), 0, False, 1_000.0
        self.set = KeySet(self.read, RS, 3_600, lambda: self.time)

    async def read(self) -> bytes:
        self.reads += 1
        await asyncio.sleep(0)
        if self.down:
            raise OSError("no route")
        return json.dumps({"keys": [public(name) for name in self.names]}).encode()

    async def knows(self, name: str) -> bool:
        try:
            return (await self.set.key(name)).key_id == name
        except Refused:
            return False


async def test_many_requests_wait_for_one_read() -> None:
    keys = Keys("a", "b")
    assert await asyncio.gather(*(keys.knows(name) for name in "abab")) == [True] * 4
    assert keys.reads == 1


async def test_an_unknown_key_is_looked_for_once_in_a_pause() -> None:
    keys = Keys("a")
    assert await keys.knows("a")
    keys.names = ["b"]
    assert not await keys.knows("b")
    keys.time += MIN_PAUSE
    assert await keys.knows("b")
    assert [await keys.knows(name) for name in "acd"] == [False] * 3
    assert keys.reads == 2


async def test_old_keys_serve_while_new_ones_are_read() -> None:
    keys = Keys("a")
    assert await keys.knows("a")
    keys.names, keys.time = ["b"], keys.time + MAX_AGE + 1
    assert await keys.knows("a")
    assert await keys.knows("b")
    assert not await keys.knows("a")
    assert keys.reads == 2


async def test_known_keys_serve_for_a_bounded_time_without_source() -> None:
    keys = Keys("a")
    assert await keys.knows("a")
    keys.down = True
    keys.time += MAX_AGE + 3_599
    assert await keys.knows("a")
    keys.time += MIN_PAUSE
    assert not await keys.knows("a")
    keys.down = False
    keys.time += MIN_PAUSE
    assert await keys.knows("a")


def jwks(*keys: Any) -> bytes:
    return json.dumps({"keys": keys}).encode()


def ids(*keys: Any, algorithms: tuple[str, ...] = RS) -> set[str | None]:
    return set(keys_in(jwks(*keys), algorithms))


def test_keys_that_must_not_sign_are_left_out() -> None:
    good = public("a")
    others: list[Any] = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"},
        public("private", d="AQAB"),
        public("encryption", use="enc"),
        public("other", alg="RS512"),
        {**public("broken"), "n": "?"},
        {"kty": "RSA", "kid": "empty"},
        {"kty": "WEB3", "kid": "unknown"},
        "text",
        None,
    ]
    assert ids(good, *others) == {"a", None}


def test_a_key_that_is_alone_serves_tokens_without_id() -> None:
    assert ids(public("a")) == {"a", None}
    assert ids(public("a"), public("b")) == {"a", "b"}


def test_a_curve_decides_the_algorithm() -> None:
    key = {**ECAlgorithm.to_jwk(ec_key("e").public_key(), as_dict=True), "kid": "e"}
    assert ids(key, public("a"), algorithms=("RS256", "ES256")) == {"e", "a"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys": {}}',
        b'{"keys": []}',
        b"\xff",
        b"<html>",
        jwks(public("a"), public("a", n=public("b")["n"])),
        jwks(*({} for _ in range(MAX_KEYS + 1))),
    ],
    ids=["nothing", "list", "no keys", "object", "empty", "bytes", "page", "one id twice", "too many"],
)
def test_a_set_without_clear_keys_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"JWKS|one id|no key"):
        keys_in(text, RS)


async def test_a_url_is_read_whole_or_refused() -> None:
    async with identity_provider() as provider, aiohttp.ClientSession() as http:
        read = from_url(provider.url, http)
        provider.keys = [public("a", filler="x" * 300_000)]
        assert set(keys_in(await read(), RS)) == {"a", None}
        provider.keys = [public("a", filler="x" * MAX_BYTES)]
        with pytest.raises(OSError, match="more than"):
            await read()
        provider.status = 503
        with pytest.raises(OSError, match="status 503"):
            await read()


async def test_a_missing_file_is_an_error_of_reading(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        await from_file(tmp_path / "missing.json")()
