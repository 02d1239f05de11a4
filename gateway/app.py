"""The gateway as an ASGI application: every route, over everything that is open."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.catalog.model import Catalog
from gateway.config.settings import Config
from gateway.runtime import FetchWrapper, open_runtime, unwrapped
from gateway.server import graphiql
from gateway.server import health as seen
from gateway.server.event_auth import EventAuthenticator
from gateway.server.events import EventsEndpoint
from gateway.server.example_queries import example_tabs, example_variables
from gateway.server.graphql_endpoint import GraphQLEndpoint
from gateway.server.instrumentation import Instrumentation
from gateway.telemetry.tracing import Tracing, tracing_closed


def at_leisure() -> None:
    """Nothing to be done once everything is open."""


def make_app(
    config: Config,
    catalog: Catalog,
    wrap: FetchWrapper = unwrapped,
    when_open: Callable[[], None] = at_leisure,
    tracing: Tracing | None = None,
) -> Starlette:
    """The gateway as an ASGI application."""
    seeing = Instrumentation(config.slow_request_ms / 1000, tracing)
    first_tabs = example_tabs(example_variables(config.examples))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with tracing_closed(tracing), open_runtime(config, catalog, wrap, tracing) as runtime:
            app.state.endpoint = GraphQLEndpoint(runtime.engine, config, seeing)
            if config.events_secret is not None:
                app.state.events = EventsEndpoint(
                    runtime.invalidator, EventAuthenticator(config.events_secret), config.max_body_bytes
                )
            when_open()
            with seeing.serving(runtime.source_stats, runtime.store):
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
