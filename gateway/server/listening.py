"""How the gateway listens: the loop, the protocol, and the look at every connection once a second.

`gateway serve`, the demo and the tests use the same server.
"""

import asyncio
import sys
from functools import partial
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from gateway.config.settings import Config
from gateway.server.connections import KEEP_ALIVE_SECONDS, MAX_UNSENT_BYTES, BoundedProtocol

BACKLOG: Final = 2_048
OWN_FILES: Final = 1_000  # connections to sources, and files
TICKS: Final = 10  # of uvicorn's main loop in a second


class Server(uvicorn.Server):
    """Cuts connections whose clients are too slow."""

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            self.check_connections(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    def check_connections(self, now: float) -> None:
        """Cut slow clients; if too many bytes wait for clients, also those for which the most wait."""
        connections = [each for each in self.server_state.connections if isinstance(each, BoundedProtocol)]
        unsent = {each: each.check(now) for each in connections}
        excess = sum(unsent.values()) - MAX_UNSENT_BYTES
        for connection in sorted(unsent, key=unsent.__getitem__, reverse=True):
            if excess <= 0:
                break
            excess -= unsent[connection]
            connection.transport.abort()


def server(app: ASGIApp, config: Config) -> Server:
    settings = uvicorn.Config(
        app,
        host=config.host,
        port=config.port,
        http=partial(BoundedProtocol, max_connections=config.max_connections),  # type: ignore[arg-type]  # makes one
        ws="none",
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_config=None,
    )
    return Server(settings)


def serve(app: ASGIApp, config: Config) -> None:
    """Serve until a stop signal. Exits as uvicorn does if the port is not free."""
    raise_open_files(config.max_connections)
    gateway = server(app, config)
    gateway.run()
    if not gateway.started:
        sys.exit(STARTUP_FAILURE)


def raise_open_files(connections: int) -> None:
    """Raise the soft limit of open files for this many connections of clients, if the hard limit allows it."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OWN_FILES
    if needed > soft != resource.RLIM_INFINITY:
        limit = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
