"""Export of spans to an OpenTelemetry collector, by OTLP over HTTP."""

from typing import Any

from gateway.errors import ConfigError
from gateway.telemetry.tracing import Tracing

SERVICE = "customer-360-gateway"
MISSING = (
    "Traces are on, but their exporter is not installed: "
    "run pip install 'customer-360-gateway[otel]', or set OTEL_TRACES_EXPORTER=none."
)


def otlp_tracing() -> Tracing:
    """Trace to the collector that the OTEL_* variables name. ConfigError without the exporter package."""
    exporter = exporter_class()()
    # Imported only where traces are on.
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    return tracing_with(BatchSpanProcessor(exporter))


def tracing_with(processor: Any) -> Tracing:
    """Trace to a span processor of the OpenTelemetry SDK."""
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

    resource = Resource({SERVICE_NAME: SERVICE}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return Tracing(provider.get_tracer("gateway"), provider.shutdown)


def exporter_class() -> Any:
    """The exporter's class. ConfigError if its package is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError:
        raise ConfigError([MISSING]) from None
    return OTLPSpanExporter
