"""Puts everything together; the only file that knows every other."""

import logging
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway import graphiql
from gateway.catalog import Catalog
from gateway.catalog_reading import load
from gateway.config import Config
from gateway.endpoint import Endpoint
from gateway.engine import Engine
from gateway.errors import SourceError
from gateway.examples import example_variables, tabs
from gateway.finder import Finder
from gateway.records import RECORDS, RELATIONS
from gateway.schema import make_schema
from gateway.sources import KINDS
from gateway.sources.base import Fetch, Source

log = logging.getLogger("gateway")
Wrap = Callable[[str, Fetch], Fetch]


def plain(_name: str, fetch: Fetch) -> Fetch:
    """Nothing around a fetch."""
    return fetch


def catalog_of(config: Config, env: Mapping[str, str] = os.environ) -> Catalog:
    """The installation's catalog. ConfigError says everything that is wrong with it."""
    return load(config.catalog, env, RECORDS, RELATIONS)


@asynccontextmanager
async def opened(catalog: Catalog) -> AsyncIterator[dict[str, Source]]:
    """Every source of the catalog, open for as long as the context lasts."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(KINDS[entry.kind].open(name, entry.settings))
            for name, entry in catalog.sources.items()
        }


@asynccontextmanager
async def engine_of(config: Config, catalog: Catalog, wrap: Wrap = plain) -> AsyncIterator[Engine]:
    """The engine over the catalog's sources. `wrap` surrounds every source's fetch."""
    async with opened(catalog) as sources:
        fetches = {name: wrap(name, source.fetch) for name, source in sources.items()}
        finder = Finder(catalog, fetches, _told)
        finder.probes = {name: source.probe for name, source in sources.items()}
        yield Engine(make_schema(config.rules.limits), finder, config, config.clock())


def _told(error: SourceError) -> None:
    log.warning("%s: %s %s", error.source, error.code, error.reason)


def at_leisure() -> None:
    """Nothing to be done once everything is open."""


def make_app(
    config: Config, catalog: Catalog, wrap: Wrap = plain, when_open: Callable[[], None] = at_leisure
) -> Starlette:
    """The gateway as an ASGI application."""
    first_tabs = tabs(example_variables(config.examples))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with engine_of(config, catalog, wrap) as engine:
            app.state.endpoint = Endpoint(engine, config.body_most)
            when_open()
            yield

    async def graphql(request: Request) -> Response:
        answered: Response = await request.app.state.endpoint(request)
        return answered

    async def health(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=["GET", "POST"]),
            Route("/health", health),
            *graphiql.routes(first_tabs),
        ],
        lifespan=lifespan,
    )
