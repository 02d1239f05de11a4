"""An ASGI app on a real socket of this machine, for as long as a test looks at it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.types import ASGIApp

from gateway.config.settings import Config
from gateway.server import listening

DEFAULTS = Config(catalog=Path("memory"))


@asynccontextmanager
async def live_server(app: ASGIApp, config: Config = DEFAULTS) -> AsyncIterator[tuple[str, listening.Server]]:
    """Serve the app as `gateway serve` does; yield its URL and its server. The socket listens before the app starts."""
    address = socket.create_server(("127.0.0.1", 0))
    # asyncio sets it only on sockets of protocol TCP. Without it, each response waits 40 ms for an ACK.
    address.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = listening.server(app, config)
    serving = asyncio.create_task(server.serve(sockets=[address]))
    try:
        yield f"http://127.0.0.1:{address.getsockname()[1]}", server
    finally:
        server.should_exit = True
        await serving
        address.close()


@asynccontextmanager
async def live(app: ASGIApp) -> AsyncIterator[str]:
    """Serve the app; yield its URL."""
    async with live_server(app) as (url, _):
        yield url
