"""REST sources of services with one response."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web

from gateway.contract.batch import Batch, Lookup
from gateway.errors import SourceError
from gateway.sources.rest.place import RestPlace
from gateway.sources.rest.source import RestSettings, RestSource, open_rest
from support.sources.harness_rest import lookup
from support.sources.rest_service import Handler, serve, serve_bytes

MANY = {"get": "/notes", "keys": "owners"}
ONE = {"get": "/owners/{key}/notes"}
REPEAT = {"get": "/notes", "keys": "owner", "style": "repeat"}
POST = {"post": "/notes/search", "keys": "ownerIds"}
ROW = b'[{"id": "1", "owner": "a", "at": "2026-01-01T00:00:00Z", "note": "x"}]'
OTHER = ROW.replace(b'"x"', b'"of another"')


def place(**words: Any) -> Lookup:
    return lookup(msgspec.convert(words or MANY, RestPlace))


def note(owner: str) -> dict[str, str]:
    return {"id": f"of {owner}", "owner": owner, "at": "2026-01-01T00:00:00Z", "note": "x"}


@asynccontextmanager
async def rest_source(handler: Handler, below: str = "", **settings: Any) -> AsyncIterator[RestSource]:
    """A source of a service that responds with `handler`."""
    async with serve(handler) as url, open_rest("notes", RestSettings(url=url + below, **settings)) as source:
        yield source


async def error_of(source: RestSource, at: Lookup, key: str = "a") -> SourceError:
    result = (await source.fetch(Batch(at, (key,))))[key]
    assert isinstance(result, SourceError)
    return result


async def error_of_bytes(*sayings: bytes, **settings: Any) -> SourceError:
    """The error that these responses cause, byte for byte."""
    async with serve_bytes(*sayings) as url, open_rest("notes", RestSettings(url=url, **settings)) as source:
        return await error_of(source, place())


def respond(status: int, **headers: str) -> Handler:
    async def handler(_request: web.Request) -> web.Response:
        return web.Response(status=status, text="ada@example.com owes 12", headers=headers)

    return handler
