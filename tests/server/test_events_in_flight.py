"""An event that arrives too slowly is refused."""

import asyncio
import json
import time
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Route
from support.event_senders import SECRET
from support.servers import live

from gateway.cache.store import BoundedMemory, Invalidator, MemoryStore
from gateway.server.bodies import Bodies
from gateway.server.events import EventAuthenticator, EventsEndpoint

HALF = f"POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nContent-Length: 100\r\n\r\n["


async def test_an_event_that_arrives_too_slowly_is_refused() -> None:
    invalidator = Invalidator(MemoryStore(BoundedMemory(1, 1, time.time)), {})
    events = EventsEndpoint(invalidator, EventAuthenticator(SECRET), Bodies(), 1_000, body_timeout=0.0)
    async with live(Starlette(routes=[Route("/events", events.__call__, methods=["POST"])])) as url:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(HALF.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        body = json.loads(await reader.read())
        writer.close()
        await writer.wait_closed()
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nconnection: close\r\n" in head
    assert body == {"errors": [{"message": "The body did not arrive in time: send the request again."}]}
