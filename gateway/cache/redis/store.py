"""The store that several gateways share. Versions of tags keep it right, whatever happens to Redis."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aiocache.backends.redis import RedisBackend
from aiocache.serializers import NullSerializer

from gateway.cache.entries import CacheEntry, CacheKey, CacheWrite
from gateway.cache.invalidations import Invalidations
from gateway.cache.redis.codec import VersionedEntries, pack, unpack
from gateway.cache.redis.guard import Guard
from gateway.cache.redis.invalidation_log import MIN_RETENTION, InvalidationLog
from gateway.cache.redis.keys import RedisKeys
from gateway.cache.tags import tags_of
from gateway.concurrency.bulkhead import Bulkhead
from gateway.concurrency.slices import SLICE, off_loop

MAX_COMMANDS = 32  # in flight, each on a separate connection
CONNECT_TIMEOUT = 0.1  # seconds
KEYS_AT_ONCE = 50
NAMES_AT_ONCE = 500  # in one command: no command takes Redis long
MAX_BYTES = 1_000_000  # of one value, and of one command
MAX_TAGS_OF_KEY = 2_000
LARGE_PACKET = 64 * 1024  # bytes; a larger one is read in a thread
READ_FOR = 1.0  # seconds in which a further command of a large read may begin
LOCK = b"lock:"
LOCK_MS = 2_000
NOTHING = VersionedEntries((), b"", {})

Versions = Mapping[str, Any]  # of tags; None where a tag was never invalidated
Packet = tuple[str, bytes, float]  # name, value, seconds


def redis_backend(url: str, connect_timeout: float) -> RedisBackend:
    """The backend of `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS. It connects later.

    Query parameters that begin with ssl_ go to the driver: `?ssl_ca_certs=/etc/our-ca.pem`.
    """
    parts = urlsplit(url)
    options = {name: value for name, value in parse_qsl(parts.query) if name.startswith("ssl_")}
    return RedisBackend(
        endpoint=parts.hostname or "127.0.0.1",
        port=parts.port or 6379,
        db=int(parts.path.strip("/") or 0),
        password=unquote(parts.password) if parts.password else None,
        pool_max_size=MAX_COMMANDS,
        create_connection_timeout=connect_timeout,
        ssl=parts.scheme == "rediss",
        connection_pool_kwargs={
            "username": unquote(parts.username) if parts.username else None,
            "protocol": 2,  # every server speaks it; 3 begins with HELLO
            "driver_info": None,  # send no CLIENT SETINFO
            **options,
        },
        serializer=NullSerializer(encoding=None),
        timeout=None,  # the guard has its own
    )


class Unanswered(Exception):
    """Redis has not answered: the guard has counted and logged it."""


class RedisStore:
    """A `Store` in Redis, by aiocache. Lives as long as the application.

    An answer is stored with the version that each of its tags had before its source was asked.
    An invalidation gives its tags new versions. A reader does not show an answer with other versions.

    timeout: seconds that each command has
    retention: see `InvalidationLog`
    now: seconds that only increase
    """

    def __init__(
        self,
        cache: RedisBackend,
        keys: RedisKeys,
        timeout: float = 0.1,
        retention: float = MIN_RETENTION,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        bulkhead = Bulkhead(cache.pool_max_size)
        self.reads = Guard("reads", bulkhead, timeout, now=now)
        self.writes = Guard("writes", bulkhead, timeout, now=now)
        self.log = InvalidationLog(cache, keys, self.writes, retention)
        self.cache, self.keys, self.now = cache, keys, now
        self._lock = LOCK + secrets.token_hex(8).encode()

    @property
    def invalidations(self) -> Invalidations:
        return self.log.invalidations

    async def aclose(self) -> None:
        await self.log.close()
        await self.reads.close()
        await self.writes.close()
        await self.cache.client.aclose()

    async def get_many(self, keys: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        entries: list[Sequence[CacheEntry]] = []
        started = self.now()
        await self.log.settle()
        with suppress(Unanswered):
            while len(entries) < len(keys) and not self.log.pending and self.now() - started < READ_FOR:
                entries += await self._read(keys[len(entries) : len(entries) + KEYS_AT_ONCE])
        return entries + [()] * (len(keys) - len(entries))

    async def put_many(self, writes: Sequence[CacheWrite], asked_at: int) -> None:
        await self.log.settle()
        for start in range(0, len(writes), KEYS_AT_ONCE):
            if not self.log.pending:
                with suppress(Unanswered):
                    await self._write(writes[start : start + KEYS_AT_ONCE], asked_at)

    async def invalidate(self, tags: Sequence[str]) -> bool:
        return await self.log.invalidate(tags)

    async def acquire(self, keys: Sequence[CacheKey]) -> list[bool]:
        names = [self.keys.lock(each) for each in keys]
        return await self.writes.run(partial(self._acquire, names), fallback=[True] * len(names))

    async def release(self, keys: Sequence[CacheKey]) -> None:
        names = [self.keys.lock(each) for each in keys]
        await self.writes.run(partial(self._release, names), fallback=None)

    async def _read(self, keys: Sequence[CacheKey]) -> list[Sequence[CacheEntry]]:
        """The valid entries of these keys."""
        stored = await self._stored(keys)
        versions = await self._values({tag for each in stored for tag in each.versions})
        return [self._valid(each, versions) for each in stored]

    async def _write(self, writes: Sequence[CacheWrite], asked_at: int) -> None:
        """Store the writes whose tags were not invalidated since their source was asked.

        A read of versions also hears of every invalidation before it. One after it gives its tags other
        versions than those that are stored here.
        """
        stored = await self._stored([each.key for each in writes])
        tags = {tag for each in stored for tag in each.versions}
        for each in writes:
            of_write = await off_loop(len(each.entry.rows) > SLICE, tags_of, *each.key, each.entry.rows)
            tags.update(map(self.keys.tag, of_write))
        versions = await self._values(tags)
        packets = [
            await self._packet(write, write.merged(self._valid(each, versions)), versions, asked_at)
            for write, each in zip(writes, stored, strict=True)
        ]
        for pairs, ttl in _commands(each for each in packets if each is not None):
            await self.writes.run(partial(self.cache.multi_set, pairs, ttl=ttl), fallback=None)

    async def _packet(
        self, write: CacheWrite, entries: Sequence[CacheEntry], versions: Versions, asked_at: int
    ) -> Packet | None:
        """The bytes to store. None if they are outdated or too large, or a value cannot be encoded."""
        rows = [row for each in entries for row in each.rows]
        tags = await off_loop(len(rows) > SLICE, tags_of, *write.key, rows)
        epoch = self.log.epoch
        if epoch is None or len(tags) > MAX_TAGS_OF_KEY or self.invalidations.concern(tags, since=asked_at):
            return None
        name = self.keys.value(write.key)
        stored = VersionedEntries(entries, epoch, {tag: versions[tag] for tag in map(self.keys.tag, tags)})
        try:
            packet = await off_loop(len(rows) > SLICE, pack, name, stored)
        except ValueError:
            return None
        return (name, packet, write.expires_at(entries) - write.now) if len(packet) <= MAX_BYTES else None

    def _valid(self, stored: VersionedEntries, versions: Versions) -> Sequence[CacheEntry]:
        if stored.epoch != self.log.epoch:
            return ()
        is_current = all(versions[tag] == version for tag, version in stored.versions.items())
        return stored.entries if is_current else ()

    async def _stored(self, keys: Sequence[CacheKey]) -> list[VersionedEntries]:
        names = [self.keys.value(each) for each in keys]
        values = await self._values(names)
        return [await off_loop(_is_large(values[name]), _unpacked, name, values[name]) for name in names]

    async def _values(self, names: Iterable[str]) -> dict[str, Any]:
        """The values of these names."""
        values: dict[str, Any] = {}
        rest = iter(names)
        while some := list(islice(rest, NAMES_AT_ONCE)):
            read = await self.reads.run(partial(self.log.read, some), fallback=None)
            if read is None:
                raise Unanswered
            values.update(zip(some, read, strict=True))
        return values

    async def _acquire(self, names: Sequence[str]) -> list[bool]:
        """As `add` of aiocache, for many names in one round trip. A value of another kind is replaced."""
        async with self.cache.client.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.set(name, self._lock, nx=True, px=LOCK_MS)
            await pipe.execute()
        granted = []
        for name, holder in zip(names, await self.cache.multi_get(names), strict=True):
            is_lock = isinstance(holder, bytes) and holder.startswith(LOCK)
            if not is_lock:
                await self.cache.set(name, self._lock, ttl=LOCK_MS / 1000)
            granted.append(holder == self._lock or not is_lock)
        return granted

    async def _release(self, names: Sequence[str]) -> None:
        holders = await self.cache.multi_get(names)
        held = [name for name, holder in zip(names, holders, strict=True) if holder == self._lock]
        if held:
            await self.cache.client.unlink(*held)


def _is_large(packet: object) -> bool:
    return isinstance(packet, bytes) and len(packet) > LARGE_PACKET


def _unpacked(name: str, packet: object) -> VersionedEntries:
    try:
        return unpack(name, packet) if isinstance(packet, bytes) else NOTHING
    except ValueError:
        return NOTHING


def _commands(packets: Iterable[Packet]) -> Iterator[tuple[list[tuple[str, bytes]], float]]:
    """The pairs of each command, and how long Redis holds them: readers check the age of each entry."""
    pairs: list[tuple[str, bytes]] = []
    size, ttl = 0, 0.001
    for name, packet, seconds in packets:
        if pairs and size + len(packet) > MAX_BYTES:
            yield pairs, ttl
            pairs, size, ttl = [], 0, 0.001
        pairs.append((name, packet))
        size, ttl = size + len(packet), max(ttl, seconds)
    if pairs:
        yield pairs, ttl
