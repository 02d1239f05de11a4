"""The gateway as an ASGI application: every route, and the runtime that they share."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from gateway.authentication.authenticator import open_authenticator
from gateway.catalog.model import Catalog
from gateway.concurrency.loop_lag import LOOP_LAG
from gateway.config.settings import Config
from gateway.execution.engine import Engine
from gateway.limits.rates import Rates
from gateway.limits.redis_buckets import shared_buckets
from gateway.runtime import FetchWrapper, open_runtime, unwrapped
from gateway.server import graphiql, monitoring
from gateway.server.bodies import Bodies
from gateway.server.events import EventAuthenticator, EventsEndpoint
from gateway.server.graphql_endpoint import GraphQLEndpoint
from gateway.server.health import Health, health_listener
from gateway.server.instrumentation import Instrumentation
from gateway.server.internal_error import InternalErrors
from gateway.server.security_headers import SecurityHeaders, cross_origin
from gateway.store.audit import Audit
from gateway.store.database import open_store
from gateway.telemetry.tracing import Tracing


def make_app(
    config: Config,
    catalog: Catalog,
    wrap: FetchWrapper = unwrapped,
    while_open: Callable[[Engine], AbstractContextManager[None]] = lambda _: nullcontext(),
    tracing: Tracing | None = None,
) -> Starlette:
    """Make the application. It enters `while_open` once everything is open."""
    bodies = Bodies()
    instrumentation = Instrumentation(config.slow_request_ms / 1000, tracing)
    instrumentation.rates = Rates(config.points_per_minute)
    health = Health(instrumentation, config.max_concurrent_requests)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with (
            _health_listener(health, config),
            open_store(config.callers.store) as store,
            open_authenticator(config.callers, store) as authenticator,
            open_runtime(config, catalog, wrap, tracing, None if store is None else Audit(store)) as runtime,
            shared_buckets(runtime.store, instrumentation.rates),
        ):
            app.state.graphql = GraphQLEndpoint(runtime.engine, config, instrumentation, authenticator, bodies)
            if config.events_secret is not None:
                sender = EventAuthenticator(config.events_secret)
                app.state.events = EventsEndpoint(runtime.invalidator, sender, bodies, config.limits.body.maximum)
            stats = {name: pipeline.stats for name, pipeline in runtime.pipelines.items()}
            with (
                LOOP_LAG.heard_by(instrumentation.gate.tick),
                while_open(runtime.engine),
                instrumentation.serving(stats, runtime.store, authenticator.keys),
            ):
                yield

    app = Starlette(routes=_routes(config, instrumentation, health), lifespan=lifespan, middleware=_middleware(config))
    app.state.rates = instrumentation.rates
    app.router.redirect_slashes = False  # the redirect would name the host that the client made up
    return app


@asynccontextmanager
async def _health_listener(health: Health, config: Config) -> AsyncIterator[None]:
    with health_listener(health, config.host, config.health_port) if config.health_port else nullcontext():
        yield


def _middleware(config: Config) -> list[Middleware]:
    """From the outside in."""
    foreign_pages = [cross_origin(config.cors_origins)] if config.cors_origins else []
    return [Middleware(SecurityHeaders), *foreign_pages, Middleware(InternalErrors)]


def _routes(config: Config, instrumentation: Instrumentation, health: Health) -> list[BaseRoute]:
    tabs = graphiql.example_tabs(graphiql.example_variables(config.examples))
    routes = [
        Route("/graphql", _graphql, methods=["GET", "POST"]),
        Route("/graphiql/tabs.json", graphiql.tabs_endpoint(tabs)),
        Mount("/graphiql/assets", graphiql.Assets()),
        *(Route(path, monitoring.health_endpoint(answer)) for path, answer in health.paths().items()),
        Route("/metrics", monitoring.metrics_endpoint(instrumentation)),
    ]
    if config.events_secret is not None:
        routes.append(Route("/events", _events, methods=["POST"]))
    return routes


async def _graphql(request: Request) -> Response:
    endpoint: GraphQLEndpoint = request.app.state.graphql
    return await endpoint(request)


async def _events(request: Request) -> Response:
    endpoint: EventsEndpoint = request.app.state.events
    return await endpoint(request)
