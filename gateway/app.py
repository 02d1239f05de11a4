"""The gateway as an ASGI application: every route, over everything that is open."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.catalog.model import Catalog
from gateway.config.settings import Config
from gateway.runtime import Wrap, plain, running
from gateway.server import graphiql
from gateway.server import health as seen
from gateway.server.event_auth import Proof
from gateway.server.events import Events
from gateway.server.example_queries import example_variables, tabs
from gateway.server.graphql_endpoint import Endpoint
from gateway.server.instrumentation import Seeing
from gateway.telemetry.tracing import Tracing, closed_last


def at_leisure() -> None:
    """Nothing to be done once everything is open."""


def make_app(
    config: Config,
    catalog: Catalog,
    wrap: Wrap = plain,
    when_open: Callable[[], None] = at_leisure,
    tracing: Tracing | None = None,
) -> Starlette:
    """The gateway as an ASGI application."""
    seeing = Seeing(config.slow_ms / 1000, tracing)
    first_tabs = tabs(example_variables(config.examples))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with closed_last(tracing), running(config, catalog, wrap, tracing) as (engine, dresser):
            app.state.endpoint = Endpoint(engine, config, seeing)
            if config.events_secret is not None:
                app.state.events = Events(dresser, Proof(config.events_secret), config.body_most)
            when_open()
            with seeing.serving(dresser.tallies, dresser.store):
                yield

    async def graphql(request: Request) -> Response:
        answered: Response = await request.app.state.endpoint(request)
        return answered

    async def events(request: Request) -> Response:
        answered: Response = await request.app.state.events(request)
        return answered

    return Starlette(
        routes=[
            Route("/graphql", graphql, methods=["GET", "POST"]),
            *seen.routes(seeing),
            *([] if config.events_secret is None else [Route("/events", events, methods=["POST"])]),
            *graphiql.routes(first_tabs),
        ],
        lifespan=lifespan,
    )
