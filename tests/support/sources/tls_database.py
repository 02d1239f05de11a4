"""A front for the PostgreSQL server that accepts TLS alone."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import make_url

from support.sources.databases import POSTGRES

_SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)


@asynccontextmanager
async def tls_front(context: ssl.SSLContext) -> AsyncIterator[int]:
    """The port of a server that passes TLS connections on to PostgreSQL, and refuses all others."""
    url = make_url(POSTGRES)
    done: set[asyncio.Task[None]] = set()

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(8) != _SSL_REQUEST:
                writer.close()
                return
            writer.write(b"S")
            await writer.start_tls(context)
            behind, forth = await asyncio.open_connection(url.host, url.port or 5432)
            for way in (passed_on(reader, forth), passed_on(behind, writer)):
                done.add(asyncio.create_task(way))
            return
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.gather(*done, return_exceptions=True)
