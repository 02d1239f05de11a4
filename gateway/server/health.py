"""Endpoints for operations: `/health`, `/health/live`, `/health/ready`, `/metrics`."""

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gateway.server.instrumentation import Instrumentation
from gateway.server.metrics import MetricsCollector

NOT_READY = 503


def routes(instrumentation: Instrumentation) -> list[Route]:
    registry = CollectorRegistry()  # one per application: a process may run several
    registry.register(MetricsCollector(instrumentation))
    ProcessCollector(registry=registry)

    async def live(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_request: Request) -> Response:
        return PlainTextResponse("ok") if instrumentation.ready else PlainTextResponse("not ready", NOT_READY)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return [
        Route("/health", live),
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", metrics),
    ]
