"""A pool of sessions in front of PostgreSQL, as PgBouncer in transaction mode: each transaction has the next one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle

from sqlalchemy import make_url

from support.sources.databases import POSTGRES

SESSIONS = 3
_SSL_REQUEST = (80877103).to_bytes(4)
_OWN_SETTINGS = b"\0".join([b"user", (make_url(POSTGRES).username or "").encode(), b"database"])


@dataclass
class Session:
    """A session of the server, and whether a transaction has it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    greeting: bytes = b""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class PoolLog:
    """What a pool saw: names of prepared statements, texts of simple queries, numbers of clients and transactions."""

    port: int = 0
    names: list[str] = field(default_factory=list)
    simple: list[str] = field(default_factory=list)
    connections: int = 0
    transactions: int = 0


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(5)
    return head + await reader.readexactly(int.from_bytes(head[1:]) - 4)


async def _session() -> Session:
    url = make_url(POSTGRES)
    session = Session(*await asyncio.open_connection(url.host, url.port or 5432))
    words = _OWN_SETTINGS + b"\0" + (url.database or "").encode() + b"\0client_encoding\0utf-8\0\0"
    session.writer.write((8 + len(words)).to_bytes(4) + (196608).to_bytes(4) + words)
    while not session.greeting.endswith(b"Z\0\0\0\5I"):
        session.greeting += await _message(session.reader)
    return session


async def _startup(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        size = int.from_bytes(await reader.readexactly(4))
        if not (await reader.readexactly(size - 4)).startswith(_SSL_REQUEST):
            return
        writer.write(b"N")


async def _transaction(
    first: bytes, client: tuple[asyncio.StreamReader, asyncio.StreamWriter], session: Session, log: PoolLog
) -> bytes | None:
    """Pass messages on until the session is idle. Returns the first message after that, if it was read."""
    reader, writer = client

    async def back() -> None:
        ready = False
        while not ready:
            message = await _message(session.reader)
            writer.write(message)
            ready = message.startswith(b"Z") and message.endswith(b"I")

    answers = asyncio.create_task(back())
    message: bytes = first
    while True:
        if message.startswith(b"P"):
            log.names.append(message[5 : message.index(b"\0", 5)].decode())
        if message.startswith(b"Q"):
            log.simple.append(message[5:-1].decode())
        session.writer.write(message)
        following = asyncio.create_task(_message(reader))
        await asyncio.wait({following, answers}, return_when=asyncio.FIRST_COMPLETED)
        if answers.done():
            if following.done():
                return following.result()
            following.cancel()
            await asyncio.wait({following})
            return None
        message = following.result()


@asynccontextmanager
async def transaction_pool() -> AsyncIterator[PoolLog]:
    """A pool of three sessions; no two transactions that follow each other have the same one."""
    log, sessions = PoolLog(), [await _session() for _ in range(SESSIONS)]
    following = cycle(sessions)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await _startup(reader, writer)
            log.connections += 1
            writer.write(sessions[0].greeting)
            message: bytes | None = None
            while not (message := message or await _message(reader)).startswith(b"X"):
                session = next(following)
                async with session.lock:
                    log.transactions += 1
                    message = await _transaction(message, (reader, writer), session, log)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    log.port = server.sockets[0].getsockname()[1]
    try:
        yield log
    finally:
        server.close()
        for session in sessions:
            session.writer.close()
