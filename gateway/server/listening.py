"""How the gateway listens: the loop, the protocol, and the look at every connection once a second.

`gateway serve`, the demo and the tests use the same server.
"""

import asyncio
import logging
import socket
import sys
from functools import partial
from typing import Any, Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from gateway.config.settings import Config
from gateway.server.accepting import Acceptor, bind
from gateway.server.connections import KEEP_ALIVE_SECONDS, MAX_UNSENT_BYTES, BoundedProtocol

log = logging.getLogger("gateway")
OWN_FILES: Final = 1_000  # connections to sources, and files
TICKS: Final = 10  # of uvicorn's main loop in a second


class Server(uvicorn.Server):
    """Accepts connections in time, and cuts those whose clients are too slow."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        listening = self._bound() if sockets is None else sockets
        await super().startup(sockets=[])  # uvicorn itself listens to none
        self.servers = [Acceptor(each, self._protocol) for each in listening]  # type: ignore[misc]  # alike
        if sockets is None:
            self._log_started_message(listening)

    def _bound(self) -> list[socket.socket]:
        try:
            return bind(self.config.host, self.config.port)
        except OSError as error:
            log.error("cannot listen on %s:%d: %s", self.config.host, self.config.port, error)  # noqa: TRY400  # no bug
            sys.exit(STARTUP_FAILURE)

    def _protocol(self) -> asyncio.Protocol:
        kind: Any = self.config.http_protocol_class
        protocol: asyncio.Protocol = kind(self.config, self.server_state, self.lifespan.state)
        return protocol

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
