"""Connections kept alive between calls, unless they hold unread bytes.

aiohttp gives the bytes on an idle connection to its next request. A second response, which no request asked
for, would be another customer's data without an error.
"""

import select
import sys
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

# A new connection on which the server speaks first is not HTTP. After this many in a row, give up.
MAX_ATTEMPTS = 100


class CleanConnector(aiohttp.TCPConnector):
    """Returns connections without unread bytes; closes the others."""

    async def connect(
        self,
        req: "ClientRequest",
        traces: list["Trace"],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # the parent's signature
    ) -> "Connection":
        for _ in range(MAX_ATTEMPTS):
            connection = await super().connect(req, traces, timeout)
            if _is_clean(connection):
                return connection
            connection.close()
        raise aiohttp.ClientConnectionError("unexpected bytes on every idle connection")


def _is_clean(connection: "Connection") -> bool:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return False
    socket = transport.get_extra_info("socket")
    # Over TLS the bytes may belong to the session, such as tickets.
    if socket is None or transport.get_extra_info("sslcontext") is not None:
        return True
    return not _has_bytes(socket.fileno())


def _has_bytes(descriptor: int) -> bool:
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()  # select() ends at descriptor 1024
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
