"""Settings of one installation, read from the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.config.query_rules import QueryRules
from gateway.config.unknown_variables import unknown_variable_errors
from gateway.config.urls import REDIS_OPTIONS, is_collector_url, is_redis_url
from gateway.config.variables import (
    VARIABLE,
    Variable,
    choice,
    matching,
    read_fields,
    setting,
    variables_of,
    whole_number,
)
from gateway.contract.times import time_zone
from gateway.errors import ConfigError

MIN_SECRET_LENGTH = 16
MEGABYTE = 1024 * 1024


def _path(text: str) -> Path:
    if not text:
        raise ValueError
    return Path(text)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant


def _is_strong_secret(text: str) -> bool:
    return len(text) >= MIN_SECRET_LENGTH and text.isascii() and text.isprintable() and " " not in text


CATALOG = Variable("GATEWAY_CATALOG", "the path of the catalog file", "Path of the catalog file.", _path)
TRACES_EXPORTER = Variable(
    "OTEL_TRACES_EXPORTER",
    "otlp or none",
    "`otlp` exports traces; `none` turns them off even if an endpoint is set.",
    choice("otlp", "none"),
    empty_is_unset=True,
)
TRACES_ENDPOINT = Variable(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "a URL such as http://collector:4318, or https:// for TLS",
    "Collector that receives the traces. Setting it turns traces on.",
    matching(is_collector_url),
    empty_is_unset=True,
    secret=True,
)


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of one installation of the gateway."""

    catalog: Path = field(metadata={VARIABLE: CATALOG})
    host: str = setting("127.0.0.1", Variable("HOST", "an address", "Address to listen on."))
    port: int = whole_number("PORT", 8000, 0, 65535, "Port to listen on.")
    zone: ZoneInfo = setting(
        ZoneInfo("UTC"),
        Variable(
            "GATEWAY_ZONE",
            "a time zone such as America/New_York",
            "Time zone of the utility, for accounts without one of their own.",
            time_zone,
        ),
    )
    rules: QueryRules = QueryRules()
    now: datetime | None = setting(
        None,
        Variable(
            "GATEWAY_NOW",
            "an instant with an offset such as 2026-11-15T12:00:00-05:00",
            "Time at which the gateway's clock starts; for demos and tests only.",
            _instant,
            empty_is_unset=True,
        ),
    )
    examples: Path | None = setting(
        None,
        Variable(
            "GATEWAY_EXAMPLES",
            "the path of a JSON file",
            'JSON file `{"variables": {...}}` with values for the example queries in GraphiQL.',
            _path,
            empty_is_unset=True,
        ),
    )
    max_body_bytes: int = whole_number(
        "GATEWAY_MAX_BODY_BYTES", 1_000_000, 1_000, 100_000_000, "Maximum size of a request body."
    )
    max_concurrent_requests: int = whole_number(
        "GATEWAY_MAX_CONCURRENT_REQUESTS",
        500,
        1,
        1_000_000,
        "Maximum requests in progress; further requests get 503 with `Retry-After`.",
    )
    deadline_ms: int = whole_number(
        "GATEWAY_DEADLINE_MS",
        10_000,
        100,
        600_000,
        "Maximum duration of a request in milliseconds; the header `X-Request-Deadline` can shorten it.",
    )
    max_cache_entries: int = whole_number(
        "GATEWAY_MAX_CACHE_ENTRIES",
        100_000,
        0,
        100_000_000,
        "Maximum answers in the memory cache of this process (catalog word `cache`); 0 turns it off.",
    )
    max_cache_bytes: int = whole_number(
        "GATEWAY_MAX_CACHE_BYTES",
        256 * MEGABYTE,
        0,
        1_000_000_000,
        "Approximate maximum size of the memory cache; the least recently used answers are evicted first.",
    )
    log_format: str = setting(
        "text",
        Variable(
            "GATEWAY_LOG_FORMAT",
            "text or json",
            "Format of log lines: `text` for people, `json` for machines.",
            choice("text", "json"),
            empty_is_unset=True,
        ),
    )
    slow_request_ms: int = whole_number(
        "GATEWAY_SLOW_REQUEST_MS",
        2_000,
        0,
        86_400_000,
        "Duration in milliseconds from which a request is logged as slow; 0 logs every request.",
    )
    traces: bool = False
    events_secret: str | None = setting(
        None,
        Variable(
            "GATEWAY_EVENTS_SECRET",
            f"at least {MIN_SECRET_LENGTH} printable ASCII characters without blanks",
            "Secret of the systems that report changes to `/events`; without it there is no `/events`.",
            matching(_is_strong_secret),
            secret=True,
        ),
    )
    redis_url: str | None = setting(
        None,
        Variable(
            "GATEWAY_REDIS_URL",
            "a URL such as redis://host:6379/0, or rediss:// for TLS with the query options "
            + ", ".join(REDIS_OPTIONS),
            "Redis that several gateways share as cache, instead of one memory cache for each process.",
            matching(is_redis_url),
            empty_is_unset=True,
            secret=True,
        ),
    )

    def clock(self) -> Callable[[], datetime]:
        """The current time; with `now`, a clock that showed `now` when this method was called."""
        if self.now is None:
            return lambda: datetime.now(UTC)
        offset = self.now - datetime.now(UTC)
        return lambda: datetime.now(UTC) + offset


def all_variables() -> list[tuple[Variable, object]]:
    """Every environment variable of the gateway, with its default."""
    return [*variables_of(Config), (TRACES_EXPORTER, "none"), (TRACES_ENDPOINT, None)]


def from_environment(environment: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigError with one sentence for each mistake.

    Reads the catalog only for an unknown variable: the catalog may name it.
    """
    errors: list[str] = []
    values = read_fields(Config, environment, errors)
    try:
        values["traces"] = _traces_enabled(environment)
    except ValueError as error:
        errors.append(str(error))
    names = {variable.name for variable, _ in all_variables()}
    errors += unknown_variable_errors(environment, names, values.get("catalog"))
    if errors:
        raise ConfigError(errors)
    return Config(**values)


def _traces_enabled(environment: Mapping[str, str]) -> bool:
    default = "otlp" if environment.get(TRACES_ENDPOINT.name) else "none"
    enabled = bool(TRACES_EXPORTER.read(environment, default) == "otlp")
    if enabled:
        TRACES_ENDPOINT.read(environment, None)
    return enabled
