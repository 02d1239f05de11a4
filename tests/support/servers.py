"""An ASGI app on a real socket of this machine, for as long as a test looks at it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp


@asynccontextmanager
async def live(app: ASGIApp) -> AsyncIterator[str]:
    """Serve the app; yield its URL. The socket listens before the app has started."""
    listening = socket.create_server(("127.0.0.1", 0))
    # asyncio sets it only on sockets of protocol TCP. Without it, each response waits 40 ms for an ACK.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving
        listening.close()
