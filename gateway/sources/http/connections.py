"""Connections kept alive between calls, but only those that have nothing unread in them.

aiohttp hands whatever lies on a kept connection to the next request: a second answer nobody asked for
would be another customer's data, without an error.
"""

import select
import sys
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

# A fresh connection on which the other side speaks first is no HTTP; so many in a row are enough to tell.
MAX_ATTEMPTS = 100


class CleanConnector(aiohttp.TCPConnector):
    """Gives connections that are silent; drops the others."""

    async def connect(
        self,
        req: "ClientRequest",
        traces: list["Trace"],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # the parent's signature
    ) -> "Connection":
        """A connection to write a request on."""
        for _ in range(MAX_ATTEMPTS):
            connection = await super().connect(req, traces, timeout)
            if _silent(connection):
                return connection
            connection.close()
        raise aiohttp.ClientConnectionError("connections that speak before they are asked")


def _silent(connection: "Connection") -> bool:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return False
    socket = transport.get_extra_info("socket")
    # Over TLS what can be read may be the session's own business, such as tickets.
    if socket is None or transport.get_extra_info("sslcontext") is not None:
        return True
    return not _readable(socket.fileno())


def _readable(descriptor: int) -> bool:
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()  # select() itself ends at descriptor 1024
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
