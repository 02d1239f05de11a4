"""Redis for tests: a namespace on the running server, or a separate server that they may kill."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from redis.asyncio import Redis

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.policy import CachePolicy
from gateway.cache.redis.keys import RedisKeys
from gateway.cache.redis.store import RedisStore, redis_backend
from gateway.contract.batch import ALL_ROWS, Lookup

URL = os.environ.get("GATEWAY_TEST_REDIS", "redis://127.0.0.1:6379/15")
PATIENT = 20.0  # seconds that a command has where a slow machine is not the case
BILLS = Lookup("Bill", "account_id", "billing", "bills", ("account_id",), ("id",))


def absent(why: str, env: Mapping[str, str] = os.environ) -> None:
    """Skip the test; in CI, fail it."""
    if env.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@dataclass
class StoreClient:
    """The store of one gateway. Its clock stands still unless it is set."""

    store: RedisStore
    clock: list[float]

    async def put(self, key: str, *ids: object, asked_at: int | None = None) -> None:
        """Store bills with these ids for a key, as asked now or just after the invalidation `asked_at`."""
        if asked_at is None:
            await self.rows(key)
            asked_at = self.store.invalidations.latest
        await self.store.put_many([write(key, *ids)], asked_at)

    async def rows(self, key: str) -> Any:
        """The stored rows of a key; None where none are stored."""
        (entries,) = await self.store.get_many([cache_key(key)])
        return entries[0].rows if entries else None


def cache_key(key: str) -> CacheKey:
    return CacheKey(BILLS, key)


def write(key: str, *ids: object) -> CacheWrite:
    """A response with bills of these ids, cached for ten minutes."""
    entry = CacheEntry(ALL_ROWS, bills(*ids), datetime.now(UTC), 1.0)
    return CacheWrite(cache_key(key), entry, CachePolicy(200, stale_if_error=200), 1.0)


def bills(*ids: object) -> tuple[dict[str, object], ...]:
    """The rows that `put` stores."""
    return tuple({"id": each} for each in ids or ("1",))


@asynccontextmanager
async def store_client(url: str, prefix: str, seconds: float = PATIENT) -> AsyncIterator[StoreClient]:
    """A gateway's store, also where no Redis answers."""
    clock = [0.0]
    store = RedisStore(redis_backend(url, seconds), RedisKeys(prefix), seconds, now=lambda: clock[0])
    async with aclosing(store):
        yield StoreClient(store, clock)


@asynccontextmanager
async def redis_namespace() -> AsyncIterator[tuple[str, Any]]:
    """A separate prefix in the running Redis, and a plain client. Its names are removed at the end."""
    prefix = f"c360-test-{secrets.token_hex(6)}"
    async with Redis.from_url(URL, protocol=2) as client:
        try:
            await client.ping()
        except (redis.RedisError, OSError) as error:
            absent(f"no Redis answers at GATEWAY_TEST_REDIS: {type(error).__name__}")
        yield prefix, client
        names = [name async for name in client.scan_iter(f"{prefix}:*", count=1000)]
        if names:
            await client.unlink(*names)


class Server:
    """A separate server, with nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.running: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it, and wait until it answers."""
        command = shutil.which("redis-server")
        if command is None:
            absent("no redis-server is installed")
        words = f"--port {self.port} --bind 127.0.0.1 --save --appendonly no --loglevel warning".split()
        words.insert(words.index("--save") + 1, "")
        self.running = subprocess.Popen(  # noqa: ASYNC220, S603  # our own words
            [str(command), *words], stdout=subprocess.DEVNULL
        )
        while not await self._answers():
            assert self.running.poll() is None, "redis-server has ended"

    def kill(self) -> None:
        """End it as a power failure would."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    async def command(self, *command: Any) -> Any:
        """Its answer to a plain client."""
        async with Redis(port=self.port, protocol=2, single_connection_client=True) as client:
            return await client.execute_command(*command)

    async def _answers(self) -> bool:
        try:
            return bool(await self.command("PING"))
        except (redis.RedisError, OSError):
            return False


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    """A server that runs."""
    running = Server()
    await running.start()
    try:
        yield running
    finally:
        running.kill()


def python(code: str, seed: str) -> str:
    """The output of another process, with its hashes salted by this seed."""
    env = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
