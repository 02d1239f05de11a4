"""What an operator says of logs, slow requests and traces."""

import pytest

from gateway.config import from_environment
from gateway.errors import ConfigError

CATALOG = {"GATEWAY_CATALOG": "catalog.toml"}


def test_what_is_said_of_logs_and_slow_requests_is_read() -> None:
    config = from_environment({**CATALOG, "GATEWAY_LOG": "json", "GATEWAY_SLOW_MS": "500"})
    assert (config.log, config.slow_ms, config.traces) == ("json", 500, False)
    usual = from_environment(CATALOG)
    assert (usual.log, usual.slow_ms, usual.traces) == ("text", 2000, False)


@pytest.mark.parametrize(
    ("exporter", "endpoint", "wanted"),
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
def test_traces_are_wanted_where_somebody_says_where_they_go(
    exporter: str | None, endpoint: str | None, *, wanted: bool
) -> None:
    said = {"OTEL_TRACES_EXPORTER": exporter, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    env = {**CATALOG, **{name: value for name, value in said.items() if value is not None}}
    assert from_environment(env).traces is wanted


def test_what_is_none_of_the_words_is_named() -> None:
    env = {"GATEWAY_LOG": "xml", "GATEWAY_SLOW_MS": "-1", "OTEL_TRACES_EXPORTER": "zipkin"}
    with pytest.raises(ConfigError) as caught:
        from_environment({**CATALOG, **env})
    assert set(caught.value.complaints) == {
        "GATEWAY_LOG is text or json, not 'xml'.",
        "GATEWAY_SLOW_MS is a whole number from 0 to 86400000, not '-1'.",
        "OTEL_TRACES_EXPORTER is none or otlp, not 'zipkin'.",
    }
