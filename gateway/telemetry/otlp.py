"""Where spans go: to a collector, by OTLP over HTTP, where the environment says so."""

from typing import Any

from opentelemetry.trace import TracerProvider

from gateway.errors import ConfigError
from gateway.telemetry.tracing import Tracing

SERVICE = "customer-360-gateway"
MISSING = "Traces are wanted, but their exporter is not installed: pip install 'customer-360-gateway[otel]'."


def otlp_tracing() -> Tracing:
    """Spans are sent in the background; OTEL_* variables say where to, as OpenTelemetry has them.

    ConfigError where the exporter is not installed.
    """
    made = exporter_class()
    # Whoever does not trace need not load it.
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    return tracing_with(BatchSpanProcessor(made()))


def tracing_with(processor: Any) -> Tracing:
    """Spans go to this span processor of the SDK."""
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider as Provider  # noqa: PLC0415

    resource = Resource({SERVICE_NAME: SERVICE}).merge(OTELResourceDetector().detect())
    provider = Provider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return Tracing(_tracer(provider), provider.shutdown)


def _tracer(provider: TracerProvider) -> Any:
    return provider.get_tracer("gateway")


def exporter_class() -> Any:
    """What sends spans. ConfigError where it is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    except ImportError:
        raise ConfigError([MISSING]) from None
    return OTLPSpanExporter
