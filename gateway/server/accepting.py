"""Accepts connections, many in one turn of the event loop.

libuv accepts one connection in each turn. Where requests make turns long, new connections would wait for seconds.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final

log = logging.getLogger("gateway")
MAX_IN_TURN: Final = 256
PAUSE: Final = 0.5  # seconds without accepting, after the last file descriptor is taken
BACKLOG: Final = 2_048


class Acceptor:
    """Accepts from one listening socket. Has of asyncio.Server what uvicorn calls."""

    def __init__(self, listening: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._listening, self._protocol = listening, protocol
        self._loop = asyncio.get_running_loop()
        self._starting: set[asyncio.Task[None]] = set()
        listening.settimeout(0)
        self._start()

    def close(self) -> None:
        self._loop.remove_reader(self._listening)
        self._listening.close()

    async def wait_closed(self) -> None:
        """Return at once: uvicorn has waited for the connections itself."""

    def _start(self) -> None:
        if self._listening.fileno() >= 0:  # not closed during a pause
            self._loop.add_reader(self._listening, self._accept)

    def _accept(self) -> None:
        for _ in range(MAX_IN_TURN):
            try:
                connection, _ = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                log.warning("cannot accept connections: %s", error)
                self._loop.remove_reader(self._listening)
                self._loop.call_later(PAUSE, self._start)
                return
            self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(0)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = self._loop.create_task(self._connect(connection))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _connect(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:  # the client has gone
            connection.close()


def bind(host: str, port: int) -> list[socket.socket]:
    """Listening sockets on all addresses of a host. OSError if one is not free."""
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return [
        socket.create_server(address[:2], family=family, backlog=BACKLOG)
        for family, _, _, _, address in dict.fromkeys(infos)
    ]
