"""Redis as tests have it: a corner of the one that runs, or a server of their own that they may kill."""

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import redis
from redis.asyncio import Redis

from gateway.cache.entries import CacheEntry
from gateway.cache.redis.client import redis_backend
from gateway.cache.redis.keys import Names
from gateway.cache.redis.store import RedisStore
from gateway.cache.store import CacheKey, CacheWrite
from gateway.contract.batch import ALL_ROWS, Lookup

URL = os.environ.get("GATEWAY_TEST_REDIS", "redis://127.0.0.1:6379/15")
PATIENT = 20.0  # seconds that a command has where its slowness is not the case
MISSED = ("anything",)
BILLS = Lookup("Bill", "account_id", "billing", "bills", ("account_id",), ("id",))


def absent(why: str, env: Mapping[str, str] = os.environ) -> None:
    """Skip; in CI, fail."""
    if env.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@dataclass
class Ears:
    """What one process is told, in order."""

    told: asyncio.Queue[tuple[str, ...]] = field(default_factory=asyncio.Queue)

    def heard(self, tags: Sequence[str]) -> None:
        """Somebody has dropped these."""
        self.told.put_nowait(tuple(tags))

    def missed(self) -> None:
        """Anything may have been dropped."""
        self.told.put_nowait(MISSED)

    async def hear(self, *tags: str) -> None:
        """Wait until exactly this has been told."""
        while await self.told.get() != tags:
            pass


@dataclass
class Process:
    """A store as one gateway has it, and what that gateway hears."""

    store: RedisStore
    ears: Ears
    time: list[float]

    async def put(self, key: str, *tags: str, rows: Sequence[dict[str, Any]] = ({"id": 1},)) -> None:
        """Remember these rows of a key, for ten minutes."""
        kept = CacheEntry(ALL_ROWS, tuple(rows), datetime.now(UTC), 1.0)
        await self.store.put_many([CacheWrite(place(key), [kept], tags, 600.0)])

    async def rows(self, key: str) -> Any:
        """What is remembered of this key; None where nothing is."""
        (found,) = await self.store.get_many([place(key)])
        return found[0].rows if found else None


def place(key: str) -> CacheKey:
    return CacheKey(BILLS, key)


@asynccontextmanager
async def process(url: str, prefix: str, seconds: float = PATIENT) -> AsyncIterator[Process]:
    """A gateway's store, whether or not anybody answers there. Its time stands still unless it is set."""
    ears, time = Ears(), [0.0]
    store = RedisStore(redis_backend(url, seconds), Names(prefix), seconds, lambda: time[0])
    async with aclosing(store), store.told(ears.heard, ears.missed):
        yield Process(store, ears, time)


@asynccontextmanager
async def listening(url: str, prefix: str, seconds: float = PATIENT) -> AsyncIterator[Process]:
    """A gateway's store that listens already, and has heard all that there was."""
    async with process(url, prefix, seconds) as made:
        assert made.store.listener is not None
        await made.store.listener.listening.wait()
        await made.store.drop(["begin"])
        await made.ears.hear("begin")
        yield made


@asynccontextmanager
async def corner() -> AsyncIterator[tuple[str, Any]]:
    """A prefix of the test's own, and a plain client. Nothing of it stays."""
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
    """A server of the test's own, with nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.running: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Run it, until it answers."""
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
        """As a machine does that loses its power."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None

    async def told(self, *command: Any) -> Any:
        """What it says to a plain client."""
        async with Redis(port=self.port, protocol=2, single_connection_client=True) as client:
            return await client.execute_command(*command)

    async def _answers(self) -> bool:
        try:
            return bool(await self.told("PING"))
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
    made = Server()
    await made.start()
    try:
        yield made
    finally:
        made.kill()


def python(code: str, seed: str) -> str:
    """What another process says, its hashes salted otherwise."""
    env = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
