"""The keys that sign tokens: the JWKS of an identity provider, from a URL or a file.

They are read again in the background every five minutes. A token with an unknown key has them read at once, but
not more often than every ten seconds: else forged tokens would flood the provider.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import jwt
import msgspec

from gateway.authentication.credentials import Refused

log = logging.getLogger("gateway")
MAX_AGE: Final = 300.0  # seconds
MIN_PAUSE: Final = 10.0  # seconds between two reads
TIMEOUT: Final = 5.0  # seconds
MAX_BYTES: Final = 1_000_000
MAX_KEYS: Final = 100
Read = Callable[[], Awaitable[bytes]]
Keys = Mapping[str | None, jwt.PyJWK]


@dataclass(slots=True)
class KeySet:
    """The keys by their id. Lives as long as the application.

    read: the JWKS as text. It raises OSError or TimeoutError.
    algorithms: keys of others are left out.
    max_stale: seconds that keys serve when they cannot be read again.
    now: a clock in seconds.
    """

    read: Read
    algorithms: tuple[str, ...]
    max_stale: float
    now: Callable[[], float] = time.monotonic
    _keys: Keys = field(default_factory=dict)
    _read_at: float | None = None  # when the keys were read
    _tried_at: float | None = None
    _reading: asyncio.Task[None] | None = None

    async def key(self, key_id: str | None) -> jwt.PyJWK:
        """The key of this id; of a token without an id, the only key. Raises Refused."""
        if self._read_at is None:
            await self._refresh()
        elif self.now() - self._read_at > MAX_AGE:
            self._start()  # until then, the known keys serve
        if key_id not in self._keys:
            await self._refresh()
        self._expire()
        if key_id in self._keys:
            return self._keys[key_id]
        raise Refused("no key of that id" if self._keys else "the keys of tokens cannot be read")

    async def close(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _refresh(self) -> None:
        task = self._start()
        if task is not None:
            await asyncio.shield(task)  # several requests wait for one read

    def _start(self) -> asyncio.Task[None] | None:
        """The read in progress, which may begin now; None if the last one was a moment ago."""
        if self._reading is not None and not self._reading.done():
            return self._reading
        if self._tried_at is not None and self.now() - self._tried_at < MIN_PAUSE:
            return None
        self._tried_at = self.now()
        self._reading = asyncio.get_running_loop().create_task(self._read_keys())
        return self._reading

    async def _read_keys(self) -> None:
        try:
            self._keys = keys_in(await self.read(), self.algorithms)
        except (OSError, TimeoutError, aiohttp.ClientError, ValueError) as error:
            log.warning("keys of tokens: %s", error or type(error).__name__)
        else:
            self._read_at = self.now()

    def _expire(self) -> None:
        if self._read_at is not None and self.now() - self._read_at > MAX_AGE + self.max_stale:
            self._keys = {}


def keys_in(text: bytes, algorithms: tuple[str, ...]) -> Keys:
    """The usable keys of a JWKS (RFC 7517), by their id. Raises ValueError if there is none.

    A key that is alone serves tokens without an id, too. Symmetric keys, private keys and keys for encryption are
    left out.
    """
    try:
        document = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        raise ValueError("not a JWKS: no JSON object") from None
    entries = document.get("keys")
    if not isinstance(entries, list) or len(entries) > MAX_KEYS:
        raise ValueError(f"not a JWKS: no list `keys` of at most {MAX_KEYS} keys")
    keys = [key for entry in entries if (key := _usable(entry, algorithms)) is not None]
    by_id: dict[str | None, jwt.PyJWK] = {key.key_id: key for key in keys if key.key_id}
    if len(by_id) < len([key for key in keys if key.key_id]):
        raise ValueError("two keys have one id")
    if len(keys) == 1:
        by_id[None] = keys[0]
    if not by_id:
        raise ValueError(f"no key for {', '.join(algorithms)}")
    return by_id


def _usable(entry: Any, algorithms: tuple[str, ...]) -> jwt.PyJWK | None:
    if not isinstance(entry, dict) or entry.get("kty") == "oct" or "d" in entry or entry.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(entry)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, AttributeError):  # a malformed key costs itself
        return None
    return key if key.algorithm_name in algorithms else None


def from_file(path: Path) -> Read:
    async def read() -> bytes:
        return await asyncio.to_thread(_bytes_of, path)

    return read


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES)


def from_url(url: str, session: aiohttp.ClientSession) -> Read:
    async def read() -> bytes:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with session.get(url, timeout=timeout, allow_redirects=False) as response:
            if response.status != 200:  # noqa: PLR2004
                raise OSError(f"{url} answered with status {response.status}")
            body = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise OSError(f"{url} gave more than {MAX_BYTES} bytes")
            return bytes(body)

    return read
