"""Who tells of a change too slowly is told so, and what he may have told is not taken for nothing."""

import asyncio
import json
import time
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Route
from support.event_senders import SECRET
from support.servers import live

from gateway.cache.memory_backend import BoundedMemory
from gateway.cache.store import MemoryStore
from gateway.catalog.model import Catalog
from gateway.pipeline import PipelineBuilder
from gateway.server.event_auth import EventAuthenticator
from gateway.server.events import EventsEndpoint

HALF = f"POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nContent-Length: 100\r\n\r\n["


async def test_an_event_that_does_not_come_in_time_is_refused_as_late() -> None:
    pipeline = PipelineBuilder(Catalog(), MemoryStore(BoundedMemory(1, 1, time.time)))
    events = EventsEndpoint(
        pipeline.invalidator(), EventAuthenticator(SECRET), max_body_bytes=1_000, body_timeout=0.0
    )
    async with live(Starlette(routes=[Route("/events", events.__call__, methods=["POST"])])) as url:
        at = urlsplit(url)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        writer.write(HALF.encode())
        head = await reader.readuntil(b"\r\n\r\n")
        told = json.loads(await reader.read())
        writer.close()
        await writer.wait_closed()
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"\r\nconnection: close\r\n" in head
    assert told == {"errors": [{"message": "The body did not come in time."}]}
