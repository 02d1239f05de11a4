"""A server of PostgreSQL's protocol that asks for a password, and refuses each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_ASKS_FOR_PASSWORD = b"R" + (8).to_bytes(4) + (3).to_bytes(4)
_FIELDS = b"SFATAL\0C28P01\0Mno\0\0"
_REFUSES = b"E" + (4 + len(_FIELDS)).to_bytes(4) + _FIELDS


@asynccontextmanager
async def password_server() -> AsyncIterator[tuple[int, list[str]]]:
    """Its port, and the passwords that it was sent."""
    passwords: list[str] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)
            writer.write(_ASKS_FOR_PASSWORD)
            size = int.from_bytes((await reader.readexactly(5))[1:]) - 4
            passwords.append((await reader.readexactly(size)).rstrip(b"\0").decode())
            writer.write(_REFUSES)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], passwords
    finally:
        server.close()
        await server.wait_closed()
