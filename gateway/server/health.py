"""Endpoints for operations: liveness, readiness and metrics."""

from collections.abc import Awaitable, Callable

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from gateway.server.instrumentation import Instrumentation
from gateway.server.metrics import MetricsCollector

NOT_READY = 503
Endpoint = Callable[[Request], Awaitable[Response]]


async def live(_request: Request) -> Response:
    return PlainTextResponse("ok")


def ready_endpoint(instrumentation: Instrumentation) -> Endpoint:
    async def ready(_request: Request) -> Response:
        return PlainTextResponse("ok") if instrumentation.ready else PlainTextResponse("not ready", NOT_READY)

    return ready


def metrics_endpoint(instrumentation: Instrumentation) -> Endpoint:
    registry = CollectorRegistry()  # one per application: a process may run several
    registry.register(MetricsCollector(instrumentation))
    ProcessCollector(registry=registry)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    return metrics
