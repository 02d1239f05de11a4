"""The configuration of logs, slow requests and traces."""

import pytest

from gateway.config.settings import from_environment
from gateway.errors import ConfigError

CATALOG = {"GATEWAY_CATALOG": "catalog.toml"}


def test_log_format_and_slow_requests_are_configured() -> None:
    config = from_environment({**CATALOG, "GATEWAY_LOG_FORMAT": "json", "GATEWAY_SLOW_REQUEST_MS": "500"})
    assert (config.log_format, config.slow_request_ms, config.traces) == ("json", 500, False)
    default = from_environment(CATALOG)
    assert (default.log_format, default.slow_request_ms, default.traces) == ("text", 2000, False)


@pytest.mark.parametrize(
    ("exporter", "endpoint", "enabled"),
    [
        (None, None, False),
        ("", "", False),
        ("none", None, False),
        ("otlp", None, True),
        (None, "http://collector:4318", True),
        ("otlp", "http://collector:4318", True),
        ("none", "http://collector:4318", False),
    ],
)
def test_an_exporter_or_endpoint_turns_traces_on(exporter: str | None, endpoint: str | None, *, enabled: bool) -> None:
    settings = {"OTEL_TRACES_EXPORTER": exporter, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    env = {**CATALOG, **{name: value for name, value in settings.items() if value is not None}}
    assert from_environment(env).traces is enabled


def test_invalid_values_are_named() -> None:
    env = {"GATEWAY_LOG_FORMAT": "xml", "GATEWAY_SLOW_REQUEST_MS": "-1", "OTEL_TRACES_EXPORTER": "zipkin"}
    with pytest.raises(ConfigError) as caught:
        from_environment({**CATALOG, **env})
    assert set(caught.value.diagnostics) == {
        "GATEWAY_LOG_FORMAT must be text or json, not 'xml'.",
        "GATEWAY_SLOW_REQUEST_MS must be a whole number from 0 to 86400000, not '-1'.",
        "OTEL_TRACES_EXPORTER must be otlp or none, not 'zipkin'.",
    }


ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT must be a URL such as http://collector:4318, or https:// for TLS."
UNREACHABLE = [
    "nonsense",
    "collector:4318",
    "grpc://collector:4317",
    "http://",
    "http://:4318",
    "http://collector:0",
    "http://collector:431800",
    "http://collector:port",
    "http://collector :4318",
    " http://collector:4318",
    "http://coll\nector:4318",
    "http://[::1:4318",
    "http://collector:4318?key=hunter2",
    "http://collector:4318#hunter2",
]


@pytest.mark.parametrize("address", UNREACHABLE)
def test_an_unreachable_endpoint_is_refused_and_not_shown(address: str) -> None:
    for exporter in ({}, {"OTEL_TRACES_EXPORTER": "otlp"}):
        with pytest.raises(ConfigError) as caught:
            from_environment({**CATALOG, **exporter, "OTEL_EXPORTER_OTLP_ENDPOINT": address})
        assert caught.value.diagnostics == (ENDPOINT,)


@pytest.mark.parametrize("address", UNREACHABLE)
def test_without_traces_the_endpoint_is_ignored(address: str) -> None:
    settings = {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": address}
    assert not from_environment({**CATALOG, **settings}).traces


@pytest.mark.parametrize(
    "address",
    ["http://collector", "https://me:secret@collector.example/otlp/", "HTTP://10.0.0.1:4318", "http://[::1]:1"],
)
def test_a_valid_endpoint_is_accepted(address: str) -> None:
    assert from_environment({**CATALOG, "OTEL_EXPORTER_OTLP_ENDPOINT": address}).traces
